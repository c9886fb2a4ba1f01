import type { RunDetail, RunStep } from '../../../shared/contract/domain.ts';

/** Where a step's bar lies on the time axis: fractions of the whole, 0 to 1. */
export interface Bar {
  readonly left: number;
  readonly width: number;
}

export interface StepBars {
  /** Milliseconds from acceptance to the end (or now): the length of the axis. */
  readonly span: number;
  /** The run's wait in the queue. */
  readonly queue: Bar;
  readonly steps: ReadonlyMap<string, Bar>;
}

const time = (text: string | null, otherwise: number) => (text ? Date.parse(text) : otherwise);

/** A step that has a time of its own gets a bar; one that ran fused inside another has none. */
export function stepBars(run: RunDetail, now: number): StepBars {
  const start = Date.parse(run.queuedAt);
  const end = Math.max(time(run.finishedAt, now), start + 1);
  const span = end - start;
  const bar = (from: number, to: number): Bar => {
    const left = clamp((from - start) / span);
    return { left, width: Math.max(0, clamp((to - start) / span) - left) };
  };
  const steps = run.steps.flatMap((step): [string, Bar][] => {
    const range = stepRange(step, end);
    return range ? [[step.nodeId, bar(range.from, range.to)]] : [];
  });
  return { span, queue: bar(start, time(run.startedAt, end)), steps: new Map(steps) };
}

function stepRange(step: RunStep, end: number): { from: number; to: number } | undefined {
  if (!step.startedAt) return undefined;
  const from = Date.parse(step.startedAt);
  return { from, to: step.finishedAt ? Date.parse(step.finishedAt) : end };
}

const clamp = (fraction: number) => Math.min(1, Math.max(0, fraction));

/** Round times for the axis: 4 to 8 of them, at 1, 2 or 5 times a power of ten milliseconds. */
export function axisTicks(span: number): number[] {
  const rough = Math.max(1, span / 6);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? 10 * power;
  const ticks: number[] = [];
  for (let at = 0; at <= span; at += step) ticks.push(at);
  return ticks;
}
