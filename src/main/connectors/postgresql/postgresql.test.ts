import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SourceConnection } from '../../../shared/sources/connection.ts';
import type { TaskResults } from '../../runner/protocol.ts';
import { startPostgres, type TestDatabase } from '../testing/databases.ts';
import { holdsEveryValue } from '../testing/round-trip.ts';
import { benchLimits, type TaskBench, taskBench } from '../testing/task-bench.ts';

const server = await startPostgres();

describe.skipIf(!server)('a real PostgreSQL', () => {
  const database = server as TestDatabase;
  let bench: TaskBench;
  beforeAll(async () => {
    bench = await taskBench();
  });
  afterAll(async () => {
    await bench.close();
    await database.stop();
  });

  const changed = (change: object, secrets = database.source.secrets): SourceConnection => ({
    ...database.source,
    config: { ...database.source.config, ...change } as SourceConnection['config'],
    secrets,
  });
  const connect = async (source: SourceConnection, ownPort?: number) => {
    const common = { scratch: `${bench.folder}/connect`, limits: benchLimits };
    const outcome = await bench.perform({ task: 'connect', source, ownPort, ...common });
    return outcome.ok ? (outcome.result as TaskResults['connect']) : outcome.error;
  };

  test('a test tells the server and what is there', async () => {
    expect(await connect(database.source)).toMatchObject({
      ok: true,
      failed: null,
      server: expect.stringMatching(/^PostgreSQL \d+/),
      message: expect.stringContaining('"shop"'),
    });
  });

  test.each([
    ['name', { host: 'no.such.host.invalid' }],
    ['port', { port: 1 }],
    ['address', { host: '169.254.169.254' }],
    ['credentials', { user: 'nobody' }],
    ['database', { database: 'nothing' }],
    ['tls', { tls: 'on' }],
  ])('a test tells that the %s failed, and no password', async (failed, change) => {
    const result = await connect(changed(change));
    expect(result).toMatchObject({ ok: false, failed });
    expect(JSON.stringify(result)).not.toContain(database.source.secrets.password);
  });

  test('a wrong password is told as such, and our own port is never used', async () => {
    expect(await connect(changed({}, { password: 'wrong-one' }))).toMatchObject({ failed: 'credentials' });
    expect(await connect(changed({}, {}))).toMatchObject({
      failed: 'credentials',
      message: expect.stringMatching(/asks the user "owner" for a password, and the source has none/),
    });
    const asMysql = { ...database.source.config, type: 'mysql' } as SourceConnection['config'];
    expect(await connect({ ...database.source, config: asMysql })).toMatchObject({
      failed: 'answer',
      message: expect.stringMatching(/^PostgreSQL listens at \S+, not MySQL/),
    });
    expect(await connect(database.source, database.port)).toMatchObject({ failed: 'address' });
  });

  test.runIf(server?.hasTls)(
    'TLS is used without a look at the certificate only where that is asked for',
    async () => {
      expect(await connect(changed({ tls: 'on' }))).toMatchObject({
        failed: 'tls',
        message: expect.stringContaining('not signed'),
      });
      expect(await connect(changed({ tls: 'no-verify' }))).toMatchObject({ ok: true });
      await database.sql('CREATE VIEW secure AS SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
      const { rows } = await bench.fetch(changed({ tls: 'no-verify' }), { table: 'secure' });
      expect(rows).toEqual([[true]]);
    },
  );

  test('every type of a table has the exact type of ours, and a null is no empty text', async () => {
    await database.sql(`
      CREATE TYPE mood AS ENUM ('calm', 'cross'); CREATE DOMAIN price AS numeric(10,3);
      CREATE TABLE kinds (id int8, free numeric, exact numeric(12,4), priced price, t text, padded char(5), b bytea,
        d date, ts timestamp, tz timestamptz, tm time, span interval, u uuid, j json, jb jsonb, list int[], grid text[],
        m mood, ok bool, f4 float4, f8 float8, i2 int2);
      INSERT INTO kinds VALUES
        (9223372036854775807, 1234567890123456789.123456789, 1.5, 2.5, E'a"b,c\\nd', 'x', '\\x00ff', '0044-03-15 BC',
         '0044-03-15 10:00:00.5 BC', '2024-02-29 12:34:56.123456+02', '24:00', '1 year 2 mons 03:00', 
         '00000000-0000-0000-0000-000000000001', '{"a": 1.000}', '{"b":[1]}', '{1,2,NULL}', '{{a,b},{c,d}}', 'cross',
         true, 16777216, 0.1, -32768),
        (1, -0.5, NULL, NULL, '', NULL, '', 'infinity', '-infinity', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
         NULL, false, 'NaN', '-Infinity', NULL)`);
    const { columns, rows } = await bench.fetch(database.source, { table: 'KINDS' });
    const found = columns.map(({ name, type }, at) => [name, type, rows[0]?.[at], rows[1]?.[at]]);
    expect(found).toEqual([
      ['id', 'BIGINT', '9223372036854775807', 1],
      ['free', 'DECIMAL(38,9)', '1234567890123456789.123456789', '-0.500000000'],
      ['exact', 'DECIMAL(12,4)', '1.5000', null],
      ['priced', 'DECIMAL(10,3)', '2.500', null],
      ['t', 'VARCHAR', 'a"b,c\nd', ''],
      ['padded', 'VARCHAR', 'x    ', null],
      ['b', 'BLOB', '\\x00ff', expect.any(String)],
      ['d', 'DATE', '0044-03-15 (BC)', 'infinity'],
      ['ts', 'TIMESTAMP', '0044-03-15 (BC) 10:00:00.5', '-infinity'],
      ['tz', 'TIMESTAMP WITH TIME ZONE', '2024-02-29T10:34:56.123456Z', null],
      ['tm', 'TIME', '24:00:00', null],
      ['span', 'VARCHAR', '1 year 2 mons 03:00:00', null],
      ['u', 'UUID', '00000000-0000-0000-0000-000000000001', null],
      ['j', 'JSON', '{"a": 1.000}', null],
      ['jb', 'JSON', '{"b": [1]}', null],
      ['list', 'JSON', '[1,2,null]', null],
      ['grid', 'JSON', '[["a","b"],["c","d"]]', null],
      ['m', 'VARCHAR', 'cross', null],
      ['ok', 'BOOLEAN', true, false],
      ['f4', 'FLOAT', 16777216, 'NaN'],
      ['f8', 'DOUBLE', 0.1, '-Infinity'],
      ['i2', 'SMALLINT', -32768, null],
    ]);
  });

  test('numbers that no exact type holds are told, and read as text', async () => {
    const query = `SELECT n FROM (VALUES ('NaN'::numeric), (${'9'.repeat(60)})) AS wide(n)`;
    const { columns, rows } = await bench.fetch(database.source, { query });
    expect(columns).toEqual([{ name: 'n', type: 'VARCHAR' }]);
    expect(rows).toEqual([['NaN'], ['9'.repeat(60)]]);
    expect(bench.logs.at(-2)?.message).toContain('"n"');
  });

  test('columns of one name are told apart, and a query may end in a semicolon or a comment', async () => {
    const { columns } = await bench.fetch(database.source, {
      query: 'SELECT 1 AS a, 2 AS a, 3 AS "A" -- done\n;',
    });
    expect(columns.map(({ name }) => name)).toEqual(['a', 'a_1', 'A_2']);
  });

  test('metadata tells tables, views, columns and counts', async () => {
    await database.sql(`CREATE SCHEMA sales; CREATE TABLE sales."Order Lines" (id int PRIMARY KEY, note text);
      INSERT INTO sales."Order Lines" VALUES (1), (2); CREATE VIEW sales.open AS SELECT id FROM sales."Order Lines"`);
    const common = { scratch: `${bench.folder}/metadata`, limits: benchLimits };
    const all = await bench.perform({ task: 'metadata', source: database.source, ...common });
    const tables = all.ok ? (all.result as TaskResults['metadata']).tables : [];
    expect(tables.find(({ name }) => name === 'sales."Order Lines"')).toEqual({
      name: 'sales."Order Lines"',
      kind: 'table',
      columns: [
        { name: 'id', type: 'integer', nullable: false },
        { name: 'note', type: 'text', nullable: true },
      ],
      rows: 2,
      rowsExact: true,
      bytes: expect.any(Number),
    });
    expect(tables.find(({ name }) => name === 'sales.open')).toMatchObject({ kind: 'view', rows: null });
    const one = await bench.perform({
      task: 'metadata',
      source: database.source,
      table: 'sales.open',
      ...common,
    });
    expect(one).toMatchObject({ ok: true, result: { tables: [{ rows: 2, rowsExact: true }] } });
  });

  test.each([
    'SELECT 1) q; DROP TABLE untouched; --',
    'SELECT 1) AS a(b)) TO STDOUT; DROP TABLE untouched; --',
    'SELECT 1; DROP TABLE untouched',
    'DELETE FROM untouched',
    'WITH gone AS (DELETE FROM untouched RETURNING *) SELECT * FROM gone',
    "SELECT setval('counter', 9)",
    'SELECT 1 /*',
  ])('%s changes nothing', async (query) => {
    await database.sql(
      `CREATE TABLE IF NOT EXISTS untouched AS SELECT 1 AS id; CREATE SEQUENCE IF NOT EXISTS counter`,
    );
    await expect(bench.fetch(database.source, { query })).rejects.toThrow(/"shop"/);
    expect(await database.sql('SELECT count(*)::int AS rows FROM untouched')).toEqual([{ rows: 1 }]);
    expect(await database.sql('SELECT is_called FROM counter')).toEqual([{ is_called: false }]);
  });

  test('a table that is not there is told with some that are', async () => {
    await expect(bench.fetch(database.source, { table: 'no_such' })).rejects.toThrow(
      /no table "no_such".*There are/,
    );
  });

  test('every value that is written comes back as it was', { timeout: 120_000 }, async () => {
    await holdsEveryValue(bench, database.source);
  });

  test('a table is created, appended to and replaced; what it has beyond the rows stays', async () => {
    const target = { table: 'made.report', mode: 'append' } as const;
    await database.sql('CREATE SCHEMA made');
    await bench.deliver(database.source, target, "SELECT 1::BIGINT AS id, 'a' AS name");
    await bench.deliver(database.source, target, "SELECT 'b' AS NAME, 2::BIGINT AS id");
    expect(await database.sql('SELECT * FROM made.report ORDER BY id')).toEqual([
      { id: '1', name: 'a' },
      { id: '2', name: 'b' },
    ]);
    await database.sql("ALTER TABLE made.report ADD extra text DEFAULT 'kept', ADD CHECK (id < 100)");
    await bench.deliver(database.source, { ...target, mode: 'replace' }, 'SELECT 3 AS id');
    expect(await database.sql('SELECT * FROM made.report')).toEqual([{ id: '3', name: null, extra: 'kept' }]);
  });

  test.each([
    ['a row that the table refuses', 'SELECT unnest([4, 400]) AS id'],
    ['a column that it does not have', 'SELECT 1 AS id, 2 AS other'],
  ])('%s leaves the table as it was', async (_what, query) => {
    await database.sql(
      'CREATE TABLE IF NOT EXISTS strict (id int CHECK (id < 100)); TRUNCATE strict; INSERT INTO strict VALUES (7)',
    );
    const outcome = await bench.deliver(database.source, { table: 'strict', mode: 'replace' }, query);
    expect(outcome).toMatchObject({ ok: false, nodeId: 'write', error: { code: 'source_refused' } });
    expect(await database.sql('SELECT * FROM strict')).toEqual([{ id: 7 }]);
  });

  const busy = () =>
    database.sql("SELECT query FROM pg_stat_activity WHERE application_name = 'Sluice' AND state = 'active'");

  test('a cancel ends the statement on the server, too', async () => {
    const abort = new AbortController();
    const query = 'SELECT count(*) FROM generate_series(1, 1000000000000)';
    const fetched = bench.fetch(database.source, { query }, { signal: abort.signal });
    const rejected = expect(fetched).rejects.toMatchObject({ report: { code: 'cancelled' } });
    while ((await busy()).length === 0) await sleep(20);
    abort.abort();
    await rejected;
    while ((await busy()).length > 0) await sleep(20);
  });

  test('a server that goes away in the middle may be tried again', async () => {
    const query = 'SELECT count(*) FROM generate_series(1, 1000000000000)';
    const rejected = expect(bench.fetch(database.source, { query })).rejects.toMatchObject({
      report: { code: 'source_unreachable' },
    });
    while ((await busy()).length === 0) await sleep(20);
    await database.sql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'Sluice'",
    );
    await rejected;
  });

  test('a million rows pass through bounded memory', { timeout: 180_000 }, async () => {
    const query = "SELECT i AS id, repeat('x', 500) AS wide FROM generate_series(1, 1000000) AS i";
    const before = process.memoryUsage.rss();
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage.rss());
    }, 20);
    const { path } = await bench.fetchFile(database.source, { query }, 100 * 1024 * 1024);
    clearInterval(watch);
    expect(await bench.rows(`SELECT count(*), count(DISTINCT id) FROM read_parquet('${path}')`)).toEqual([
      [1_000_000, 1_000_000],
    ]);
    // Half a gigabyte went through, and lay on the disk.
    expect(most - before).toBeLessThan(300 * 1024 * 1024);
  });
});
