import { formatTime } from '../../ui/index.ts';

/** Requests of a span of time. */
export interface UsePoint {
  readonly at: string;
  readonly requests: number;
  readonly refused: number;
  readonly limited: number;
}

export interface UseTotals {
  readonly requests: number;
  readonly refused: number;
  readonly limited: number;
}

export function totals(points: readonly UseTotals[]): UseTotals {
  return points.reduce(
    (sum, point) => ({
      requests: sum.requests + point.requests,
      refused: sum.refused + point.refused,
      limited: sum.limited + point.limited,
    }),
    { requests: 0, refused: 0, limited: 0 },
  );
}

/** Those that were answered as asked. Never below nothing, whatever the counts. */
export const answered = ({ requests, refused, limited }: UseTotals): number =>
  Math.max(0, requests - refused - limited);

/** The end of an axis that holds `most`: a round number, and so is its half. */
export function axisTop(most: number): number {
  if (most <= 4) return 4;
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [1, 1.2, 1.6, 2, 3, 4, 6, 8, 10].find((each) => each * power >= most) ?? 10;
  return Math.round(step * power);
}

/** About `wanted` places along the points, first and last among them, evenly apart. */
export function axisPlaces(count: number, wanted: number): number[] {
  if (count <= 1) return count === 1 ? [0] : [];
  const parts = Math.min(wanted, count) - 1;
  return Array.from({ length: parts + 1 }, (_, place) => Math.round((place * (count - 1)) / parts));
}

/** What a point is called: its clock for short spans, its day for whole days. */
export function pointName(at: string, pointSeconds: number, now: number = Date.now()): string {
  if (pointSeconds < 86_400) return formatTime(at, now);
  return formatTime(at, now).replace(/ ?\d\d:\d\d$/, '') || 'Today';
}
