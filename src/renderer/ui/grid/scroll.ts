/** Height of one data row in CSS pixels. */
export const rowHeight = 28;

/** Browsers stop laying out near 17 (Firefox) and 33 million pixels; beyond this the scrollbar is scaled. */
export const maxScrollHeight = 15_000_000;

/** How the scrollbar maps to the rows. `ratio` is 1 while everything fits. */
export interface ScrollScale {
  /** Height of the scrolled area in CSS pixels. */
  height: number;
  /** Real pixels of rows for each pixel of the scrollbar. */
  ratio: number;
  /** The largest real offset of the first visible pixel. */
  maxTop: number;
}

/** Scale for a number of rows shown through a window of `viewport` pixels. */
export function scrollScale(rowCount: number, viewport: number, max = maxScrollHeight): ScrollScale {
  const total = rowCount * rowHeight;
  const maxTop = Math.max(0, total - viewport);
  if (total <= max) return { height: total, ratio: 1, maxTop };
  // The two ends must meet exactly: the last scrollbar pixel shows the last row whole.
  return { height: max, ratio: maxTop / Math.max(1, max - viewport), maxTop };
}

/** Real offset shown at a scrollbar position. */
export function topAtScroll(scale: ScrollScale, scrollTop: number): number {
  return Math.min(scale.maxTop, Math.max(0, scrollTop * scale.ratio));
}

/** Scrollbar position that shows a real offset. */
export function scrollAtTop(scale: ScrollScale, top: number): number {
  return Math.min(scale.maxTop, Math.max(0, top)) / scale.ratio;
}

/** First and one past the last row touching the window, with `spare` more on both sides. */
export function visibleRows(top: number, viewport: number, rowCount: number, spare = 0): [number, number] {
  const start = Math.max(0, Math.floor(top / rowHeight) - spare);
  const end = Math.min(rowCount, Math.ceil((top + viewport) / rowHeight) + spare);
  return [Math.min(start, end), end];
}

/** The offset nearest to `top` at which the row is wholly visible. */
export function topShowingRow(row: number, top: number, viewport: number): number {
  const from = row * rowHeight;
  if (from < top) return from;
  if (from + rowHeight > top + viewport) return from + rowHeight - viewport;
  return top;
}

/** Left edges of columns, with the total width as the last entry. */
export function columnEdges(widths: readonly number[]): number[] {
  const edges = [0];
  let at = 0;
  for (const width of widths) {
    at += width;
    edges.push(at);
  }
  return edges;
}

/** First and one past the last column touching `[left, left + width)`, by halving: 500 columns cost nine steps. */
export function visibleColumns(
  edges: readonly number[],
  left: number,
  width: number,
  spare = 0,
): [number, number] {
  const count = edges.length - 1;
  const start = Math.max(0, lastAtOrBefore(edges, left) - spare);
  const end = Math.min(count, lastAtOrBefore(edges, left + width - 1) + 1 + spare);
  return [Math.min(start, count), Math.max(end, Math.min(start, count))];
}

function lastAtOrBefore(edges: readonly number[], at: number): number {
  let low = 0;
  let high = edges.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((edges[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}
