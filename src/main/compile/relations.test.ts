import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cell } from '../../shared/kernel/columns.ts';
import { all, call, cast, col, compare, expression, input, lit, named } from '../../shared/plan/build.ts';
import type { Relation, Scalar } from '../../shared/plan/relation.ts';
import { type Bench, compile, node, openBench, out, rowsOf } from './testing/graph-kit.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const orders: Relation = {
  rel: 'values',
  columns: [
    { name: 'id', type: 'INTEGER' },
    { name: 'region', type: 'VARCHAR' },
    { name: 'amount', type: 'DECIMAL(10,2)' },
    { name: 'day', type: 'DATE' },
  ],
  rows: [
    [1, 'EU', 10.5, '2024-01-01'],
    [2, 'US', 20, '2024-01-02'],
    [3, 'EU', 5, '2024-01-03'],
    [4, null, 7, '2024-01-03'],
  ],
};

const regions: Relation = {
  rel: 'values',
  columns: [
    { name: 'region', type: 'VARCHAR' },
    { name: 'title', type: 'VARCHAR' },
  ],
  rows: [
    ['EU', 'Europe'],
    ['AS', 'Asia'],
  ],
};

async function run(relation: Relation): Promise<Cell[][]> {
  const graph = await compile(bench, {
    nodes: [node('orders', 'rows', out(orders)), node('target', 'step', out(relation))],
    edges: [{ from: 'orders', to: 'target' }],
  });
  expect(graph.problems).toEqual([]);
  return rowsOf(bench, graph, 'target');
}

const ids = async (relation: Relation) => (await run(relation)).map(([id]) => id);
const where = (condition: Scalar): Relation => ({ rel: 'filter', input: input(), where: condition });
const project = (value: Scalar): Relation => ({
  rel: 'project',
  input: input(),
  columns: [named('x', value)],
});

describe('relations', () => {
  it('values give rows of the declared types', async () => {
    expect(await run(input())).toEqual([
      [1, 'EU', '10.50', '2024-01-01'],
      [2, 'US', '20.00', '2024-01-02'],
      [3, 'EU', '5.00', '2024-01-03'],
      [4, null, '7.00', '2024-01-03'],
    ]);
  });

  it('values without rows keep their columns', async () => {
    const graph = await compile(bench, { nodes: [node('none', 'rows', out({ ...orders, rows: [] }))] });
    expect(graph.byId.get('none')?.ports.out?.map(({ type }) => type)).toEqual([
      'INTEGER',
      'VARCHAR',
      'DECIMAL(10,2)',
      'DATE',
    ]);
    expect(await rowsOf(bench, graph, 'none')).toEqual([]);
  });

  it('filter keeps the rows that hold', async () => {
    expect(await ids(where(expression("amount > 6 and region = 'EU'", ['where'])))).toEqual([1]);
  });

  it('project gives exactly its columns', async () => {
    const relation: Relation = {
      rel: 'project',
      input: input(),
      columns: [named('region', col('region')), named('double', expression('amount * 2', ['x']))],
    };
    expect(await run(relation)).toEqual([
      ['EU', '21.00'],
      ['US', '40.00'],
      ['EU', '10.00'],
      [null, '14.00'],
    ]);
  });

  it('extend replaces in place, whatever the case, and adds at the end', async () => {
    const relation: Relation = {
      rel: 'extend',
      input: where(compare(col('id'), '=', lit(1))),
      columns: [
        named('REGION', expression('lower(region)', ['x'])),
        named('next', expression('id + 1', ['y'])),
      ],
    };
    expect(await run(relation)).toEqual([[1, 'eu', '10.50', '2024-01-01', 2]]);
  });

  const joined = (kind: 'inner' | 'left' | 'right' | 'full' | 'semi' | 'anti'): Relation => ({
    rel: 'join',
    kind,
    left: input('left'),
    right: input('right'),
    on: compare(col('region', 'left'), '=', col('region', 'right')),
    columns:
      kind === 'semi' || kind === 'anti'
        ? [named('id', col('id', 'left'))]
        : [named('id', col('id', 'left')), named('title', col('title', 'right'))],
  });

  it.each([
    [
      'inner',
      [
        [1, 'Europe'],
        [3, 'Europe'],
      ],
    ],
    [
      'left',
      [
        [1, 'Europe'],
        [2, null],
        [3, 'Europe'],
        [4, null],
      ],
    ],
    [
      'right',
      [
        [null, 'Asia'],
        [1, 'Europe'],
        [3, 'Europe'],
      ],
    ],
    [
      'full',
      [
        [null, 'Asia'],
        [1, 'Europe'],
        [2, null],
        [3, 'Europe'],
        [4, null],
      ],
    ],
    ['semi', [[1], [3]]],
    ['anti', [[2], [4]]],
  ] as const)('a %s join matches as SQL says', async (kind, expected) => {
    const graph = await compile(bench, {
      nodes: [
        node('orders', 'rows', out(orders)),
        node('regions', 'rows', out(regions)),
        node('j', 'pair', out(joined(kind))),
      ],
      edges: [
        { from: 'orders', to: 'j.left' },
        { from: 'regions', to: 'j.right' },
      ],
    });
    expect(graph.problems).toEqual([]);
    const rows = await rowsOf(bench, graph, 'j');
    expect(rows.sort((left, right) => Number(left[0]) - Number(right[0]))).toEqual(expected);
  });

  it('a cross join pairs everything, and one node may stand on both sides', async () => {
    const cross: Relation = {
      rel: 'join',
      kind: 'cross',
      left: input('left'),
      right: input('right'),
      columns: [named('a', col('id', 'left')), named('b', col('id', 'right'))],
    };
    const graph = await compile(bench, {
      nodes: [node('orders', 'rows', out(orders)), node('j', 'pair', out(cross))],
      edges: [
        { from: 'orders', to: 'j.left' },
        { from: 'orders', to: 'j.right' },
      ],
    });
    expect(await rowsOf(bench, graph, 'j')).toHaveLength(16);
  });

  it('a union goes by name and fills what a side lacks', async () => {
    const graph = await compile(bench, {
      nodes: [
        node('orders', 'rows', out(orders)),
        node('regions', 'rows', out(regions)),
        node('u', 'many', out({ rel: 'union', inputs: [input('in', 0), input('in', 1)], distinct: false })),
      ],
      edges: [
        { from: 'orders', to: 'u' },
        { from: 'regions', to: 'u' },
      ],
    });
    expect(graph.byId.get('u')?.ports.out?.map(({ name }) => name)).toEqual([
      'id',
      'region',
      'amount',
      'day',
      'title',
    ]);
    expect(await rowsOf(bench, graph, 'u')).toHaveLength(6);
  });

  it('a distinct union drops repeated rows', async () => {
    const graph = await compile(bench, {
      nodes: [
        node('a', 'rows', out(regions)),
        node('b', 'rows', out(regions)),
        node('u', 'many', out({ rel: 'union', inputs: [input('in', 0), input('in', 1)], distinct: true })),
      ],
      edges: [
        { from: 'a', to: 'u' },
        { from: 'b', to: 'u' },
      ],
    });
    expect(await rowsOf(bench, graph, 'u')).toHaveLength(2);
  });

  it('aggregate groups nulls together and sums up', async () => {
    const relation: Relation = {
      rel: 'sort',
      keys: [{ value: col('region'), descending: false, nulls: 'last' }],
      input: {
        rel: 'aggregate',
        input: input(),
        groups: [named('region', col('region'))],
        aggregates: [
          named('n', call('count')),
          named('total', call('sum', col('amount'))),
          named('custom', {
            op: 'expression',
            text: 'max(amount) - min(amount)',
            path: ['x'],
            aggregate: true,
          }),
        ],
      },
    };
    expect(await run(relation)).toEqual([
      ['EU', '2', '15.50', '5.50'],
      ['US', '1', '20.00', '0.00'],
      [null, '1', '7.00', '0.00'],
    ]);
  });

  it('aggregate without groups gives one row, also of no rows', async () => {
    const relation: Relation = {
      rel: 'aggregate',
      input: where(lit(false)),
      groups: [],
      aggregates: [named('n', { op: 'call', name: 'count', args: [col('region')], distinct: true })],
    };
    expect(await run(relation)).toEqual([['0']]);
  });

  it('sort puts nulls where it is told', async () => {
    const sort = (descending: boolean, nulls: 'first' | 'last'): Relation => ({
      rel: 'sort',
      input: input(),
      keys: [
        { value: col('region'), descending, nulls },
        { value: col('id'), descending: true, nulls: 'last' },
      ],
    });
    expect(await ids(sort(false, 'first'))).toEqual([4, 3, 1, 2]);
    expect(await ids(sort(true, 'last'))).toEqual([2, 3, 1, 4]);
  });

  const dedupe = (keep: 'first' | 'last', order: 'none' | 'day'): Relation => ({
    rel: 'dedupe',
    input: input(),
    keys: [col('region')],
    order: order === 'none' ? [] : [{ value: col('day'), descending: true, nulls: 'last' }],
    keep,
  });

  it.each([
    ['first', 'none', [1, 2, 4]],
    ['last', 'none', [2, 3, 4]],
    ['first', 'day', [2, 3, 4]],
    ['last', 'day', [1, 2, 4]],
  ] as const)('dedupe keeps the %s by %s of each key, nulls being one key', async (keep, order, expected) => {
    expect(await ids(dedupe(keep, order))).toEqual(expected);
  });

  it('dedupe breaks ties by the input order, whatever the threads do', async () => {
    const many: Relation = {
      rel: 'values',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'k', type: 'INTEGER' },
      ],
      rows: Array.from({ length: 5000 }, (_unused, at) => [at, at % 7]),
    };
    const graph = await compile(bench, {
      nodes: [
        node('many', 'rows', out(many)),
        node(
          'd',
          'step',
          out({
            rel: 'dedupe',
            input: input(),
            keys: [col('k')],
            order: [{ value: lit('same'), descending: false, nulls: 'last' }],
            keep: 'first',
          }),
        ),
      ],
      edges: [{ from: 'many', to: 'd' }],
    });
    expect((await rowsOf(bench, graph, 'd')).map(([id]) => id)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('limit and offset take a page', async () => {
    expect(await ids({ rel: 'limit', input: input(), count: 2, offset: 1 })).toEqual([2, 3]);
  });

  it('a sample of rows has that many, in order, and the same for the same seed', async () => {
    const sample = (seed: number): Relation => ({ rel: 'sample', input: input(), size: { rows: 2 }, seed });
    const first = await ids(sample(1));
    expect(first).toHaveLength(2);
    expect(await ids(sample(1))).toEqual(first);
    const others = await Promise.all([2, 3, 4, 5, 6, 7].map((seed) => ids(sample(seed))));
    expect(new Set(others.map(String)).size).toBeGreaterThan(1);
  });

  it('a percentage takes none, some or all', async () => {
    const sample = (percent: number): Relation => ({
      rel: 'sample',
      input: input(),
      size: { percent },
      seed: 1,
    });
    expect(await ids(sample(0))).toEqual([]);
    expect(await ids(sample(100))).toEqual([1, 2, 3, 4]);
  });

  it('an SQL step reads its inputs by the names it gives them', async () => {
    const relation: Relation = {
      rel: 'sql',
      text: "with eu as (select * from o where region = 'EU') select count(*) as n, (select max(id) from o) as top from eu; -- done",
      path: ['sql'],
      tables: { o: input() },
    };
    expect(await run(relation)).toEqual([['2', 4]]);
  });

  it('an SQL step over exchanged names reads what each name stands for', async () => {
    const swapped: Relation = {
      rel: 'sql',
      text: 'select (select count(*) from orders) as o, (select count(*) from regions) as r',
      path: ['sql'],
      tables: { orders: input('right'), regions: input('left') },
    };
    const graph = await compile(bench, {
      nodes: [
        node('orders', 'rows', out(orders)),
        node('regions', 'rows', out(regions)),
        node('q', 'pair', out(swapped)),
      ],
      edges: [
        { from: 'orders', to: 'q.left' },
        { from: 'regions', to: 'q.right' },
      ],
    });
    expect(graph.problems).toEqual([]);
    expect(await rowsOf(bench, graph, 'q')).toEqual([['2', '4']]);
  });
});

describe('scalars', () => {
  it.each([
    ['all of none', { op: 'all', of: [] }, [1, 2, 3, 4]],
    ['any of none', { op: 'any', of: [] }, []],
    ['not', { op: 'not', of: compare(col('id'), '=', lit(1)) }, [2, 3, 4]],
    ['is-null', { op: 'is-null', of: col('region') }, [4]],
    ['in', { op: 'in', value: col('region'), options: [lit('US'), lit('XX')] }, [2]],
    ['in with a null', { op: 'in', value: col('region'), options: [lit('US'), lit(null)] }, [2, 4]],
    ['in nothing', { op: 'in', value: col('region'), options: [] }, []],
    ['is distinct', compare(col('region'), 'is distinct from', lit('EU')), [2, 4]],
    [
      'all and any',
      all(
        { op: 'any', of: [compare(col('id'), '=', lit(1)), compare(col('id'), '=', lit(2))] },
        compare(col('region'), '=', lit('EU')),
      ),
      [1],
    ],
    ['a lenient cast', { op: 'is-null', of: cast(col('region'), 'INTEGER', true) }, [1, 2, 3, 4]],
  ] as const satisfies readonly (readonly [string, Scalar, readonly number[]])[])(
    '%s',
    async (_name, condition, expected) => {
      expect(await ids(where(condition))).toEqual(expected);
    },
  );

  it('case takes the first branch that holds', async () => {
    const value: Scalar = {
      op: 'case',
      // biome-ignore lint/suspicious/noThenProperty: the plan's own word; nothing awaits it
      when: [{ if: compare(col('id'), '<', lit(2)), then: lit('low') }],
      otherwise: lit('high'),
    };
    expect((await run(project(value))).flat()).toEqual(['low', 'high', 'high', 'high']);
  });

  it('a user text keeps its own precedence and its comment to itself', async () => {
    const both = all(expression('id = 1 or id = 2 -- or id = 3', ['a']), expression('id > 1', ['b']));
    expect(await ids(where(both))).toEqual([2]);
  });
});
