import { expect, test, vi } from 'vitest';
import { manualClock, nodeClock, sleep } from './clock.ts';

test('timers of the manual clock fire in order of their due time, and intervals repeat', () => {
  const clock = manualClock();
  const fired: string[] = [];
  clock.after(23, () => fired.push('late'));
  clock.after(10, () => fired.push('early'));
  clock.after(20, () => fired.push('never')).cancel();
  clock.every(12, () => fired.push('tick'));
  clock.advance(31);
  expect(fired).toEqual(['early', 'tick', 'late', 'tick']);
});

test('a timer that is started by a timer fires in the same advance when it falls due in it', () => {
  const clock = manualClock();
  let fired = 0;
  clock.after(10, () => clock.after(10, () => (fired = clock.monotonic())));
  clock.advance(50);
  expect(fired).toBe(20);
});

test('sleep ends with the reason of its signal', async () => {
  const stop = new AbortController();
  const sleeping = sleep(nodeClock, 60_000, stop.signal);
  stop.abort(new Error('enough'));
  await expect(sleeping).rejects.toThrow('enough');
  await expect(sleep(nodeClock, 1, stop.signal)).rejects.toThrow('enough');
  await expect(sleep(nodeClock, 1)).resolves.toBeUndefined();
});

test('a timer of a month fires after a month, not at once', () => {
  vi.useFakeTimers();
  try {
    const days = 24 * 3_600_000;
    let fired = 0;
    nodeClock.after(30 * days, () => (fired += 1));
    const cancelled = nodeClock.after(30 * days, () => (fired += 1));
    vi.advanceTimersByTime(29 * days);
    expect(fired).toBe(0);
    cancelled.cancel();
    vi.advanceTimersByTime(days);
    expect(fired).toBe(1);
  } finally {
    vi.useRealTimers();
  }
});
