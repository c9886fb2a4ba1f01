import { expect, test } from 'vitest';
import { emptyDocument } from '../../../../shared/pipeline/document.ts';
import { runOf } from '../testing.ts';
import { causeOf, parameterSource } from './cause.ts';

const origin = '019a0000-0000-7000-8000-00000000beef';

test('a repeated run names the verb and leads to the run that it repeats', () => {
  const from = runOf({ originRun: origin, originVerb: 'from', fromNode: 'orders' });
  expect(causeOf(from)).toEqual({ text: 'From “orders” on, of …beef', href: `#/runs/${origin}` });
  expect(causeOf(runOf({ originRun: origin, originVerb: 'retry' })).text).toBe('Retry of …beef');
});

test('a run of a trigger leads to it; any other run has no address', () => {
  const scheduled = runOf({ trigger: 'schedule', cause: 'nightly', triggerId: origin });
  expect(causeOf(scheduled)).toEqual({ text: 'Schedule: nightly', href: `#/schedules/${origin}` });
  expect(causeOf(runOf({ trigger: 'cli', cause: 'Command line' }))).toEqual({
    text: 'Command line',
    href: undefined,
  });
});

test('a value that equals its default was given by nobody', () => {
  const document = { ...emptyDocument('p'), parameters: { limit: { type: 'integer' as const, default: 5 } } };
  expect(parameterSource(runOf({ document, parameters: { limit: 5 } }), 'limit')).toBe('default');
  expect(parameterSource(runOf({ document, parameters: { limit: 6 } }), 'limit')).toBe('given at the start');
});
