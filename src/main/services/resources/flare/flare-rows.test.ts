import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileGraph, renderQuery } from '../../../compile/index.ts';
import { type Bench, openBench } from '../../../compile/testing/graph-kit.ts';
import { runBound } from '../../../runner/oracle.ts';
import { compileWorkflow } from './compile-workflow.ts';
import { workflowSpec } from './schema.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

/** A step over the table before it (`$`) and the task's input (`@`), with the same in plain SQL. */
const shapes = [
  'select * from $ where n % 2 = 0',
  'select n + 1 as n, g from $ -- from nowhere',
  'with t as (select n, g from $) select n * 2 as n, g from t',
  'WITH RECURSIVE up(n, g) AS (select n, g from $ union all select n + 100, g from up where n < 50) select * from up',
  "select a.n, b.g from $ a join @ b on a.n = b.n where 'data' <> 'x'",
  'select max(n) as n, g from $ group by g',
  'select n, g from $ union all select n, g from @',
];

/** Few names in several spellings: tasks use the same ones for different rows. */
const names = ['data', 'Data', 'orders', 'Orders', 'x', 'clean_data', 'input', 'task_1_x'];

const anyTask = fc.record({
  input: fc.constantFrom(...names),
  steps: fc
    .uniqueArray(fc.record({ name: fc.constantFrom(...names), shape: fc.constantFrom(...shapes) }), {
      minLength: 1,
      maxLength: 3,
      selector: ({ name }) => name.toLowerCase(),
    })
    .map((steps) => steps),
});

const base = 'select cast(range as bigint) as n, range % 3 as g from range(12)';

test('a workflow gives what its SQL gives when it is written out by hand', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyTask, { minLength: 1, maxLength: 4 }), async (tasks) => {
      const dag = [taskOf(0, undefined, [{ name: 'base', sql: base }])];
      const written = [`q AS (${base})`];
      let latest = 'q';
      for (const [index, { input, steps }] of tasks.entries()) {
        let table = input;
        let plain = latest;
        const first = latest;
        const sequence = [];
        for (const [at, { name, shape }] of steps.entries()) {
          const wished = name.toLowerCase() === input.toLowerCase() ? `${name}_${at}` : name;
          sequence.push({
            name: wished,
            sql: shape.replaceAll('$', table).replaceAll('@', input.toUpperCase()),
          });
          const next = `q_${index}_${at}`;
          written.push(`${next} AS (${shape.replaceAll('$', plain).replaceAll('@', first)}\n)`);
          table = wished.toUpperCase();
          plain = next;
        }
        dag.push(taskOf(index + 1, input, sequence));
        latest = plain;
      }
      const spec = workflowSpec.parse({ dag: [...dag].reverse() });
      const document = compileWorkflow(spec, { name: 'w', description: '', depot: () => undefined });
      const graph = await compileGraph(
        document,
        { files: {}, refusedFiles: {}, datasets: {}, parameters: {} },
        bench.oracle,
      );
      expect(graph.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
      const last = document.nodes.find(
        ({ kind, config }) => kind === 'save-dataset' && config.name === `c/d${tasks.length}`,
      );
      const query = renderQuery(graph, { nodeId: last?.id ?? '', port: 'in' });
      const ordered = (sql: string) => `SELECT * FROM (${sql}\n) ORDER BY ALL`;
      const rows = await runBound(bench.session.connection, ordered(query.sql), query.parameters);
      const byHand = `WITH ${written.join(', ')} SELECT * FROM ${latest}`;
      const expected = await runBound(bench.session.connection, ordered(byHand));
      expect(await rows.getRowsJson()).toEqual(await expected.getRowsJson());
    }),
    { numRuns: 40 },
  );
});

function taskOf(index: number, input: string | undefined, sequence: { name: string; sql: string }[]) {
  return {
    name: `task_${index}`,
    dependencies: index === 0 ? [] : [`task_${index - 1}`],
    spec: {
      stack: 'flare:7.0',
      stackSpec: {
        job: {
          inputs: input === undefined ? [] : [{ name: input, dataset: `dataos://sluice:c/d${index - 1}` }],
          steps: [{ sequence }],
          outputs: [{ name: sequence.at(-1)?.name, dataset: `dataos://sluice:c/d${index}` }],
        },
      },
    },
  };
}
