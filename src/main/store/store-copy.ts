import { open } from 'node:fs/promises';
import Database from 'better-sqlite3';

/** A version as a copy of the store lists it. */
export interface CopiedVersion {
  readonly id: string;
  /** Below the datasets folder, with / between segments. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string | null;
}

export interface CopyFacts {
  readonly schemaVersion: number;
  readonly runs: number;
  readonly pipelines: number;
  readonly datasets: number;
  readonly versions: readonly CopiedVersion[];
  /** Received batches that are files; below the folder of received records. None in copies of older stores. */
  readonly received: readonly Omit<CopiedVersion, 'id'>[];
}

/**
 * Makes a copy of the store complete in one synced file: no log beside it, and no rows of what a backup leaves out
 * (kept outputs are a cache, doomed files are on their way out).
 */
export async function sealCopy(path: string): Promise<void> {
  // First of all beside the event loop, so that little is left for the commit below to wait for.
  await syncFile(path);
  const db = new Database(path);
  try {
    db.pragma('journal_mode = DELETE');
    db.pragma('synchronous = FULL');
    db.exec('DELETE FROM kept_outputs; DELETE FROM doomed_files;');
  } finally {
    db.close();
  }
  await syncFile(path);
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** What a sealed copy holds. Throws when it is no store. */
export function readCopy(path: string): CopyFacts {
  return withCopy(path, (db) => {
    const count = (sql: string): number => (db.prepare(sql).get() as { n: number }).n;
    return {
      schemaVersion: Number(db.pragma('user_version', { simple: true })),
      runs: count('SELECT count(*) AS n FROM runs'),
      pipelines: count('SELECT count(*) AS n FROM pipelines WHERE removed_at IS NULL'),
      datasets: count('SELECT count(*) AS n FROM datasets'),
      versions: db
        .prepare('SELECT id, path, bytes, sha256 FROM dataset_versions ORDER BY path')
        .all() as CopiedVersion[],
      received: receivedFiles(db),
    };
  });
}

function receivedFiles(db: Database.Database): CopyFacts['received'] {
  const known = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'received_batches'").get();
  if (!known) return [];
  return db
    .prepare(
      `SELECT environment || '/' || id || '.json' AS path, bytes, sha256
       FROM received_batches WHERE content IS NULL ORDER BY path`,
    )
    .all() as Omit<CopiedVersion, 'id'>[];
}

/** "ok", or what is wrong with a sealed copy: for a caller whom nobody waits for. */
export function copyIntegrity(path: string): string {
  return withCopy(path, (db) => {
    const tables = db
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
      .pluck()
      .all() as string[];
    return tables.flatMap((table) => faultsOf(db, table)).join('; ') || 'ok';
  });
}

function faultsOf(db: Database.Database, table: string): string[] {
  const quoted = `'${table.replaceAll("'", "''")}'`;
  const damage = (db.pragma(`integrity_check(${quoted})`) as { integrity_check: string }[])
    .map((row) => row.integrity_check)
    .filter((text) => text !== 'ok');
  const dangling = db.pragma(`foreign_key_check(${quoted})`) as { rowid: number | null; parent: string }[];
  return [
    ...damage,
    ...dangling.map(({ rowid, parent }) => `${table} row ${rowid} points at nothing in ${parent}`),
  ];
}

function withCopy<Result>(path: string, work: (db: Database.Database) => Result): Result {
  const db = new Database(path, { readonly: true, fileMustExist: true });
  try {
    // What a stranger's file says in its schema is not to run code.
    db.pragma('trusted_schema = OFF');
    db.function('fold', { deterministic: true }, (text) => text);
    return work(db);
  } finally {
    db.close();
  }
}
