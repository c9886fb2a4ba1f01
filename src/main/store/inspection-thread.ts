/**
 * The thread that inspects the store, so that main answers meanwhile: a check reads every page, seconds of work where logs
 * are long. It has a connection of its own, which cannot write.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../shared/kernel/assert.ts';
import { Connection } from './connection.ts';
import { ConsistencyRepository } from './consistency-repository.ts';
import type { FromInspection, InspectionTask, StoreInspection } from './inspection.ts';
import { copyIntegrity } from './store-copy.ts';

const { path, sealed, stop } = workerData as InspectionTask;

function tell(message: FromInspection): void {
  assert(parentPort, 'this file is the start of a thread');
  parentPort.postMessage(message);
}

const stopped = (): boolean => Atomics.load(stop, 0) === 1;

function inspect(connection: Connection): StoreInspection | undefined {
  const integrity = faultsOf(connection);
  if (integrity === undefined) return undefined;
  // A damaged store answers anything.
  const consistency = integrity === 'ok' ? new ConsistencyRepository(connection) : undefined;
  return {
    integrity,
    brokenAttempts: consistency?.runsWithBrokenAttempts() ?? [],
    repeatedFires: consistency?.repeatedFires() ?? [],
    repeatedDeliveries: consistency?.repeatedDeliveries() ?? [],
  };
}

/** Table by table, each in a read of its own: the log of the store can be emptied in between, and the check be stopped. */
function faultsOf(connection: Connection): string | undefined {
  const tables = connection.all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'");
  const faults: string[] = [];
  for (const { name } of tables) {
    if (stopped()) return undefined;
    faults.push(...damageOf(connection, name), ...danglingOf(connection, name));
    tell({ type: 'table', name });
  }
  return faults.join('; ') || 'ok';
}

function damageOf(connection: Connection, table: string): string[] {
  try {
    return connection
      .all<{ integrity_check: string }>(`PRAGMA integrity_check(${quoted(table)})`)
      .map((row) => row.integrity_check)
      .filter((text) => text !== 'ok');
  } catch (error) {
    return [`${table}: ${reasonOf(error)}`];
  }
}

function danglingOf(connection: Connection, table: string): string[] {
  try {
    return connection
      .all<{ rowid: number | null; parent: string }>(`PRAGMA foreign_key_check(${quoted(table)})`)
      .map(({ rowid, parent }) => `${table} row ${rowid ?? '?'} points at nothing in ${parent}`);
  } catch (error) {
    return [`${table}: ${reasonOf(error)}`];
  }
}

const quoted = (name: string): string => `'${name.replaceAll("'", "''")}'`;

/** What SQLite itself said: the connection speaks of a stop, which is another's business. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

function inspectStore(): StoreInspection | undefined {
  const connection = new Connection(path, { readOnly: true });
  try {
    tell({ type: 'opened', settings: connection.settings() });
    return inspect(connection);
  } finally {
    connection.close();
  }
}

try {
  const nothing = { brokenAttempts: [], repeatedFires: [], repeatedDeliveries: [] };
  const found = sealed ? { integrity: copyIntegrity(path), ...nothing } : inspectStore();
  tell(found ? { type: 'done', found } : { type: 'stopped' });
} catch (error) {
  tell({ type: 'failed', reason: reasonOf(error) });
}
