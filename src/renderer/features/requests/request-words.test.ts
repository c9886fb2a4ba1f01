import { expect, test } from 'vitest';
import type { RequestEntry } from '../../../shared/contract/requests.ts';
import {
  everything,
  isNarrowed,
  newerThan,
  statusStatus,
  statusWords,
  targetParts,
} from './request-words.ts';

const entries = (...ids: string[]) => ids.map((id) => ({ id }) as RequestEntry);

test('what came in since is what stands before the newest that is shown', () => {
  expect(newerThan(entries('c', 'b', 'a'), entries('a'))).toBe(2);
  expect(newerThan(entries('a'), entries('a'))).toBe(0);
  expect(newerThan(entries('a', 'b'), [])).toBe(2);
});

test('all of a page is new when it no longer holds the newest that is shown', () => {
  expect(newerThan(entries('z', 'y', 'x'), entries('a'))).toBe(3);
});

test('a limit hit looks like a warning, a refusal and an error each like themselves', () => {
  expect([200, 304, 404, 429, 500].map(statusStatus)).toEqual([
    'succeeded',
    'reused',
    'cancelled',
    'warning',
    'failed',
  ]);
  expect(statusWords(429)).toBe('429 Too many requests');
  expect(statusWords(418)).toBe('418');
});

test('a target is cut at its first question mark', () => {
  expect(targetParts('/a?b=c?d')).toEqual({ path: '/a', query: '?b=c?d' });
  expect(targetParts('/a')).toEqual({ path: '/a', query: '' });
});

test('spaces alone are no search', () => {
  expect(isNarrowed(everything)).toBe(false);
  expect(isNarrowed({ ...everything, search: '  ' })).toBe(false);
  expect(isNarrowed({ ...everything, method: 'GET' })).toBe(true);
});
