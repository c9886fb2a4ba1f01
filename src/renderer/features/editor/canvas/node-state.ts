import type { RunStep } from '../../../../shared/contract/domain.ts';
import type { Problem } from '../../../../shared/pipeline/problem.ts';
import type { Status } from '../../../ui/index.ts';

/** What a card says about its step, most urgent first. `word` always goes with the colour and the icon. */
export interface NodeState {
  readonly status: Status | 'disabled' | 'unconfigured' | undefined;
  readonly word: string;
  /** First line of the error or of the problem. */
  readonly message?: string;
  /** 0 to 100, rounded down: 100 means done. */
  readonly percent?: number;
}

export interface NodeFacts {
  readonly disabled: boolean;
  readonly step: RunStep | undefined;
  readonly stale: boolean;
  readonly problems: readonly Problem[];
  /** The run that the step belongs to has not ended. */
  readonly live: boolean;
}

export function nodeState({ disabled, step, stale, problems, live }: NodeFacts): NodeState {
  if (disabled) return { status: 'disabled', word: 'Disabled: rows pass through unchanged' };
  if (live && step && !stale) return stepState(step);
  const error = problems.find((problem) => problem.severity === 'error');
  if (error) return { status: 'unconfigured', word: 'Needs attention', message: error.message };
  if (step && stale) return { status: 'stale', word: 'Changed since the last run' };
  if (step && step.status !== 'pending') return stepState(step);
  const warning = problems[0];
  if (warning) return { status: 'warning', word: 'Warning', message: warning.message };
  return { status: undefined, word: 'Ready' };
}

function stepState(step: RunStep): NodeState {
  const message = step.error?.message.split('\n', 1)[0];
  switch (step.status) {
    case 'pending':
      return { status: 'queued', word: 'Waiting' };
    case 'running': {
      const percent = step.percent === null ? undefined : Math.min(99, Math.floor(step.percent));
      return { status: 'running', word: percent === undefined ? 'Running' : `Running ${percent} %`, percent };
    }
    case 'succeeded':
      return { status: 'succeeded', word: 'Succeeded' };
    case 'reused':
      return { status: 'reused', word: 'Reused: nothing changed since an earlier run' };
    case 'failed':
      return { status: 'failed', word: 'Failed', message };
    case 'skipped':
      return { status: 'skipped', word: 'Skipped' };
    case 'cancelled':
      return { status: 'cancelled', word: 'Cancelled' };
  }
}
