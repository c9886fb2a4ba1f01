import type { ReactNode } from 'react';
import { cx } from '../ui/index.ts';
import { groupEdges, KindIcon } from './KindIcon.tsx';
import { definitionOf } from './kinds.ts';
import { nodeHeight, nodeWidth } from './places.ts';

export interface FlowCardProps {
  readonly id: string;
  readonly kind: string;
  readonly title: ReactNode;
  /** One line under the title; undefined where the step is not set up. */
  readonly summary: string | undefined;
  /** Labels of several inputs stand inside the card, at its left; those of several outputs at its right. */
  readonly labelledInputs: boolean;
  readonly disabled: boolean;
  readonly failed: boolean;
  readonly selected: boolean;
  /** A strip hangs below the card. */
  readonly footed: boolean;
  /** Classes of its own: a quieter card. */
  readonly className?: string | undefined;
  /** Marks, ports and the strip. */
  readonly children?: ReactNode;
}

/** The card of a step on a canvas: the colour of its group, its icon, its title and what it is set to. */
export function FlowCard(props: FlowCardProps) {
  const { id, kind, title, summary, labelledInputs, disabled, failed, selected, footed } = props;
  const definition = definitionOf(kind);
  return (
    <div
      data-step={id}
      style={{ width: nodeWidth, height: nodeHeight }}
      className={cx(
        'step-card group/card relative flex items-center gap-2.5 border bg-raised',
        (definition?.outputs.length ?? 0) > 1 ? 'pr-16' : 'pr-2.5',
        labelledInputs ? 'pl-11' : 'pl-3.5',
        ' transition-[box-shadow,border-color]',
        footed ? 'rounded-t-lg' : 'rounded-lg',
        failed ? 'border-status-failed' : 'border-line-strong',
        selected && 'step-selected',
        disabled && 'border-dashed',
        props.className,
      )}
    >
      <span
        aria-hidden
        className={cx(
          'absolute inset-y-[-1px] left-[-1px] w-[3px]',
          footed ? 'rounded-tl-lg' : 'rounded-l-lg',
          failed ? 'bg-status-failed' : definition ? groupEdges[definition.group] : 'bg-n8',
        )}
      />
      <span className={cx('contents', disabled && '*:opacity-50')}>
        <KindIcon kind={kind} />
        <span className="min-w-0 flex-1">
          {typeof title === 'string' ? <CardTitle title={title} /> : title}
          <span
            dir="auto"
            className={cx('block truncate text-meta', summary ? 'text-muted' : 'text-faint italic')}
          >
            {summary || 'Not set up yet'}
          </span>
        </span>
      </span>
      {props.children}
    </div>
  );
}

function CardTitle({ title }: { title: string }) {
  return (
    <span dir="auto" data-step-title className="block truncate leading-[18px] font-medium">
      {title}
    </span>
  );
}

/** What a step is set to, in a line; empty where it is not set up. */
export function summaryOf(kind: string, config: Record<string, unknown>): string {
  const definition = definitionOf(kind);
  if (!definition) return 'This kind of step is not known here.';
  try {
    return definition
      .summary(config as never)
      .replace(/\s+/g, ' ')
      .slice(0, 200);
  } catch {
    // A config written by hand may hold anything; the form says what is wrong with it.
    return '';
  }
}

/** Pixels that a port is wide and high, as in canvas.css. */
export const portSize = 10;

/** The place of a port on the side of a card, in pixels from its top. */
export const portTop = (index: number, count: number): number => ((index + 1) * nodeHeight) / (count + 1);

/** Labels that always show stand inside the card, where no wire and no row count runs. */
export function portLabelPlace(side: 'target' | 'source', count: number): string {
  if (count > 1) return side === 'target' ? 'left-full ml-0.5' : 'right-full mr-0.5';
  return side === 'target' ? 'right-full mr-1' : 'left-full ml-1';
}
