import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startMysql, startPostgres, type TestDatabase } from '../connectors/testing/databases.ts';
import { startS3 } from '../connectors/testing/s3-server.ts';
import { nodeRunnerLauncher } from '../platform/node-runner-launcher.ts';
import { type App, createApp } from './create-app.ts';

const root = join(import.meta.dirname, '../../..');
const postgres = await startPostgres();
const mysql = await startMysql();

describe.skipIf(!postgres || !mysql)('the whole program over real servers', () => {
  const [from, to] = [postgres as TestDatabase, mysql as TestDatabase];
  let home: string;
  let app: App;
  let lake: Awaited<ReturnType<typeof startS3>>;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'sluice-sources-'));
    lake = await startS3();
    app = await createApp(
      { home, head: 'browser', listen: true, port: 0 },
      {
        files: {
          root,
          runner: join(root, 'src/main/runner/main.ts'),
          version: 'test',
          samples: join(root, 'resources/samples'),
          renderer: join(root, 'out/renderer'),
          inspector: join(root, 'src/main/store/inspection-thread.ts'),
        },
        launcher: (tools) => nodeRunnerLauncher({ entry: join(root, 'src/main/runner/main.ts'), ...tools }),
      },
    );
  });
  afterAll(async () => {
    await app.stop();
    await Promise.all([from.stop(), to.stop(), lake.stop(), rm(home, { recursive: true, force: true })]);
  });

  test('rows go from PostgreSQL to MariaDB and into a bucket, and no secret stays where it is not kept', {
    timeout: 120_000,
  }, async () => {
    await from.sql(`CREATE TABLE orders AS SELECT i AS id, (i * 1.5)::numeric(10,2) AS total, 'r' || (i % 3) AS region
      FROM generate_series(1, 1000) AS i`);
    const client = app.client({ caller: 'window' });
    for (const { config, secrets } of [from.source, to.source, lake.source]) {
      const { id } = await client.sources.create({ name: config.type, config, secrets });
      expect(await client.sources.test({ id })).toMatchObject({ ok: true });
      expect((await client.sources.get({ id })).lastTest).toMatchObject({ ok: true });
    }
    const query = 'SELECT region, sum(total) AS total, count(*) AS n FROM orders GROUP BY region';
    const pipeline = await client.pipelines.create({
      document: {
        name: 'By region',
        nodes: [
          { id: 'read', kind: 'source-table', config: { source: 'postgresql', query } },
          { id: 'write', kind: 'write-table', config: { source: 'mysql', table: 'report', mode: 'replace' } },
          { id: 'put', kind: 'write-source-file', config: { source: 's3', path: 'report.csv' } },
        ],
        edges: [
          { from: 'read', to: 'write' },
          { from: 'read', to: 'put' },
        ],
      },
    });
    const { id } = await client.runs.start({ pipelineId: pipeline.id, mode: 'inspect' });
    let run = await client.runs.get({ id });
    while (run.finishedAt === null) {
      await sleep(50);
      run = await client.runs.get({ id });
    }
    expect(run.error).toBeNull();
    expect(run.steps.map(({ nodeId, status, rows, hasRows }) => [nodeId, status, rows, hasRows])).toEqual([
      ['read', 'succeeded', 3, true],
      ['write', 'succeeded', 3, false],
      ['put', 'succeeded', 3, false],
    ]);
    expect(await to.sql('SELECT * FROM report ORDER BY region')).toEqual([
      { region: 'r0', total: '250249.50', n: '333' },
      { region: 'r1', total: '250750.50', n: '334' },
      { region: 'r2', total: '249750.00', n: '333' },
    ]);
    const [bucket] = await client.sources.list({ search: 's3' });
    expect(await client.sources.metadata({ id: bucket?.id ?? '', table: 'report.csv' })).toMatchObject({
      tables: [
        { name: 'report.csv', rows: 3, columns: [{ name: 'region' }, { name: 'total' }, { name: 'n' }] },
      ],
    });
    expect(await filesWith(home, from.source.secrets.password ?? '')).toEqual(['secrets/sources']);
  });
});

async function filesWith(folder: string, secret: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const found: string[] = [];
  for (const name of names) {
    const content = await readFile(join(folder, name)).catch(() => Buffer.alloc(0));
    if (content.includes(secret) || content.includes(JSON.stringify(secret).slice(1, -1))) found.push(name);
  }
  return found;
}
