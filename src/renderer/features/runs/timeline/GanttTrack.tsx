// biome-ignore-all lint/a11y/useSemanticElements: a virtual list positions its lines, which table elements do not allow
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid around the lines holds the focus
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the grid around the lines handles the keys
import type { RunStep } from '../../../../shared/contract/domain.ts';
import { cx, formatBytes, formatCount, formatDuration, formatPlural, statusLook } from '../../../ui/index.ts';
import { axisTicks, type Bar, type StepBars } from './timeline.ts';

/** The time axis: round times since the attempt started; what lies left of zero is its wait. */
export function GanttAxis({ bars: { span, zero } }: { bars: StepBars }) {
  return (
    <span className="relative h-4 overflow-hidden nums">
      {zero > 0.12 && <span className="absolute left-0 text-micro text-faint">waited</span>}
      {axisTicks(span, zero).map(({ at, left }) => (
        <span
          key={at}
          className="absolute border-l border-line-strong pl-1 whitespace-nowrap"
          style={{ left: `${left * 100}%` }}
        >
          {formatDuration(at)}
        </span>
      ))}
    </span>
  );
}

const barLook: Partial<Record<RunStep['status'], string>> = {
  running: 'gantt-running bg-status-running',
  succeeded: 'bg-status-succeeded/75',
  failed: 'bg-status-failed',
  reused: 'hatched text-status-reused',
  cancelled: 'bg-status-cancelled/60',
};

interface TrackProps {
  readonly step: RunStep;
  readonly bars: StepBars;
  /** Why the step has no bar of its own. */
  readonly note: string | undefined;
  readonly focused: boolean;
}

/** The stretch of a step on the axis, and what stands there in place of one. */
export function GanttTrack({ step, bars, note, focused }: TrackProps) {
  const bar = bars.steps.get(step.nodeId);
  const tone = step.status === 'failed' ? 'text-status-failed' : 'text-muted';
  return (
    <span role="gridcell" className="relative h-5 min-w-0" title={hoverText(step, note)}>
      <Wait bar={bars.queue} />
      {bar && (
        <span
          aria-hidden
          data-bar
          className={cx(
            'absolute inset-y-[3px] min-w-1 rounded-xs',
            step.status === 'running' &&
              'transition-[width] duration-300 ease-linear motion-reduce:transition-none',
            barLook[step.status],
          )}
          style={place(bar)}
        />
      )}
      {note && !bar && (
        <span
          className={`absolute inset-y-0 right-0 flex items-center pl-1.5 text-micro ${tone}`}
          style={{ left: `${bars.zero * 100}%` }}
        >
          {step.status === 'reused' && (
            <span aria-hidden className="mr-1.5 h-3.5 w-8 shrink-0 hatched rounded-xs text-status-reused" />
          )}
          {step.reusedFromRun ? (
            <a
              href={`#/runs/${step.reusedFromRun}?node=${step.nodeId}`}
              tabIndex={focused ? 0 : -1}
              className="truncate rounded-sm hover:text-accent-text hover:underline"
            >
              {note}
            </a>
          ) : (
            <span className="truncate">{note}</span>
          )}
        </span>
      )}
    </span>
  );
}

/** The part of the axis before the attempt started, lighter than any bar. */
export function Wait({ bar }: { bar: Bar }) {
  if (bar.width <= 0) return null;
  return (
    <span aria-hidden className="absolute inset-y-[7px] rounded-xs bg-status-queued/18" style={place(bar)} />
  );
}

/** The figures of a step in words, for the pointer; the Step tab holds them for the keyboard. */
function hoverText(step: RunStep, note: string | undefined): string {
  const parts = [
    step.status === 'pending' ? 'Waiting' : statusLook[step.status].word,
    step.milliseconds !== null && step.status !== 'reused' ? formatDuration(step.milliseconds) : undefined,
    step.rows === null ? undefined : formatPlural(step.rows, 'row'),
    step.rejectedRows ? `${formatCount(step.rejectedRows)} rejected` : undefined,
    step.bytes === null ? undefined : formatBytes(step.bytes),
    step.live && `${formatBytes(step.live.memoryBytes)} of memory`,
    step.live?.rowsPerSecond !== undefined && `${formatCount(Math.round(step.live.rowsPerSecond))} rows/s`,
    step.tries > 1 ? `${step.tries} tries` : undefined,
    note,
  ];
  return parts.filter(Boolean).join(', ');
}

const place = ({ left, width }: Bar) => ({ left: `${left * 100}%`, width: `${width * 100}%` });
