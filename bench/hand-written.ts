import { closeSync, fsyncSync, openSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

/** The baseline process: a warm DuckDB that executes statements as they are, with the limits that a run has. */
interface Ask {
  readonly id: number;
  readonly sql: string;
  readonly rows: boolean;
  /** A file to sync afterwards: a run's output is on disk before it ends. */
  readonly sync?: string;
}

const [memoryBytes, threads] = process.argv.slice(2);
const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
await connection.run(`SET memory_limit = '${memoryBytes}B'`);
await connection.run(`SET threads = ${threads}`);

process.on('disconnect', () => process.exit(0));
process.on('message', ({ id, sql, rows, sync }: Ask) => {
  void (async () => {
    const answer = rows
      ? (await connection.runAndReadAll(sql)).getRowsJson()
      : void (await connection.run(sql));
    if (sync) syncFile(sync);
    process.send?.({ id, rows: answer });
  })();
});

function syncFile(path: string): void {
  const file = openSync(path, 'r');
  fsyncSync(file);
  closeSync(file);
}
process.send?.({ id: 0 });
