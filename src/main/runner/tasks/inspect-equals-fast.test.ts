import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bench, keptOf, type NodeText, outputOf, pipeline, type Ran } from '../runner-test-kit.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
  const lines = Array.from({ length: 400 }, (_none, at) => `${at},${'abc'[at % 3]},${(at * 7) % 23}`);
  await bench.file('rows.csv', `id,word,amount\n${lines.join('\n')}\n`);
});
afterAll(() => bench.close());

/** Steps that keep the columns id, word and amount and whose rows do not depend on the order of their input. */
const shapes: readonly ((seed: number) => readonly [kind: string, config: Record<string, unknown>])[] = [
  (seed) => ['filter', { where: `amount > ${seed % 20}` }],
  (seed) => ['filter', { where: `id % ${(seed % 4) + 1} = 0` }],
  (seed) => ['derive', { columns: [{ name: 'amount', expression: `amount + ${seed % 5}` }] }],
  () => ['text', { operation: 'upper', columns: ['word'] }],
  (seed) => ['sort', { by: [{ column: 'amount', descending: seed % 2 === 0 }, { column: 'id' }] }],
  () => ['dedupe', { keys: ['word', 'amount'], order: [{ column: 'id' }] }],
  (seed) => [
    'sql',
    {
      sql: `SELECT min(id) AS id, word, sum(amount) AS amount FROM input GROUP BY word, id % ${(seed % 7) + 2}`,
    },
  ],
];

interface Step {
  readonly shape: number;
  readonly seed: number;
  /** Which earlier node it reads. */
  readonly from: number;
  readonly union: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  shape: fc.nat(shapes.length - 1),
  seed: fc.nat(50),
  from: fc.nat(10),
  union: fc.boolean(),
});

function graphOf(steps: readonly Step[]) {
  const nodes: NodeText[] = [['n0', 'csv-file', { path: 'rows.csv' }]];
  const edges: string[] = [];
  for (const { shape, seed, from, union } of steps) {
    const id = `n${nodes.length}`;
    const upstream = nodes[Math.max(0, nodes.length - 1 - (from % 3))]?.[0] ?? 'n0';
    edges.push(`${upstream} > ${id}`);
    if (union && upstream !== 'n0') {
      nodes.push([id, 'union', {}]);
      edges.push(`n0 > ${id}`);
      continue;
    }
    const [kind, config] = shapes[shape]?.(seed) ?? ['filter', { where: 'true' }];
    nodes.push([id, kind, config]);
  }
  const last = `n${nodes.length - 1}`;
  nodes.push(
    ['save', 'save-dataset', { name: 'd', mode: 'replace' }],
    ['side', 'save-dataset', { name: 'e', mode: 'replace' }],
  );
  return pipeline(nodes, [...edges, `${last} > save`, 'n0 > side']);
}

const rowsOf = async (ran: Ran) => {
  const { path } = outputOf(ran, 'save');
  return {
    rows: await bench.sql(`SELECT * FROM '${path}' ORDER BY ALL`),
    types: await bench.sql(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '${path}')`),
  };
};

describe('an inspect run', () => {
  it('gives what a fast run gives, whatever an earlier run of a similar graph kept', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), step, async (steps, change) => {
        const before = await bench.run(graphOf(steps), { mode: 'inspect' });
        const changed = graphOf([...steps.slice(0, -1), change]);
        const fast = await bench.run(changed);
        const inspect = await bench.run(changed, { mode: 'inspect', kept: keptOf(before, 'before') });
        expect(await rowsOf(inspect)).toEqual(await rowsOf(fast));
        // What a fast run knows of a node's rows, an inspect run knows too, and every node's.
        for (const [nodeId, rows] of Object.entries(fast.rows)) {
          if (rows !== undefined) expect([nodeId, inspect.rows[nodeId]]).toEqual([nodeId, rows]);
          if (fast.status[nodeId] === 'succeeded') expect(inspect.rows[nodeId]).toBeTypeOf('number');
        }
      }),
      { numRuns: 12 },
    );
  });
});
