import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SourceConnection } from '../../../shared/sources/connection.ts';
import { holdsEveryValue } from '../testing/round-trip.ts';
import { type TaskBench, taskBench } from '../testing/task-bench.ts';

let bench: TaskBench;
let source: SourceConnection;
beforeAll(async () => {
  bench = await taskBench();
  const root = join(bench.folder, 'shop.db');
  source = { name: 'shop', config: { type: 'sqlite', path: 'shop.db' }, secrets: {}, root, version: '1' };
  sql('CREATE TABLE untouched (id INTEGER); INSERT INTO untouched VALUES (1)');
});
afterAll(() => bench.close());

function sql(text: string): void {
  const database = new DatabaseSync(source.root ?? '');
  database.exec(text);
  database.close();
}
function all(text: string): unknown[] {
  const database = new DatabaseSync(source.root ?? '');
  try {
    return database.prepare(text).all();
  } finally {
    database.close();
  }
}

test.each([
  ['INTEGER', '9007199254740993, 1', 'BIGINT', ['9007199254740993', 1]],
  ['REAL', '0.1, 1', 'DOUBLE', [0.1, 1]],
  ['', '1, 0.5', 'DOUBLE', [1, 0.5]],
  ['', '9007199254740993, 0.5', 'VARCHAR', ['9007199254740993', '0.5']],
  ['TEXT', "'', NULL", 'VARCHAR', ['', null]],
  ['', "1, 'a'", 'VARCHAR', ['1', 'a']],
  ['BLOB', "x'00ff', NULL", 'BLOB', ['\\x00ff', null]],
  ['BOOLEAN', '1, 0', 'BOOLEAN', [true, false]],
  ['BOOLEAN', '1, 2', 'BIGINT', [1, 2]],
  ['DATE', "'2024-02-29', NULL", 'DATE', ['2024-02-29', null]],
  ['DATE', "'2024-02-29', 'soon'", 'VARCHAR', ['2024-02-29', 'soon']],
  ['DATETIME', "'2024-02-29 12:34:56', NULL", 'TIMESTAMP', ['2024-02-29T12:34:56', null]],
  ['INTEGER', 'NULL, NULL', 'BIGINT', [null, null]],
])('a column declared %j that holds %s is %s', async (declared, values, type, cells) => {
  const [first, second] = values.split(/, (?=[^,]*$)/);
  sql(
    `DROP TABLE IF EXISTS dynamic; CREATE TABLE dynamic (v ${declared}); INSERT INTO dynamic VALUES (${first}), (${second})`,
  );
  const { columns, rows } = await bench.fetch(source, { table: 'dynamic' });
  expect([columns[0]?.type, rows.map(([cell]) => cell)]).toEqual([type, cells]);
});

test.each([
  'DELETE FROM untouched',
  'SELECT 1); DELETE FROM untouched; --',
  'SELECT 1; DELETE FROM untouched',
  "ATTACH 'x.db' AS x",
  "SELECT load_extension('x')",
])('%s changes nothing', async (query) => {
  await expect(bench.fetch(source, { query })).rejects.toThrow(/"shop"/);
  expect(all('SELECT * FROM untouched')).toEqual([{ id: 1 }]);
});

test('every value that is written comes back as it was', async () => {
  await holdsEveryValue(bench, source);
});

test('a failing row leaves the table as it was', async () => {
  sql('CREATE TABLE strict (id INTEGER CHECK (id < 100)); INSERT INTO strict VALUES (7)');
  const failing = 'SELECT unnest([4, 400]) AS id';
  expect(await bench.deliver(source, { table: 'strict', mode: 'replace' }, failing)).toMatchObject({
    ok: false,
    nodeId: 'write',
  });
  expect(all('SELECT * FROM strict')).toEqual([{ id: 7 }]);
});

test('a file of another kind is told as such', async () => {
  const root = join(bench.folder, 'other.db');
  await writeFile(root, 'something else, long enough to be looked at as the head of a file'.repeat(3));
  await expect(bench.fetch({ ...source, root }, { table: 'a' })).rejects.toThrow(/no SQLite database/);
});

test('a file that another program holds may be tried again', { timeout: 30_000 }, async () => {
  const holder = new DatabaseSync(source.root ?? '');
  holder.exec('BEGIN EXCLUSIVE');
  const outcome = await bench.deliver(source, { table: 'held', mode: 'append' }, 'SELECT 1 AS id');
  holder.exec('ROLLBACK');
  holder.close();
  expect(outcome).toMatchObject({ ok: false, error: { code: 'source_unreachable' } });
});
