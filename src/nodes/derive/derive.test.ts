import { describe, expect, test } from 'vitest';
import { expectRows, problemPlaces, runNode } from '../_kit/test-kit.ts';

const lines = [
  { id: 1, Region: 'EU', price: 2, quantity: 3 },
  { id: 2, Region: 'US', price: 5, quantity: 1 },
  { id: 3, Region: 'EU', price: 4, quantity: null },
];
const derive = (...columns: { name: string; expression: string }[]) =>
  runNode('derive', { columns }, { in: lines });
const pick = (rows: readonly Readonly<Record<string, unknown>>[], name: string) =>
  rows.map((row) => row[name]);

test('new columns come at the end, replaced ones stay in place under their own spelling', async () => {
  const result = await derive(
    { name: 'region', expression: 'lower("Region")' },
    { name: 'total', expression: 'price * quantity' },
  );
  expect(result.columns.map(({ name }) => name)).toEqual(['id', 'Region', 'price', 'quantity', 'total']);
  expectRows(result, [
    { id: 1, Region: 'eu', price: 2, quantity: 3, total: 6 },
    { id: 2, Region: 'us', price: 5, quantity: 1, total: 5 },
    { id: 3, Region: 'eu', price: 4, quantity: null, total: null },
  ]);
});

test('a later expression uses the columns made before it, replaced ones included', async () => {
  const result = await derive(
    { name: 'price', expression: 'price * 10' },
    { name: 'total', expression: 'PRICE * coalesce(quantity, 0)' },
    { name: 'a "b"', expression: 'total + 1' },
    { name: 'last', expression: '"a ""b""" * 2' },
  );
  expect(pick(result.rows, 'last')).toEqual([122, 102, 2]);
  expect(result.problems).toEqual([]);
});

test('independent columns are made in one step', async () => {
  const result = await derive(
    { name: 'x', expression: 'price + 1' },
    { name: 'y', expression: 'quantity + 1' },
  );
  expect(result.plan?.outputs.out).toMatchObject({
    rel: 'extend',
    input: { rel: 'input' },
    columns: [{ name: 'x' }, { name: 'y' }],
  });
});

test('window functions are allowed', async () => {
  const result = await derive({
    name: 'running',
    expression: 'sum(price) over (partition by "Region" order by id)',
  });
  const byId = [...result.rows].sort((left, right) => Number(left.id) - Number(right.id));
  expect(result.problems).toEqual([]);
  expect(pick(byId, 'running')).toEqual([2, 5, 6]);
});

describe('what is wrong is said at its expression', () => {
  test.each([
    ['price *', 'syntax'],
    ['pirce * 2', 'a column'],
    ['sum(price)', 'an aggregate'],
    ['(select max(price) from range(3))', 'a subquery'],
    ["getenv('HOME')", 'a function that reaches out'],
    ['price as p', 'an alias'],
    ['price, quantity', 'two expressions'],
  ])('%s: %s', async (expression) => {
    const result = await derive({ name: 'ok', expression: '1' }, { name: 'bad', expression });
    expect(result.problems[0]).toMatchObject({
      severity: 'error',
      nodeId: 'node',
      path: ['columns', 1, 'expression'],
    });
    expect(result.rows).toEqual([]);
  });

  test('a column that is made later is not there yet', async () => {
    const result = await derive(
      { name: 'first', expression: 'second + 1' },
      { name: 'second', expression: '1' },
    );
    expect(result.problems[0]).toMatchObject({ nodeId: 'node', path: ['columns', 0, 'expression'] });
  });

  test('one name twice', async () => {
    const result = await derive({ name: 'x', expression: '1' }, { name: 'X', expression: '2' });
    expect(problemPlaces(result)).toEqual(['duplicate_column at columns.1.name']);
  });
});

test('comments in an expression swallow nothing', async () => {
  const result = await derive(
    { name: 'x', expression: 'price -- twice\n * 2' },
    { name: 'y', expression: '1 -- one' },
  );
  expect(pick(result.rows, 'x')).toEqual([4, 10, 8]);
  expect(pick(result.rows, 'y')).toEqual([1, 1, 1]);
});
