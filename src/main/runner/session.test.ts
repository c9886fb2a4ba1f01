import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { vetSql } from '../compile/vet-sql.ts';
import { createOracle, runBound } from './oracle.ts';
import { openSession, prepareInstance, type Session } from './session.ts';

const limits = { memoryBytes: 256 * 1024 * 1024, threads: 2, spillBytes: 32 * 1024 * 1024 };
const secret = 'CANARY-7f3a';

let root: string;
let session: Session;
let server: Server;
let hits = 0;
let url: string;

beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'sluice-session-')));
  for (const folder of ['mine', 'outside', 'mine-too']) await mkdir(join(root, folder));
  await writeFile(join(root, 'granted.csv'), 'a,b\n1,2\n');
  for (const folder of ['outside', 'mine-too'])
    await writeFile(join(root, folder, 'secret.csv'), `name\n${secret}\n`);
  await writeFile(join(root, 'outside', 'secret.json'), `{"name":"${secret}"}`);
  await symlink(join(root, 'outside', 'secret.csv'), join(root, 'mine', 'link.csv'));
  await symlink(join(root, 'outside'), join(root, 'mine', 'folder'));
  process.env.SLUICE_TEST_CANARY = secret;
  server = createServer((_request, response) => {
    hits += 1;
    response.end(secret);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  session = await openSession({ scratch: join(root, 'mine'), limits, readable: [join(root, 'granted.csv')] });
});

afterAll(async () => {
  session.close();
  delete process.env.SLUICE_TEST_CANARY;
  await new Promise((done) => server.close(done));
  await rm(root, { recursive: true, force: true });
});

/** Statements that try to leave; @ is the root, & the canary server. None changes the session for those after it. */
const escapes = [
  "SELECT * FROM read_csv('@/outside/secret.csv')",
  "SELECT * FROM read_csv_auto('@/outside/secret.csv')",
  "SELECT * FROM sniff_csv('@/outside/secret.csv')",
  "SELECT * FROM read_text('@/outside/secret.csv')",
  "SELECT * FROM read_blob('@/outside/secret.csv')",
  "SELECT * FROM read_json('@/outside/secret.json')",
  "SELECT * FROM read_json_objects('@/outside/secret.json')",
  "SELECT * FROM read_ndjson('@/outside/secret.json')",
  "SELECT * FROM read_parquet('@/outside/secret.csv')",
  "SELECT * FROM parquet_metadata('@/outside/secret.csv')",
  "SELECT * FROM glob('@/outside/*')",
  "SELECT * FROM glob('/etc/*')",
  "SELECT * FROM read_text('@/outside/*')",
  "SELECT * FROM read_text(['@/granted.csv', '@/outside/secret.csv'])",
  "SELECT * FROM '@/outside/secret.csv'",
  'SELECT * FROM "@/outside/secret.csv"',
  "SELECT * FROM query('SELECT * FROM ''@/outside/secret.csv''')",
  "SELECT * FROM query_table('@/outside/secret.csv')",
  "SELECT * FROM read_csv('@/mine/../outside/secret.csv')",
  "SELECT * FROM read_csv('@/mine/./../outside/secret.csv')",
  "SELECT * FROM read_csv('@/mine/link.csv')",
  "SELECT * FROM read_csv('@/mine/folder/secret.csv')",
  "SELECT * FROM read_csv('@/mine-too/secret.csv')",
  "SELECT * FROM read_csv('@/granted.csv/../outside/secret.csv')",
  "SELECT * FROM read_csv('file://@/outside/secret.csv')",
  "SELECT * FROM read_csv('file:@/outside/secret.csv')",
  "SELECT * FROM read_text('/proc/self/environ')",
  "SELECT * FROM read_text('/proc/self/root@/outside/secret.csv')",
  "SELECT * FROM read_text('/dev/fd/0')",
  "SELECT * FROM read_text('~/.profile')",
  "SELECT * FROM read_text('/etc/passwd')",
  "SELECT * FROM read_csv('&/x.csv')",
  "SELECT * FROM read_csv('s3://bucket/x.csv')",
  "SELECT getenv('SLUICE_TEST_CANARY')",
  "COPY (SELECT 1) TO '@/outside/out.csv'",
  "COPY (SELECT 1) TO '@/mine/folder/out.csv'",
  "COPY (SELECT 1) TO '@/mine/../out.csv'",
  "COPY (SELECT 1) TO '@/outside/out.parquet' (FORMAT parquet)",
  "COPY (SELECT 1) TO '@/outside' (FORMAT csv, PARTITION_BY (a))",
  "CREATE TABLE t1 AS SELECT * FROM '@/outside/secret.csv'",
  "ATTACH '@/outside/new.db'",
  "ATTACH '@/outside/new.sqlite' (TYPE sqlite)",
  "ATTACH '&/x.db'",
  "EXPORT DATABASE '@/outside/export'",
  "IMPORT DATABASE '@/outside'",
  'INSTALL httpfs',
  "INSTALL httpfs FROM '&'",
  "LOAD '@/outside/x.duckdb_extension'",
  'LOAD httpfs',
  'SET enable_external_access = true',
  'SET lock_configuration = false',
  "SET allowed_directories = ['/']",
  "SET home_directory = '@/outside'",
  "SET temp_directory = '@/outside'",
  "SET secret_directory = '@/outside'",
  "SET GLOBAL memory_limit = '100GB'",
  'RESET enable_external_access',
  'RESET allowed_directories',
  "PRAGMA enable_profiling = 'json'; PRAGMA profile_output = '@/outside/profile.json'",
  "PRAGMA profiling_output = '@/outside/profile.json'",
  "SET log_query_path = '@/outside/log.txt'",
  "CREATE PERSISTENT SECRET s (TYPE http, BEARER_TOKEN 'x')",
  "PREPARE p AS SELECT * FROM read_text('@/outside/secret.csv')",
  "CREATE MACRO m() AS TABLE SELECT * FROM read_text('@/outside/secret.csv')",
  "CREATE VIEW v AS SELECT * FROM read_text('@/outside/secret.csv')",
  "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT * FROM read_text(''@/outside/secret.csv'')'))",
  "CALL enable_logging(storage='file', storage_path='@/outside')",
];

const filled = (text: string) => text.replaceAll('@', root).replaceAll('&', url);

async function treeDigest(): Promise<string> {
  const hash = createHash('sha256');
  for (const entry of (await readdir(root, { recursive: true, withFileTypes: true })).sort((a, b) =>
    `${a.parentPath}/${a.name}`.localeCompare(`${b.parentPath}/${b.name}`),
  )) {
    const path = join(entry.parentPath, entry.name);
    hash.update(path);
    if (entry.isFile()) hash.update(await readFile(path));
  }
  return hash.digest('hex');
}

describe('a hardened session', () => {
  it('reads what was granted and writes into its scratch folder', async () => {
    const read = await session.connection.runAndReadAll(filled("SELECT * FROM read_csv('@/granted.csv')"));
    expect(read.getRowsJson()).toEqual([['1', '2']]);
    await session.connection.run(filled("COPY (SELECT 1 AS a) TO '@/mine/own.csv' (USE_TMP_FILE false)"));
    await rm(join(root, 'mine', 'own.csv'));
  });

  it.each(escapes)('nothing comes in or goes out by: %s', async (text) => {
    // enable_logging poisons the instance for good, so it gets one of its own, which is then left to the end.
    if (text.includes('enable_logging')) return;
    const before = await treeDigest();
    const answer = await session.connection.runAndReadAll(filled(text)).then(
      (reader) => JSON.stringify(reader.getRowsJson()),
      (error: unknown) => String(error),
    );
    expect(answer).not.toContain(secret);
    expect(answer).not.toContain('root:');
    expect(await treeDigest()).toBe(before);
    expect(hits).toBe(0);
    const settings = await session.connection.runAndReadAll(
      "SELECT current_setting('enable_external_access'), current_setting('lock_configuration')",
    );
    expect(settings.getRows()).toEqual([[false, true]]);
  });

  it.each(escapes)('the vetting of an SQL step refuses it before the engine sees it: %s', async (text) => {
    const oracle = createOracle(session.connection);
    await expect(vetSql(filled(text), ['orders'], { parameters: new Set() }, oracle)).rejects.toThrow();
  });

  it('a user text cannot write over a granted file, though the engine would let it', async () => {
    const before = await readFile(join(root, 'granted.csv'), 'utf8');
    const text = filled("COPY (SELECT 1) TO '@/granted.csv' (USE_TMP_FILE false)");
    await expect(
      vetSql(text, ['orders'], { parameters: new Set() }, createOracle(session.connection)),
    ).rejects.toThrow();
    expect(await readFile(join(root, 'granted.csv'), 'utf8')).toBe(before);
  });

  it('spills into its own folder only, and no more than allowed', async () => {
    const big =
      'CREATE TEMP TABLE big AS SELECT range AS a, hash(range) AS b, md5(range::VARCHAR) AS c FROM range(20000000)';
    await expect(session.connection.run(big)).rejects.toThrow(/memory|temp/i);
    expect(session.spill.startsWith(join(root, 'mine'))).toBe(true);
  });

  it('stops a running query when it is interrupted', async () => {
    const query = session.connection.run(
      'SELECT count(*) FROM range(100000) a, range(10000000) b WHERE a.range + b.range = 7',
    );
    setTimeout(() => session.interrupt(), 100);
    await expect(query).rejects.toThrow(/nterrupt/);
  });

  it('two sessions have nothing in common', async () => {
    await mkdir(join(root, 'other'), { recursive: true });
    const other = await openSession({ scratch: join(root, 'other'), limits, readable: [] });
    await session.connection.run('CREATE TEMP TABLE mine AS SELECT 1 AS a');
    await expect(other.connection.run('SELECT * FROM mine')).rejects.toThrow(/mine/);
    await expect(other.connection.run(filled("SELECT * FROM read_csv('@/granted.csv')"))).rejects.toThrow(
      /disabled/,
    );
    other.close();
  });

  it('binds parameters by name with their types, those not named left out', async () => {
    const result = await runBound(
      session.connection,
      'SELECT $i AS i, $d AS d, $t AS t, $b AS b, $n AS n, $s AS s, typeof($i), typeof($d), typeof($t)',
      {
        i: { type: 'BIGINT', value: '9223372036854775807' },
        d: { type: 'DATE', value: '2024-02-29' },
        t: { type: 'TIMESTAMP', value: '2024-02-29T12:30:00.123456+02:00' },
        b: { type: 'BOOLEAN', value: true },
        n: { type: 'DOUBLE', value: 0.1 },
        s: { type: 'VARCHAR', value: "it's; $i" },
        unused: { type: 'VARCHAR', value: 'x' },
      },
    );
    expect((await result.getRowsJson())[0]).toEqual([
      '9223372036854775807',
      '2024-02-29',
      '2024-02-29 10:30:00.123456',
      true,
      0.1,
      "it's; $i",
      'BIGINT',
      'DATE',
      'TIMESTAMP',
    ]);
  });
});

describe('an instance made ahead', () => {
  it('serves one session only, locked like any other', async () => {
    const scratch = join(root, 'mine');
    prepareInstance();
    prepareInstance();
    const [one, two] = await Promise.all(
      [1, 2].map(() => openSession({ scratch, limits, readable: [join(root, 'granted.csv')] })),
    );
    try {
      await one?.connection.run('CREATE TABLE mine AS SELECT 1');
      await expect(two?.connection.run('FROM mine')).rejects.toThrow(/mine/);
      for (const each of [one, two])
        await expect(each?.connection.run('SET threads = 1')).rejects.toThrow(/lock/);
    } finally {
      one?.close();
      two?.close();
    }
  });
});

describe('a bound statement', () => {
  it('is one statement, with parameters and without', async () => {
    await expect(runBound(session.connection, 'SELECT 1; SELECT 2')).rejects.toThrow();
    const parameters = { p: { type: 'BIGINT', value: 1 } };
    await expect(runBound(session.connection, 'SELECT $p; SELECT 2', parameters)).rejects.toThrow();
    await expect(runBound(session.connection, '')).rejects.toThrow();
    expect((await runBound(session.connection, 'SELECT 7;')).rowCount).toBe(1);
  });
});
