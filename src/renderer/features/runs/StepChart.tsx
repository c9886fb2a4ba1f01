import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react';
import type { RunDetail, RunStep } from '../../../shared/contract/domain.ts';
import { formatBytes, formatCount, formatDuration, type Status, StatusBadge } from '../../ui/index.ts';
import { isActive } from './run-data.ts';
import { axisTicks, type Bar, type StepBars, stepBars } from './step-bars.ts';
import { stepNotes } from './step-notes.ts';
import { useNow } from './use-now.ts';

const rowHeight = 28;
const grid = 'grid grid-cols-[minmax(200px,2fr)_120px_110px_80px_90px_minmax(200px,3fr)] gap-x-4 px-4';

interface StepChartProps {
  readonly run: RunDetail;
  readonly focus: string | undefined;
  readonly setFocus: (nodeId: string | undefined) => void;
}

/** Steps as rows with their figures, and beside them when each ran: a bar that grows while it runs. */
export function StepChart({ run, focus, setFocus }: StepChartProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const bars = stepBars(run, useNow(isActive(run)));
  const rows = useVirtualizer({
    count: run.steps.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 20,
  });
  const notes = useMemo(() => stepNotes(run), [run]);
  const focusedAt = run.steps.findIndex(({ nodeId }) => nodeId === focus);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another step in focus is what moves the view
  useEffect(() => {
    if (focusedAt >= 0) rows.scrollToIndex(focusedAt, { align: 'auto' });
  }, [focusedAt]);
  const move = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = run.steps[Math.max(0, Math.min(run.steps.length - 1, focusedAt + step))];
    if (next) setFocus(next.nodeId);
  };
  return (
    <div ref={scroller} className="h-full overflow-auto">
      <div
        className={`${grid} sticky top-0 z-10 h-8 items-center border-b border-line bg-panel text-meta text-muted`}
      >
        <span>Step</span>
        <span>State</span>
        <span className="text-right">Rows</span>
        <span className="text-right">Size</span>
        <span className="text-right">Time</span>
        <Axis bars={bars} />
      </div>
      <div
        role="listbox"
        aria-label="Steps"
        tabIndex={0}
        data-ring="inside"
        onKeyDown={move}
        style={{ height: rows.getTotalSize(), position: 'relative' }}
      >
        {rows.getVirtualItems().map(({ index, start }) => {
          const step = run.steps[index];
          return (
            step && (
              <StepRow
                key={step.nodeId}
                step={step}
                top={start}
                bars={bars}
                note={notes.get(step.nodeId)}
                focused={focus === step.nodeId}
                choose={() => setFocus(focus === step.nodeId ? undefined : step.nodeId)}
              />
            )
          );
        })}
      </div>
    </div>
  );
}

function Axis({ bars: { span, zero } }: { bars: StepBars }) {
  return (
    <span className="relative h-4 overflow-hidden nums">
      {axisTicks(span, zero).map(({ at, left }) => (
        <span
          key={at}
          className="absolute border-l border-line pl-1 whitespace-nowrap"
          style={{ left: `${left * 100}%` }}
        >
          {formatDuration(at)}
        </span>
      ))}
    </span>
  );
}

interface StepRowProps {
  readonly step: RunStep;
  readonly top: number;
  readonly bars: StepBars;
  /** Why the step has no bar. */
  readonly note: string | undefined;
  readonly focused: boolean;
  readonly choose: () => void;
}

function StepRow({ step, top, bars, note, focused, choose }: StepRowProps) {
  const rejected = step.rejectedRows ? ` (${formatCount(step.rejectedRows)} rejected)` : '';
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list around it holds the focus and moves by arrow keys
    <div
      role="option"
      aria-selected={focused}
      tabIndex={-1}
      onClick={choose}
      className={`${grid} absolute inset-x-0 cursor-default items-center ${focused ? 'bg-accent-soft' : 'hover:bg-hover'}`}
      style={{ top, height: rowHeight }}
    >
      <span className="flex min-w-0 items-baseline gap-2">
        <span
          className={`truncate ${step.status === 'reused' ? 'text-muted' : 'font-medium'}`}
          dir="auto"
          title={step.title}
        >
          {step.title}
        </span>
        <span className="truncate font-mono text-micro text-muted">{step.nodeId}</span>
      </span>
      <StepState step={step} />
      <span className="truncate text-right nums" title={rejected || undefined}>
        {step.rows === null ? <span className="text-faint">–</span> : formatCount(step.rows)}
      </span>
      <span className="text-right text-muted nums">{step.bytes === null ? '' : formatBytes(step.bytes)}</span>
      <span className="text-right text-muted nums">
        {step.milliseconds === null ? '' : formatDuration(step.milliseconds)}
      </span>
      <Track step={step} queue={bars.queue} bar={bars.steps.get(step.nodeId)} note={note} />
    </div>
  );
}

function StepState({ step }: { step: RunStep }) {
  const status: Status = step.status === 'pending' ? 'queued' : step.status;
  const label = step.status === 'pending' ? 'Waiting' : undefined;
  return (
    <StatusBadge
      variant="plain"
      status={status}
      label={step.status === 'running' && step.percent ? `Running ${step.percent} %` : label}
    />
  );
}

const barLook: Partial<Record<RunStep['status'], string>> = {
  running: 'bg-status-running animate-pulse',
  succeeded: 'bg-status-succeeded/75',
  failed: 'bg-status-failed',
  reused: 'hatched text-status-reused',
  cancelled: 'bg-status-cancelled/60',
};

interface TrackProps {
  readonly step: RunStep;
  readonly queue: Bar;
  readonly bar: Bar | undefined;
  readonly note: string | undefined;
}

function Track({ step, queue, bar, note }: TrackProps) {
  const tone = step.status === 'failed' ? 'text-status-failed' : 'text-muted';
  return (
    <span className="relative h-4 min-w-0" title={note}>
      {queue.width > 0 && (
        <span
          aria-hidden
          className="absolute inset-y-1.5 rounded-xs bg-status-queued/20"
          style={place(queue)}
        />
      )}
      {bar && (
        <span
          aria-hidden
          className={`absolute inset-y-0.5 min-w-0.5 rounded-xs ${barLook[step.status] ?? ''}`}
          style={place(bar)}
        />
      )}
      {note && !bar && (
        <span
          className={`absolute inset-y-0 right-0 truncate pl-1 text-micro ${tone}`}
          style={{ left: `${queue.width * 100}%` }}
        >
          {note}
        </span>
      )}
    </span>
  );
}

const place = ({ left, width }: Bar) => ({ left: `${left * 100}%`, width: `${width * 100}%` });
