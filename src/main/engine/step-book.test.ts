import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StepStatus } from '../runner/protocol.ts';
import { StepBook } from './step-book.ts';

const statuses: StepStatus[] = [
  'pending',
  'running',
  'succeeded',
  'reused',
  'failed',
  'skipped',
  'cancelled',
];
const open = new Set<StepStatus>(['pending', 'running']);
const reports = fc.array(
  fc.record({ nodeId: fc.constantFrom('a', 'b', 'c'), status: fc.constantFrom(...statuses) }),
);

test('whatever was reported, every step has an end once the book is closed', () => {
  fc.assert(
    fc.property(reports, fc.constantFrom('succeeded', 'failed', 'cancelled'), (list, outcome) => {
      const book = new StepBook(['a', 'b', 'c']);
      for (const report of list) book.note(report);
      for (const report of book.close(outcome)) book.note(report);
      for (const nodeId of ['a', 'b', 'c']) expect(open.has(book.status(nodeId) ?? 'pending')).toBe(false);
      expect(book.close(outcome)).toEqual([]);
    }),
  );
});

test('a step that has ended is never open again', () => {
  fc.assert(
    fc.property(reports, (list) => {
      const book = new StepBook(['a', 'b', 'c']);
      for (const report of list) {
        const before = book.status(report.nodeId) ?? 'pending';
        book.note(report);
        if (!open.has(before)) expect(open.has(book.status(report.nodeId) ?? 'pending')).toBe(false);
      }
    }),
  );
});

test('what was under way when a run failed carries its reason; what waited is skipped', () => {
  const book = new StepBook(['a', 'b']);
  book.note({ nodeId: 'a', status: 'running' });
  const error = { code: 'engine_crashed' as const, message: 'x', details: {} };
  expect(book.close('failed', error)).toEqual([
    { nodeId: 'a', status: 'failed', error },
    { nodeId: 'b', status: 'skipped' },
  ]);
});
