import { describe, expect, test } from 'vitest';
import type { Problem } from '../../shared/pipeline/problem.ts';
import { nearestNames } from './nearest.ts';
import { findColumn, namesDiffer } from './upstream.ts';

const columns = ['Amount', 'amount_net', 'Ä', 'region "x"'].map((name) => ({ name, type: 'VARCHAR' }));

function asking<Answer>(ask: (context: { problem(problem: object): void }) => Answer) {
  const problems: Partial<Problem>[] = [];
  return { answer: ask({ problem: (problem) => problems.push(problem) }), problems };
}

describe('a column that a config names', () => {
  test('is found whatever the case of A to Z, and answered as it is spelled upstream', () => {
    const { answer, problems } = asking((context) => findColumn(context, columns, 'AMOUNT', ['a']));
    expect(answer?.name).toBe('Amount');
    expect(problems).toEqual([]);
  });

  test('keeps the case of other letters, as DuckDB does', () => {
    const { answer, problems } = asking((context) => findColumn(context, columns, 'ä', ['keys', 0]));
    expect(answer).toBeUndefined();
    expect(problems).toMatchObject([{ code: 'unknown_column', path: ['keys', 0] }]);
  });

  test('is missing where nothing arrives', () => {
    const { problems } = asking((context) => findColumn(context, [], 'x', []));
    expect(problems[0]?.message).toBe('The input has no column "x". It brings no columns.');
  });
});

test('names that differ only in the case of A to Z clash; every clash is reported', () => {
  const names = ['a', 'A', 'Ä', 'ä', 'a'].map((name, at) => ({ name, path: [at] }));
  const { answer, problems } = asking((context) => namesDiffer(context, names));
  expect(answer).toBe(false);
  expect(problems.map(({ path }) => path)).toEqual([[1], [4]]);
});

test.each([
  ['amont', ['Amount']],
  ['amount', ['Amount', 'amount_net']],
  ['zzzzzz', []],
  ['', []],
])('%j is most like %j', (wish, near) => {
  expect(nearestNames(wish, ['Amount', 'amount_net', 'customer'])).toEqual(near);
});
