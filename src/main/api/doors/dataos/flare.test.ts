import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  bareWorkflow,
  type DataosBench,
  flareTask,
  rowsOf,
  runEnded,
  startDataos,
} from './testing/dataos-client.ts';

let bench: DataosBench;
let files: string;
beforeAll(async () => {
  bench = await startDataos();
  files = join(bench.temp.home, 'files');
  mkdirSync(join(files, 'lake', 'retail'), { recursive: true });
  writeFileSync(join(files, 'lake', 'retail', 'orders.csv'), 'id,region,amount\n1,EU,10\n2,US,20\n3,EU,30\n');
  await bench.post('/v1/resources', {
    name: 'lake',
    type: 'depot',
    depot: { type: 'folder', spec: { path: 'lake' } },
  });
});
afterAll(() => bench.stop());

const workflow = (name: string, dag: unknown[], more = {}) =>
  bareWorkflow(name, { workflow: { dag, ...more } });

describe('a Flare workflow', () => {
  test('reads files of a depot, computes in tasks that pass rows, and publishes datasets and files', async () => {
    const clean = flareTask('clean', {
      inputs: [{ name: 'orders', dataset: 'dataos://lake:retail/orders', format: 'csv' }],
      sql: { large: 'select * from orders where amount >= 20' },
      outputs: [{ name: 'large', dataset: 'dataos://sluice:retail/large_orders' }],
    });
    const report = flareTask(
      'report',
      {
        inputs: [{ name: 'Orders', dataset: 'dataos://sluice:retail/large_orders' }],
        sql: { totals: 'select region, sum(amount) as total from Orders group by region order by region' },
        outputs: [
          { name: 'totals', dataset: 'dataos://sluice:retail/totals' },
          { name: 'totals', dataset: 'dataos://lake:out/totals', format: 'csv' },
        ],
      },
      ['clean'],
    );
    const made = await bench.post('/v1/resources', workflow('retail', [report, clean]));
    expect(made.status).toBe(201);
    expect(await runEnded(bench, 'retail')).toBe('succeeded');
    expect(await rowsOf(bench, 'retail/totals')).toEqual([
      ['EU', '30'],
      ['US', '20'],
    ]);
    expect(readFileSync(join(files, 'lake', 'out', 'totals.csv'), 'utf8')).toBe(
      'region,total\nEU,30\nUS,20\n',
    );
  });

  test('is one graph of ordinary steps that the editor opens', async () => {
    const [pipeline] = await bench.temp.client.pipelines.list({ search: 'retail' });
    const { document } = await bench.temp.client.pipelines.get({ id: pipeline?.id ?? '' });
    expect(document.nodes.map(({ kind }) => kind).sort()).toEqual([
      'csv-file',
      'save-dataset',
      'save-dataset',
      'sql',
      'sql',
      'write-file',
    ]);
    expect(document.nodes.every(({ at }) => at !== undefined)).toBe(true);
    const checked = await bench.temp.client.editor.check({ document, pipelineId: pipeline?.id });
    expect(checked.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test('publishes all of it or nothing: a task that fails leaves the earlier one’s dataset unpublished', async () => {
    const first = flareTask('first', {
      sql: { good: 'select 1 as n' },
      outputs: [{ name: 'good', dataset: 'dataos://sluice:none/never' }],
    });
    const second = flareTask(
      'second',
      {
        sql: { bad: "select cast('x' as integer) as n" },
        outputs: [{ name: 'bad', dataset: 'dataos://sluice:none/never_either' }],
      },
      ['first'],
    );
    await bench.post('/v1/resources', workflow('half', [first, second]));
    expect(await runEnded(bench, 'half')).toBe('failed');
    expect(await bench.temp.client.datasets.list({ search: 'never' })).toEqual([]);
  });

  test('reads and writes tables of a database depot', async () => {
    const database = new DatabaseSync(join(files, 'shop.db'));
    database.exec(
      "CREATE TABLE sales (region TEXT, amount INTEGER); INSERT INTO sales VALUES ('EU', 5), ('EU', 7), ('US', 1)",
    );
    await bench.post('/v1/resources', {
      name: 'shop',
      type: 'depot',
      depot: { type: 'sqlite', spec: { path: 'shop.db' } },
    });
    const sums = flareTask('sums', {
      inputs: [{ name: 'sales', dataset: 'dataos://shop:none/sales' }],
      sql: {
        totals:
          'select region, cast(sum(amount) as integer) as total from sales group by region order by region',
      },
      outputs: [{ name: 'totals', dataset: 'dataos://shop:none/totals' }],
    });
    await bench.post('/v1/resources', workflow('database', [sums]));
    const status = await runEnded(bench, 'database');
    const { logs } = (await bench.call('/v1/resources/workflow/database/logs')).json;
    expect([status, logs.at(-1)]).toMatchObject(['succeeded', { level: 'INFO' }]);
    const rows = database.prepare('SELECT * FROM totals ORDER BY region').all();
    expect(rows.map((row) => ({ ...row }))).toEqual([
      { region: 'EU', total: 12 },
      { region: 'US', total: 1 },
    ]);
    database.close();
  });

  test('runs by its schedule alone where it has one', async () => {
    const dag = [flareTask('t', { sql: { x: 'select 1 as n' } })];
    await bench.post(
      '/v1/resources',
      workflow('scheduled', dag, { schedule: { cron: '0 2 * * *', timezone: 'Europe/Berlin' } }),
    );
    const [pipeline] = await bench.temp.client.pipelines.list({ search: 'scheduled' });
    expect((await bench.temp.client.runs.list({ pipelineId: pipeline?.id })).runs).toEqual([]);
    const [trigger] = await bench.temp.client.triggers.list({ pipelineId: pipeline?.id });
    expect(trigger?.config).toMatchObject({ kind: 'cron', cron: '0 2 * * *', timezone: 'Europe/Berlin' });
  });
});

describe('workspaces', () => {
  const writes = (value: number) =>
    flareTask('t', {
      sql: { x: `select ${value} as n` },
      outputs: [{ name: 'x', dataset: 'dataos://sluice:none/shared_name' }],
    });
  const reads = flareTask('t', {
    inputs: [{ name: 'shared', dataset: 'dataos://sluice:none/shared_name' }],
    sql: { y: 'select n * 10 as n from shared' },
    outputs: [{ name: 'y', dataset: 'dataos://sluice:none/copied_name' }],
  });

  test('each have their own datasets: runs read and publish in the workspace of their workflow', async () => {
    for (const [workspace, value] of [
      ['left', 1],
      ['right', 2],
    ] as const) {
      await bench.post('/v1/resources', { ...workflow(`writes-${workspace}`, [writes(value)]), workspace });
      expect(await runEnded(bench, `writes-${workspace}`)).toBe('succeeded');
    }
    await bench.post('/v1/resources', { ...workflow('reads-right', [reads]), workspace: 'right' });
    expect(await runEnded(bench, 'reads-right')).toBe('succeeded');
    const found = await bench.temp.client.datasets.list({ search: 'shared_name' });
    expect(found.map(({ workspace }) => workspace).sort()).toEqual(['left', 'right']);
    expect((await rowsOf(bench, 'copied_name')).flat()).toEqual([20]);
    await bench.post('/v1/resources', workflow('reads-public', [reads]));
    expect(await runEnded(bench, 'reads-public')).toBe('failed');
  });
});

test('the YAML of the guide is taken as it stands there', async () => {
  const guide = readFileSync(join(process.cwd(), 'docs/api/dataos.md'), 'utf8');
  const blocks = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);
  expect(blocks).toHaveLength(2);
  for (const block of blocks)
    expect((await bench.post('/v1/resources', block)).text).toContain('successfully');
});
