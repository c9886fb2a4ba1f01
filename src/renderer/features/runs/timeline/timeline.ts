import type { RunDetail, RunStep } from '../../../../shared/contract/domain.ts';

/** When one attempt waited and ran, and its steps. */
export interface Timeline {
  /** When its wait began: the run was accepted, or the attempt before it ended. */
  readonly queuedAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly steps: readonly RunStep[];
}

/** The time of one attempt of a run. A run that never started is all wait. */
export function timelineOf(run: RunDetail, attempt: number, steps: readonly RunStep[]): Timeline {
  const own = run.attempts.find((one) => one.attempt === attempt);
  const before = run.attempts.find((one) => one.attempt === attempt - 1);
  return {
    queuedAt: before?.finishedAt ?? run.queuedAt,
    startedAt: own ? own.startedAt : run.startedAt,
    finishedAt: own ? own.finishedAt : run.finishedAt,
    steps,
  };
}

/** Where a step's bar lies on the time axis: fractions of the whole, 0 to 1. */
export interface Bar {
  readonly left: number;
  readonly width: number;
}

export interface StepBars {
  /** Milliseconds that the axis is long. */
  readonly span: number;
  /** Where on the axis the run started: the queue lies before it. */
  readonly zero: number;
  /** The run's wait in the queue, cut where it would leave the steps no room. */
  readonly queue: Bar;
  readonly steps: ReadonlyMap<string, Bar>;
}

/** The queue's part of the axis at most, as a share of the running time. */
const longestLead = 0.25;

const time = (text: string | null, otherwise: number) => (text ? Date.parse(text) : otherwise);

/** A step that has a time of its own gets a bar; one that ran fused inside another has none. */
export function stepBars(run: Timeline, now: number): StepBars {
  const queuedAt = Date.parse(run.queuedAt);
  const end = Math.max(time(run.finishedAt, now), time(run.startedAt, queuedAt) + 1);
  const startedAt = Math.min(time(run.startedAt, end), end);
  const lead = run.startedAt
    ? Math.min(startedAt - queuedAt, (end - startedAt) * longestLead)
    : end - queuedAt;
  const start = startedAt - Math.max(0, lead);
  const span = end - start;
  const bar = (from: number, to: number): Bar => {
    const left = clamp((from - start) / span);
    return { left, width: Math.max(0, clamp((to - start) / span) - left) };
  };
  const steps = run.steps.flatMap((step): [string, Bar][] => {
    const range = stepRange(step, end);
    return range ? [[step.nodeId, bar(range.from, range.to)]] : [];
  });
  const queue = bar(start, startedAt);
  return { span, zero: run.startedAt ? queue.width : 0, queue, steps: new Map(steps) };
}

function stepRange(step: RunStep, end: number): { from: number; to: number } | undefined {
  if (!step.startedAt) return undefined;
  const from = Date.parse(step.startedAt);
  return { from, to: step.finishedAt ? Date.parse(step.finishedAt) : end };
}

const clamp = (fraction: number) => Math.min(1, Math.max(0, fraction));

export interface Tick {
  /** Milliseconds since the run started. */
  readonly at: number;
  /** Place on the axis, 0 to 1. */
  readonly left: number;
}

/** Round times for the axis: up to 8, at 1, 2 or 5 times a power of ten milliseconds, with room for the last label. */
export function axisTicks(span: number, zero: number): Tick[] {
  const rough = Math.max(1, span / 6);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? 10 * power;
  const ticks: Tick[] = [];
  for (let at = 0; zero + at / span < 0.9; at += step) ticks.push({ at, left: zero + at / span });
  return ticks;
}
