// biome-ignore-all lint/a11y/useSemanticElements: a grid of cells moved through by arrow keys, which table elements do not say
// biome-ignore-all lint/a11y/useFocusableInteractive: cells take the focus in turn
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type MouseEvent, useMemo, useRef, useState } from 'react';
import { hashAddress } from '../../../data/hash-query.ts';
import { cx, formatCount, formatDuration, formatTime, type Status, statusLook } from '../../../ui/index.ts';
import {
  axisEnd,
  type GridCell,
  type GridRun,
  type HistoryGrid,
  spans,
  usualDuration,
} from './history-figures.ts';

const column = 20;
const names = 220;
const row = 24;
const chartHeight = 96;

const ground: Record<GridCell['status'] | GridRun['status'], string> = {
  pending: 'bg-n4',
  queued: 'bg-status-queued/50',
  running: 'bg-status-running',
  succeeded: 'bg-status-succeeded',
  reused: 'bg-status-reused hatched',
  failed: 'bg-status-failed',
  skipped: 'border border-line-strong bg-transparent',
  cancelled: 'bg-status-cancelled/60',
};

/** The last runs as columns, oldest left, over them how long each took; a row for each step. */
export function RunGrid({ grid }: { grid: HistoryGrid }) {
  const runs = useMemo(() => [...grid.runs].reverse(), [grid.runs]);
  const cells = useMemo(
    () => runs.map((run) => new Map(run.cells.map((cell) => [cell.nodeId, cell]))),
    [runs],
  );
  // Once a run, not once a cell: writing out a time is slow.
  const times = useMemo(() => runs.map(({ queuedAt }) => formatTime(queuedAt)), [runs]);
  const scroller = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState({ row: 0, column: runs.length - 1 });
  const virtual = useVirtualizer({
    count: grid.nodes.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => row,
    overscan: 8,
  });
  const open = (rowAt: number, columnAt: number) => {
    const run = runs[columnAt];
    if (run) location.hash = hashAddress(`#/runs/${run.id}`, { node: grid.nodes[rowAt]?.nodeId });
  };
  const focus = (rowAt: number, columnAt: number) => {
    const next = {
      row: Math.max(0, Math.min(grid.nodes.length - 1, rowAt)),
      column: Math.max(0, Math.min(runs.length - 1, columnAt)),
    };
    setAt(next);
    virtual.scrollToIndex(next.row);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-cell="${next.row}:${next.column}"]`)?.focus(),
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Record<string, [number, number]> = {
      ArrowUp: [at.row - 1, at.column],
      ArrowDown: [at.row + 1, at.column],
      ArrowLeft: [at.row, at.column - 1],
      ArrowRight: [at.row, at.column + 1],
      Home: [at.row, 0],
      End: [at.row, runs.length - 1],
    };
    const to = moves[event.key];
    if (to) focus(...to);
    else if (event.key === 'Enter') open(at.row, at.column);
    else return;
    event.preventDefault();
  };
  const onClick = (event: MouseEvent) => {
    const cell = event.target instanceof Element ? event.target.closest('[data-cell]') : null;
    const [rowAt, columnAt] = (cell?.getAttribute('data-cell') ?? '').split(':').map(Number);
    if (cell && rowAt !== undefined && columnAt !== undefined) open(rowAt, columnAt);
  };
  const width = names + runs.length * column + 16;
  return (
    <section aria-label="Last runs by step" className="shrink-0 border-b border-line">
      <div ref={scroller} className="max-h-[420px] overflow-auto">
        <div style={{ width }} className="min-w-full">
          <div className="sticky top-0 z-10 border-b border-line bg-panel">
            <Durations runs={runs} times={times} />
          </div>
          <div
            role="grid"
            aria-label={`Steps of the last ${runs.length} runs`}
            aria-rowcount={grid.nodes.length}
            aria-colcount={runs.length}
            className="relative"
            style={{ height: virtual.getTotalSize() }}
            onKeyDown={onKeyDown}
            onClick={onClick}
          >
            {virtual.getVirtualItems().map((item) => {
              const node = grid.nodes[item.index];
              if (!node) return null;
              return (
                <div
                  key={node.nodeId}
                  role="row"
                  aria-rowindex={item.index + 1}
                  className="absolute inset-x-0 flex items-center hover:bg-hover"
                  style={{ height: row, transform: `translateY(${item.start}px)` }}
                >
                  <span
                    role="rowheader"
                    dir="auto"
                    title={node.current ? node.title : `${node.title}: no longer part of the pipeline`}
                    className={cx(
                      'sticky left-0 z-[1] h-full shrink-0 truncate bg-panel pr-3 pl-4 leading-6',
                      !node.current && 'text-muted italic',
                    )}
                    style={{ width: names }}
                  >
                    {node.title}
                  </span>
                  {runs.map((run, columnAt) => (
                    <Cell
                      key={run.id}
                      name={`${item.index}:${columnAt}`}
                      run={run}
                      time={times[columnAt] ?? ''}
                      title={node.title}
                      cell={cells[columnAt]?.get(node.nodeId)}
                      tabbable={at.row === item.index && at.column === columnAt}
                    />
                  ))}
                </div>
              );
            })}
          </div>
        </div>
      </div>
      <Legend />
    </section>
  );
}

function Cell(props: {
  name: string;
  run: GridRun;
  time: string;
  title: string;
  cell: GridCell | undefined;
  tabbable: boolean;
}) {
  const { cell, run } = props;
  const status =
    cell?.status ?? (run.status === 'queued' || run.status === 'running' ? 'pending' : 'skipped');
  const figures = [
    cell?.milliseconds != null && formatDuration(cell.milliseconds),
    cell?.rows != null && `${formatCount(cell.rows)} rows`,
  ].filter(Boolean);
  const said = [props.title, props.time, wordOf(status), ...figures].join(', ');
  return (
    <span
      role="gridcell"
      data-cell={props.name}
      tabIndex={props.tabbable ? 0 : -1}
      aria-label={said}
      title={said}
      className="flex shrink-0 cursor-pointer items-center justify-center rounded-xs"
      style={{ width: column, height: row }}
    >
      <span
        aria-hidden
        className={cx('flex size-3.5 items-center justify-center rounded-xs', ground[status])}
      >
        {status === 'failed' && <span className="text-micro leading-none font-bold text-panel">×</span>}
      </span>
    </span>
  );
}

function wordOf(status: GridCell['status']): string {
  return status === 'pending' ? 'not yet' : statusLook[status as Status].word.toLowerCase();
}

/** How long each run took, its wait lighter below; the line is the usual duration. */
function Durations({ runs, times }: { runs: readonly GridRun[]; times: readonly string[] }) {
  const greatest = Math.max(0, ...runs.map((run) => (spans(run).waited ?? 0) + (spans(run).ran ?? 0)));
  const end = axisEnd(greatest);
  const usual = usualDuration(runs);
  const height = (milliseconds: number) => (milliseconds / end) * (chartHeight - 16);
  return (
    <div className="relative flex items-end" style={{ height: chartHeight }}>
      <div
        className="sticky left-0 z-[1] flex h-full shrink-0 flex-col justify-between bg-panel py-1.5 pr-3 pl-4 text-right text-meta text-muted nums"
        style={{ width: names }}
      >
        <span>{formatDuration(end)}</span>
        <span className="text-left">
          How long they took
          {usual !== undefined && <span className="block">usually {formatDuration(usual)}</span>}
        </span>
      </div>
      {usual !== undefined && (
        <span
          aria-hidden
          className="pointer-events-none absolute right-0 border-t border-dashed border-line-strong"
          style={{ left: names, bottom: height(usual) }}
        />
      )}
      {runs.map((run, at) => {
        const { waited, ran } = spans(run);
        const words = [
          times[at],
          statusLook[run.status].word.toLowerCase(),
          ran !== null && `ran ${formatDuration(ran)}`,
          waited !== null && `after ${formatDuration(waited)} in the queue`,
          run.attempt > 1 && `${run.attempt} attempts`,
          run.rowsWritten !== null && `${formatCount(run.rowsWritten)} rows written`,
          run.error?.message,
        ].filter(Boolean);
        return (
          <a
            key={run.id}
            href={`#/runs/${run.id}`}
            aria-label={`Run of ${words.join(', ')}`}
            title={words.join('\n')}
            className="flex h-full shrink-0 flex-col items-center justify-end rounded-xs hover:bg-hover"
            style={{ width: column }}
          >
            <span
              className={cx('w-3 rounded-t-xs', ground[run.status])}
              style={{ height: Math.max(2, height(ran ?? 0)) }}
            />
            <span className="w-3 bg-n6" style={{ height: height(waited ?? 0) }} />
          </a>
        );
      })}
    </div>
  );
}

const legend: readonly GridCell['status'][] = [
  'succeeded',
  'reused',
  'running',
  'failed',
  'skipped',
  'cancelled',
];

function Legend() {
  return (
    <ul aria-label="Colours" className="flex flex-wrap gap-x-4 gap-y-1 px-4 py-2 text-meta text-muted">
      {legend.map((status) => (
        <li key={status} className="flex items-center gap-1.5">
          <span
            aria-hidden
            className={cx('flex size-3 items-center justify-center rounded-xs', ground[status])}
          >
            {status === 'failed' && <span className="text-micro leading-none font-bold text-panel">×</span>}
          </span>
          {statusLook[status as Status].word}
        </li>
      ))}
      <li className="flex items-center gap-1.5">
        <span aria-hidden className="size-3 rounded-xs bg-n6" />
        Waited in the queue
      </li>
    </ul>
  );
}
