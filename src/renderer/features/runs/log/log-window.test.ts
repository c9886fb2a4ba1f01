import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogEntry } from '../../../../shared/contract/domain.ts';
import {
  appendEntries,
  appendPage,
  emptyLog,
  type LogWindow,
  logLine,
  mostEntries,
  prependPage,
} from './log-window.ts';

const entry = (id: number): LogEntry => ({
  id,
  time: '2026-01-01T00:00:00.000Z',
  level: 'info',
  attempt: 1,
  nodeId: null,
  message: `line ${id}`,
  fields: {},
});
const ids = (log: LogWindow) => log.entries.map(({ id }) => id);

test('however events repeat and overlap, the window holds each entry once and in order', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(60), fc.nat(20))), (stretches) => {
      let reached = 0;
      let log = emptyLog;
      for (const [back, length] of stretches) {
        const from = Math.max(0, reached - back);
        const to = Math.max(reached, from + length);
        log = appendEntries(
          log,
          Array.from({ length: to - from }, (_, index) => entry(from + index)),
        );
        reached = to;
      }
      expect(ids(log)).toEqual(Array.from({ length: reached }, (_, index) => index));
    }),
  );
});

test('an older page goes in front without repeating what is there', () => {
  const log = appendEntries(emptyLog, [entry(10), entry(11)]);
  const older = prependPage(log, [entry(8), entry(9), entry(10)], 3);
  expect(ids(older)).toEqual([8, 9, 10, 11]);
  expect(older.atStart).toBe(false);
});

test('a page shorter than asked for is the start of the log', () => {
  expect(prependPage(appendEntries(emptyLog, [entry(2)]), [entry(1)], 500).atStart).toBe(true);
});

test('the window forgets its oldest entries beyond the bound and knows that it no longer reaches the start', () => {
  const full = {
    entries: Array.from({ length: mostEntries }, (_, index) => entry(index)),
    atStart: true,
    atEnd: true,
  };
  const log = appendEntries(full, [entry(mostEntries)]);
  expect(log.entries).toHaveLength(mostEntries);
  expect(log.entries[0]?.id).toBe(1);
  expect(log.atStart).toBe(false);
});

test('an older page beyond the bound drops the newest entries, and what is said then waits until it is read', () => {
  const newest = Array.from({ length: mostEntries }, (_, index) => entry(index + 2));
  const log = prependPage({ entries: newest, atStart: false, atEnd: true }, [entry(0), entry(1)], 2);
  expect(log.entries).toHaveLength(mostEntries);
  expect(log.atEnd).toBe(false);
  expect(appendEntries(log, [entry(mostEntries + 10)])).toBe(log);
  const read = appendPage(log, [entry(mostEntries), entry(mostEntries + 1)], 3);
  expect(read.entries.at(-1)?.id).toBe(mostEntries + 1);
  expect(read).toMatchObject({ atStart: false, atEnd: true });
});

test('a line of text carries time, level, node, message and fields', () => {
  const line = logLine({ ...entry(1), nodeId: 'orders', level: 'warn', fields: { rows: 3 } });
  expect(line).toBe('2026-01-01T00:00:00.000Z WARN  [orders] line 1 rows=3');
});
