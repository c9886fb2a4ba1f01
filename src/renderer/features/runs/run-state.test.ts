import { expect, test } from 'vitest';
import { clockText } from './clock.ts';
import { runState } from './run-state.ts';
import { at, runOf } from './testing.ts';

const error = (code: string) => ({ code, message: `It was ${code}.`, details: {} });

test('a queued run says what it waits for', () => {
  const queued = runOf({ status: 'queued', attempt: 0, startedAt: null, finishedAt: null });
  expect(runState({ ...queued, waitsFor: 'slot' })).toMatchObject({
    word: 'Queued',
    note: 'Waits for a free slot',
  });
  expect(runState({ ...queued, waitsFor: 'pipeline' }).note).toBe('Waits for its pipeline’s limit');
  expect(runState({ ...queued, waitsFor: 'time', notBefore: at(0) }).note).toBe(
    `Waits until ${clockText(at(0))}`,
  );
});

test('a run between two attempts is retrying, and says when and which', () => {
  const between = runOf({ status: 'queued', attempt: 1, maxAttempts: 3, notBefore: at(0), waitsFor: 'time' });
  expect(runState(between)).toEqual({
    status: 'queued',
    word: 'Retrying',
    note: `Attempt 2 of 3 starts at ${clockText(at(0))}`,
  });
});

test('a run that was asked to stop is cancelling until it has stopped', () => {
  expect(runState(runOf({ status: 'running', percent: 40 }), true).word).toBe('Cancelling');
  expect(runState(runOf({ status: 'cancelled' }), true).word).toBe('Cancelled');
});

test('runs that ended without an own fault say how', () => {
  expect(runState(runOf({ status: 'failed', error: error('interrupted') })).word).toBe('Interrupted');
  expect(runState(runOf({ status: 'failed', error: error('timed_out') })).word).toBe('Failed');
  expect(runState(runOf({ status: 'cancelled', error: error('skipped') }))).toMatchObject({
    status: 'skipped',
    note: 'It was skipped.',
  });
  expect(runState(runOf({ status: 'cancelled', error: error('replaced') })).word).toBe('Replaced');
});

test('a moment to wait for is told to the second', () => {
  expect(clockText(at(962))).toMatch(/^\d\d:\d\d:\d\d$/);
});
