import { describe, expect, test } from 'vitest';
import * as f from './format.ts';

describe('counts', () => {
  test('stand with thousands separators, and an unknown one is a question mark', () => {
    expect(f.formatCount(10_482_113)).toBe('10,482,113');
    expect(f.formatCount(9007199254740993n)).toBe('9,007,199,254,740,993');
    expect(f.formatCount(undefined)).toBe('?');
    expect(f.formatPlural(1, 'row')).toBe('1 row');
    expect(f.formatPlural(2000, 'row')).toBe('2,000 rows');
  });
  test('a percentage is neither 0 nor 100 unless exactly so', () => {
    expect([0, 0.0001, 0.42, 0.9999, 1].map(f.formatPercent)).toEqual([
      '0 %',
      '< 1 %',
      '42 %',
      '> 99 %',
      '100 %',
    ]);
  });
});

describe('durations', () => {
  test.each([
    [0, '0 ms'],
    [340, '340 ms'],
    [999.7, '1.0 s'],
    [1_249, '1.2 s'],
    [9_960, '10 s'],
    [59_960, '1 min'],
    [250_000, '4 min 10 s'],
    [3_599_600, '1 h'],
    [7_500_000, '2 h 5 min'],
    [273_600_000, '3 d 4 h'],
    [Number.NaN, '?'],
  ])('%d ms reads %s', (ms, text) => {
    expect(f.formatDuration(ms)).toBe(text);
  });
});

describe('sizes', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [24_800_000, '24.8 MB'],
    [999_960, '1 MB'],
    [1e15, '1 PB'],
  ])('%d bytes read %s', (bytes, text) => {
    expect(f.formatBytes(bytes)).toBe(text);
  });
});

describe('times', () => {
  const now = '2026-03-03T20:00:00Z';
  test('show as much of the date as tells them from now', () => {
    expect(f.formatTime('2026-03-03T14:05:09Z', now, 'UTC')).toBe('14:05');
    expect(f.formatTime('2026-02-01T14:05:09Z', now, 'UTC')).toBe('1 Feb 14:05');
    expect(f.formatTime('2025-02-01T14:05:09Z', now, 'UTC')).toBe('1 Feb 2025 14:05');
    expect(f.formatTime('nonsense', now)).toBe('?');
  });
  test('are local, so the day may differ from the UTC one', () => {
    expect(f.formatTime('2026-03-02T23:30:00Z', now, 'Europe/Athens')).toBe('01:30');
  });
  test('keep the exact UTC instant', () => {
    expect(f.formatUtc('2026-03-03T13:05:09.042Z')).toBe('2026-03-03 13:05:09.042 UTC');
    expect(f.formatUtc('2026-03-03T13:05:09Z')).toBe('2026-03-03 13:05:09 UTC');
    expect(f.formatClock('2026-03-03T13:05:09.042Z', 'UTC')).toBe('13:05:09.042');
  });
  test.each([
    [-3, 'just now'],
    [-45, '45 s ago'],
    [-3 * 3600, '3 h ago'],
    [-86_400, '1 day ago'],
    [5 * 60, 'in 5 min'],
  ])('%d seconds from now read %s', (seconds, text) => {
    expect(f.formatRelative(Date.parse(now) + seconds * 1000, now)).toBe(text);
  });
});
