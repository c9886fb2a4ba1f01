// biome-ignore-all lint/a11y/useSemanticElements: a virtual list positions its lines, which table elements do not allow
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid around the lines holds the focus
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the grid around the lines handles the keys
import './gantt.css';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { RunDetail, RunStep } from '../../../../shared/contract/domain.ts';
import type { MenuItems } from '../../../ui/index.ts';
import { isActive } from '../run-data.ts';
import { stepNotes } from '../step/step-notes.ts';
import { useNow } from '../use-now.ts';
import { FoldLine, StepLine } from './GanttLine.tsx';
import { GanttAxis } from './GanttTrack.tsx';
import { ganttGrid } from './gantt-grid.ts';
import { type GanttRow, ganttRows, rowIndexOf } from './gantt-rows.ts';
import { InlineLog } from './InlineLog.tsx';
import { type StepBars, stepBars, timelineOf } from './timeline.ts';

const rowHeight = 24;
const logHeight = 200;

export interface GanttProps {
  readonly run: RunDetail;
  readonly attempt: number;
  readonly steps: readonly RunStep[];
  readonly focus: string | undefined;
  readonly setFocus: (nodeId: string | undefined) => void;
  /** What can be done with a step. */
  readonly menu: (step: RunStep) => MenuItems;
}

/**
 * When each step ran: a line a step, drawn only where it is visible. One stop for Tab; up and down move the focus of
 * the page, right opens the step's log in its place, left closes it.
 */
export function Gantt({ run, attempt, steps, focus, setFocus, menu }: GanttProps) {
  const [folds, setFolds] = useState<ReadonlySet<string>>(new Set());
  const [logs, setLogs] = useState<ReadonlySet<string>>(new Set());
  const timeline = timelineOf(run, attempt, steps);
  const live = isActive(run) && timeline.finishedAt === null;
  const bars = stepBars(timeline, useNow(live));
  const notes = useMemo(() => stepNotes({ ...run, steps }), [run, steps]);
  const rows = useMemo(() => ganttRows(steps, folds), [steps, folds]);
  const scroller = useRef<HTMLDivElement>(null);
  const base = useId();
  const focusedAt = rowIndexOf(rows, focus);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => rows[index]?.id ?? index,
    estimateSize: (index) => rowHeight + (logs.has(rows[index]?.id ?? '') ? logHeight : 0),
    overscan: 20,
    scrollPaddingStart: 36,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: lines that open or close change the heights
  useEffect(() => virtual.measure(), [logs, rows.length]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another step in focus is what moves the view
  useEffect(() => {
    if (focusedAt >= 0) virtual.scrollToIndex(focusedAt, { align: 'auto' });
  }, [focus]);

  const toggleLog = (id: string, open = !logs.has(id)) => setLogs(withMember(logs, id, open));
  const toggleFold = (id: string, open = !folds.has(id)) => setFolds(withMember(folds, id, open));
  const open = (row: GanttRow | undefined, wanted: boolean) => {
    if (row?.kind === 'step') toggleLog(row.id, wanted);
    else if (row) toggleFold(row.id, wanted);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const to = targetOf(event.key, focusedAt, rows.length);
    if (to !== undefined) setFocus(nodeOf(rows[to]));
    else if (event.key === 'ArrowRight') open(rows[focusedAt], true);
    else if (event.key === 'ArrowLeft') open(rows[focusedAt], false);
    else if (event.key === 'Escape') setFocus(undefined);
    else return;
    event.preventDefault();
  };
  return (
    <div ref={scroller} className="h-full overflow-auto">
      <div
        aria-hidden
        className={`${ganttGrid} sticky top-0 z-10 h-7 items-center border-b border-line bg-panel text-meta text-muted`}
      >
        <span className="pl-5">Step</span>
        <span className="text-right">Rows</span>
        <span className="text-right">Time</span>
        <GanttAxis bars={bars} />
        <span />
      </div>
      <div
        role="treegrid"
        aria-label="Steps over time"
        aria-rowcount={rows.length}
        aria-activedescendant={focusedAt >= 0 ? `${base}-${focusedAt}` : undefined}
        tabIndex={0}
        data-ring="inside"
        onKeyDown={onKeyDown}
        style={{ height: virtual.getTotalSize(), position: 'relative' }}
      >
        {virtual.getVirtualItems().map(({ index, start, key }) => {
          const row = rows[index];
          return (
            row && (
              <div
                key={key}
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${start}px)` }}
              >
                <Line
                  row={row}
                  id={`${base}-${index}`}
                  index={index}
                  bars={bars}
                  notes={notes}
                  focused={index === focusedAt}
                  logOpen={logs.has(row.id)}
                  choose={setFocus}
                  toggle={() => open(row, row.kind === 'step' ? !logs.has(row.id) : !row.open)}
                  menu={menu}
                />
                {row.kind === 'step' && logs.has(row.id) && (
                  <div role="row" className="pr-2 pl-8">
                    <div role="gridcell" className="mb-1 rounded-md border border-line bg-sunken">
                      <InlineLog
                        run={run}
                        attempt={attempt}
                        nodeId={row.id}
                        height={logHeight - 8}
                        live={live}
                      />
                    </div>
                  </div>
                )}
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}

interface LineProps {
  readonly row: GanttRow;
  readonly id: string;
  readonly index: number;
  readonly bars: StepBars;
  readonly notes: ReadonlyMap<string, string>;
  readonly focused: boolean;
  readonly logOpen: boolean;
  readonly choose: (nodeId: string | undefined) => void;
  readonly toggle: () => void;
  readonly menu: (step: RunStep) => MenuItems;
}

function Line({ row, choose, notes, menu, logOpen, ...rest }: LineProps) {
  if (row.kind === 'fold') return <FoldLine {...rest} steps={row.steps} open={row.open} />;
  const { step } = row;
  return (
    <StepLine
      {...rest}
      step={step}
      note={notes.get(step.nodeId)}
      open={logOpen}
      choose={() => choose(rest.focused ? undefined : step.nodeId)}
      items={menu(step)}
    />
  );
}

function withMember(set: ReadonlySet<string>, id: string, member: boolean): ReadonlySet<string> {
  const next = new Set(set);
  if (member) next.add(id);
  else next.delete(id);
  return next;
}

/** The node that a line stands for: a fold stands for its first step. */
function nodeOf(row: GanttRow | undefined): string | undefined {
  return row?.kind === 'fold' ? row.steps[0]?.nodeId : row?.step.nodeId;
}

function targetOf(key: string, at: number, count: number): number | undefined {
  const moves: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: count - 1 };
  const to = moves[key];
  return to === undefined || count === 0 ? undefined : Math.max(0, Math.min(count - 1, to));
}
