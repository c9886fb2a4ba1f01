import { type PointerEvent, useRef, useState } from 'react';
import type { CellPosition, GridSelection, GridSize } from './selection.ts';
import { isInRange, rangeOf } from './selection.ts';

interface Hit extends CellPosition {
  kind: 'cells' | 'rows';
}

/** The cell or row number under an event. */
function hitOf(target: EventTarget | null): Hit | undefined {
  if (!(target instanceof Element)) return undefined;
  const row = Number(target.closest<HTMLElement>('[data-row]')?.dataset.row ?? Number.NaN);
  if (Number.isNaN(row)) return undefined;
  if (target.closest('[data-gutter]')) return { row, column: 0, kind: 'rows' };
  const column = target.closest<HTMLElement>('[data-column]')?.dataset.column;
  return column === undefined ? undefined : { row, column: Number(column), kind: 'cells' };
}

/** The selection, and the pointer handlers that change it: click, Shift+click, drag, right click. */
export function useGridSelection(size: GridSize) {
  const [selection, select] = useState<GridSelection | null>(null);
  const dragging = useRef(false);

  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    const hit = hitOf(event.target);
    if (!hit) return;
    const inside = selection && isInRange(rangeOf(selection, size), hit.row, hit.column);
    if (event.button === 2 && inside) return;
    const focus = { row: hit.row, column: hit.column };
    if (event.shiftKey && selection) select({ ...selection, kind: hit.kind, focus });
    else select({ kind: hit.kind, anchor: focus, focus });
    dragging.current = event.button === 0;
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    if (!dragging.current) return;
    if (event.buttons === 0) {
      dragging.current = false;
      return;
    }
    const hit = hitOf(event.target);
    if (!hit) return;
    select((old) => {
      if (!old || (old.focus.row === hit.row && old.focus.column === hit.column)) return old;
      return { ...old, focus: { row: hit.row, column: old.kind === 'rows' ? old.focus.column : hit.column } };
    });
  };
  const onColumn = (column: number, extend: boolean) =>
    select((old) => {
      const focus = { row: 0, column };
      return extend && old
        ? { kind: 'columns', anchor: old.anchor, focus }
        : { kind: 'columns', anchor: focus, focus };
    });
  return { selection, select, pointer: { onPointerDown, onPointerMove }, onColumn };
}
