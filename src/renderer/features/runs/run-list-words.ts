import type { BulkAction } from '../../../shared/contract/history.ts';
import { formatCount, formatPlural } from '../../ui/index.ts';

export interface BulkCount {
  readonly total: number;
  readonly cancel: number;
  readonly retry: number;
  readonly again: number;
  readonly remove: number;
  readonly pinned: number;
}

interface BulkWords {
  title: (total: number | undefined) => string;
  button: (fitting: number | undefined) => string;
  says: (fitting: number) => string;
  readonly doing: string;
  readonly done: string;
}

const runs = (count: number) => formatPlural(count, 'run');
const some = (count: number | undefined) => (count ? formatCount(count) : '');
const these = (count: number | undefined) => (count === undefined ? 'these runs' : runs(count));

/** What each bulk action is called before, while and after it is done. */
export const bulkWords: Record<BulkAction, BulkWords> = {
  cancel: {
    title: (total) => `Cancel ${these(total)}?`,
    button: (fitting) => `Cancel ${some(fitting)}`.trim(),
    says: (fitting) =>
      fitting === 0 ? 'None of them waits or runs.' : `${runs(fitting)} that wait or run will be cancelled.`,
    doing: 'Cancelling',
    done: 'cancelled',
  },
  retry: {
    title: (total) => `Retry ${these(total)}?`,
    button: (fitting) => `Retry ${some(fitting)}`.trim(),
    says: (fitting) =>
      fitting === 0
        ? 'None of them failed or was cancelled.'
        : `${runs(fitting)} that failed or were cancelled will run once more, as new runs that reuse what was kept.`,
    doing: 'Starting',
    done: 'retried',
  },
  again: {
    title: (total) => `Run ${these(total)} again?`,
    button: (fitting) => `Run ${some(fitting)} again`.replace('  ', ' '),
    says: (fitting) => `${runs(fitting)} will be started, with the same revision and parameters.`,
    doing: 'Starting',
    done: 'started',
  },
  remove: {
    title: (total) => `Delete ${these(total)}?`,
    button: (fitting) => `Delete ${some(fitting)}`.trim(),
    says: (fitting) =>
      fitting === 0
        ? 'None of them can be deleted.'
        : `${runs(fitting)} will be deleted with their steps and logs. Datasets that they published stay.`,
    doing: 'Deleting',
    done: 'deleted',
  },
  label: {
    title: (total) => `Label ${these(total)}`,
    button: (fitting) => `Label ${some(fitting)}`.trim(),
    says: (fitting) => `A label is put on ${runs(fitting)}. It can be taken back.`,
    doing: 'Labelling',
    done: 'labelled',
  },
  unlabel: {
    title: (total) => `Remove a label from ${these(total)}`,
    button: () => 'Remove the label',
    says: (fitting) => `A label is removed from those of ${runs(fitting)} that have it. It can be put back.`,
    doing: 'Removing the label from',
    done: 'changed',
  },
};

/** To how many of the runs the action would do something. */
export function fittingCount(action: BulkAction, count: BulkCount): number {
  return action === 'label' || action === 'unlabel' ? count.total : count[action];
}

/** What becomes of the others. */
export function restSentence(action: BulkAction, count: BulkCount): string | undefined {
  const rest = count.total - fittingCount(action, count);
  if (rest <= 0) return undefined;
  if (action === 'cancel') return `The other ${formatCount(rest)} have ended already.`;
  if (action === 'retry') return `The other ${formatCount(rest)} succeeded, wait or run, and are left alone.`;
  const open = rest - count.pinned;
  const parts = [
    count.pinned > 0 && `${formatCount(count.pinned)} pinned`,
    open > 0 && `${formatCount(open)} that still wait or run`,
  ].filter(Boolean);
  return `Left alone: ${parts.join(' and ')}.`;
}
