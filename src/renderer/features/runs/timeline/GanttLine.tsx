// biome-ignore-all lint/a11y/useSemanticElements: a virtual list positions its lines, which table elements do not allow
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid around the lines holds the focus
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the grid around the lines handles the keys
import { ChevronRight, Ellipsis } from 'lucide-react';
import type { ReactNode } from 'react';
import type { RunStep } from '../../../../shared/contract/domain.ts';
import {
  ContextMenu,
  cx,
  DropdownMenu,
  formatCount,
  formatDuration,
  formatPlural,
  IconButton,
  type MenuItems,
} from '../../../ui/index.ts';
import { StepIcon } from '../step/StepIcon.tsx';
import { GanttTrack, Wait } from './GanttTrack.tsx';
import { ganttGrid } from './gantt-grid.ts';
import type { StepBars } from './timeline.ts';

interface CommonProps {
  readonly id: string;
  readonly index: number;
  readonly bars: StepBars;
  readonly focused: boolean;
  readonly open: boolean;
  readonly toggle: () => void;
}

interface StepLineProps extends CommonProps {
  readonly step: RunStep;
  readonly note: string | undefined;
  readonly choose: () => void;
  readonly items: MenuItems;
}

/** A step: its name, rows and time, its bar, and its menu. The arrow opens its log below it. */
export function StepLine({ step, note, choose, items, ...line }: StepLineProps) {
  return (
    <ContextMenu items={items}>
      <div
        role="row"
        id={line.id}
        aria-rowindex={line.index + 1}
        aria-level={1}
        aria-selected={line.focused}
        aria-expanded={line.open}
        data-node={step.nodeId}
        onClick={(event) => isOwnClick(event.target) && choose()}
        className={cx(
          ganttGrid,
          'group/line h-6 cursor-default items-center',
          line.focused ? 'bg-accent-soft' : 'hover:bg-hover data-[state=open]:bg-hover',
        )}
      >
        <span role="gridcell" className="flex min-w-0 items-center gap-1.5">
          <Toggle {...line} label={`Log of ${step.title}`} />
          <StepIcon step={step} />
          <span
            className={cx(
              'truncate',
              step.status === 'reused' || step.status === 'skipped' ? 'text-muted' : 'font-medium',
            )}
            dir="auto"
            title={`${step.title} (${step.nodeId})`}
          >
            {step.title}
          </span>
        </span>
        <Figure tone={step.rejectedRows ? 'text-status-warning' : undefined}>
          {step.rows === null ? undefined : formatCount(step.rows)}
        </Figure>
        <Figure>{timeText(step, line.bars)}</Figure>
        <GanttTrack step={step} bars={line.bars} note={note} focused={line.focused} />
        <span role="gridcell" className="flex">
          <DropdownMenu
            align="end"
            items={items}
            trigger={
              <IconButton
                size="sm"
                label={`Actions for ${step.title}`}
                icon={Ellipsis}
                tabIndex={line.focused ? 0 : -1}
                className={
                  line.focused ? '' : 'opacity-0 group-hover/line:opacity-100 data-[state=open]:opacity-100'
                }
              />
            }
          />
        </span>
      </div>
    </ContextMenu>
  );
}

/** How far a running step is, or how long it has run so far; how long one took that is over. */
function timeText({ nodeId, status, percent, milliseconds }: RunStep, bars: StepBars): string | undefined {
  if (status === 'running' && percent) return `${percent} %`;
  if (milliseconds !== null) return status === 'reused' ? undefined : formatDuration(milliseconds);
  const bar = status === 'running' ? bars.steps.get(nodeId) : undefined;
  return bar && formatDuration(bar.width * bars.span);
}

interface FoldLineProps extends CommonProps {
  readonly steps: readonly RunStep[];
}

/** Several reused steps in a row as one line. */
export function FoldLine({ steps, ...line }: FoldLineProps) {
  return (
    <div
      role="row"
      id={line.id}
      aria-rowindex={line.index + 1}
      aria-level={1}
      aria-selected={line.focused}
      aria-expanded={line.open}
      onClick={(event) => isOwnClick(event.target) && line.toggle()}
      className={cx(
        ganttGrid,
        'h-6 cursor-default items-center',
        line.focused ? 'bg-accent-soft' : 'hover:bg-hover',
      )}
    >
      <span role="gridcell" className="flex min-w-0 items-center gap-1.5 text-muted">
        <Toggle {...line} label={`${formatPlural(steps.length, 'reused step')}`} />
        {steps[0] && <StepIcon step={steps[0]} />}
        <span className="truncate" title={steps.map(({ title }) => title).join(', ')}>
          {formatPlural(steps.length, 'reused step')}
        </span>
      </span>
      <Figure />
      <Figure />
      <span role="gridcell" className="relative h-5 min-w-0">
        <Wait bar={line.bars.queue} />
        <span
          className="absolute inset-y-0 right-0 flex items-center pl-1.5 text-micro text-muted"
          style={{ left: `${line.bars.zero * 100}%` }}
        >
          <span aria-hidden className="mr-1.5 h-3.5 w-8 shrink-0 hatched rounded-xs text-status-reused" />
          <span className="truncate">Nothing changed since an earlier run</span>
        </span>
      </span>
      <span role="gridcell" />
    </div>
  );
}

function Toggle({ open, toggle, focused, label }: CommonProps & { label: string }) {
  return (
    <button
      type="button"
      aria-label={open ? `Close: ${label}` : `Open: ${label}`}
      tabIndex={focused ? 0 : -1}
      onClick={toggle}
      className="flex size-4 shrink-0 items-center justify-center rounded-xs text-muted hover:bg-press hover:text-ink"
    >
      <ChevronRight aria-hidden className={cx('size-3.5 transition-transform', open && 'rotate-90')} />
    </button>
  );
}

function Figure({ tone, children }: { tone?: string | undefined; children?: ReactNode }) {
  return (
    <span role="gridcell" className={cx('truncate text-right nums', tone ?? 'text-muted')}>
      {children}
    </span>
  );
}

const isOwnClick = (target: EventTarget): boolean =>
  target instanceof Element && !target.closest('button, a, [role=menuitem]');
