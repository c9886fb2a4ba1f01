import type { ReactNode } from 'react';
import { formatCount, formatNumber, formatPlural } from '../format.ts';
import type { GridRow } from './cell.ts';
import type { GridRange } from './selection.ts';

/** Sums over more cells than this would make every move of the selection slow. */
const mostCells = 20_000;

interface GridFooterProps {
  seen: readonly [number, number];
  rowCount: number | undefined;
  range: GridRange | undefined;
  rows: (index: number) => GridRow | undefined;
  children?: ReactNode;
}

/** "1 to 200 of 10,482,113", what is selected, and whatever the screen adds. */
export function GridFooter({ seen, rowCount, range, rows, children }: GridFooterProps) {
  const [first, last] = seen;
  const several = range && (range.top !== range.bottom || range.left !== range.right);
  return (
    <div className="flex h-7 shrink-0 items-center gap-4 border-t border-line bg-panel px-3 text-meta text-muted nums">
      <span className="whitespace-nowrap">
        {last === 0
          ? `0 of ${formatCount(rowCount)}`
          : `${formatCount(first + 1)} to ${formatCount(last)} of ${formatCount(rowCount)}`}
      </span>
      {several && <span className="truncate">{summary(range, rows)}</span>}
      {children && <span className="ml-auto flex min-w-0 items-center gap-3">{children}</span>}
    </div>
  );
}

function summary(range: GridRange, rows: GridFooterProps['rows']): string {
  const height = range.bottom - range.top + 1;
  const width = range.right - range.left + 1;
  const parts = [`${formatPlural(height, 'row')} × ${formatPlural(width, 'column')} selected`];
  if (height * width > mostCells) return parts[0] ?? '';
  let sum = 0;
  let count = 0;
  for (let row = range.top; row <= range.bottom; row++) {
    for (let column = range.left; column <= range.right; column++) {
      const value = rows(row)?.[column];
      if (typeof value !== 'number') continue;
      sum += value;
      count++;
    }
  }
  if (count > 1) parts.push(`sum ${formatNumber(sum)}`, `average ${formatNumber(sum / count)}`);
  return parts.join(', ');
}
