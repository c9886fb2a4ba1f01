import { copyText } from '../clipboard.ts';
import { formatCount } from '../format.ts';
import { toast } from '../toast-store.ts';
import type { GridRow } from './cell.ts';
import { copyTable, type GridRange } from './selection.ts';

/** More rows than this do not belong on a clipboard. */
export const mostCopiedRows = 100_000;

interface Source {
  rows: (index: number) => GridRow | undefined;
  /** Reads rows that are not in memory: `[start, end)`. */
  loadRows?: ((start: number, end: number) => Promise<readonly GridRow[]>) | undefined;
}

/** Copies a range and says what it could not take; a clipboard that silently lacks rows would be a wrong answer. */
export async function copyRange(source: Source, range: GridRange, header?: readonly string[]): Promise<void> {
  const wanted = range.bottom - range.top + 1;
  const bottom = Math.min(range.bottom, range.top + mostCopiedRows - 1);
  let rows = inMemory(source, range.top, bottom);
  if (rows.length < bottom - range.top + 1 && source.loadRows) {
    rows = [...(await source.loadRows(range.top, bottom + 1))];
  }
  if (!(await copyText(copyTable(rows, range, header)))) {
    toast.error('The clipboard refused the copy', { description: 'Allow clipboard access and copy again.' });
  } else if (rows.length < wanted) {
    const rest = source.loadRows ? 'That is the most one copy takes.' : 'The rest is not loaded yet.';
    toast.warning(`Copied ${formatCount(rows.length)} of ${formatCount(wanted)} rows`, { description: rest });
  }
}

/** The rows from `top` that are loaded without a gap. */
function inMemory(source: Source, top: number, bottom: number): GridRow[] {
  const rows: GridRow[] = [];
  for (let index = top; index <= bottom; index++) {
    const row = source.rows(index);
    if (!row) break;
    rows.push(row);
  }
  return rows;
}
