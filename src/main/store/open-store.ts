import { statSync } from 'node:fs';
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
  /** Statements run so far. */
  readonly queries: number;
}

export interface Store extends Repositories {
  readonly sqliteVersion: string;
  /** One transaction: all of `work` or nothing. Joins the one under way. */
  write<Value>(work: () => Value): Value;
  /** Runs once the transaction under way is committed, never when it is undone. */
  afterCommit(announce: () => void): void;
  onFatal(listener: (error: Error) => void): () => void;
  /** "ok", or what `integrity_check` and `foreign_key_check` found. */
  integrity(): string;
  /** Moves the log into the file and empties it; for idle moments. */
  checkpoint(): void;
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
    if (uncleanStart) quickCheck(connection, home);
    migrate(connection);
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
    afterCommit: (announce) => connection.afterCommit(announce),
    onFatal: (listener) => connection.onFatal(listener),
    integrity: () => integrity(connection),
    checkpoint: () => void connection.pragma('wal_checkpoint(TRUNCATE)'),
    diagnostics: () => ({
      sqlite: facts.sqliteVersion,
      schemaVersion,
      connections: [{ name: 'store', ...connection.settings() }],
      uncleanStart: facts.uncleanStart,
      bytes: sizeOf(home.store) + sizeOf(`${home.store}-wal`),
      queries: connection.queries,
    }),
    close: () => connection.close(),
  };
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
