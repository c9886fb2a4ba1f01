import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import {
  rowHeight,
  type ScrollScale,
  scrollAtTop,
  scrollScale,
  topAtScroll,
  topShowingRow,
  visibleColumns,
  visibleRows,
} from './scroll.ts';

/** Which cells to draw and where the drawn block stands inside the scrolled area. */
export interface GridWindow {
  startRow: number;
  endRow: number;
  startColumn: number;
  endColumn: number;
  /** Rows stand relative to this one; it changes rarely, so that scrolling moves no row that is already drawn. */
  baseRow: number;
  /** Offset of `baseRow` below the header. */
  layerTop: number;
  /** Rows really in sight, for the footer: first and one past the last. */
  seen: readonly [number, number];
}

interface Options {
  node: RefObject<HTMLDivElement | null>;
  rowCount: number;
  edges: readonly number[];
  headerHeight: number;
  gutterWidth: number;
}

const nothing: GridWindow = {
  startRow: 0,
  endRow: 0,
  startColumn: 0,
  endColumn: 0,
  baseRow: 0,
  layerTop: 0,
  seen: [0, 0],
};

/**
 * Follows the scroller. The real offset is kept here, not read from the scrollbar, because a scaled scrollbar is too
 * coarse to name a row: wheel and keys move the real offset and the bar follows; only dragging the bar goes the other way.
 */
export function useGridWindow({ node, rowCount, edges, headerHeight, gutterWidth }: Options) {
  const [view, setView] = useState(nothing);
  const [viewport, setViewport] = useState({ width: 0, height: 0 });
  const top = useRef(0);
  const written = useRef(0);
  const inner = Math.max(0, viewport.height - headerHeight);
  const innerWidth = Math.max(0, viewport.width - gutterWidth);
  const scale = useMemo(() => scrollScale(rowCount, inner), [rowCount, inner]);

  const refresh = useCallback(() => {
    const element = node.current;
    if (!element) return;
    top.current = Math.min(top.current, scale.maxTop);
    const [startRow, endRow] = visibleRows(top.current, inner, rowCount, 6);
    const [startColumn, endColumn] = visibleColumns(edges, element.scrollLeft, innerWidth, 1);
    const baseRow = startRow - (startRow % 1000);
    const shift = scale.ratio === 1 ? 0 : Math.round(element.scrollTop - top.current);
    const next = {
      startRow,
      endRow,
      startColumn,
      endColumn,
      baseRow,
      layerTop: baseRow * rowHeight + shift,
      seen: seenRows(top.current, inner, rowCount),
    };
    setView((old) => (sameView(old, next) ? old : next));
  }, [node, scale, inner, innerWidth, rowCount, edges]);

  const setTop = useCallback(
    (next: number) => {
      const element = node.current;
      if (!element) return;
      top.current = Math.max(0, Math.min(scale.maxTop, next));
      element.scrollTop = scrollAtTop(scale, top.current);
      // Read back: the browser rounds, and the scroll event must recognise our own write.
      written.current = element.scrollTop;
      refresh();
    },
    [node, scale, refresh],
  );

  const onScroll = useCallback(() => {
    const element = node.current;
    if (!element) return;
    if (scale.ratio === 1 || Math.abs(element.scrollTop - written.current) > 1) {
      top.current = topAtScroll(scale, element.scrollTop);
      written.current = element.scrollTop;
    }
    refresh();
  }, [node, scale, refresh]);

  useMeasure(node, setViewport);
  useScaledWheel(node, scale, top, setTop);
  useLayoutEffect(refresh, [refresh]);

  const showCell = (row: number, column: number) => {
    const element = node.current;
    if (!element) return;
    const wanted = topShowingRow(row, top.current, inner);
    if (wanted !== top.current) setTop(wanted);
    const left = edges[column] ?? 0;
    const right = edges[column + 1] ?? left;
    if (left < element.scrollLeft) element.scrollLeft = left;
    else if (right > element.scrollLeft + innerWidth) element.scrollLeft = Math.min(left, right - innerWidth);
  };
  const pageRows = Math.max(1, Math.floor(inner / rowHeight) - 1);
  return { view, scale, onScroll, showCell, pageRows, viewport };
}

function seenRows(top: number, inner: number, rowCount: number): [number, number] {
  const first = Math.min(rowCount, Math.floor((top + rowHeight / 2) / rowHeight));
  const last = Math.min(rowCount, Math.max(first, Math.round((top + inner) / rowHeight)));
  return [first, last];
}

function sameView(a: GridWindow, b: GridWindow): boolean {
  return (
    a.startRow === b.startRow &&
    a.endRow === b.endRow &&
    a.startColumn === b.startColumn &&
    a.endColumn === b.endColumn &&
    a.baseRow === b.baseRow &&
    a.layerTop === b.layerTop &&
    a.seen[0] === b.seen[0] &&
    a.seen[1] === b.seen[1]
  );
}

function useMeasure(
  node: RefObject<HTMLDivElement | null>,
  report: (size: { width: number; height: number }) => void,
): void {
  useLayoutEffect(() => {
    const element = node.current;
    if (!element) return;
    const measure = () => report({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [node, report]);
}

/** While the bar is scaled, one notch of the wheel must still move a few rows, not a few thousand. */
function useScaledWheel(
  node: RefObject<HTMLDivElement | null>,
  scale: ScrollScale,
  top: RefObject<number>,
  setTop: (next: number) => void,
): void {
  useEffect(() => {
    const element = node.current;
    if (!element || scale.ratio === 1) return;
    const wheel = (event: WheelEvent) => {
      if (event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? rowHeight : 1;
      if (event.deltaX !== 0) element.scrollLeft += event.deltaX * unit;
      setTop(top.current + event.deltaY * unit);
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, [node, scale, top, setTop]);
}
