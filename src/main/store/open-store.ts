import { statfsSync, statSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import { ballastBytes, dropBallast, keepBallast } from './ballast.ts';
import { Connection, type ConnectionSettings } from './connection.ts';
import type { HomePaths } from './home-paths.ts';
import { hasLog, migrate, refuseNewerSchema, schemaVersion } from './migrate.ts';
import { createRepositories, type Repositories } from './repositories.ts';

export interface StoreDiagnostics {
  readonly sqlite: string;
  readonly schemaVersion: number;
  /** Every connection that this process has to the store, with its settings as SQLite reports them. */
  readonly connections: readonly ({ readonly name: string } & ConnectionSettings)[];
  /** True when the owner before did not close the store; it was checked then. */
  readonly uncleanStart: boolean;
  readonly bytes: number;
  /** The part of it that waits in the log. */
  readonly walBytes: number;
  /** Pages of the file that hold nothing and can be given back to the disk. */
  readonly freeBytes: number;
  /** False for a file of an earlier version that could not be converted yet: it never shrinks. */
  readonly canShrink: boolean;
  /** Statements run so far. */
  readonly queries: number;
}

export interface Store extends Repositories {
  readonly sqliteVersion: string;
  /** One transaction: all of `work` or nothing. Joins the one under way. */
  write<Value>(work: () => Value): Value;
  /** The same for all that is asked for in this turn, in one commit; resolves after it. */
  together<Value>(work: () => Value): Promise<Value>;
  /** `work` is done at the end of each such commit, inside it. Answers how to stop. */
  onGroup(work: () => void): () => void;
  /** Runs once the transaction under way is committed, never when it is undone. */
  afterCommit(announce: () => void): void;
  onFatal(listener: (error: Error) => void): () => void;
  /** "ok", or what `integrity_check` and `foreign_key_check` found. */
  integrity(): string;
  /** The same a table at a time, so that others get their turn in between; "ok" or a sentence for each. */
  integrityByTable(): AsyncIterable<string>;
  /** Moves the log into the file and empties it; for idle moments. */
  checkpoint(): void;
  /**
   * Gives up to so many empty pages back to the disk; the file is smaller after the next checkpoint. Answers how many
   * empty pages are left. Not inside a transaction.
   */
  shrink(pages: number): number;
  /** A consistent copy in a new file, made while others read and write. */
  copyTo(path: string): Promise<void>;
  diagnostics(): StoreDiagnostics;
  close(): void;
}

export interface StoreOptions {
  /** Bytes kept aside for a start on a full disk; 0 keeps none. */
  readonly ballastBytes?: number;
}

/**
 * Opens the store of a home whose lock the caller holds. Throws `home_newer` (nothing is touched then) and
 * `store_damaged` (after an unclean stop the file is checked before it is used).
 */
export function openStore(home: HomePaths, options: StoreOptions = {}): Store {
  refuseNewerSchema(home);
  const uncleanStart = hasLog(home);
  const connection = openWithBallast(home);
  try {
    const sqliteVersion = requireSafeSqlite(connection);
    if (uncleanStart) {
      quickCheck(connection, home);
      // After a failed fsync what the log holds may be in memory only: moved into the file it is synced anew.
      connection.pragma('wal_checkpoint(TRUNCATE)');
    }
    migrate(connection);
    makeShrinkable(connection, home);
    keepBallast(home.ballast, options.ballastBytes ?? ballastBytes);
    return storeOn(connection, home, { sqliteVersion, uncleanStart });
  } catch (error) {
    connection.close();
    throw error;
  }
}

function storeOn(
  connection: Connection,
  home: HomePaths,
  facts: { sqliteVersion: string; uncleanStart: boolean },
): Store {
  return {
    ...createRepositories(connection),
    sqliteVersion: facts.sqliteVersion,
    write: (work) => connection.write(work),
    together: (work) => connection.together(work),
    onGroup: (work) => connection.onGroup(work),
    afterCommit: (announce) => connection.afterCommit(announce),
    onFatal: (listener) => connection.onFatal(listener),
    integrity: () => integrity(connection),
    integrityByTable: () => integrityByTable(connection),
    checkpoint: () => void connection.pragma('wal_checkpoint(TRUNCATE)'),
    shrink(pages) {
      // `script` steps to the end; a pragma's first row alone would free a single page.
      connection.script(`PRAGMA incremental_vacuum(${Math.trunc(pages)})`);
      return Number(connection.pragma('freelist_count'));
    },
    copyTo: (path) => connection.copyTo(path),
    diagnostics: () => ({
      sqlite: facts.sqliteVersion,
      schemaVersion,
      connections: [{ name: 'store', ...connection.settings() }],
      uncleanStart: facts.uncleanStart,
      bytes: sizeOf(home.store) + sizeOf(`${home.store}-wal`),
      walBytes: sizeOf(`${home.store}-wal`),
      freeBytes: Number(connection.pragma('freelist_count')) * Number(connection.pragma('page_size')),
      canShrink: Number(connection.pragma('auto_vacuum')) === 2,
      queries: connection.queries,
    }),
    close: () => connection.close(),
  };
}

/**
 * Once for a store that was made before it could shrink: the file is written anew, before anything else uses it. On a
 * disk without room for a second copy the store stays as it is and the next start tries again.
 */
function makeShrinkable(connection: Connection, home: HomePaths): void {
  if (Number(connection.pragma('auto_vacuum')) === 2) return;
  const { bavail, bsize } = statfsSync(home.root);
  // The new copy goes through the log and, on the way there, through a temporary file.
  if (bavail * bsize < 3 * sizeOf(home.store) + ballastBytes) return;
  try {
    connection.script('VACUUM');
    connection.pragma('wal_checkpoint(TRUNCATE)');
  } catch (error) {
    if (!(error instanceof SluiceError && error.code === 'disk_full')) throw error;
  }
}

function openWithBallast(home: HomePaths): Connection {
  try {
    return new Connection(home.store);
  } catch (error) {
    const noRoom = error instanceof Database.SqliteError && /^SQLITE_(FULL|IOERR|CANTOPEN)/.test(error.code);
    if (!noRoom || !dropBallast(home.ballast)) throw error;
    return new Connection(home.store);
  }
}

/** Before 3.51.3 two connections could corrupt a WAL store: https://sqlite.org/wal.html#walresetbug */
export function isSafeSqlite(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return major > 3 || (major === 3 && (minor > 51 || (minor === 51 && patch >= 3)));
}

function requireSafeSqlite(connection: Connection): string {
  const version =
    connection.get<{ version: string }>('SELECT sqlite_version() AS version')?.version ?? 'unknown';
  if (!isSafeSqlite(version)) {
    throw new Error(`SQLite ${version} may damage the store: 3.51.3 or later is needed. Reinstall Sluice.`);
  }
  return version;
}

function quickCheck(connection: Connection, home: HomePaths): void {
  const found = String(connection.pragma('quick_check(1)'));
  if (found !== 'ok') throw new SluiceError('store_damaged', { home: home.root, reason: found });
}

async function* integrityByTable(connection: Connection): AsyncIterable<string> {
  const tables = connection.all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'");
  for (const { name } of tables) {
    const quoted = `'${name.replaceAll("'", "''")}'`;
    const found = connection.all<{ integrity_check: string }>(`PRAGMA integrity_check(${quoted})`);
    yield found.map((row) => row.integrity_check).join('; ');
    await turn();
  }
}

function integrity(connection: Connection): string {
  const damage = connection
    .all<{ integrity_check: string }>('PRAGMA integrity_check(20)')
    .map((row) => row.integrity_check)
    .filter((text) => text !== 'ok');
  const dangling = connection
    .all<{ table: string; rowid: number | null; parent: string }>('PRAGMA foreign_key_check')
    .map(({ table, rowid, parent }) => `${table} row ${rowid ?? '?'} points at nothing in ${parent}`);
  return [...damage, ...dangling].join('; ') || 'ok';
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
