import type { RunDetail, RunSummary } from '../../../shared/contract/domain.ts';
import type { Status } from '../../ui/index.ts';
import { clockText } from './clock.ts';

/** How a run's state is shown: a look of the status table, the word, and what it waits for or why it ended so. */
export interface RunState {
  readonly status: Status;
  readonly word: string;
  readonly note?: string;
}

type StateOf = Pick<RunSummary, 'status' | 'attempt' | 'percent' | 'notBefore' | 'error'> &
  Partial<Pick<RunDetail, 'waitsFor' | 'maxAttempts'>>;

/** Runs between two attempts are queued in the store; a person is told that they are retried. */
export function isRetrying({ status, attempt, notBefore }: StateOf): boolean {
  return status === 'queued' && attempt > 0 && notBefore !== null;
}

/** The state in words. `cancelling`: this window has asked it to stop. */
export function runState(run: StateOf, cancelling = false): RunState {
  if (cancelling && (run.status === 'running' || run.status === 'queued'))
    return {
      status: 'running',
      word: 'Cancelling',
      note: 'Its query is stopped and what it wrote is removed.',
    };
  switch (run.status) {
    case 'queued':
      return isRetrying(run)
        ? { status: 'queued', word: 'Retrying', note: waitNote(run) }
        : { status: 'queued', word: 'Queued', note: waitNote(run) };
    case 'running':
      return { status: 'running', word: run.percent > 0 ? `Running ${run.percent} %` : 'Running' };
    case 'succeeded':
      return { status: 'succeeded', word: 'Succeeded' };
    case 'failed':
      return run.error?.code === 'interrupted'
        ? { status: 'failed', word: 'Interrupted' }
        : { status: 'failed', word: 'Failed' };
    case 'cancelled':
      return endedEarly(run);
  }
}

function endedEarly({ error }: StateOf): RunState {
  if (error?.code === 'skipped') return { status: 'skipped', word: 'Skipped', note: error.message };
  if (error?.code === 'replaced') return { status: 'cancelled', word: 'Replaced', note: error.message };
  return { status: 'cancelled', word: 'Cancelled' };
}

function waitNote(run: StateOf): string | undefined {
  const next = run.maxAttempts && run.maxAttempts > 1 ? ` of ${run.maxAttempts}` : '';
  if (run.notBefore && (isRetrying(run) || run.waitsFor === 'time'))
    return isRetrying(run)
      ? `Attempt ${run.attempt + 1}${next} starts at ${clockText(run.notBefore)}`
      : `Waits until ${clockText(run.notBefore)}`;
  switch (run.waitsFor) {
    case 'slot':
      return 'Waits for a free slot';
    case 'pipeline':
      return 'Waits for its pipeline’s limit';
    case 'dataset':
      return 'Waits for a run that writes the same dataset';
    default:
      return undefined;
  }
}
