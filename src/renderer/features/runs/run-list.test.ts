import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RunSummary } from '../../../shared/contract/domain.ts';
import type { RunQuery } from '../../../shared/contract/history.ts';
import { hashAddress } from '../../data/hash-query.ts';
import { fitsFilter, type RunListPage, withRun } from './run-list.ts';
import { filterOf, isNarrowed, queryFromAddress, queryToAddress, sameQuery } from './run-list-query.ts';
import { at, runOf } from './testing.ts';

const run = (id: string, queuedAt: number, change: Partial<RunSummary> = {}) =>
  runOf({ id, queuedAt: at(queuedAt), ...change });
const pages: RunListPage[] = [
  { runs: [run('c', 30), run('b', 20)], next: 'x', total: 3 },
  { runs: [run('a', 10)], next: null, total: 3 },
];
const ids = (result: readonly RunListPage[] | undefined) =>
  result?.map(({ runs }) => runs.map(({ id }) => id));

test('a run that moves changes in its place, on whichever page it is', () => {
  const after = withRun(pages, run('a', 10, { status: 'failed' }), {});
  expect(ids(after)).toEqual([['c', 'b'], ['a']]);
  expect(after?.[1]?.runs[0]?.status).toBe('failed');
});

test('a new run that fits comes in front and is counted', () => {
  const after = withRun(pages, run('d', 40), {});
  expect(ids(after)).toEqual([['d', 'c', 'b'], ['a']]);
  expect(after?.map(({ total }) => total)).toEqual([4, 4]);
});

test('a new run that does not fit, and an old one of a page not loaded, change nothing', () => {
  expect(ids(withRun(pages, run('d', 40), { states: ['failed'] }))).toEqual([['c', 'b'], ['a']]);
  expect(ids(withRun(pages, run('old', 1), {}))).toEqual([['c', 'b'], ['a']]);
});

test('a run that fits no longer leaves the list', () => {
  const after = withRun(pages, run('b', 20, { status: 'succeeded' }), { states: ['queued', 'running'] });
  expect(ids(after)?.[0]).toEqual(['c']);
});

test('whether a new run fits a search is left to the server', () => {
  expect(withRun(pages, run('d', 40), { search: 'x' })).toBeUndefined();
});

test('retrying, interrupted and skipped runs are told apart as the store does it', () => {
  const error = (code: string) => ({ error: { code, message: code, details: {} } });
  const retrying = run('r', 1, { status: 'queued', attempt: 1 });
  const interrupted = run('i', 1, { status: 'failed', ...error('interrupted') });
  const skipped = run('s', 1, { status: 'cancelled', ...error('skipped') });
  expect(fitsFilter(retrying, { states: ['retrying'] })).toBe(true);
  expect(fitsFilter(retrying, { states: ['queued'] })).toBe(true);
  expect(fitsFilter(interrupted, { states: ['interrupted'] })).toBe(true);
  expect(fitsFilter(interrupted, { states: ['failed'] })).toBe(true);
  expect(fitsFilter(skipped, { states: ['skipped'] })).toBe(true);
  expect(fitsFilter(skipped, { states: ['interrupted', 'retrying'] })).toBe(false);
});

const queries = fc.record(
  {
    search: fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.trim() !== ''),
    states: fc.uniqueArray(fc.constantFrom('failed' as const, 'skipped' as const, 'retrying' as const), {
      minLength: 1,
    }),
    pipelineId: fc.uuid({ version: 7 }),
    trigger: fc.constantFrom('api' as const, 'schedule' as const),
    label: fc
      .string({ minLength: 1, maxLength: 20 })
      .map((text) => text.trim())
      .filter((text) => text !== ''),
    environment: fc.constantFrom('live' as const, 'sandbox' as const),
    pinned: fc.boolean(),
    last: fc.constantFrom('hour' as const, 'month' as const),
    from: fc.constant('2026-10-25'),
    to: fc.constant('2026-11-01'),
  },
  { requiredKeys: [] },
);

test('every query comes back from its address', () => {
  fc.assert(
    fc.property(queries, (query: RunQuery) => {
      const address = hashAddress('#/runs', queryToAddress(query)).split('?', 2)[1] ?? '';
      const back = queryFromAddress(new URLSearchParams(address));
      expect(sameQuery(back, query)).toBe(true);
      expect(isNarrowed(back)).toBe(isNarrowed(query));
    }),
  );
});

test('an address written by hand is taken as far as it makes sense', () => {
  const address = new URLSearchParams(
    'state=failed,nonsense&pipeline=7&last=century&trigger=api&pinned=maybe',
  );
  expect(queryFromAddress(address)).toEqual({ states: ['failed'], trigger: 'api' });
});

test('days are local and whole, the last one included; a search of spaces narrows nothing', () => {
  const filter = filterOf({ from: '2026-10-25', to: '2026-10-25' });
  expect(filter).toEqual({
    since: new Date(2026, 9, 25).toISOString(),
    until: new Date(2026, 9, 26).toISOString(),
  });
  const now = Date.UTC(2026, 0, 2, 3, 4, 5);
  expect(filterOf({ last: 'day' }, now)).toEqual({ since: '2026-01-01T03:04:00.000Z' });
  expect(isNarrowed({ search: '  ' })).toBe(false);
  expect(filterOf({ search: '  ' })).toEqual({});
});
