import { statfsSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import { ballastBytes, dropBallast, keepBallast } from './ballast.ts';
import { Connection, type ConnectionSettings } from './connection.ts';
import type { HomePaths } from './home-paths.ts';
import { createInspections, type Inspections, type StoreInspection } from './inspection.ts';
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
  /**
   * Looks at every page and every row, in a thread of its own. `goOn` is asked after each table; undefined when it said
   * no. Throws when the look itself failed.
   */
  inspect(goOn?: () => boolean): Promise<StoreInspection | undefined>;
  /** "ok", or what such a look finds in a sealed copy. */
  inspectCopy(path: string): Promise<string>;
  /** Resolves once no inspection has the store open any more; to be awaited before `close`. */
  stopInspections(): Promise<void>;
  /** Moves the log into the file and empties it, as far as no other connection reads in it; for idle moments. */
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
  /** The file that an inspection's thread starts with; the source's own when left out. */
  readonly inspector?: string | URL;
}

const sourceInspector = new URL('./inspection-thread.ts', import.meta.url);

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
    const inspections = createInspections(home.store, options.inspector ?? sourceInspector);
    return storeOn(connection, home, { sqliteVersion, uncleanStart, inspections });
  } catch (error) {
    connection.close();
    throw error;
  }
}

function storeOn(
  connection: Connection,
  home: HomePaths,
  facts: { sqliteVersion: string; uncleanStart: boolean; inspections: Inspections },
): Store {
  return {
    ...createRepositories(connection),
    sqliteVersion: facts.sqliteVersion,
    write: (work) => connection.write(work),
    together: (work) => connection.together(work),
    onGroup: (work) => connection.onGroup(work),
    afterCommit: (announce) => connection.afterCommit(announce),
    onFatal: (listener) => connection.onFatal(listener),
    inspect: (goOn) => facts.inspections.inspect(goOn),
    inspectCopy: (path) => facts.inspections.inspectCopy(path),
    stopInspections: () => facts.inspections.stop(),
    checkpoint: () => connection.checkpoint(),
    shrink(pages) {
      // `script` steps to the end; a pragma's first row alone would free a single page.
      connection.script(`PRAGMA incremental_vacuum(${Math.trunc(pages)})`);
      return Number(connection.pragma('freelist_count'));
    },
    copyTo: (path) => connection.copyTo(path),
    diagnostics: () => ({
      sqlite: facts.sqliteVersion,
      schemaVersion,
      connections: [
        { name: 'store', ...connection.settings() },
        ...facts.inspections.connections().map((settings) => ({ name: 'inspection', ...settings })),
      ],
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

/** Above this size a start does not wait for the tables that grow without end; the inspection soon after it reads them. */
const wholeCheckBytes = 32 * 1024 * 1024;
const bulkTables: readonly string[] = ['run_logs', 'events', 'webhook_deliveries', 'webhook_attempts'];

/** Proves the file usable before it is used. Of a big one only what everything depends on. */
function quickCheck(connection: Connection, home: HomePaths): void {
  const found = sizeOf(home.store) <= wholeCheckBytes ? [quickFault(connection)] : faultsByTable(connection);
  const reason = found.find((text) => text !== 'ok');
  if (reason !== undefined) throw new SluiceError('store_damaged', { home: home.root, reason });
}

function faultsByTable(connection: Connection): string[] {
  return connection
    .all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .filter(({ name }) => !bulkTables.includes(name))
    .map(({ name }) => quickFault(connection, name));
}

function quickFault(connection: Connection, table?: string): string {
  const argument = table === undefined ? '1' : `'${table.replaceAll("'", "''")}'`;
  return String(connection.pragma(`quick_check(${argument})`));
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
