import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/** The sample's shape at any size: an orders CSV and a customers CSV, the same bytes for the same size every time. */
export interface OrderFiles {
  readonly orders: string;
  readonly customers: string;
}

/** Makes the files once and keeps them in the cache folder, which git ignores. About 56 bytes an order. */
export async function orderFiles(cache: string, rows: number): Promise<OrderFiles> {
  mkdirSync(cache, { recursive: true });
  const files = { orders: join(cache, `orders-${rows}.csv`), customers: join(cache, 'customers.csv') };
  if (existsSync(files.orders) && existsSync(files.customers)) return files;
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await write(connection, files.customers, customersQuery);
  await write(connection, files.orders, ordersQuery(rows));
  connection.closeSync();
  instance.closeSync();
  return files;
}

type Connection = Awaited<ReturnType<DuckDBInstance['connect']>>;

async function write(connection: Connection, path: string, query: string): Promise<void> {
  await connection.run(`COPY (${query}) TO '${path}.part' (FORMAT csv, HEADER)`);
  renameSync(`${path}.part`, path);
}

const customersQuery = `
  SELECT i AS customer_id, 'Customer ' || i AS name,
         ['North', 'South', 'East', 'West', 'Centre'][CAST(1 + i % 5 AS INTEGER)] AS region
  FROM range(1, 100001) t(i)`;

const ordersQuery = (rows: number) => `
  SELECT i AS order_id, 1 + hash(i) % 100000 AS customer_id,
         DATE '2023-01-01' + CAST(hash(i * 3) % 730 AS INTEGER) AS ordered_at,
         1 + hash(i * 5) % 9 AS quantity, round((hash(i * 7) % 100000) / 100.0, 2) AS price,
         ['new', 'paid', 'sent', 'returned'][1 + CAST(hash(i * 11) % 4 AS INTEGER)] AS status
  FROM range(${rows}) t(i)`;
