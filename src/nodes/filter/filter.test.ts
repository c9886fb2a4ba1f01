import { describe, expect, test } from 'vitest';
import { expectRows, problemPlaces, runNode } from '../_kit/test-kit.ts';

const orders = [
  { id: 1, region: 'EU', amount: 120.5, 'Größe "x"': 'a' },
  { id: 2, region: 'US', amount: 80, 'Größe "x"': 'b' },
  { id: 3, region: null, amount: null, 'Größe "x"': null },
];
const row = (id: number) => orders.filter((order) => order.id === id);
const ids = (where: unknown) => runNode('filter', { where }, { in: orders });

describe('a written condition', () => {
  test('keeps the rows for which it is true; null is not', async () => {
    expectRows(await ids('amount > 100'), row(1));
    expectRows(await ids('not (amount > 100)'), row(2));
  });

  test('may use declared parameters as bound values', async () => {
    const parameters = { least: { type: 'number', default: 100 } } as const;
    const result = await runNode('filter', { where: 'amount >= $least' }, { in: orders }, { parameters });
    expectRows(result, row(1));
    expect(result.sql).toContain('$least');
  });

  test('may name a quoted unicode column', async () => {
    expectRows(await ids('"Größe ""x""" = \'b\''), row(2));
  });

  test.each([
    'select 1',
    'amount > 1; drop table x',
    '(select true)',
    'amount >',
    "read_text('/etc/passwd') is null",
  ])('%s is refused at its field', async (where) => {
    const result = await ids(where);
    expect(result.problems.length).toBeGreaterThan(0);
    expect(result.problems[0]).toMatchObject({ nodeId: 'node', path: ['where'], severity: 'error' });
  });

  test('an unknown column is a problem, not a failed run', async () => {
    const result = await ids('amuont > 1');
    expect(result.problems).toHaveLength(1);
    expect(result.problems[0]).toMatchObject({ nodeId: 'node', path: ['where'] });
    expect(result.problems[0]?.message).toContain('amount');
  });
});

describe('a clicked condition', () => {
  test.each([
    [{ field: 'amount', operator: 'gt', value: 100 }, [1]],
    [{ field: 'REGION', operator: 'eq', value: 'US' }, [2]],
    [{ field: 'region', operator: 'is_null' }, [3]],
    [{ field: 'region', operator: 'in', value: ['US', null] }, [2, 3]],
    [{ field: 'Größe "x"', operator: 'contains', value: 'a' }, [1]],
    [{ field: 'amount', operator: 'between', value: [80, 100] }, [2]],
    [
      {
        any: [{ field: 'id', operator: 'eq', value: 1 }, { not: { field: 'id', operator: 'lt', value: 3 } }],
      },
      [1, 3],
    ],
    [{ all: [] }, [1, 2, 3]],
  ])('%j keeps the rows it says', async (where, kept) => {
    expectRows(
      await ids(where),
      orders.filter(({ id }) => kept.includes(id)),
    );
  });

  test('a value is data, never SQL', async () => {
    expectRows(await ids({ field: 'region', operator: 'eq', value: "EU' or '1'='1" }), []);
  });

  test('every unknown column is reported at its place', async () => {
    const where = {
      all: [{ field: 'amonut', operator: 'gt', value: 1 }, { not: { field: 'zzz', operator: 'is_null' } }],
    };
    const result = await ids(where);
    expect(problemPlaces(result)).toEqual([
      'unknown_column at where.all.0.field',
      'unknown_column at where.all.1.not.field',
    ]);
    expect(result.problems[0]?.message).toContain('"amount"');
  });
});

test('no rows stay no rows, with their columns', async () => {
  const empty = { columns: [{ name: 'id', type: 'BIGINT' }], rows: [] };
  const result = await runNode('filter', { where: 'id > 1' }, { in: empty });
  expectRows(result, []);
  expect(result.columns).toEqual(empty.columns);
});
