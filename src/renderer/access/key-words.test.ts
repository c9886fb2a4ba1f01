import { expect, test } from 'vitest';
import { keyPlans } from '../../shared/contract/domain.ts';
import { doors } from './doors.ts';
import { isLiveKey, keyState, limitsText, planLines, planOptions, scopeText } from './key-words.ts';

const now = Date.parse('2026-06-01T00:00:00.000Z');
const ending = (expiresAt: string | null) => ({ revokedAt: null, expiresAt });

test('a revoked key is revoked even when it also expired', () => {
  const key = { revokedAt: '2026-05-01T00:00:00.000Z', expiresAt: '2026-04-01T00:00:00.000Z' };
  expect(keyState(key, now)).toBe('revoked');
  expect(isLiveKey(key, now)).toBe(false);
});

test('a key is expired from the moment it names, and expires soon in its last week', () => {
  expect(keyState(ending('2026-06-01T00:00:00.000Z'), now)).toBe('expired');
  expect(keyState(ending('2026-06-01T00:00:00.001Z'), now)).toBe('expiring');
  expect(keyState(ending('2026-06-08T00:00:00.000Z'), now)).toBe('expiring');
  expect(keyState(ending('2026-06-08T00:00:00.001Z'), now)).toBe('active');
  expect(keyState(ending(null), now)).toBe('active');
  expect(isLiveKey(ending('2026-06-01T00:00:00.001Z'), now)).toBe(true);
});

test('scopes are said by API, and one that is unknown is shown as it is', () => {
  expect(scopeText(['execution:run', 'dataflow:read', 'dataflow:write', 'new:verb'])).toBe(
    'DataFlow v2: jobs and data, ingest records; Execution: start pipelines; new:verb',
  );
  expect(scopeText(['all'])).toBe('Everything');
});

test('every plan can be chosen, and its lines name every API exactly once', () => {
  expect(planOptions.map(({ value }) => value).toSorted()).toEqual([...keyPlans].toSorted());
  for (const plan of keyPlans) {
    const lines = planLines(plan);
    if (lines.length === 1) expect(lines[0]?.doors).toBe('Every API');
    else
      expect(lines.flatMap((line) => line.doors.split(', ')).toSorted()).toEqual(
        doors.map(({ title }) => title).toSorted(),
      );
  }
});

test('limits are said with their windows', () => {
  expect(
    limitsText([
      { limit: 300, window: 'minute' },
      { limit: 100_000, window: 'day' },
      { limit: 15, window: 'concurrent' },
    ]),
  ).toBe('300 a minute, 100,000 a day, 15 at once');
  expect(limitsText([])).toBe('no limit');
});
