import { mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Settings } from '../../shared/contract/domain.ts';
import { nodeClock } from '../platform/clock.ts';
import { memoryLog } from '../platform/log.ts';
import { nodeRunnerLauncher } from '../platform/node-runner-launcher.ts';
import { RecordsDesk } from './records.ts';
import { RunnerPool } from './runner-pool.ts';
import { runnerEntry } from './testing/engine-kit.ts';

const settings = { runMemoryBytes: 512 * 1024 * 1024, runThreads: 2 } as Settings;
let root = '';
let datasets = '';
let pool: RunnerPool;
let desk: RecordsDesk;

beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'sluice-records-')));
  datasets = join(root, 'datasets');
  const log = memoryLog();
  const launcher = nodeRunnerLauncher({ entry: runnerEntry, clock: nodeClock, log });
  await mkdir(datasets);
  await mkdir(join(root, 'tmp'));
  const memoryBytes = () => settings.runMemoryBytes;
  pool = new RunnerPool({ launcher, clock: nodeClock, log, tmp: join(root, 'tmp'), memoryBytes });
  pool.start();
  desk = new RecordsDesk({
    pool,
    clock: nodeClock,
    tmp: join(root, 'tmp'),
    datasets,
    settings: () => settings,
  });
});
afterAll(async () => {
  await desk.stop();
  await pool.stop();
  await rm(root, { recursive: true, force: true });
});

async function dataset(name: string, query: string): Promise<string> {
  const path = join(datasets, `${name}.parquet`);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet)`);
  instance.closeSync();
  return path;
}

const records = async (path: string) => JSON.parse((await desk.page(path, { offset: 0, limit: 1000 })).json);

test('a page holds the asked rows in their order, and the count of all', async () => {
  const path = await dataset('many', "SELECT i AS id, 'n' || i AS name FROM range(300000) t(i)");
  const page = await desk.page(path, { offset: 199_998, limit: 3 });
  expect(JSON.parse(page.json)).toEqual([
    { id: 199998, name: 'n199998' },
    { id: 199999, name: 'n199999' },
    { id: 200000, name: 'n200000' },
  ]);
  expect([page.total, page.count]).toEqual([300_000, 3]);
  expect((await desk.page(path, { offset: 300_000, limit: 10 })).json).toBe('[]');
});

test('numbers that a double cannot hold leave as strings, all others as numbers', async () => {
  const path = await dataset(
    'numbers',
    `SELECT 9007199254740991 AS safe, 9007199254740992 AS wide, 12345678901234567890123::DECIMAL(38,0) AS huge,
       19.90::DECIMAL(18,6) AS price, 0.12345678901234567890::DECIMAL(38,20) AS fine, 2.5::DOUBLE AS half,
       'nan'::DOUBLE AS odd, '-inf'::DOUBLE AS low, NULL::BIGINT AS none,
       {'big': 9007199254740993, 'list': [1, 9007199254740995]} AS nested, MAP {'a': 9007199254740997} AS pairs,
       18446744073709551615::UBIGINT AS unsigned, true AS yes`,
  );
  expect(await records(path)).toEqual([
    {
      safe: 9007199254740991,
      wide: '9007199254740992',
      huge: '12345678901234567890123',
      price: 19.9,
      fine: '0.1234567890123456789',
      half: 2.5,
      odd: 'NaN',
      low: '-Infinity',
      none: null,
      nested: { big: '9007199254740993', list: [1, '9007199254740995'] },
      pairs: { a: '9007199254740997' },
      unsigned: '18446744073709551615',
      yes: true,
    },
  ]);
});

test('texts, names, dates and JSON come out as they are', async () => {
  const path = await dataset(
    'texts',
    `SELECT 'a"b\\c' || chr(10) || chr(0) || '😀' AS "we""ird \\ name", DATE '1500-02-28' AS day,
       TIMESTAMP '2024-01-02 03:04:05.000006' AS at, '{"b":[1,{"c":null}]}'::JSON AS j, '' AS file_row_number`,
  );
  expect(await records(path)).toEqual([
    {
      'we"ird \\ name': 'a"b\\c\n\0😀',
      day: '1500-02-28',
      at: '2024-01-02 03:04:05.000006',
      j: { b: [1, { c: null }] },
      file_row_number: '',
    },
  ]);
});

test('markers of missing fields are hidden and obeyed', async () => {
  const path = await dataset(
    'marked',
    `SELECT * FROM (VALUES (1, NULL, NULL, NULL::JSON), (NULL, NULL, ['b'], '{"B":7}'::JSON), (NULL, 3, ['a', 'b'], '{}'::JSON))
       t(a, b, _sluice_absent, _sluice_more)`,
  );
  expect(await records(path)).toEqual([{ a: 1, b: null }, { a: null, B: 7 }, { b: 3 }]);
});

test('fields that are no columns, and texts among other values, leave in CSV and XML as well', async () => {
  const path = await dataset(
    'more',
    `SELECT * FROM (VALUES
       (1, '"x"'::JSON, '{"a":2,"":-5,"q\\"/~,":"x,y","n":null}'::JSON), (2, '7'::JSON, NULL), (3, '[1]'::JSON, '{"a":{"z":"&"}}'::JSON)
     ) t("A", mixed, "_sluice_more")`,
  );
  const csv = await desk.page(path, { offset: 0, limit: 10, format: 'csv' });
  expect(csv.text).toBe('A,mixed,"",a,n,"q""/~,"\n1,x,-5,2,,"x,y"\n2,7,,,,\n3,[1],,"{""z"":""&""}",,\n');
  expect(csv.count).toBe(3);
  const xml = await desk.page(path, { offset: 0, limit: 10, format: 'xml' });
  expect(xml.text.split('\n')).toEqual([
    '<record><A>1</A><mixed>x</mixed><field name="a">2</field><field name="">-5</field><field name="q&quot;/~,">x,y</field><field name="n" null="true"/></record>',
    '<record><A>2</A><mixed>7</mixed></record>',
    '<record><A>3</A><mixed>[1]</mixed><field name="a">{"z":"&amp;"}</field></record>',
  ]);
  const part = await desk.page(path, { offset: 2, limit: 1, format: 'csv' });
  expect(part.text.split('\n')).toHaveLength(3);
});

test.each(['json', 'ndjson', 'csv', 'xml'] as const)(
  'a stream of %s has every row once, in order',
  async (format) => {
    const path = await dataset(`stream_${format}`, "SELECT i AS id, 'x,\"' || i AS t FROM range(31001) t(i)");
    const whole = await text(await desk.stream(path, format, {}));
    const ids = {
      json: () => (JSON.parse(whole) as { id: number }[]).map(({ id }) => id),
      ndjson: () =>
        whole
          .trimEnd()
          .split('\n')
          .map((line) => (JSON.parse(line) as { id: number }).id),
      csv: () =>
        whole
          .trimEnd()
          .split('\n')
          .slice(1)
          .map((line) => Number(line.split(',')[0])),
      xml: () => [...whole.matchAll(/<id>(\d+)<\/id>/g)].map(([, id]) => Number(id)),
    }[format]();
    expect(ids).toEqual(Array.from({ length: 31001 }, (_none, at) => at));
  },
);

test('an empty dataset streams as an empty whole', async () => {
  const path = await dataset('empty', 'SELECT 1 AS id WHERE false');
  expect(await text(await desk.stream(path, 'json', {}))).toBe('[]');
  expect(await text(await desk.stream(path, 'csv', {}))).toBe('id\n');
  expect(await text(await desk.stream(path, 'xml', {}))).toContain('<records>\n</records>');
});

test('a stream that is left deletes its pieces', async () => {
  const path = await dataset('left', "SELECT i AS id, repeat('x', 200) AS t FROM range(400000) t(i)");
  const stream = await desk.stream(path, 'csv', {});
  for await (const _chunk of stream) break;
  await desk.page(path, { offset: 0, limit: 1 });
  await expect.poll(async () => (await parts()).length).toBe(0);
});

test('a file that is not there is an error, and the next page works', async () => {
  const path = await dataset('there', 'SELECT 1 AS id');
  await expect(desk.page(join(datasets, 'gone.parquet'), { offset: 0, limit: 1 })).rejects.toThrow();
  await expect(desk.stream(join(datasets, 'gone.parquet'), 'csv', {})).rejects.toThrow();
  expect(await records(path)).toEqual([{ id: 1 }]);
});

test('a reader may not read outside the datasets', async () => {
  await dataset('../outside', 'SELECT 1 AS id');
  await expect(desk.page(join(datasets, '../outside.parquet'), { offset: 0, limit: 1 })).rejects.toThrow();
});

async function parts(): Promise<string[]> {
  const names = await readdir(join(root, 'tmp'), { recursive: true });
  return names.filter((name) => name.includes('part-'));
}
