/** One place in which two configs differ. `undefined` on a side: it is not there. */
export interface ValueChange {
  /** As a person reads it: `columns[2].name`. Empty for the value as a whole. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Every place in which two values of JSON differ, outermost first where a whole part came or went. */
export function valueChanges(before: unknown, after: unknown, path = ''): ValueChange[] {
  if (Object.is(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, index) =>
      valueChanges(before[index], after[index], `${path}[${index}]`),
    ).flat();
  }
  if (isRecord(before) && isRecord(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) =>
      valueChanges(own(before, name), own(after, name), path ? `${path}.${name}` : name),
    );
  }
  return [{ path, before, after }];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const own = (record: Record<string, unknown>, name: string): unknown =>
  Object.hasOwn(record, name) ? record[name] : undefined;

/** A value on one line, texts as they are. */
export function valueText(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export interface DiffLine {
  readonly side: 'both' | 'before' | 'after';
  readonly text: string;
}

/** Longer texts are shown as all removed and all added: comparing them line by line would take too long. */
const mostLines = 1_000;

/** Two texts line by line: common lines once, what was removed before what was added. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const one = before.split('\n');
  const two = after.split('\n');
  if (one.length > mostLines || two.length > mostLines)
    return [...one.map((text) => line('before', text)), ...two.map((text) => line('after', text))];
  const common = commonLengths(one, two);
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < one.length || j < two.length) {
    const [left, right] = [one[i], two[j]];
    if (left !== undefined && left === right) {
      lines.push(line('both', left));
      i += 1;
      j += 1;
    } else if (left !== undefined && (right === undefined || at(common, i + 1, j) >= at(common, i, j + 1))) {
      lines.push(line('before', left));
      i += 1;
    } else if (right !== undefined) {
      lines.push(line('after', right));
      j += 1;
    }
  }
  return lines;
}

const line = (side: DiffLine['side'], text: string): DiffLine => ({ side, text });
const at = (table: readonly Uint16Array[], i: number, j: number): number => table[i]?.[j] ?? 0;

/** Length of the longest common run of lines from each pair of places to the ends. */
function commonLengths(one: readonly string[], two: readonly string[]): Uint16Array[] {
  const table = Array.from({ length: one.length + 1 }, () => new Uint16Array(two.length + 1));
  for (let i = one.length - 1; i >= 0; i -= 1) {
    const row = table[i];
    if (!row) continue;
    for (let j = two.length - 1; j >= 0; j -= 1) {
      row[j] =
        one[i] === two[j] ? at(table, i + 1, j + 1) + 1 : Math.max(at(table, i + 1, j), at(table, i, j + 1));
    }
  }
  return table;
}
