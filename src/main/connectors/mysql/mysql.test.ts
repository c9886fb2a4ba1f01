import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SourceConnection } from '../../../shared/sources/connection.ts';
import type { TaskResults } from '../../runner/protocol.ts';
import { startMysql, type TestDatabase } from '../testing/databases.ts';
import { holdsEveryValue, valueTexts } from '../testing/round-trip.ts';
import { benchLimits, type TaskBench, taskBench } from '../testing/task-bench.ts';

const server = await startMysql();

describe.skipIf(!server)('a real MariaDB', () => {
  const database = server as TestDatabase;
  let bench: TaskBench;
  beforeAll(async () => {
    bench = await taskBench();
  });
  afterAll(async () => {
    await bench.close();
    await database.stop();
  });

  const connect = async (change: object, secrets = database.source.secrets) => {
    const config = { ...database.source.config, ...change } as SourceConnection['config'];
    const common = { scratch: `${bench.folder}/connect`, limits: benchLimits };
    const outcome = await bench.perform({
      task: 'connect',
      source: { ...database.source, config, secrets },
      ...common,
    });
    return outcome.ok ? (outcome.result as TaskResults['connect']) : outcome.error;
  };

  test('a test tells the server, or what failed and no password', async () => {
    expect(await connect({})).toMatchObject({
      ok: true,
      server: expect.stringMatching(/^(?:MariaDB|MySQL) \d/),
    });
    expect(await connect({}, { password: 'wrong-one' })).toMatchObject({ ok: false, failed: 'credentials' });
    expect(await connect({}, {})).toMatchObject({
      failed: 'credentials',
      message: expect.stringMatching(/the user "owner" without a password/),
    });
    expect(await connect({ type: 'postgresql' })).toMatchObject({
      failed: 'answer',
      message: expect.stringMatching(/^MySQL or MariaDB listens at \S+, not PostgreSQL/),
    });
    expect(await connect({ database: 'nothing' })).toMatchObject({ ok: false, failed: 'database' });
    expect(await connect({ port: 1 })).toMatchObject({ ok: false, failed: 'port' });
    const refused = await connect({ user: 'nobody' });
    expect(refused).toMatchObject({ ok: false, failed: 'credentials' });
    expect(JSON.stringify(refused)).not.toContain(database.source.secrets.password);
  });

  test.runIf(server?.hasTls)(
    'TLS is used without a look at the certificate only where that is asked for',
    async () => {
      expect(await connect({ tls: 'on' })).toMatchObject({ failed: 'tls' });
      expect(await connect({ tls: 'no-verify' })).toMatchObject({ ok: true });
      const config = { ...database.source.config, tls: 'no-verify' } as SourceConnection['config'];
      const query =
        "SELECT variable_value FROM information_schema.session_status WHERE variable_name = 'SSL_CIPHER'";
      const { rows } = await bench.fetch({ ...database.source, config }, { query });
      expect(rows[0]?.[0]).toMatch(/\w/);
    },
  );

  test('every type of a table has the exact type of ours, and days that are none become empty', async () => {
    await database.sql(`SET sql_mode = ''; SET time_zone = '+00:00';
      CREATE TABLE kinds (id bigint unsigned, n decimal(20,5), t text, b blob, vb varbinary(5), d date, dt datetime(6),
        ts timestamp(6) NULL, tm time(6), y year, ok boolean, b1 bit(1), b5 bit(5), f float, f8 double,
        i2 smallint unsigned, mi mediumint, e enum('a','b'), s set('x','y'));
      INSERT INTO kinds VALUES
        (18446744073709551615, 123456789012345.12345, 'a"b,c\\nd', x'00ff', x'01', '2024-02-29',
         '2024-02-29 12:34:56.123456', '2024-02-29 12:34:56.123456', '12:34:56.5', 2024, 1, b'1', b'10101', 16777216, 0.1,
         65535, -8388608, 'b', 'x,y'),
        (1, NULL, '', NULL, NULL, '0000-00-00', '0000-00-00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`);
    const { columns, rows } = await bench.fetch(database.source, {
      query: 'SELECT * FROM kinds ORDER BY id DESC',
    });
    const found = columns.map(({ name, type }, at) => [name, type, rows[0]?.[at], rows[1]?.[at]]);
    expect(found).toEqual([
      ['id', 'UBIGINT', '18446744073709551615', 1],
      ['n', 'DECIMAL(20,5)', '123456789012345.12345', null],
      ['t', 'VARCHAR', 'a"b,c\nd', ''],
      ['b', 'BLOB', '\\x00ff', null],
      ['vb', 'BLOB', '\\x01', null],
      ['d', 'DATE', '2024-02-29', null],
      ['dt', 'TIMESTAMP', '2024-02-29T12:34:56.123456', null],
      ['ts', 'TIMESTAMP WITH TIME ZONE', '2024-02-29T12:34:56.123456Z', null],
      ['tm', 'TIME', '12:34:56.5', null],
      ['y', 'SMALLINT', 2024, null],
      ['ok', 'TINYINT', 1, null],
      ['b1', 'BOOLEAN', true, null],
      ['b5', 'UBIGINT', 21, null],
      ['f', 'FLOAT', 16777216, null],
      ['f8', 'DOUBLE', 0.1, null],
      ['i2', 'USMALLINT', 65535, null],
      ['mi', 'INTEGER', -8388608, null],
      ['e', 'VARCHAR', 'b', null],
      ['s', 'VARCHAR', 'x,y', null],
    ]);
    expect(bench.logs.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('"dt" became empty'),
    );
  });

  test('a span of time that is no time of day is told with its column', async () => {
    await expect(
      bench.fetch(database.source, { query: "SELECT CAST('300:00:00' AS TIME) AS long_one" }),
    ).rejects.toThrow(/"long_one" holds "300:00:00"/);
  });

  test('metadata tells tables, views, columns and counts', async () => {
    await database.sql(
      'CREATE TABLE listed (id int NOT NULL, note varchar(20)); INSERT INTO listed VALUES (1, NULL), (2, NULL)',
    );
    const common = { scratch: `${bench.folder}/metadata`, limits: benchLimits };
    const found = await bench.perform({
      task: 'metadata',
      source: database.source,
      table: 'listed',
      ...common,
    });
    expect(found).toMatchObject({
      ok: true,
      result: {
        more: false,
        tables: [
          {
            name: 'listed',
            kind: 'table',
            columns: [
              { name: 'id', type: expect.stringMatching(/^int/), nullable: false },
              { name: 'note', type: 'varchar(20)', nullable: true },
            ],
            rows: 2,
            rowsExact: true,
          },
        ],
      },
    });
  });

  test.each([
    'SELECT 1) q; DROP TABLE untouched; --',
    'SELECT 1; DROP TABLE untouched',
    'DELETE FROM untouched',
    'SELECT 1 /*! INTO OUTFILE "/tmp/x" */',
    "SELECT 1 INTO OUTFILE '/tmp/sluice-outfile'",
  ])('%s changes nothing', async (query) => {
    await database.sql('CREATE TABLE IF NOT EXISTS untouched AS SELECT 1 AS id');
    await expect(bench.fetch(database.source, { query })).rejects.toThrow(/"shop"/);
    expect(await database.sql('SELECT id FROM untouched')).toHaveLength(1);
  });

  test('every value that is written comes back as it was', { timeout: 120_000 }, async () => {
    await holdsEveryValue(bench, database.source, Object.keys(valueTexts));
  });

  test('a failing row leaves the table as it was, and no table behind that was made for it', async () => {
    await database.sql('CREATE TABLE strict (id int, CHECK (id < 100)); INSERT INTO strict VALUES (7)');
    const failing = 'SELECT unnest([4, 400]) AS id';
    const outcome = await bench.deliver(database.source, { table: 'strict', mode: 'replace' }, failing);
    expect(outcome).toMatchObject({ ok: false, nodeId: 'write' });
    expect(await database.sql('SELECT id FROM strict')).toEqual([{ id: 7 }]);
    const many =
      "SELECT i AS id, CASE WHEN i = 3000 THEN CAST('inf' AS DOUBLE) ELSE 1 END AS v FROM range(5000) AS t(i)";
    expect(await bench.deliver(database.source, { table: 'fresh', mode: 'append' }, many)).toMatchObject({
      ok: false,
    });
    expect(await database.sql("SHOW TABLES LIKE 'fresh'")).toEqual([]);
  });

  const busy = () =>
    database.sql(
      "SELECT id FROM information_schema.processlist WHERE command = 'Query' AND info LIKE '%SLEEP(1000)%' AND id <> connection_id()",
    );

  test('a cancel ends the statement on the server, too', async () => {
    const abort = new AbortController();
    const fetched = bench.fetch(database.source, { query: 'SELECT SLEEP(1000)' }, { signal: abort.signal });
    const rejected = expect(fetched).rejects.toMatchObject({ report: { code: 'cancelled' } });
    while ((await busy()).length === 0) await sleep(20);
    abort.abort();
    await rejected;
    while ((await busy()).length > 0) await sleep(20);
  });

  test('a million rows pass through bounded memory', { timeout: 180_000 }, async () => {
    const query = "SELECT seq AS id, repeat('x', 600) AS wide FROM seq_1_to_1000000";
    const before = process.memoryUsage.rss();
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage.rss());
    }, 20);
    const { path } = await bench.fetchFile(database.source, { query }, 100 * 1024 * 1024);
    clearInterval(watch);
    expect(await bench.rows(`SELECT count(DISTINCT id) FROM read_parquet('${path}')`)).toEqual([[1_000_000]]);
    expect(most - before).toBeLessThan(400 * 1024 * 1024);
  });
});
