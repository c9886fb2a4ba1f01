import { fork } from 'node:child_process';
import Database from 'better-sqlite3';
import Fastify from 'fastify';

/**
 * The floor of the service: Fastify, one SQLite file with full durability, one warm DuckDB child. A job is one durable
 * insert, one query in the child, one durable update; nothing is vetted, planned, logged, published or shown.
 */
const [path, withChild] = process.argv.slice(2);
const database = new Database(path);
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
database.exec('CREATE TABLE IF NOT EXISTS job (id INTEGER PRIMARY KEY, body TEXT, status TEXT, result TEXT)');
const insert = database.prepare("INSERT INTO job (body, status) VALUES (?, 'queued')");
const finish = database.prepare("UPDATE job SET status = 'completed', result = ? WHERE id = ?");

const child = withChild
  ? fork(new URL('./hand-written.ts', import.meta.url), ['1073741824', '2'], { serialization: 'advanced' })
  : undefined;
if (child) await new Promise((resolve) => child.once('message', resolve));

const waiting = new Map<number, (rows: unknown) => void>();
child?.on('message', ({ id, rows }: { id: number; rows: unknown }) => waiting.get(id)?.(rows));

const server = Fastify();
server.get('/healthz', () => ({ status: 'ok' }));
server.post<{ Body: { records: object[] } }>('/jobs', async ({ body }) => {
  const id = Number(insert.run(JSON.stringify(body)).lastInsertRowid);
  const records = JSON.stringify(body.records).replaceAll("'", "''");
  const sql = `SELECT region, count(*) AS orders, sum(amount) AS amount
    FROM (SELECT unnest(from_json('${records}', '[{"region": "VARCHAR", "amount": "DOUBLE"}]'), recursive := true))
    WHERE amount > 100 GROUP BY region`;
  const answered = new Promise((resolve) => waiting.set(id, resolve));
  child?.send({ id, sql, rows: true });
  const rows = await answered;
  waiting.delete(id);
  finish.run(JSON.stringify(rows), id);
  return { id, status: 'completed' };
});
const url = await server.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`${JSON.stringify({ url })}\n`);
process.on('SIGTERM', () => {
  child?.kill('SIGKILL');
  process.exit(0);
});
