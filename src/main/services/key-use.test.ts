import { expect, test } from 'vitest';
import { manualClock } from '../platform/clock.ts';
import { tempServices } from './testing/temp-services.ts';

const wish = {
  name: 'CI',
  scopes: ['all' as const],
  environment: 'live' as const,
  plan: 'standard' as const,
};
const minute = 60_000;
const day = 24 * 60 * minute;

function bench() {
  const made = tempServices(undefined, undefined, { clock: manualClock(Date.UTC(2026, 0, 15, 12, 0, 30)) });
  return { ...made, keys: made.services.keys, id: made.services.keys.create(wish).id };
}

test('requests are counted by door and outcome, and are seen before they are written', () => {
  const { keys, id, store } = bench();
  for (const outcome of ['accepted', 'accepted', 'refused', 'limited'] as const)
    keys.countUse(id, 'dataflow', outcome);
  keys.countUse(id, 'dataos', 'accepted');
  const usage = keys.usage(id, 'hour');
  expect(usage.points.at(-1)).toEqual({
    at: '2026-01-15T12:00:00.000Z',
    requests: 5,
    refused: 1,
    limited: 1,
  });
  expect(usage.byDoor).toEqual([
    { door: 'dataflow', requests: 4, refused: 1, limited: 1 },
    { door: 'dataos', requests: 1, refused: 0, limited: 0 },
  ]);
  expect(store.keyUse.since(60, 0)).toEqual([]);
});

test.each([
  ['hour', 60, 60],
  ['day', 900, 96],
  ['week', 7_200, 84],
  ['month', 21_600, 120],
] as const)('the chart of a %s has points without gaps that add up', (span, pointSeconds, count) => {
  const { keys, id, clock } = bench();
  for (let step = 0; step < 40; step += 1) {
    keys.countUse(id, 'execution', 'accepted');
    clock.advance(7 * minute);
  }
  const { points, ...usage } = keys.usage(id, span);
  expect([usage.pointSeconds, points.length]).toEqual([pointSeconds, count]);
  points.slice(1).forEach((point, index) => {
    expect(Date.parse(point.at) - Date.parse(points[index]?.at ?? '')).toBe(pointSeconds * 1000);
  });
  const inAnHour = Math.ceil((60 - 7) / 7);
  const sum = points.reduce((total, { requests }) => total + requests, 0);
  expect(sum).toBe(span === 'hour' ? inAnHour : 40);
});

test('at most one write a minute, however many requests there are', () => {
  const { keys, id, clock, store } = bench();
  for (let second = 0; second < 300; second += 1) {
    for (let count = 0; count < 10; count += 1) keys.countUse(id, 'execution', 'accepted');
    clock.advance(1_000);
  }
  const rows = store.keyUse.since(60, 0);
  expect(rows.length).toBeLessThanOrEqual(6);
  const before = store.diagnostics().queries;
  for (let count = 0; count < 1_000; count += 1) keys.countUse(id, 'execution', 'accepted');
  expect(store.diagnostics().queries).toBe(before);
});

test('the last 24 hours by the hour, for all keys that were used', () => {
  const { keys, id, clock } = bench();
  keys.create(wish);
  keys.countUse(id, 'dataos', 'limited');
  clock.advance(3 * 60 * minute);
  keys.countUse(id, 'dataos', 'accepted');
  const [recent, ...others] = keys.recentUse();
  expect(others).toEqual([]);
  expect(recent).toMatchObject({ id, refused: 0, limited: 1 });
  expect(recent?.requests).toHaveLength(24);
  expect([recent?.requests.at(-1), recent?.requests.at(-4)]).toEqual([1, 1]);
});

test('minutes are forgotten after two days, hours after a month', () => {
  const { keys, id, clock, store } = bench();
  keys.countUse(id, 'dataos', 'accepted');
  clock.advance(2 * day + 2 * minute);
  keys.countUse(id, 'dataos', 'accepted');
  clock.advance(minute);
  expect(store.keyUse.since(60, 0)).toHaveLength(1);
  expect(store.keyUse.since(3600, 0)).toHaveLength(2);
  clock.advance(33 * day);
  keys.countUse(id, 'dataos', 'accepted');
  clock.advance(minute);
  expect(store.keyUse.since(3600, 0)).toHaveLength(1);
});

test('what was counted is written by a stop and found by the next start', () => {
  const { keys, id, services, home, store, clock } = bench();
  keys.countUse(id, 'dataos', 'accepted');
  services.close();
  const later = tempServices(home, store, { clock });
  expect(later.services.keys.usage(id, 'hour').byDoor).toEqual([
    { door: 'dataos', requests: 1, refused: 0, limited: 0 },
  ]);
});
