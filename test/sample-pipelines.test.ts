import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** The samples, started by a script through the execution API, against SQL that a person wrote over the same files. */
const root = join(import.meta.dirname, '..');
const cli = join(root, 'src', 'main', 'cli', 'main.ts');
const home = mkdtempSync(join(tmpdir(), 'sluice-samples-'));
let server: ChildProcess;
let url = '';
let key = '';
let byHand: DuckDBConnection;

const sluice = <Answer>(...words: string[]): Answer =>
  JSON.parse(execFileSync(process.execPath, [cli, ...words, '--home', home, '--json'], { encoding: 'utf8' }));

beforeAll(async () => {
  server = spawn(process.execPath, [cli, 'serve', '--home', home, '--port', '0', '--json']);
  url = await new Promise<string>((resolve) => {
    server.stdout?.once('data', (line) => resolve(JSON.parse(String(line)).url));
  });
  key = sluice<{ key: string }>('keys', 'create', '--name', 'samples').key;
  byHand = await (await DuckDBInstance.create(':memory:')).connect();
  for (const [name, reader] of Object.entries(readers)) {
    await byHand.run(
      `CREATE VIEW ${name} AS SELECT * FROM read_csv('${home}/files/samples/${name}.csv', ${reader})`,
    );
  }
});

afterAll(async () => {
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await ended;
  rmSync(home, { recursive: true, force: true });
});

const readers = {
  orders: `types = {product_code: 'VARCHAR', quantity: 'INTEGER', discount_percent: 'INTEGER', ordered_at: 'DATE', updated_at: 'TIMESTAMP'}`,
  products: `types = {code: 'VARCHAR', unit_price: 'DECIMAL(10,2)'}`,
  customers: 'header = true',
};

/** An order counts in the state that was written last; of equal times the line that stands first. */
const latest = `
  SELECT * EXCLUDE (line, place) FROM (
    SELECT *, row_number() OVER (PARTITION BY order_id ORDER BY updated_at DESC, line) AS place
    FROM (SELECT *, row_number() OVER () AS line FROM orders)
  ) WHERE place = 1`;

const byRegionAndMonth = `
  SELECT region, month, count(*) AS orders, count(DISTINCT customer_id) AS customers, sum(quantity) AS items, sum(revenue) AS revenue
  FROM (
    SELECT upper(regexp_replace(trim(coalesce(o.region, c.home_region, 'Unknown')), '\\s+', ' ', 'g')) AS region,
      CAST(date_trunc('month', ordered_at) AS DATE) AS month, o.customer_id, coalesce(quantity, 1) AS quantity,
      CAST(coalesce(quantity, 1) * unit_price * (100 - coalesce(discount_percent, 0)) / 100 AS DECIMAL(18,2)) AS revenue
    FROM (${latest}) o JOIN products p ON o.product_code = p.code LEFT JOIN customers c ON o.customer_id = c.customer_id
    WHERE ordered_at >= DATE '2025-01-01' AND status NOT IN ('cancelled', 'refunded', 'returned')
  ) GROUP BY region, month`;

const toWinBack = `
  WITH valid AS (
    SELECT * FROM (${latest})
    WHERE customer_id IS NOT NULL AND status NOT IN ('cancelled', 'refunded', 'returned') AND ordered_at <= DATE '2026-06-30'
  )
  SELECT v.customer_id, count(*) AS orders, max(ordered_at) AS last_order, date_diff('day', max(ordered_at), DATE '2026-06-30') AS days_away,
    sum(CAST(coalesce(quantity, 1) * unit_price * (100 - coalesce(discount_percent, 0)) / 100 AS DECIMAL(18,2))) AS total_spend
  FROM valid v JOIN products ON product_code = code JOIN customers c ON v.customer_id = c.customer_id
  WHERE email IS NOT NULL
  GROUP BY v.customer_id
  HAVING max(ordered_at) <= DATE '2026-06-30' - 120 AND total_spend > 250
  ORDER BY total_spend DESC, v.customer_id LIMIT 200`;

async function startAndWait(name: string): Promise<unknown> {
  const pipelines = sluice<{ id: string; name: string }[]>('pipelines', 'list');
  const id = pipelines.find((pipeline) => pipeline.name === name)?.id;
  const address = `${url}/api/pub/v1/dataflows/${id}/start?await=true`;
  const response = await fetch(address, { method: 'POST', headers: { 'x-api-key': key } });
  expect(response.status).toBe(200);
  return response.json();
}

/** Rows that stand in one of both and not in the other, in either direction. */
async function difference(published: string, expected: string, columns: string): Promise<unknown[]> {
  const ours = `SELECT ${columns} FROM ${published}`;
  const theirs = `SELECT ${columns} FROM (${expected})`;
  const query = `(${ours} EXCEPT ALL ${theirs}) UNION ALL (${theirs} EXCEPT ALL ${ours})`;
  return (await byHand.runAndReadAll(query)).getRowObjectsJson();
}

async function count(relation: string): Promise<number> {
  return Number((await byHand.runAndReadAll(`SELECT count(*) FROM ${relation}`)).getRows()[0]?.[0]);
}

test('"Orders by region and month" publishes exactly the rows of hand-written SQL, as a dataset and as a file', async () => {
  expect(await startAndWait('Orders by region and month')).toEqual({
    runId: expect.any(String),
    status: 'Succeeded',
  });
  const columns = 'region, month, orders, customers, items, revenue';
  const file = `'${home}/files/exports/orders_by_region_and_month.parquet'`;
  const [dataset] = globSync('datasets/*/*.parquet', { cwd: home });
  expect(await count(file)).toBeGreaterThan(50);
  expect(await difference(file, byRegionAndMonth, columns)).toEqual([]);
  expect(await difference(`'${home}/${dataset}'`, byRegionAndMonth, columns)).toEqual([]);
});

test('"Customers to win back" publishes exactly the rows of hand-written SQL', async () => {
  const before = new Set(globSync('datasets/*/*.parquet', { cwd: home }));
  expect(await startAndWait('Customers to win back')).toEqual({
    runId: expect.any(String),
    status: 'Succeeded',
  });
  const published = globSync('datasets/*/*.parquet', { cwd: home }).find((path) => !before.has(path));
  expect(await count(`'${home}/${published}'`)).toBeGreaterThan(50);
  const columns = 'customer_id, orders, last_order, days_away, total_spend';
  expect(await difference(`'${home}/${published}'`, toWinBack, columns)).toEqual([]);
});

test('the home folder is whole after both runs', () => {
  const whole = { integrity: 'ok', lost: [], orphans: [], missing: [], duplicates: [] };
  expect(sluice('fsck')).toEqual(whole);
});
