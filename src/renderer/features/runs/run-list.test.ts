import { expect, test } from 'vitest';
import type { RunSummary } from '../../../shared/contract/domain.ts';
import { everyRun, isNarrowed, isRunChoice, listInput, type RunListPage, withRun } from './run-list.ts';
import { at, runOf } from './testing.ts';

const run = (id: string, queuedAt: number, change: Partial<RunSummary> = {}) =>
  runOf({ id, queuedAt: at(queuedAt), ...change });
const pages: RunListPage[] = [
  { runs: [run('c', 30), run('b', 20)], next: 'x', total: 3 },
  { runs: [run('a', 10)], next: null, total: 3 },
];
const ids = (result: readonly RunListPage[] | undefined) =>
  result?.map(({ runs }) => runs.map(({ id }) => id));
const all = listInput(everyRun);

test('a run that moves changes in its place, on whichever page it is', () => {
  const after = withRun(pages, run('a', 10, { status: 'failed' }), all);
  expect(ids(after)).toEqual([['c', 'b'], ['a']]);
  expect(after?.[1]?.runs[0]?.status).toBe('failed');
});

test('a new run that fits comes in front and is counted', () => {
  const after = withRun(pages, run('d', 40), all);
  expect(ids(after)).toEqual([['d', 'c', 'b'], ['a']]);
  expect(after?.map(({ total }) => total)).toEqual([4, 4]);
});

test('a new run that does not fit, and an old one of a page not loaded, change nothing', () => {
  const failed = listInput({ ...everyRun, status: 'failed' });
  expect(ids(withRun(pages, run('d', 40), failed))).toEqual([['c', 'b'], ['a']]);
  expect(ids(withRun(pages, run('old', 1), all))).toEqual([['c', 'b'], ['a']]);
});

test('a run that fits no longer leaves the list', () => {
  const active = listInput({ ...everyRun, status: 'active' });
  const after = withRun(pages, run('b', 20, { status: 'succeeded' }), active);
  expect(ids(after)).toEqual([['c'], ['a']]);
});

test('whether a new run fits a search is left to the server', () => {
  expect(withRun(pages, run('d', 40), listInput({ ...everyRun, search: 'x' }))).toBeUndefined();
});

test('a search of spaces narrows nothing', () => {
  expect(isNarrowed({ ...everyRun, search: '  ' })).toBe(false);
  expect(isNarrowed({ ...everyRun, age: 'day' })).toBe(true);
});

test('a filter that another version left behind is not taken', () => {
  expect(isRunChoice({ ...everyRun })).toBe(true);
  expect(isRunChoice({ search: '' })).toBe(false);
  expect(isRunChoice(null)).toBe(false);
});
