// biome-ignore-all lint/a11y/useSemanticElements: cells are placed by hand, which table elements do not allow
import {
  Binary,
  Braces,
  Brackets,
  Calendar,
  Circle,
  Clock,
  Fingerprint,
  Hash,
  type LucideIcon,
  ToggleLeft,
  Type,
} from 'lucide-react';
import type { PointerEvent } from 'react';
import { cx } from '../cx.ts';
import { formatCount, formatPercent } from '../format.ts';
import { type TypeFamily, typeFamily } from './cell.ts';

/** A column of the grid; the counts, when known, draw the small bar in its head. */
export interface GridColumn {
  name: string;
  /** Type name as the database writes it. */
  type: string;
  /** Nulls among `counted` rows. */
  nulls?: number | undefined;
  /** Different values among `counted` rows; may be an estimate. */
  distinct?: number | undefined;
  /** Rows the two counts were taken over; the row count by default. */
  counted?: number | undefined;
}

const icons: Record<TypeFamily, LucideIcon> = {
  number: Hash,
  text: Type,
  boolean: ToggleLeft,
  date: Calendar,
  time: Clock,
  list: Brackets,
  object: Braces,
  binary: Binary,
  id: Fingerprint,
  other: Circle,
};

interface HeaderCellProps {
  column: GridColumn;
  index: number;
  left: number;
  width: number;
  height: number;
  rowCount: number | undefined;
  selected: boolean;
  onSelect: (index: number, extend: boolean) => void;
  onResize: (index: number, width: number) => void;
  onFit: (index: number) => void;
}

/** Head of one column: type icon, name, the bar of nulls and distinct values, and the edge to drag. */
export function GridHeaderCell(props: HeaderCellProps) {
  const { column, index, left, width, height, selected, onSelect } = props;
  const Icon = icons[typeFamily(column.type)];
  const counted = column.counted ?? props.rowCount;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus; Ctrl+Space selects a column
    <div
      role="columnheader"
      aria-colindex={index + 2}
      aria-label={`${column.name}, ${column.type}`}
      title={columnNote(column, counted)}
      style={{ left, width, height }}
      onPointerDown={(event) => {
        if (event.button === 0) onSelect(index, event.shiftKey);
      }}
      className={cx(
        'absolute top-0 flex flex-col justify-center gap-1 border-r border-line px-2',
        selected ? 'bg-accent-soft' : 'hover:bg-hover',
      )}
    >
      <span className="flex min-w-0 items-center gap-1.5">
        <Icon size={12} aria-hidden className="shrink-0 text-muted" />
        <span className="truncate text-meta font-medium text-ink">{column.name}</span>
      </span>
      <StatBar column={column} counted={counted} />
      <ResizeEdge {...props} />
    </div>
  );
}

function columnNote(column: GridColumn, counted: number | undefined): string {
  const lines = [column.name, column.type];
  const known = counted !== undefined && counted > 0;
  if (column.nulls !== undefined) {
    lines.push(
      `${formatCount(column.nulls)} null${known ? ` (${formatPercent(column.nulls / counted)})` : ''}`,
    );
  }
  if (column.distinct !== undefined) lines.push(`${formatCount(column.distinct)} distinct`);
  return lines.join('\n');
}

/** Left to right: the share of distinct values dark, the other values light, nulls left as a hollow end. */
function StatBar({ column, counted }: { column: GridColumn; counted: number | undefined }) {
  if (!counted || (column.nulls === undefined && column.distinct === undefined)) return null;
  const filled = Math.max(0, Math.min(1, 1 - (column.nulls ?? 0) / counted));
  const distinct = Math.max(0, Math.min(filled, (column.distinct ?? 0) / counted));
  return (
    <span aria-hidden className="flex h-[3px] w-full overflow-hidden rounded-xs border border-line-strong">
      <span className="h-full bg-n9" style={{ width: `${distinct * 100}%` }} />
      <span className="h-full bg-n7" style={{ width: `${(filled - distinct) * 100}%` }} />
    </span>
  );
}

function ResizeEdge({ index, width, onResize, onFit }: HeaderCellProps) {
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    const edge = event.currentTarget;
    const startX = event.clientX;
    edge.setPointerCapture(event.pointerId);
    const move = (next: globalThis.PointerEvent) =>
      onResize(index, Math.max(48, width + next.clientX - startX));
    const stop = () => edge.removeEventListener('pointermove', move);
    edge.addEventListener('pointermove', move);
    edge.addEventListener('lostpointercapture', stop, { once: true });
  };
  return (
    <div
      aria-hidden
      onPointerDown={drag}
      onDoubleClick={() => onFit(index)}
      className="absolute inset-y-0 -right-1 z-10 w-2 cursor-col-resize after:absolute after:inset-y-0 after:left-[3px] after:w-0.5 hover:after:bg-accent active:after:bg-accent"
    />
  );
}
