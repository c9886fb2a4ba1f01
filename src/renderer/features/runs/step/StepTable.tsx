// biome-ignore-all lint/a11y/useSemanticElements: a virtual list positions its lines, which table elements do not allow
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid around the lines holds the focus
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the grid around the lines handles the keys
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp, Ellipsis } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { RunDetail, RunStep } from '../../../../shared/contract/domain.ts';
import { definitionOf } from '../../../graph/kinds.ts';
import {
  ContextMenu,
  cx,
  DropdownMenu,
  formatBytes,
  formatClock,
  formatCount,
  formatDuration,
  IconButton,
  type MenuItems,
} from '../../../ui/index.ts';
import { isActive } from '../run-data.ts';
import { useNow } from '../use-now.ts';
import { StepIcon } from './StepIcon.tsx';
import { type StepFigures, stepFigures } from './step-figures.ts';
import { figureOf, sortFigures, type TableColumn, type TableSort } from './table-sort.ts';

const rowHeight = 28;
const grid =
  'grid grid-cols-[28px_minmax(160px,3fr)_minmax(90px,1.2fr)_104px_repeat(3,minmax(60px,92px))_64px_68px_64px_40px_96px_68px_24px] gap-x-3 pr-2 pl-3';

const columns: { id: TableColumn; title: string; end?: boolean; hint?: string }[] = [
  { id: 'number', title: '#', end: true, hint: 'Place in the order of the graph' },
  { id: 'title', title: 'Step' },
  { id: 'kind', title: 'Kind' },
  { id: 'status', title: 'State' },
  { id: 'rowsIn', title: 'Rows in', end: true },
  { id: 'rows', title: 'Rows out', end: true },
  { id: 'rejected', title: 'Rejected', end: true },
  { id: 'rate', title: 'Rows/s', end: true, hint: 'Rows given a second of its own time' },
  { id: 'bytes', title: 'Size', end: true, hint: 'Bytes of the rows that it gave' },
  { id: 'memory', title: 'Memory', end: true, hint: 'Of the engine, while the step runs' },
  { id: 'tries', title: 'Tries', end: true },
  { id: 'started', title: 'Started', end: true },
  { id: 'time', title: 'Time', end: true },
];

interface StepTableProps {
  readonly run: RunDetail;
  readonly steps: readonly RunStep[];
  readonly focus: string | undefined;
  readonly setFocus: (nodeId: string | undefined) => void;
  readonly menu: (step: RunStep) => MenuItems;
}

/** Every figure of every step, sorted as wished. Up and down move the focus of the page. */
export function StepTable({ run, steps, focus, setFocus, menu }: StepTableProps) {
  const [sort, setSort] = useState<TableSort>({ column: 'number', descending: false });
  const now = useNow(isActive(run), 1000);
  const figures = useMemo(
    () => sortFigures(stepFigures(run.document, steps, now), sort),
    [run.document, steps, now, sort],
  );
  const scroller = useRef<HTMLDivElement>(null);
  const base = useId();
  const virtual = useVirtualizer({
    count: figures.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 20,
    scrollPaddingStart: 32,
  });
  const at = figures.findIndex(({ step }) => step.nodeId === focus);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another step in focus is what moves the view
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' });
  }, [focus]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const moves: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: figures.length - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) setFocus(figures[Math.max(0, Math.min(figures.length - 1, to))]?.step.nodeId);
    else if (event.key === 'Escape') setFocus(undefined);
    else return;
    event.preventDefault();
  };
  return (
    <div ref={scroller} className="h-full overflow-auto">
      <div
        role="grid"
        aria-label="Steps"
        aria-rowcount={figures.length + 1}
        aria-activedescendant={at >= 0 ? `${base}-${at}` : undefined}
        tabIndex={0}
        data-ring="inside"
        onKeyDown={onKeyDown}
        className="min-w-fit"
      >
        <div
          role="row"
          aria-rowindex={1}
          className={`${grid} sticky top-0 z-10 h-8 items-center border-b border-line bg-panel text-meta text-muted`}
        >
          {columns.map((column) => (
            <Head key={column.id} {...column} sort={sort} setSort={setSort} />
          ))}
          <span role="columnheader">
            <span className="sr-only">Actions</span>
          </span>
        </div>
        <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const item = figures[index];
            return (
              item && (
                <Row
                  key={item.step.nodeId}
                  id={`${base}-${index}`}
                  index={index}
                  top={start}
                  figures={item}
                  focused={index === at}
                  choose={() => setFocus(index === at ? undefined : item.step.nodeId)}
                  items={menu(item.step)}
                />
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}

interface HeadProps {
  readonly id: TableColumn;
  readonly title: string;
  readonly end?: boolean;
  readonly hint?: string;
  readonly sort: TableSort;
  readonly setSort: (sort: TableSort) => void;
}

function Head({ id, title, end, hint, sort, setSort }: HeadProps) {
  const own = sort.column === id;
  const Arrow = sort.descending ? ArrowDown : ArrowUp;
  return (
    <span
      role="columnheader"
      aria-sort={own ? (sort.descending ? 'descending' : 'ascending') : 'none'}
      className="min-w-0"
    >
      <button
        type="button"
        title={hint}
        onClick={() => setSort({ column: id, descending: own && !sort.descending })}
        className={cx(
          'flex h-6 w-full min-w-0 items-center gap-0.5 rounded-sm hover:text-ink',
          end && 'justify-end',
          own && 'text-ink',
        )}
      >
        <span className="truncate">{title}</span>
        {own && id !== 'number' && <Arrow aria-hidden className="size-3 shrink-0" />}
      </button>
    </span>
  );
}

interface RowProps {
  readonly id: string;
  readonly index: number;
  readonly top: number;
  readonly figures: StepFigures;
  readonly focused: boolean;
  readonly choose: () => void;
  readonly items: MenuItems;
}

function Row({ id, index, top, figures, focused, choose, items }: RowProps) {
  const { step } = figures;
  return (
    <ContextMenu items={items}>
      <div
        role="row"
        id={id}
        aria-rowindex={index + 2}
        aria-selected={focused}
        data-node={step.nodeId}
        onClick={(event) => {
          if (event.target instanceof Element && !event.target.closest('button, [role=menuitem]')) choose();
        }}
        style={{ height: rowHeight, transform: `translateY(${top}px)` }}
        className={cx(
          grid,
          'group/line absolute inset-x-0 top-0 cursor-default items-center',
          focused ? 'bg-accent-soft' : 'hover:bg-hover data-[state=open]:bg-hover',
          (step.status === 'reused' || step.status === 'skipped') && 'text-muted',
        )}
      >
        {columns.map((column) => (
          <span
            role="gridcell"
            key={column.id}
            className={cx(
              'min-w-0 truncate',
              column.end && 'text-right nums',
              quiet.has(column.id) && 'text-muted',
            )}
          >
            <Cell column={column.id} figures={figures} />
          </span>
        ))}
        <span role="gridcell" className="flex">
          <DropdownMenu
            align="end"
            items={items}
            trigger={
              <IconButton
                size="sm"
                label={`Actions for ${step.title}`}
                icon={Ellipsis}
                tabIndex={focused ? 0 : -1}
                className={
                  focused ? '' : 'opacity-0 group-hover/line:opacity-100 data-[state=open]:opacity-100'
                }
              />
            }
          />
        </span>
      </div>
    </ContextMenu>
  );
}

const quiet: ReadonlySet<TableColumn> = new Set([
  'number',
  'kind',
  'rate',
  'bytes',
  'memory',
  'tries',
  'started',
  'time',
]);

function Cell({ column, figures }: { column: TableColumn; figures: StepFigures }) {
  const { step } = figures;
  switch (column) {
    case 'title':
      return (
        <span dir="auto" className="font-medium" title={`${step.title} (${step.nodeId})`}>
          {step.title}
        </span>
      );
    case 'kind':
      return definitionOf(step.kind)?.title ?? step.kind;
    case 'status':
      return <StepIcon step={step} variant="plain" />;
    case 'rejected':
      return step.rejectedRows ? (
        <span className="text-status-warning">{formatCount(step.rejectedRows)}</span>
      ) : null;
    default:
      return figureText(column, figures);
  }
}

function figureText(column: TableColumn, figures: StepFigures): string {
  const value = figureOf(figures, column);
  if (typeof value !== 'number') return column === 'started' && value ? formatClock(value) : '';
  if (column === 'bytes' || column === 'memory') return formatBytes(value);
  if (column === 'time') return formatDuration(value);
  return column === 'tries' && value < 2 ? '' : formatCount(value);
}
