import { fail } from './failure.ts';

/**
 * The columns of a table that ours go into: of the same name, or else of the same letters in another case. Columns that
 * we do not have keep what the table gives them by itself.
 */
export function matchColumns(ours: readonly string[], theirs: readonly string[], table: string): string[] {
  return ours.map((name) => {
    const found =
      theirs.find((each) => each === name) ??
      theirs.find((each) => each.toLowerCase() === name.toLowerCase());
    if (found !== undefined) return found;
    const some = theirs.slice(0, 12).join(', ');
    throw fail(
      'path',
      `its table "${table}" has no column "${name}". It has ${some}. Rename or leave out the column in a Select step.`,
    );
  });
}
