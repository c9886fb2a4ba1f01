import { type Cell, cellText, type GridRow } from './cell.ts';

export interface CellPosition {
  row: number;
  column: number;
}

/** A rectangle from where it began to where it is now; rows and columns reach across the whole grid. */
export interface GridSelection {
  kind: 'cells' | 'rows' | 'columns';
  anchor: CellPosition;
  focus: CellPosition;
}

/** Inclusive bounds. */
export interface GridRange {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

export interface GridSize {
  rows: number;
  columns: number;
}

export function rangeOf(selection: GridSelection, size: GridSize): GridRange {
  const { kind, anchor, focus } = selection;
  return {
    top: kind === 'columns' ? 0 : Math.min(anchor.row, focus.row),
    bottom: kind === 'columns' ? size.rows - 1 : Math.max(anchor.row, focus.row),
    left: kind === 'rows' ? 0 : Math.min(anchor.column, focus.column),
    right: kind === 'rows' ? size.columns - 1 : Math.max(anchor.column, focus.column),
  };
}

export function isInRange(range: GridRange | undefined, row: number, column: number): boolean {
  return !!range && row >= range.top && row <= range.bottom && column >= range.left && column <= range.right;
}

/** Every cell. */
export function selectAll(size: GridSize): GridSelection {
  return {
    kind: 'rows',
    anchor: { row: 0, column: 0 },
    focus: { row: Math.max(0, size.rows - 1), column: Math.max(0, size.columns - 1) },
  };
}

/** A key press as the grid reads it; `mod` is Ctrl or Command. */
export interface GridKey {
  key: string;
  shift: boolean;
  mod: boolean;
}

/** The selection after a key, or undefined when the key does not move it. `page` is rows on one screen. */
export function moveSelection(
  from: GridSelection | null,
  pressed: GridKey,
  size: GridSize,
  page: number,
): GridSelection | undefined {
  if (size.rows === 0 || size.columns === 0) return undefined;
  if (pressed.mod && pressed.key.toLowerCase() === 'a') return selectAll(size);
  if (pressed.key === ' ' && pressed.shift && from) return { ...from, kind: 'rows' };
  if (pressed.key === ' ' && pressed.mod && from) return { ...from, kind: 'columns' };
  const step = stepOf(pressed, size, page);
  if (!step) return undefined;
  const at = from?.focus;
  const row = at ? clamp(at.row + step.row, size.rows) : 0;
  const column = at ? clamp(at.column + step.column, size.columns) : 0;
  const focus = { row, column };
  if (pressed.shift && from) return { ...from, focus };
  return { kind: 'cells', anchor: focus, focus };
}

function stepOf({ key, mod }: GridKey, size: GridSize, page: number): CellPosition | undefined {
  const far = { row: size.rows, column: size.columns };
  switch (key) {
    case 'ArrowUp':
      return { row: mod ? -far.row : -1, column: 0 };
    case 'ArrowDown':
      return { row: mod ? far.row : 1, column: 0 };
    case 'ArrowLeft':
      return { row: 0, column: mod ? -far.column : -1 };
    case 'ArrowRight':
      return { row: 0, column: mod ? far.column : 1 };
    case 'PageUp':
      return { row: -page, column: 0 };
    case 'PageDown':
      return { row: page, column: 0 };
    case 'Home':
      return { row: mod ? -far.row : 0, column: -far.column };
    case 'End':
      return { row: mod ? far.row : 0, column: far.column };
    default:
      return undefined;
  }
}

function clamp(value: number, count: number): number {
  return Math.max(0, Math.min(count - 1, value));
}

/** Tab separated text, quoted the way spreadsheets read it back. A single cell is left as it is. */
export function copyTable(rows: readonly GridRow[], range: GridRange, header?: readonly string[]): string {
  const single = range.left === range.right && rows.length === 1 && !header;
  if (single) return cellText(rows[0]?.[range.left]);
  const line = (cells: readonly Cell[]) => cells.map((cell) => quoted(cellText(cell))).join('\t');
  const lines = rows.map((row) => line(pick(row, range)));
  if (header) lines.unshift(line(pick(header, range)));
  return lines.join('\n');
}

function pick(row: readonly Cell[], range: GridRange): Cell[] {
  const cells: Cell[] = [];
  for (let column = range.left; column <= range.right; column++) cells.push(row[column]);
  return cells;
}

function quoted(text: string): string {
  return /["\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
