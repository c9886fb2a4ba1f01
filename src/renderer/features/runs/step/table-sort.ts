import { definitionOf } from '../../../graph/kinds.ts';
import type { StepFigures } from './step-figures.ts';

export type TableColumn =
  | 'number'
  | 'title'
  | 'kind'
  | 'status'
  | 'rowsIn'
  | 'rows'
  | 'rejected'
  | 'rate'
  | 'bytes'
  | 'memory'
  | 'tries'
  | 'started'
  | 'time';

export interface TableSort {
  readonly column: TableColumn;
  readonly descending: boolean;
}

/** What a column holds for a step; null where it is not known. */
export function figureOf(figures: StepFigures, column: TableColumn): string | number | null {
  const { step, number, rowsIn, rowsPerSecond, took } = figures;
  switch (column) {
    case 'number':
      return number;
    case 'title':
      return step.title;
    case 'kind':
      return definitionOf(step.kind)?.title ?? step.kind;
    case 'status':
      return step.status;
    case 'rowsIn':
      return rowsIn;
    case 'rows':
      return step.rows;
    case 'rejected':
      return step.rejectedRows;
    case 'rate':
      return rowsPerSecond;
    case 'bytes':
      return step.bytes;
    case 'memory':
      return step.live?.memoryBytes ?? null;
    case 'tries':
      return step.tries;
    case 'started':
      return step.startedAt;
    case 'time':
      return took;
  }
}

/** Sorted by one column; equal ones stay in the graph's order, unknown values come last either way. */
export function sortFigures(
  figures: readonly StepFigures[],
  { column, descending }: TableSort,
): StepFigures[] {
  const turn = descending ? -1 : 1;
  return [...figures].sort((one, other) => {
    const [left, right] = [figureOf(one, column), figureOf(other, column)];
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
    if (typeof left === 'number' && typeof right === 'number') return (left - right) * turn;
    return String(left).localeCompare(String(right)) * turn;
  });
}
