import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeSteps } from '../run-data.ts';
import { at, runOf as run, stepOf as step } from '../testing.ts';
import { axisTicks, stepBars, timelineOf } from './timeline.ts';

test('the queue part ends where the run starts and a step lies where it ran', () => {
  const bars = stepBars(run({ steps: [step('a', { startedAt: at(200), finishedAt: at(700) })] }), 0);
  expect(bars.span).toBe(1000);
  expect(bars.queue).toEqual({ left: 0, width: 0.1 });
  expect(bars.steps.get('a')?.left).toBeCloseTo(0.2);
  expect(bars.steps.get('a')?.width).toBeCloseTo(0.5);
});

test('a running step reaches to now, a fused step without a time of its own has no bar', () => {
  const moving = run({ finishedAt: null, steps: [step('a', { startedAt: at(500) }), step('fused')] });
  const bars = stepBars(moving, Date.UTC(2026, 0, 1) + 2000);
  expect(bars.steps.get('a')).toEqual({ left: 0.25, width: 0.75 });
  expect(bars.steps.has('fused')).toBe(false);
});

test('a long wait in the queue never squeezes the steps: it takes a fifth of the axis at most', () => {
  const bars = stepBars(run({ startedAt: at(100_000), finishedAt: at(100_800) }), 0);
  expect(bars.zero).toBeCloseTo(0.2);
  expect(bars.queue).toEqual({ left: 0, width: bars.zero });
  expect(bars.span).toBe(1000);
});

test('a run that still waits is all queue', () => {
  const bars = stepBars(
    run({ startedAt: null, finishedAt: null, status: 'queued' }),
    Date.UTC(2026, 0, 1) + 50,
  );
  expect(bars).toMatchObject({ span: 50, zero: 0, queue: { left: 0, width: 1 } });
});

test('bars never leave the axis, whatever the clocks say', () => {
  const moment = fc.integer({ min: -10_000, max: 10_000 });
  fc.assert(
    fc.property(moment, moment, moment, (from, to, end) => {
      const bars = stepBars(
        run({ finishedAt: at(end), steps: [step('a', { startedAt: at(from), finishedAt: at(to) })] }),
        0,
      );
      const { left, width } = bars.steps.get('a') ?? { left: -1, width: -1 };
      expect(left).toBeGreaterThanOrEqual(0);
      expect(width).toBeGreaterThanOrEqual(0);
      expect(left + width).toBeLessThanOrEqual(1 + 1e-9);
    }),
  );
});

test('the axis has a few round ticks for any length', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000_000 }), (span) => {
      const ticks = axisTicks(span, 0);
      expect(ticks[0]?.at).toBe(0);
      expect(ticks.length).toBeGreaterThanOrEqual(1);
      expect(ticks.length).toBeLessThanOrEqual(8);
    }),
  );
});

test('a tick is never so near to the end that its label leaves the axis', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000_000 }),
      fc.double({ min: 0, max: 0.2, noNaN: true }),
      (span, zero) => {
        for (const { left } of axisTicks(span, zero)) expect(left).toBeLessThan(0.9);
      },
    ),
  );
});

test('events change known steps in place and add unknown ones at the end', () => {
  const merged = mergeSteps([step('a'), step('b')], [step('b', { rows: 3 }), step('c')]);
  expect(merged.map(({ nodeId, rows }) => [nodeId, rows])).toEqual([
    ['a', null],
    ['b', 3],
    ['c', null],
  ]);
});

test('each attempt has its own wait: the first from the acceptance, the next from the end of the one before', () => {
  const attempt = { error: null, retryAt: null };
  const twice = run({
    attempts: [
      { ...attempt, attempt: 1, status: 'failed', startedAt: at(100), finishedAt: at(300) },
      { ...attempt, attempt: 2, status: 'running', startedAt: at(5300), finishedAt: null },
    ],
  });
  expect(timelineOf(twice, 1, [])).toMatchObject({
    queuedAt: at(0),
    startedAt: at(100),
    finishedAt: at(300),
  });
  expect(timelineOf(twice, 2, [])).toMatchObject({
    queuedAt: at(300),
    startedAt: at(5300),
    finishedAt: null,
  });
});
