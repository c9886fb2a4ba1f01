import { expect, test } from 'vitest';
import { axisEnd, calendarDays, dayState, type GridRun, spans, usualDuration } from './history-figures.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString();
const run = (waited: number, ran: number, status: GridRun['status'] = 'succeeded'): GridRun => ({
  id: '019a0000-0000-7000-8000-000000000000',
  status,
  attempt: 1,
  revision: 1,
  queuedAt: at(0),
  startedAt: at(waited),
  finishedAt: at(waited + ran),
  rowsWritten: 1,
  error: null,
  cells: [],
});

test('waiting and running are told apart, and unknown while a run is open', () => {
  expect(spans(run(2, 5))).toEqual({ waited: 2000, ran: 5000 });
  expect(spans({ ...run(2, 5), finishedAt: null })).toEqual({ waited: 2000, ran: null });
  expect(spans({ ...run(2, 5), startedAt: null })).toEqual({ waited: null, ran: null });
});

test('the usual duration is the middle one of the runs that succeeded', () => {
  expect(usualDuration([])).toBeUndefined();
  expect(usualDuration([run(0, 9), run(0, 1), run(0, 2), run(0, 50, 'failed')])).toBe(2000);
  expect(usualDuration([run(0, 1), run(0, 2)])).toBe(1500);
});

test('an axis ends at a round figure that holds the greatest', () => {
  expect([0, 1, 1.2, 4200, 5000, 5001, 99_000].map(axisEnd)).toEqual([1, 1, 2, 5000, 5000, 10_000, 100_000]);
});

test('the calendar begins on a Monday and ends with the whole of today', () => {
  for (let date = 1; date <= 28; date += 1) {
    const today = new Date(2026, 9, date, 13, 30);
    const days = calendarDays(2, today);
    expect(new Date(days[0] ?? '').getDay()).toBe(1);
    expect(days.at(-1)).toBe(new Date(2026, 9, date + 1).toISOString());
    expect(days.length).toBeGreaterThan(14);
    expect(new Set(days).size).toBe(days.length);
  }
});

test('a day with failures and successes is mixed', () => {
  const day = { from: at(0), queued: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0 };
  expect(dayState(day)).toBe('none');
  expect(dayState({ ...day, failed: 1 })).toBe('failed');
  expect(dayState({ ...day, failed: 1, succeeded: 9 })).toBe('mixed');
  expect(dayState({ ...day, cancelled: 1 })).toBe('cancelled');
  expect(dayState({ ...day, queued: 1 })).toBe('open');
});
