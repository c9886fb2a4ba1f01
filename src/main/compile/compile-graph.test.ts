import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, col, compare, expression, input, lit, named } from '../../shared/plan/build.ts';
import type { NodePlan, Relation } from '../../shared/plan/relation.ts';
import { runBound } from '../runner/oracle.ts';
import {
  type CompileInputs,
  compileGraph,
  locateError,
  renderQuery,
  sharedPorts,
  upstreamPorts,
} from './index.ts';
import {
  type Bench,
  compile,
  document,
  node,
  openBench,
  out,
  rowsOf,
  testRegistry,
} from './testing/graph-kit.ts';

let bench: Bench;
let orders: string;
beforeAll(async () => {
  bench = await openBench();
  orders = join(bench.folder, 'orders.csv');
  await writeFile(
    orders,
    'id,region,amount,ordered_at\n1,EU,10,2024-01-01\n2,US,20,2024-02-01\n3,EU,5,2024-03-01\n',
  );
});
afterAll(() => bench.close());

const readOrders: Relation = {
  rel: 'read-csv',
  file: { path: 'orders.csv', configPath: ['path'] },
  options: { badRows: 'fail' },
};
const numbers: Relation = { rel: 'values', columns: [{ name: 'x', type: 'INTEGER' }], rows: [[1], [2]] };
const filter = (text: string): NodePlan =>
  out({ rel: 'filter', input: input(), where: expression(text, ['where']) });
const derive = (text: string): NodePlan =>
  out({
    rel: 'extend',
    input: input(),
    columns: [named('y', expression(text, ['columns', 0, 'expression']))],
  });

const sample = () => ({
  parameters: { since: { type: 'date' as const, default: '2024-01-15' } },
  nodes: [
    node('orders', 'rows', out(readOrders)),
    node('recent', 'step', filter('ordered_at >= $since')),
    node(
      'by_region',
      'step',
      out({
        rel: 'aggregate',
        input: input(),
        groups: [named('region', col('region'))],
        aggregates: [named('total', call('sum', col('amount')))],
      }),
    ),
  ],
  edges: [
    { from: 'orders', to: 'recent' },
    { from: 'recent', to: 'by_region' },
  ],
});

const withOrders = (more: Partial<CompileInputs> = {}): Partial<CompileInputs> => ({
  files: { 'orders.csv': orders },
  ...more,
});

async function failing(plan: NodePlan, source: Relation = numbers) {
  const graph = await compile(bench, {
    nodes: [node('a', 'rows', out(source)), node('b', 'step', plan)],
    edges: [{ from: 'a', to: 'b' }],
  });
  return graph.problems.map(({ nodeId, path, message }) => [nodeId, path?.join('.'), message]);
}

describe('the SQL of a graph', () => {
  it('is one chain of tables named after the nodes, and runs', async () => {
    const graph = await compile(bench, sample(), withOrders());
    expect(graph.problems).toEqual([]);
    const query = renderQuery(graph, { nodeId: 'by_region', port: 'out' });
    expect(query.sql.replaceAll(bench.folder, '')).toBe(`WITH "orders" AS (
SELECT * FROM read_csv('/orders.csv', auto_detect=false, delim=',', quote='"', escape='"', header=true, skip=0, columns={'id': 'BIGINT', 'region': 'VARCHAR', 'amount': 'BIGINT', 'ordered_at': 'DATE'})
),
"recent" AS (
SELECT * FROM "orders"
WHERE (ordered_at >= $since)
)
SELECT "region", sum("amount") AS "total"
FROM "recent"
GROUP BY 1`);
    expect(query.parameters).toEqual({ since: { type: 'DATE', value: '2024-01-15' } });
    expect((await rowsOf(bench, graph, 'by_region')).sort()).toEqual([
      ['EU', '5'],
      ['US', '20'],
    ]);
  });

  it('stops at what is already there', async () => {
    const graph = await compile(bench, sample(), withOrders());
    await bench.session.connection.run(
      "CREATE OR REPLACE TEMP TABLE kept AS SELECT 'X' AS region, 7 AS amount",
    );
    const ready = new Map([['recent.out', 'kept']]);
    const query = renderQuery(graph, { nodeId: 'by_region', port: 'out' }, ready);
    expect(query.sql).not.toContain('read_csv');
    expect(query.parameters).toEqual({});
    const result = await runBound(bench.session.connection, query.sql);
    expect(await result.getRowsJson()).toEqual([['X', '7']]);
    expect(upstreamPorts(graph, { nodeId: 'by_region', port: 'out' }, ready)).toEqual([
      { nodeId: 'recent', port: 'out' },
    ]);
  });

  it('knows the ports that several read, and reads each output of a split', async () => {
    const both: NodePlan = {
      outputs: {
        out: { rel: 'filter', input: input(), where: expression('x > 1', ['where']) },
        rejected: { rel: 'filter', input: input(), where: expression('not (x > 1)', ['where']) },
      },
    };
    const graph = await compile(bench, {
      nodes: [
        node('a', 'rows', out(numbers)),
        node('s', 'split', both),
        node('u', 'many', out({ rel: 'union', inputs: [input('in', 0), input('in', 1)], distinct: false })),
      ],
      edges: [
        { from: 'a', to: 's' },
        { from: 's.rejected', to: 'u' },
        { from: 's.out', to: 'u' },
      ],
    });
    expect(graph.problems).toEqual([]);
    expect(await rowsOf(bench, graph, 'u')).toEqual([[1], [2]]);
    const twice = await compile(bench, {
      nodes: [
        node('a', 'rows', out(numbers)),
        node('b', 'step', filter('x > 0')),
        node('c', 'step', filter('x > 1')),
      ],
      edges: [
        { from: 'a', to: 'b' },
        { from: 'a', to: 'c' },
      ],
    });
    expect(sharedPorts(twice)).toEqual([{ nodeId: 'a', port: 'out' }]);
  });

  it('passes over a disabled node, and over a chain of them', async () => {
    const parts = sample();
    parts.edges.push({ from: 'by_region', to: 'last' });
    parts.nodes.push(node('last', 'step', filter('id > 1')));
    const nodes = parts.nodes.map((each) =>
      ['recent', 'by_region'].includes(each.id) ? { ...each, disabled: true } : each,
    );
    const graph = await compile(bench, { ...parts, nodes }, withOrders());
    expect(graph.problems).toEqual([]);
    expect(graph.byId.get('last')?.inputs).toEqual({ in: [{ nodeId: 'orders', port: 'out' }] });
    expect(await rowsOf(bench, graph, 'last')).toHaveLength(2);
    expect(await rowsOf(bench, graph, 'recent')).toHaveLength(3);
  });
});

describe('problems', () => {
  it('of one node hide what follows it and nothing else', async () => {
    const graph = await compile(bench, {
      nodes: [
        node('a', 'rows', out(numbers)),
        node('bad', 'step', filter('nope > 1')),
        node('after', 'step', filter('x > 1')),
        node('good', 'step', filter('x > 1')),
        { id: 'mystery', kind: 'constructor', config: {} },
      ],
      edges: [
        { from: 'a', to: 'bad' },
        { from: 'bad', to: 'after' },
        { from: 'a', to: 'good' },
        { from: 'a', to: 'mystery' },
      ],
    });
    expect(graph.problems.map(({ code, nodeId }) => [code, nodeId])).toEqual([
      ['unknown_column', 'bad'],
      ['unknown_kind', 'mystery'],
    ]);
    expect(graph.byId.get('after')?.ports).toEqual({});
    expect(graph.byId.get('good')?.ports.out).toEqual([{ name: 'x', type: 'INTEGER' }]);
    expect(() => renderQuery(graph, { nodeId: 'after', port: 'out' })).toThrow(/cannot run yet/);
  });

  it('speak plainly, at the place of the text that is wrong', async () => {
    const two = out({
      rel: 'extend',
      input: input(),
      columns: [
        named('y', expression('x + 1', ['columns', 0])),
        named('z', expression("x + date '2024-01-01' + true", ['columns', 1])),
      ],
    });
    const wide: Relation = {
      rel: 'values',
      columns: [
        { name: 'amount', type: 'DOUBLE' },
        { name: 'region', type: 'VARCHAR' },
      ],
      rows: [],
    };
    expect(await failing(filter('amuont > 1'), wide)).toEqual([
      ['b', 'where', 'There is no column "amuont" here. Did you mean amount?'],
    ]);
    expect(await failing(filter('upper(regoin, 2) = 1'), wide)).toEqual([
      ['b', 'where', 'There is no column "regoin" here. Did you mean region?'],
    ]);
    expect(await failing(filter('region > [1]'), wide)).toEqual([
      ['b', 'where', expect.stringMatching(/^VARCHAR and INTEGER\[\] cannot be put together/)],
    ]);
    expect(await failing(two)).toEqual([
      [
        'b',
        'columns.1',
        '+ cannot be used with DATE and BOOLEAN. Convert one side, such as CAST(x AS DOUBLE).',
      ],
    ]);
    expect(await failing(filter('abs(region) > 1'), wide)).toEqual([
      ['b', 'where', expect.stringMatching(/^abs does not take \(VARCHAR\)\. It takes abs\(/)],
    ]);
    expect(await failing(filter('uper(region)'), wide)).toEqual([
      ['b', 'where', 'There is no function uper here. Did you mean upper?'],
    ]);
    expect(await failing(filter('region ='), wide)).toEqual([
      ['b', 'where', expect.stringMatching(/^It ends too early/)],
    ]);
  });

  it('tell two columns of one name', async () => {
    const twice = out({
      rel: 'project',
      input: input(),
      columns: [named('a', col('x')), named('A', lit(1))],
    });
    expect(await failing(twice)).toEqual([
      ['b', undefined, 'Two columns are called "A". Rename one of them.'],
    ]);
  });

  it('tell a disabled source to those who read from it', async () => {
    const graph = await compile(bench, {
      nodes: [{ ...node('a', 'rows', out(numbers)), disabled: true }, node('b', 'step', filter('x > 1'))],
      edges: [{ from: 'a', to: 'b' }],
    });
    expect(graph.problems).toMatchObject([{ code: 'disabled_source', nodeId: 'b' }]);
  });

  it('tell parameters that are missing or do not fit', async () => {
    const parameters = {
      day: { type: 'date' },
      count: { type: 'integer' },
      rate: { type: 'number' },
      on: { type: 'boolean' },
      at: { type: 'timestamp' },
    } as const;
    const values = { day: '2024-02-30', count: 1.5, rate: 'x', on: 'maybe' };
    const graph = await compileGraph(
      document({ nodes: [], parameters }),
      { files: {}, refusedFiles: {}, datasets: {}, parameters: values, registry: testRegistry },
      bench.oracle,
    );
    expect(graph.problems.map(({ code }) => code)).toEqual([
      'invalid_parameter',
      'invalid_parameter',
      'invalid_parameter',
      'invalid_parameter',
      'missing_parameter',
    ]);
  });

  it('of a run are found on the node and the text that failed, inside a larger statement', async () => {
    const graph = await compile(bench, {
      nodes: [
        node(
          'a',
          'rows',
          out({ rel: 'values', columns: [{ name: 's', type: 'VARCHAR' }], rows: [['1'], ['é?']] }),
        ),
        node(
          'b',
          'step',
          out({
            rel: 'extend',
            input: input(),
            columns: [
              named('ok', expression("s || 'é'", ['columns', 0])),
              named('n', expression('s::INTEGER', ['columns', 1])),
            ],
          }),
        ),
        node('c', 'step', filter('n > 0')),
      ],
      edges: [
        { from: 'a', to: 'b' },
        { from: 'b', to: 'c' },
      ],
    });
    expect(graph.problems).toEqual([]);
    const query = renderQuery(graph, { nodeId: 'c', port: 'out' });
    const whole = `CREATE OR REPLACE TEMP TABLE "é" AS ${query.sql}`;
    const error = await runBound(bench.session.connection, whole).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(locateError(graph, error, query, whole)).toMatchObject({
      errorCode: 'run_failed',
      code: 'conversion',
      nodeId: 'b',
      path: ['columns', 1],
      message: expect.stringMatching(/^"é\?" cannot be read as INTEGER/),
    });
  });

  it('of a file are found on the node that reads it, without the path on disk', async () => {
    const path = join(bench.folder, 'late.csv');
    await writeFile(path, `a,b\n${'1,2\n'.repeat(30_000)}x,3\n`);
    const graph = await compile(
      bench,
      {
        nodes: [node('a', 'rows', out(readOrders)), node('b', 'step', filter('a > 0'))],
        edges: [{ from: 'a', to: 'b' }],
      },
      { files: { 'orders.csv': path } },
    );
    const query = renderQuery(graph, { nodeId: 'b', port: 'out' });
    const error = await runBound(bench.session.connection, query.sql).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    const located = locateError(graph, error, query);
    expect(located).toMatchObject({ nodeId: 'a', code: 'csv_value' });
    expect(located.message).toMatch(
      /^Line 30002 of the CSV file has "x" in the column a, which is not a BIGINT/,
    );
    expect(located.message).not.toContain(bench.folder);
  });
});

describe('digests', () => {
  const digests = async (
    parts: Parameters<typeof compile>[1],
    inputs: Partial<CompileInputs> = withOrders(),
  ) => (await compile(bench, parts, inputs)).nodes.map(({ digest }) => digest);

  it('do not depend on titles, notes, places or how nodes are called', async () => {
    const before = await digests(sample());
    const parts = sample();
    const nodes = parts.nodes.map((each, at) => ({
      ...each,
      title: `T${at}`,
      note: 'n',
      at: [at, 7] as [number, number],
    }));
    expect(await digests({ ...parts, name: 'Other', nodes })).toEqual(before);
    const named = await compile(bench, {
      nodes: [node('a', 'rows', out(numbers)), node('b', 'rows', out(numbers))],
    });
    expect(named.byId.get('a')?.digest).toBe(named.byId.get('b')?.digest);
  });

  it('change with a config, and for what follows it', async () => {
    const [source, recent, last] = await digests(sample());
    const parts = sample();
    parts.nodes[1] = node('recent', 'step', filter('ordered_at > $since'));
    const [source2, recent2, last2] = await digests(parts);
    expect(source2).toBe(source);
    expect(recent2).not.toBe(recent);
    expect(last2).not.toBe(last);
  });

  it('change with the value of a parameter only where it is used', async () => {
    const [source, recent] = await digests(sample());
    const [source2, recent2] = await digests(sample(), withOrders({ parameters: { since: '2024-02-15' } }));
    expect(source2).toBe(source);
    expect(recent2).not.toBe(recent);
  });

  it('change when a file changes, if only in its time', async () => {
    const before = await digests(sample());
    await utimes(orders, new Date(), new Date(1_700_000_000_000));
    const after = await digests(sample());
    for (const [at, digest] of after.entries()) expect(digest).not.toBe(before[at]);
  });

  it('change with the version of a dataset and of the engine', async () => {
    const parts = { nodes: [node('set', 'rows', out(numbers))] };
    expect(await digests(parts, { engineVersion: 'v1' })).not.toEqual(
      await digests(parts, { engineVersion: 'v2' }),
    );
  });

  it('are marked volatile with what follows, where answers differ each time', async () => {
    const graph = await compile(bench, {
      nodes: [
        node('a', 'rows', out(numbers)),
        node('b', 'step', derive('random()')),
        node('c', 'step', filter('x > 1')),
      ],
      edges: [
        { from: 'a', to: 'b' },
        { from: 'b', to: 'c' },
      ],
    });
    expect(graph.nodes.map(({ volatile }) => volatile)).toEqual([false, true, true]);
  });

  it('tell the sides of a join apart', async () => {
    const join: Relation = {
      rel: 'join',
      kind: 'left',
      left: input('left'),
      right: input('right'),
      on: compare(col('x', 'left'), '=', col('x', 'right')),
      columns: [named('x', col('x', 'left'))],
    };
    const other: Relation = { ...numbers, rows: [[2]] };
    const graph = (edges: { from: string; to: string }[]) =>
      compile(bench, {
        nodes: [node('a', 'rows', out(numbers)), node('b', 'rows', out(other)), node('j', 'pair', out(join))],
        edges,
      });
    const one = await graph([
      { from: 'a', to: 'j.left' },
      { from: 'b', to: 'j.right' },
    ]);
    const two = await graph([
      { from: 'b', to: 'j.left' },
      { from: 'a', to: 'j.right' },
    ]);
    expect(one.byId.get('j')?.digest).not.toBe(two.byId.get('j')?.digest);
  });
});

const steps = fc.constantFrom<NodePlan>(
  filter('x > 1'),
  filter('y is null'),
  filter('x > '),
  derive('x * 2'),
  derive('random()'),
  out({ rel: 'dedupe', input: input(), keys: [col('x')], order: [], keep: 'first' }),
  out({ rel: 'sort', input: input(), keys: [{ value: col('x'), descending: true, nulls: 'last' }] }),
  out({ rel: 'limit', input: input(), count: 1, offset: 0 }),
  out({ rel: 'sample', input: input(), size: { percent: 50 }, seed: 3 }),
  out({
    rel: 'aggregate',
    input: input(),
    groups: [named('x', col('x'))],
    aggregates: [named('y', call('count'))],
  }),
  out({ rel: 'sql', text: 'select *, 1 as z from t', path: ['sql'], tables: { t: input() } }),
);

/** Random graphs of the test kinds; wires may lead anywhere, backwards and to nowhere. */
const anyDocument = fc
  .record({
    nodes: fc.array(
      fc.tuple(fc.constantFrom('rows', 'step', 'step', 'step', 'unknown'), steps, fc.boolean(), fc.nat(9)),
      { minLength: 1, maxLength: 8 },
    ),
    loose: fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 3 }),
  })
  .map(({ nodes, loose }) => ({
    nodes: nodes.map(([kind, plan, disabled], at) => ({
      ...node(`n${at}`, kind, kind === 'rows' ? out(numbers) : plan),
      disabled,
    })),
    edges: [
      ...nodes.flatMap(([, , , from], at) => (at > 0 ? [{ from: `n${from % at}`, to: `n${at}` }] : [])),
      ...loose.map(([from, to]) => ({ from: `n${from}`, to: `n${to}` })),
    ],
  }));

describe('any graph', () => {
  it('compiles without throwing, and every node without problems above it runs', async () => {
    await fc.assert(
      fc.asyncProperty(anyDocument, async (parts) => {
        const graph = await compile(bench, parts);
        for (const each of graph.nodes) {
          for (const port of Object.keys(each.ports)) {
            const rows = await rowsOf(bench, graph, each.nodeId, port);
            for (const row of rows) expect(row).toHaveLength(each.ports[port]?.length ?? -1);
          }
        }
        if (graph.nodes.some(({ plan, disabled }) => !plan && !disabled))
          expect(graph.problems).not.toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
