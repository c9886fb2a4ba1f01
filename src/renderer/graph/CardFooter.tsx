import type { RunStep } from '../../shared/contract/domain.ts';
import { cx, formatCount, formatDuration, ProgressBar, statusLook } from '../ui/index.ts';

export interface CardFooterProps {
  readonly step: RunStep;
  /** The state in words, for the hover and the ear. */
  readonly word: string;
  /** The step was changed since it ran. */
  readonly stale?: boolean;
  readonly failed: boolean;
  readonly selected: boolean;
}

/** The strip under a card after or during a run: state, rows, time, or the first line of the error. */
export function CardFooter({ step, word, stale = false, failed, selected }: CardFooterProps) {
  const status = stale ? 'stale' : step.status === 'pending' ? 'queued' : step.status;
  const look = statusLook[status];
  const error = step.error?.message.split('\n', 1)[0];
  return (
    <div
      title={failed ? step.error?.message : word}
      className={cx(
        'absolute top-full right-[-1px] left-[-1px] flex h-6 items-center gap-1.5 overflow-hidden rounded-b-lg border border-t-0 bg-sunken px-2.5 text-micro nums',
        failed ? 'border-status-failed' : 'border-line-strong',
        selected && 'step-selected-foot',
        stale && 'opacity-75',
      )}
    >
      <look.icon
        size={12}
        aria-hidden
        className={cx('shrink-0', look.text, status === 'running' && 'animate-spin')}
      />
      <span className="sr-only">{look.word}</span>
      {failed && error ? (
        <span className="min-w-0 flex-1 truncate text-status-failed">{error}</span>
      ) : (
        <span className="min-w-0 flex-1 truncate text-muted">{rowsText(step, status)}</span>
      )}
      {step.rejectedRows ? (
        <span className="shrink-0 text-status-warning">{formatCount(step.rejectedRows)} rejected</span>
      ) : null}
      {step.milliseconds !== null && status !== 'reused' && (
        <span className="shrink-0 text-faint">{formatDuration(step.milliseconds)}</span>
      )}
      {status === 'running' && (
        <span className="absolute inset-x-0 bottom-0">
          <ProgressBar
            value={step.percent ? Math.min(99, Math.floor(step.percent)) / 100 : undefined}
            label={word}
          />
        </span>
      )}
    </div>
  );
}

function rowsText(step: RunStep, status: string): string {
  if (status === 'stale')
    return step.rows === null ? 'Out of date' : `Out of date: ${formatCount(step.rows)}`;
  if (step.rows !== null) return `${formatCount(step.rows)} ${step.rows === 1 ? 'row' : 'rows'}`;
  if (status === 'running') return step.percent ? `${Math.min(99, Math.floor(step.percent))} %` : 'Running';
  return statusLook[status as keyof typeof statusLook]?.word ?? '';
}
