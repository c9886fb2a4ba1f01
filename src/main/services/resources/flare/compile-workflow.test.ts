import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SourceConfig } from '../../../../shared/contract/sources.ts';
import { SluiceError } from '../../../../shared/errors/sluice-error.ts';
import { documentSchema, type PipelineDocument } from '../../../../shared/pipeline/document.ts';
import { compileWorkflow } from './compile-workflow.ts';
import { workflowSpec } from './schema.ts';
import { namesIn, withNames } from './sql-names.ts';
import { toldWorkflow } from './told-workflow.ts';

const depots: Record<string, SourceConfig> = {
  lake: { type: 'folder', path: 'lake' },
  home: { type: 'folder', path: '' },
  shop: { type: 'sqlite', path: 'shop.db' },
  web: { type: 'http', url: 'http://127.0.0.1:9/', headerNames: [] },
};

const compile = (spec: unknown): PipelineDocument =>
  compileWorkflow(workflowSpec.parse(spec), {
    name: 'w',
    description: '',
    depot: (name) => {
      const config = depots[name];
      return config && { source: name, config };
    },
  });

const task = (name: string, job: unknown, dependencies: string[] = []) => ({
  name,
  dependencies,
  spec: { stack: 'flare:7.0', stackSpec: { job } },
});
const query = (name: string, sql: string) => ({ name, sql });

/** What is refused, and where. */
function refusal(spec: unknown): string {
  try {
    compile(spec);
    return 'nothing is wrong';
  } catch (error) {
    if (error instanceof SluiceError) return error.message;
    throw error;
  }
}

const wires = ({ edges }: PipelineDocument) => edges.map(({ from, to }) => `${from} > ${to}`);

describe('tasks', () => {
  test('without a job are accepted and have their box', () => {
    const { nodes } = compile({ dag: [{ name: 'extract', spec: { stack: 'flare:7.0' } }] });
    expect(nodes).toMatchObject([{ id: 'extract', kind: 'rows', title: 'extract' }]);
  });

  test('a cycle is refused and named', () => {
    const dag = [task('a', {}, ['c']), task('b', {}, ['a']), task('c', {}, ['b'])];
    expect(refusal({ dag })).toBe(
      'workflow.dag[0].dependencies: The tasks depend on one another in a circle: a -> c -> b -> a.',
    );
    expect(refusal({ dag: [task('a', {}, ['a'])] })).toMatch(/a -> a/);
  });

  test.each([
    ['an unknown dependency', [task('a', {}, ['b'])], /^workflow\.dag\[0\]\.dependencies\[0\]: .*"b"/],
    ['two tasks of one name', [task('a', {}), task('a', {})], /^workflow\.dag\[1\]\.name: /],
    ['another stack', [{ name: 'a', spec: { stack: 'beacon:1' } }], /flare:/],
    [
      'an address that is none',
      [task('a', { inputs: [{ name: 'x', dataset: 'orders' }] })],
      /^workflow\.dag\[0\]\.spec\.stackSpec\.job\.inputs\[0\]\.dataset: /,
    ],
    [
      'a step up in an address',
      [task('a', { inputs: [{ name: 'x', dataset: 'dataos://lake:../orders' }] })],
      /no address/,
    ],
    [
      'an unknown depot',
      [task('a', { inputs: [{ name: 'x', dataset: 'dataos://nowhere:c/d' }] })],
      /no depot named "nowhere"/,
    ],
    [
      'an output without rows',
      [task('a', { outputs: [{ name: 'x', dataset: 'dataos://sluice:c/d' }] })],
      /outputs\[0\]\.name: There are no rows/,
    ],
    [
      'a format that no file has',
      [task('a', { inputs: [{ name: 'x', dataset: 'dataos://lake:c/d', format: 'iceberg' }] })],
      /inputs\[0\]\.format: .*iceberg/,
    ],
    [
      'two tasks that write to one place',
      [
        task('a', {
          steps: [{ sequence: [query('x', 'select 1 as a')] }],
          outputs: [{ name: 'x', dataset: 'dataos://sluice:c/D' }],
        }),
        task('b', {
          steps: [{ sequence: [query('y', 'select 1 as a')] }],
          outputs: [{ name: 'y', dataset: 'dataos://sluice:c/d' }],
        }),
      ],
      /writes to this address already/,
    ],
    [
      'a name given twice in a task',
      [task('a', { steps: [{ sequence: [query('x', 'select 1 as a'), query('X', 'select 2 as a')] }] })],
      /already an input or step named "X"/,
    ],
  ])('%s is refused with its place', (_name, dag, message) => {
    const parsed = workflowSpec.safeParse({ dag });
    expect(parsed.success ? refusal({ dag }) : parsed.error.message).toMatch(message);
  });
});

describe('addresses', () => {
  const inputOf = (dataset: string, format?: string) =>
    compile({ dag: [task('a', { inputs: [{ name: 'x', dataset, format }] })] }).nodes[0];
  const outputOf = (dataset: string, format?: string) =>
    compile({
      dag: [
        task('a', {
          steps: [{ sequence: [query('x', 'select 1 as a')] }],
          outputs: [{ name: 'x', dataset, format }],
        }),
      ],
    }).nodes[1];

  test.each([
    ['dataos://sluice:retail/orders', undefined, 'dataset', { name: 'retail/orders' }],
    ['dataos://sluice:none/orders', undefined, 'dataset', { name: 'orders' }],
    ['dataos://lake:retail/orders', 'csv', 'csv-file', { path: 'lake/retail/orders.csv' }],
    ['dataos://lake:retail/orders.csv?acl=r', undefined, 'csv-file', { path: 'lake/retail/orders.csv' }],
    ['dataos://home:retail/2024/orders', 'parquet', 'parquet-file', { path: 'retail/2024/orders.parquet' }],
    ['dataos://home:none/orders', 'json', 'json-file', { path: 'orders.json' }],
    ['dataos://shop:main/orders', undefined, 'source-table', { source: 'shop', table: 'main.orders' }],
    [
      'dataos://web:api/orders.json',
      undefined,
      'source-file',
      { source: 'web', path: 'api/orders.json', format: 'json' },
    ],
  ])('%s (%s) is read by %s', (address, format, kind, config) => {
    expect(inputOf(address, format)).toMatchObject({ kind, config });
  });

  test.each([
    ['dataos://sluice:retail/orders', undefined, 'save-dataset', { name: 'retail/orders', mode: 'replace' }],
    [
      'dataos://lake:retail/orders',
      'ndjson',
      'write-file',
      { path: 'lake/retail/orders.ndjson', format: 'ndjson' },
    ],
    [
      'dataos://shop:none/orders',
      undefined,
      'write-table',
      { source: 'shop', table: 'orders', mode: 'replace' },
    ],
  ])('%s (%s) is written by %s', (address, format, kind, config) => {
    expect(outputOf(address, format)).toMatchObject({ kind, config });
  });
});

describe('rows pass between tasks', () => {
  const a = task('a', {
    steps: [{ sequence: [query('x', 'select 1 as n')] }],
    outputs: [{ name: 'x', dataset: 'dataos://sluice:c/d' }],
  });
  const b = (dependencies: string[], extra = {}) =>
    task(
      'b',
      {
        inputs: [{ name: 'd', dataset: 'dataos://sluice:C/D' }],
        steps: [{ sequence: [query('y', 'select n from d')] }],
        outputs: [{ name: 'y', dataset: 'dataos://sluice:c/e' }],
        ...extra,
      },
      dependencies,
    );

  test('where one depends on the other, however far, and reads what it writes', () => {
    const between = task('between', {}, ['a']);
    expect(wires(compile({ dag: [b(['between']), between, a] }))).toEqual([
      'x > write_d',
      'x > y',
      'y > write_e',
    ]);
  });

  test('not where it does not depend on it: then the published rows are read', () => {
    const { nodes } = compile({ dag: [a, b([])] });
    expect(nodes.filter(({ kind }) => kind === 'dataset')).toMatchObject([{ config: { name: 'C/D' } }]);
  });

  test('never from an output that appends', () => {
    const appending = task('a', {
      steps: [{ sequence: [query('x', 'select 1 as n')] }],
      outputs: [{ name: 'x', dataset: 'dataos://sluice:c/d', options: { saveMode: 'append' } }],
    });
    expect(refusal({ dag: [appending, b(['a'])] })).toMatch(/The task "a" appends/);
  });
});

test('a schedule becomes the schedule of the pipeline', () => {
  const dag = [{ name: 'extract', spec: { stack: 'flare:7.0' } }];
  const schedule = { cron: '0 2 * * *', timezone: 'Europe/Berlin', concurrencyPolicy: 'Replace' };
  expect(compile({ dag, schedule }).schedule).toMatchObject({
    cron: '0 2 * * *',
    timezone: 'Europe/Berlin',
    overlap: 'replace',
  });
  expect(compile({ dag }).schedule).toBeUndefined();
});

describe('names in SQL', () => {
  test('are found outside of texts and comments', () => {
    const sql = `select 'orders', "Big Orders".n, $$ x $$ -- gone\n /* away */ from Customers`;
    expect([...namesIn(sql)]).toEqual(['select', 'big orders', 'n', 'from', 'customers']);
  });

  test('a WITH of the statement goes on behind ours', () => {
    const names = [{ name: 'Orders', table: 'a_orders' }];
    expect(withNames('select 1', names)).toBe('WITH "Orders" AS (SELECT * FROM a_orders)\nselect 1');
    expect(withNames('-- x\nwith recursive t as (select 1) select * from t', names)).toBe(
      '-- x\nWITH recursive "Orders" AS (SELECT * FROM a_orders), t as (select 1) select * from t',
    );
  });
});

describe('any pipeline', () => {
  const id = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
  const anyDocument = fc
    .uniqueArray(id, { minLength: 2, maxLength: 6 })
    .chain((ids) =>
      fc.record({
        nodes: fc.tuple(
          ...ids.map((one) =>
            fc.record(
              {
                id: fc.constant(one),
                kind: fc.constantFrom('filter', 'join', 'sql'),
                title: fc.string({ maxLength: 10 }),
                config: fc.dictionary(
                  fc.string({ maxLength: 5 }).filter((key) => key !== '__proto__'),
                  fc.jsonValue(),
                  { maxKeys: 2 },
                ),
                at: fc.constant([1, 2] as [number, number]),
                disabled: fc.boolean(),
              },
              { requiredKeys: ['id', 'kind', 'config', 'at'] },
            ),
          ),
        ),
        // A circle is refused, whoever drew it: wires lead on.
        edges: fc.array(
          fc
            .tuple(fc.nat(ids.length - 1), fc.nat(ids.length - 1), fc.constantFrom('', '.left'))
            .filter(([from, to]) => from < to)
            .map(([from, to, port]) => ({ from: ids[from] ?? '', to: `${ids[to] ?? ''}${port}` })),
          { maxLength: 5 },
        ),
      }),
    )
    .map((parts) => documentSchema.parse({ name: 'w', ...parts }));

  test('is told as a workflow that gives the same graph when it is sent back', () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        const again = compile(toldWorkflow(document));
        const byText = (one: unknown, other: unknown) =>
          JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
        const plain = ({ nodes, edges }: PipelineDocument) => ({
          nodes: [...nodes].sort(byText),
          edges: [...edges].sort(byText),
        });
        expect(plain(again)).toEqual(plain(document));
      }),
      { numRuns: 100 },
    );
  });
});
