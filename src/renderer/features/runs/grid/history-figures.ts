import type { z } from 'zod';
import type { historyContract } from '../../../../shared/contract/history.ts';

type Output<Call extends keyof typeof historyContract> = z.output<
  Extract<(typeof historyContract)[Call]['~orpc']['outputSchema'], z.ZodType>
>;
export type HistoryGrid = Output<'grid'>;
export type GridRun = HistoryGrid['runs'][number];
export type GridCell = GridRun['cells'][number];
export type CalendarDay = Output<'calendar'>[number];

/** Milliseconds that a run waited, and that it ran; null while or because it did not. */
export function spans(run: GridRun): { waited: number | null; ran: number | null } {
  const begun = run.startedAt === null ? null : Date.parse(run.startedAt);
  return {
    waited: begun === null ? null : Math.max(0, begun - Date.parse(run.queuedAt)),
    ran: begun === null || run.finishedAt === null ? null : Math.max(0, Date.parse(run.finishedAt) - begun),
  };
}

/** The middle of the durations of those that succeeded: what "usual" means in the chart. */
export function usualDuration(runs: readonly GridRun[]): number | undefined {
  const ran = runs
    .filter(({ status }) => status === 'succeeded')
    .flatMap((run) => spans(run).ran ?? [])
    .sort((a, b) => a - b);
  if (ran.length === 0) return undefined;
  const middle = Math.floor(ran.length / 2);
  const [low = 0, high = 0] = [ran[Math.ceil(ran.length / 2) - 1], ran[middle]];
  return (low + high) / 2;
}

/** A round figure at or above the greatest, for the head of an axis: 1, 2 or 5 times a power of ten. */
export function axisEnd(greatest: number): number {
  if (greatest <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(greatest));
  return [1, 2, 5, 10].map((step) => step * power).find((end) => end >= greatest) ?? greatest;
}

/** The instants at which the last weeks' days begin here, from a Monday on; the last one ends today. */
export function calendarDays(weeks: number, today = new Date()): string[] {
  const monday = (today.getDay() + 6) % 7;
  const count = weeks * 7 + monday + 1;
  return Array.from({ length: count + 1 }, (_, index) =>
    new Date(today.getFullYear(), today.getMonth(), today.getDate() - count + 1 + index).toISOString(),
  );
}

/** How a day went, in one word: what colours its square. */
export function dayState(day: CalendarDay): 'none' | 'succeeded' | 'mixed' | 'failed' | 'cancelled' | 'open' {
  if (day.failed > 0) return day.succeeded > 0 ? 'mixed' : 'failed';
  if (day.succeeded > 0) return 'succeeded';
  if (day.cancelled > 0) return 'cancelled';
  return day.queued + day.running > 0 ? 'open' : 'none';
}

export function runsOf(day: CalendarDay): number {
  return day.queued + day.running + day.succeeded + day.failed + day.cancelled;
}
