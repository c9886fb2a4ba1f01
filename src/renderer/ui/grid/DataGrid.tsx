// biome-ignore-all lint/a11y/useSemanticElements: cells are placed by hand, which table elements do not allow
import { Copy, Maximize2, TableProperties } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import { CopyButton } from '../CopyButton.tsx';
import { cx } from '../cx.ts';
import { Dialog } from '../Dialog.tsx';
import { ContextMenu } from '../Menu.tsx';
import type { MenuItems } from '../menu-items.ts';
import { cellDetail, fitWidth, type GridRow, typeFamily } from './cell.ts';
import { copyRange } from './copy.ts';
import { GridFooter } from './GridFooter.tsx';
import { type GridColumn, GridHeaderCell } from './GridHeader.tsx';
import { GridLine } from './GridLine.tsx';
import { columnEdges, rowHeight } from './scroll.ts';
import { isInRange, moveSelection, rangeOf, selectAll } from './selection.ts';
import { useGridSelection } from './use-grid-selection.ts';
import { useGridWindow } from './use-grid-window.ts';

export interface DataGridProps {
  columns: readonly GridColumn[];
  /** Counts of the columns come later: their place in the head is kept, so that nothing moves. */
  awaitsStats?: boolean;
  /** Undefined while the total is not known: the foot says "?" and `loadedRows` bounds the scrolling. */
  rowCount: number | undefined;
  /** With an unknown total: how many rows are known to exist so far. */
  loadedRows?: number;
  /** The row, or undefined while it is not loaded. Must be a new function when the data behind it changes. */
  rows: (index: number) => GridRow | undefined;
  /** Asks for `[start, end)` to be loaded; called a moment after scrolling rests. */
  onVisibleRange?: (start: number, end: number) => void;
  /** Reads rows for copying beyond what is loaded. */
  loadRows?: (start: number, end: number) => Promise<readonly GridRow[]>;
  /** Spoken name. */
  label: string;
  /** More lines in the right-click menu for a column. */
  columnMenu?: (column: GridColumn) => MenuItems;
  /** At the right of the foot. */
  footer?: ReactNode;
  /** Shown under the header when there are no rows. */
  empty?: ReactNode;
  className?: string;
}

/**
 * A table of data, drawn only where it is visible, for any number of rows and columns.
 * Arrows move, Shift extends, mod jumps to the edge, mod+A takes all, Shift+Space the row, mod+Space the column,
 * mod+C copies, mod+Shift+C copies with names, Enter shows the whole value, Alt+arrows size the column.
 */
export function DataGrid(props: DataGridProps) {
  const { columns, rows, label, rowCount, empty } = props;
  const count = rowCount ?? props.loadedRows ?? 0;
  const node = useRef<HTMLDivElement>(null);
  const base = useId();
  const [sizes, setSizes] = useState<Readonly<Record<string, number>>>({});
  const [detail, setDetail] = useState<{ name: string; text: string } | null>(null);

  const source = useRef(rows);
  source.current = rows;
  const hasFirst = rows(0) !== undefined;
  // Fitted to the first rows once, when they arrive; later rows must not make the columns jump.
  const fitted = useMemo(() => {
    const sample = hasFirst ? Array.from({ length: 20 }, (_, row) => source.current(row)) : [];
    return columns.map(({ name, type }, index) =>
      Math.min(
        280,
        fitWidth(
          name,
          type,
          sample.flatMap((row) => (row ? [row[index]] : [])),
        ),
      ),
    );
  }, [columns, hasFirst]);
  const edges = useMemo(
    () => columnEdges(columns.map((column, index) => sizes[column.name] ?? fitted[index] ?? 120)),
    [columns, sizes, fitted],
  );
  const families = useMemo(() => columns.map((column) => typeFamily(column.type)), [columns]);
  const hasStats =
    props.awaitsStats === true ||
    columns.some((column) => column.nulls !== undefined || column.distinct !== undefined);
  const headerHeight = hasStats ? 38 : 30;
  const gutterWidth = Math.max(40, String(count).length * 7 + 20);
  const size = { rows: count, columns: columns.length };

  const { view, scale, onScroll, showCell, pageRows, viewport } = useGridWindow({
    node,
    rowCount: count,
    edges,
    headerHeight,
    gutterWidth,
  });
  const { selection, select, pointer, onColumn } = useGridSelection(size);
  const range = selection ? rangeOf(selection, size) : undefined;

  useVisibleRange(view.startRow, view.endRow, props.onVisibleRange);

  const setWidth = (index: number, width: number) => {
    const name = columns[index]?.name;
    if (name !== undefined) setSizes((old) => ({ ...old, [name]: Math.round(width) }));
  };
  const fit = (index: number) => {
    const column = columns[index];
    if (!column) return;
    const values = [];
    for (let row = view.startRow; row < view.endRow; row++) values.push(rows(row)?.[index]);
    setWidth(index, fitWidth(column.name, column.type, values));
  };
  const copy = (withNames: boolean) => {
    if (range) void copyRange(props, range, withNames ? columns.map((column) => column.name) : undefined);
  };
  const openDetail = () => {
    const at = selection?.focus;
    const row = at && rows(at.row);
    const column = at && columns[at.column];
    if (row && column) setDetail({ name: column.name, text: cellDetail(row[at.column]) });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const mod = event.ctrlKey || event.metaKey;
    const focus = selection?.focus;
    if (event.altKey && focus && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) {
      const now = (edges[focus.column + 1] ?? 0) - (edges[focus.column] ?? 0);
      setWidth(focus.column, Math.max(48, now + (event.key === 'ArrowLeft' ? -16 : 16)));
    } else if (mod && event.key.toLowerCase() === 'c') copy(event.shiftKey);
    else if (event.key === 'Enter' && focus) openDetail();
    else if (event.key === 'Escape' && selection) select(null);
    else {
      const next = moveSelection(selection, { key: event.key, shift: event.shiftKey, mod }, size, pageRows);
      if (!next) return;
      select(next);
      // Taking everything must not throw the reader to the end.
      if (!(mod && event.key.toLowerCase() === 'a')) showCell(next.focus.row, next.focus.column);
    }
    event.preventDefault();
  };

  const column = selection ? columns[selection.focus.column] : undefined;
  const menu: MenuItems = [
    range && { label: 'Copy', icon: Copy, shortcut: 'mod+c', onSelect: () => copy(false) },
    range && {
      label: 'Copy with names',
      icon: TableProperties,
      shortcut: 'mod+shift+c',
      onSelect: () => copy(true),
    },
    range && { label: 'Show whole value', icon: Maximize2, shortcut: 'enter', onSelect: openDetail },
    ...(column && props.columnMenu ? (['separator', ...props.columnMenu(column)] as const) : []),
    'separator',
    { label: 'Select all', shortcut: 'mod+a', onSelect: () => select(selectAll(size)) },
  ];

  const width = gutterWidth + (edges.at(-1) ?? 0);
  const lines = [];
  for (let row = view.startRow; row < view.endRow; row++) {
    lines.push(
      <GridLine
        key={row}
        base={base}
        index={row}
        top={(row - view.baseRow) * rowHeight}
        row={rows(row)}
        edges={edges}
        families={families}
        startColumn={view.startColumn}
        endColumn={view.endColumn}
        gutterWidth={gutterWidth}
        range={range && row >= range.top && row <= range.bottom ? range : undefined}
        focus={selection?.focus.row === row ? selection.focus : undefined}
      />,
    );
  }
  const focus = selection?.focus;
  const focusDrawn =
    focus !== undefined &&
    isInRange(
      { top: view.startRow, bottom: view.endRow - 1, left: view.startColumn, right: view.endColumn - 1 },
      focus.row,
      focus.column,
    );
  return (
    <div className={cx('flex min-h-0 min-w-0 flex-1 flex-col bg-panel', props.className)}>
      <ContextMenu items={menu}>
        <div
          ref={node}
          role="grid"
          aria-label={label}
          aria-rowcount={rowCount === undefined ? -1 : rowCount + 1}
          aria-colcount={columns.length + 1}
          aria-multiselectable
          aria-activedescendant={focusDrawn ? `${base}-${focus.row}-${focus.column}` : undefined}
          tabIndex={0}
          data-ring="inside"
          onScroll={onScroll}
          onKeyDown={onKeyDown}
          onFocus={(event) => {
            // Arriving by Tab puts the cursor somewhere; a click sets its own place.
            if (!selection && event.target.matches(':focus-visible') && count > 0) {
              const start = { row: view.seen[0], column: view.startColumn };
              select({ kind: 'cells', anchor: start, focus: start });
            }
          }}
          onDoubleClick={(event) => {
            if (event.target instanceof Element && event.target.closest('[data-column]')) openDetail();
          }}
          {...pointer}
          className="relative min-h-0 flex-1 overflow-auto overscroll-contain"
        >
          <div role="presentation" style={{ width, height: headerHeight + scale.height }}>
            <div role="rowgroup" className="sticky top-0 z-20">
              {/* biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus */}
              <div
                role="row"
                aria-rowindex={1}
                style={{ width, height: headerHeight }}
                className="relative border-b border-line-strong bg-sunken"
              >
                {/* biome-ignore lint/a11y/useFocusableInteractive: as above */}
                {/* biome-ignore lint/a11y/useKeyWithClickEvents: mod+A does the same */}
                <div
                  role="columnheader"
                  aria-colindex={1}
                  title="Select all"
                  style={{ width: gutterWidth }}
                  onClick={() => select(selectAll(size))}
                  className="sticky left-0 z-10 h-full border-r border-line bg-sunken hover:bg-n4"
                >
                  <span className="sr-only">Row number</span>
                </div>
                {columns.slice(view.startColumn, view.endColumn).map((each, offset) => {
                  const index = view.startColumn + offset;
                  return (
                    <GridHeaderCell
                      key={each.name}
                      column={each}
                      index={index}
                      left={gutterWidth + (edges[index] ?? 0)}
                      width={(edges[index + 1] ?? 0) - (edges[index] ?? 0)}
                      height={headerHeight - 1}
                      rowCount={rowCount}
                      selected={
                        selection?.kind === 'columns' &&
                        !!range &&
                        index >= range.left &&
                        index <= range.right
                      }
                      onSelect={onColumn}
                      onResize={setWidth}
                      onFit={fit}
                    />
                  );
                })}
              </div>
            </div>
            <div role="rowgroup" className="relative" style={{ top: view.layerTop }}>
              {lines}
            </div>
          </div>
          {count === 0 && empty && (
            <div
              role="presentation"
              className="sticky left-0 flex items-center justify-center"
              style={{ width: viewport.width, height: Math.max(0, viewport.height - headerHeight) }}
            >
              {empty}
            </div>
          )}
        </div>
      </ContextMenu>
      <GridFooter seen={view.seen} rowCount={rowCount} range={range} rows={rows}>
        {props.footer}
      </GridFooter>
      <Dialog
        open={detail !== null}
        onOpenChange={() => setDetail(null)}
        title={detail?.name ?? ''}
        width="lg"
        footer={<CopyButton withText size="lg" text={detail?.text ?? ''} />}
      >
        <pre className="font-mono text-data whitespace-pre-wrap wrap-anywhere select-text">
          {detail?.text}
        </pre>
      </Dialog>
    </div>
  );
}

/** Dragging the bar passes thousands of rows; only where it rests is worth loading. */
function useVisibleRange(start: number, end: number, report: DataGridProps['onVisibleRange']): void {
  const latest = useRef(report);
  useEffect(() => {
    latest.current = report;
  });
  useEffect(() => {
    if (end <= start) return;
    const timer = window.setTimeout(() => latest.current?.(start, end), 60);
    return () => window.clearTimeout(timer);
  }, [start, end]);
}
