import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useRef } from 'react';
import type { RunDetail, RunStep } from '../../../shared/contract/domain.ts';
import { formatBytes, formatCount, formatDuration, type Status, StatusBadge } from '../../ui/index.ts';
import { useNow } from './RunFacts.tsx';
import { isActive } from './run-data.ts';
import { axisTicks, type Bar, type StepBars, stepBars } from './step-bars.ts';

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
  const move = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = run.steps.findIndex(({ nodeId }) => nodeId === focus);
    const next = run.steps[Math.max(0, Math.min(run.steps.length - 1, at + step))];
    if (next) {
      setFocus(next.nodeId);
      rows.scrollToIndex(run.steps.indexOf(next));
    }
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
        <Axis span={bars.span} />
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

function Axis({ span }: { span: number }) {
  return (
    <span className="relative h-4 nums">
      {axisTicks(span * 0.92).map((tick) => (
        <span
          key={tick}
          className="absolute border-l border-line pl-1 whitespace-nowrap"
          style={{ left: `${(tick / span) * 100}%` }}
        >
          {formatDuration(tick)}
        </span>
      ))}
    </span>
  );
}

interface StepRowProps {
  readonly step: RunStep;
  readonly top: number;
  readonly bars: StepBars;
  readonly focused: boolean;
  readonly choose: () => void;
}

function StepRow({ step, top, bars, focused, choose }: StepRowProps) {
  const rejected = step.rejectedRows ? ` (${formatCount(step.rejectedRows)} rejected)` : '';
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list around it holds the focus and moves by arrow keys
    <div
      role="option"
      aria-selected={focused}
      tabIndex={-1}
      onClick={choose}
      className={`${grid} absolute inset-x-0 cursor-default items-center ${focused ? 'bg-accent-soft' : 'hover:bg-hover'} ${step.status === 'reused' ? 'opacity-80' : ''}`}
      style={{ top, height: rowHeight }}
    >
      <span className="flex min-w-0 items-baseline gap-2">
        <span className="truncate font-medium" dir="auto" title={step.title}>
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
      <Track step={step} queue={bars.queue} bar={bars.steps.get(step.nodeId)} />
    </div>
  );
}

function StepState({ step }: { step: RunStep }) {
  const status: Status = step.status === 'pending' ? 'queued' : step.status;
  const label = step.status === 'pending' ? 'Waiting' : undefined;
  const badge = (
    <StatusBadge
      variant="plain"
      status={status}
      label={step.status === 'running' && step.percent !== null ? `Running ${step.percent} %` : label}
    />
  );
  if (!step.reusedFromRun) return badge;
  return (
    <a
      href={`#/runs/${step.reusedFromRun}`}
      title="Open the run that made these rows"
      className="rounded-sm hover:underline"
      onClick={(event) => event.stopPropagation()}
    >
      {badge}
    </a>
  );
}

const barLook: Partial<Record<RunStep['status'], string>> = {
  running: 'bg-status-running animate-pulse',
  succeeded: 'bg-status-succeeded/75',
  failed: 'bg-status-failed',
  reused: 'hatched text-status-reused',
  cancelled: 'bg-status-cancelled/60',
};

function Track({ step, queue, bar }: { step: RunStep; queue: Bar; bar: Bar | undefined }) {
  return (
    <span className="relative h-3" title={step.error?.message}>
      <span aria-hidden className="absolute inset-y-1 rounded-xs bg-status-queued/15" style={place(queue)} />
      {bar && (
        <span
          aria-hidden
          className={`absolute inset-y-0 min-w-0.5 rounded-xs ${barLook[step.status] ?? ''}`}
          style={place(bar)}
        />
      )}
    </span>
  );
}

const place = ({ left, width }: Bar) => ({ left: `${left * 100}%`, width: `${width * 100}%` });
