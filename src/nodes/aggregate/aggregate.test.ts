import { describe, expect, test } from 'vitest';
import { expectRows, problemPlaces, runNode } from '../_kit/test-kit.ts';
import { aggregationName } from './definition.ts';

const orders = [
  { id: 1, Region: 'EU', amount: 10, price: 1.5, status: 'new' },
  { id: 2, Region: 'EU', amount: 30, price: 2.5, status: 'paid' },
  { id: 3, Region: null, amount: null, price: 4, status: null },
  { id: 4, Region: 'EU', amount: 20, price: 1.5, status: 'sent' },
];
const aggregate = (config: Record<string, unknown>, rows: typeof orders = orders) =>
  runNode('aggregate', config, { in: rows });
const one = async (...aggregations: Record<string, unknown>[]) => {
  const result = await aggregate({ aggregations });
  expect(result.problems, result.sql).toEqual([]);
  return Object.values(result.rows[0] ?? {});
};

test('one row for each group, nulls being a group of their own', async () => {
  const aggregations = [
    { function: 'count', as: 'Größe "n"' },
    { function: 'sum', column: 'amount' },
  ];
  const result = await aggregate({ group_by: ['region'], aggregations });
  expect(result.columns.map(({ name }) => name)).toEqual(['Region', 'Größe "n"', 'sum_amount']);
  const byName = [...result.rows].sort((a, b) => String(a.Region).localeCompare(String(b.Region)));
  expect(byName).toEqual([
    { Region: 'EU', 'Größe "n"': 3, sum_amount: 60 },
    { Region: null, 'Größe "n"': 1, sum_amount: null },
  ]);
});

describe('every function', () => {
  test.each([
    [{ function: 'count' }, 4],
    [{ function: 'count', column: 'amount' }, 3],
    [{ function: 'count_distinct', column: 'price' }, 3],
    [{ function: 'sum', column: 'price' }, 9.5],
    [{ function: 'avg', column: 'AMOUNT' }, 20],
    [{ function: 'min', column: 'status' }, 'new'],
    [{ function: 'max', column: 'amount' }, 30],
    [{ function: 'median', column: 'amount' }, 20],
    [{ function: 'stddev', column: 'amount' }, 10],
    [{ function: 'percentile', column: 'amount', p: 0.75 }, 25],
    [{ function: 'first', column: 'status', by: 'price' }, 'new'],
    [{ function: 'last', column: 'status', by: 'id' }, 'sent'],
    [{ function: 'string_agg', column: 'status' }, 'new, paid, sent'],
    [{ function: 'string_agg', column: 'amount', separator: "'" }, "10'20'30"],
    [{ function: 'sum', expression: 'amount * price', as: 'x' }, 120],
    [{ function: 'count', expression: 'nullif(price, 1.5)', as: 'x' }, 2],
  ])('%j is %j', async (aggregation, value) => {
    expect(await one(aggregation)).toEqual([value]);
  });
});

test('sums of whole numbers stay whole numbers of 64 bits', async () => {
  const result = await aggregate({ aggregations: [{ function: 'sum', column: 'amount' }] });
  expect(result.columns).toEqual([{ name: 'sum_amount', type: 'BIGINT' }]);
});

test('grouping alone gives the distinct combinations', async () => {
  const result = await aggregate({ group_by: ['price'] });
  expect(result.rows.map(({ price }) => price).sort()).toEqual([1.5, 2.5, 4]);
});

test('no rows: one row of figures, or no group', async () => {
  const empty = { columns: [{ name: 'n', type: 'BIGINT' }], rows: [] };
  const aggregations = [
    { function: 'count', as: 'rows' },
    { function: 'sum', column: 'n' },
  ];
  expectRows(await runNode('aggregate', { aggregations }, { in: empty }), [{ rows: 0, sum_n: null }]);
  expectRows(await runNode('aggregate', { group_by: ['n'], aggregations }, { in: empty }), []);
});

test('a parameter may be used in an expression', async () => {
  const parameters = { rate: { type: 'number', default: 2 } } as const;
  const aggregations = [{ function: 'sum', expression: 'price * $rate', as: 'x' }];
  expectRows(await runNode('aggregate', { aggregations }, { in: orders }, { parameters }), [{ x: 19 }]);
});

describe('problems', () => {
  test.each([
    [{ group_by: ['regoin'] }, 'unknown_column at group_by.0'],
    [{ aggregations: [{ function: 'sum', column: 'amont' }] }, 'unknown_column at aggregations.0.column'],
    [
      { aggregations: [{ function: 'first', column: 'id', by: 'wen' }] },
      'unknown_column at aggregations.0.by',
    ],
    [{ aggregations: [{ function: 'sum', column: 'status' }] }, 'wrong_type at aggregations.0.column'],
    [{ group_by: ['id', 'ID'] }, 'duplicate_column at group_by.1'],
    [
      { group_by: ['id'], aggregations: [{ function: 'count', as: 'Id' }] },
      'duplicate_column at aggregations.0.as',
    ],
    [{ aggregations: [{ function: 'sum' }] }, 'invalid_config at aggregations.0.column'],
    [
      { aggregations: [{ function: 'sum', column: 'id', expression: '1' }] },
      'invalid_config at aggregations.0.expression',
    ],
    [{}, 'invalid_config at aggregations'],
  ])('%j: %s', async (config, place) => {
    expect(problemPlaces(await aggregate(config))).toEqual([place]);
  });

  test('an aggregate inside an expression', async () => {
    const result = await aggregate({
      aggregations: [{ function: 'sum', expression: 'max(price)', as: 'x' }],
    });
    expect(result.problems[0]).toMatchObject({ nodeId: 'node', path: ['aggregations', 0, 'expression'] });
  });
});

test('names are made from the function and its column', () => {
  expect(aggregationName({ function: 'count' })).toBe('count');
  expect(aggregationName({ function: 'percentile', column: 'x', p: 0.999 })).toBe('p99.9_x');
  expect(aggregationName({ function: 'sum', expression: 'a + b' })).toBe('sum');
});
