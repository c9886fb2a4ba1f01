import Database from 'better-sqlite3';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import { assert } from '../../shared/kernel/assert.ts';

/** What SQLite takes for a place in a statement; a boolean must be made a number by the caller. */
export type SqlValue = string | number | bigint | Buffer | null;
export type SqlValues = Readonly<Record<string, SqlValue>>;

/** The settings that a connection really has, read back from SQLite. */
export interface ConnectionSettings {
  readonly journalMode: string;
  /** 2 is FULL. */
  readonly synchronous: number;
  readonly busyTimeout: number;
  readonly foreignKeys: number;
  readonly trustedSchema: number;
  readonly cellSizeCheck: number;
  readonly journalSizeLimit: number;
}

/** Of a copy, so many pages are written at once: about a millisecond. */
const pagesPerTurn = 256;

const wanted: ConnectionSettings = {
  journalMode: 'wal',
  synchronous: 2,
  busyTimeout: 5000,
  foreignKeys: 1,
  trustedSchema: 0,
  cellSizeCheck: 1,
  journalSizeLimit: 64 * 1024 * 1024,
};

/** Names compare and are searched without regard to letter case, in any alphabet; SQLite's own LIKE knows ASCII only. */
export function fold(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

interface Member {
  readonly work: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The one connection that writes to the store. Statements are prepared once and kept. Every change happens inside `write`;
 * what is to be announced is handed to `afterCommit` and happens only if the transaction does.
 */
export class Connection {
  readonly #db: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();
  readonly #fatalListeners = new Set<(error: Error) => void>();
  #announcements: (() => void)[] = [];
  #group: Member[] = [];
  readonly #groupEnds = new Set<() => void>();
  #failed: Error | undefined;
  #queries = 0;

  /** A connection that only reads needs a store that another has open: it cannot make or recover one. */
  constructor(path: string, { readOnly = false } = {}) {
    this.#db = new Database(path, { readonly: readOnly });
    try {
      this.#configure(readOnly);
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  /** Statements run so far: what proves that something cost no read. */
  get queries(): number {
    return this.#queries;
  }

  get open(): boolean {
    return this.#db.open;
  }

  get<Row>(sql: string, values: SqlValues = {}): Row | undefined {
    return this.#guard(() => this.#statement(sql).get(values) as Row | undefined);
  }

  all<Row>(sql: string, values: SqlValues = {}): Row[] {
    return this.#guard(() => this.#statement(sql).all(values) as Row[]);
  }

  /** Runs a statement that changes rows; answers how many. Only inside `write`. */
  run(sql: string, values: SqlValues = {}): { changes: number; rowId: number } {
    assert(this.#db.inTransaction, 'the store is changed only inside a transaction');
    const result = this.#guard(() => this.#statement(sql).run(values));
    return { changes: result.changes, rowId: Number(result.lastInsertRowid) };
  }

  /** Several statements without values: migrations. */
  script(sql: string): void {
    this.#guard(() => this.#db.exec(sql));
  }

  pragma(text: string): unknown {
    return this.#db.pragma(text, { simple: true });
  }

  /**
   * One transaction that may write: all of `work` or nothing. BEGIN IMMEDIATE takes the write lock before anything is
   * read, so a decision is never made on rows that another connection changes. Inside another `write` it joins that one.
   */
  write<Value>(work: () => Value): Value {
    if (this.#failed) throw new SluiceError('stopping', {}, { cause: this.#failed });
    if (this.#db.inTransaction) return work();
    const value = this.#guard(() => this.#transact(work));
    this.#announce();
    return value;
  }

  /**
   * One transaction for all that is asked for in this turn of the event loop: they share the wait for the disk, and each
   * resolves after the commit that holds it. One that throws is undone alone. When the commit itself fails, all fail.
   */
  together<Value>(work: () => Value): Promise<Value> {
    return new Promise((resolve, reject) => {
      this.#group.push({ work, resolve: resolve as (value: unknown) => void, reject });
      if (this.#group.length === 1) setImmediate(() => this.#commitGroup());
    });
  }

  /** `work` is done at the end of every group, in its transaction, as one more member of it. */
  onGroup(work: () => void): () => void {
    this.#groupEnds.add(work);
    return () => this.#groupEnds.delete(work);
  }

  /** Runs when the transaction under way has been committed; at once when there is none. */
  afterCommit(announce: () => void): void {
    if (this.#db.inTransaction) this.#announcements.push(announce);
    else announce();
  }

  /**
   * Called once when the disk failed a read or write, or the file proved damaged. After a failed fsync nobody knows
   * what is on disk, so the store takes no more writes: the process is to stop and start again.
   */
  onFatal(listener: (error: Error) => void): () => void {
    this.#fatalListeners.add(listener);
    return () => this.#fatalListeners.delete(listener);
  }

  settings(): ConnectionSettings {
    return {
      journalMode: String(this.pragma('journal_mode')),
      synchronous: Number(this.pragma('synchronous')),
      busyTimeout: Number(this.pragma('busy_timeout')),
      foreignKeys: Number(this.pragma('foreign_keys')),
      trustedSchema: Number(this.pragma('trusted_schema')),
      cellSizeCheck: Number(this.pragma('cell_size_check')),
      journalSizeLimit: Number(this.pragma('journal_size_limit')),
    };
  }

  /**
   * Writes a consistent copy into a new file, some pages at a time between the turns of others. What is committed
   * meanwhile through this connection goes into the copy too, so it never has to begin again.
   */
  async copyTo(path: string): Promise<void> {
    await this.#db.backup(path, { progress: () => pagesPerTurn });
  }

  /**
   * Moves the log into the file and empties it. Where somebody else still reads in the log, as much is moved as can be
   * and the rest is left to the next time: to wait for a reader would stop everything here.
   */
  checkpoint(): void {
    this.#db.pragma('busy_timeout = 0');
    try {
      this.#guard(() => this.#db.pragma('wal_checkpoint(TRUNCATE)'));
    } finally {
      this.#db.pragma(`busy_timeout = ${wanted.busyTimeout}`);
    }
  }

  close(): void {
    if (this.#db.open) this.#db.close();
  }

  /** The library's own default for files that are WAL already is NORMAL, which loses commits at power loss. */
  #configure(readOnly: boolean): void {
    // Before the first page is written, or it means nothing until a VACUUM: lets the file shrink in small steps.
    if (!readOnly) this.#db.pragma('auto_vacuum = INCREMENTAL');
    this.#db.pragma('journal_mode = WAL');
    this.#db.pragma('synchronous = FULL');
    this.#db.pragma(`busy_timeout = ${wanted.busyTimeout}`);
    this.#db.pragma('foreign_keys = ON');
    this.#db.pragma('trusted_schema = OFF');
    this.#db.pragma('cell_size_check = ON');
    this.#db.pragma(`journal_size_limit = ${wanted.journalSizeLimit}`);
    this.#db.function('fold', { deterministic: true }, (text) =>
      typeof text === 'string' ? fold(text) : null,
    );
    const actual = this.settings();
    for (const name of Object.keys(wanted) as (keyof ConnectionSettings)[]) {
      assert(actual[name] === wanted[name], `SQLite's ${name} is ${actual[name]}, not ${wanted[name]}`);
    }
  }

  #commitGroup(): void {
    const group = this.#group;
    this.#group = [];
    try {
      const ends = this.write(() => {
        const settled = group.map((member) => this.#member(member));
        // These have their own way of telling what went wrong.
        for (const work of this.#groupEnds)
          this.#member({ work, resolve: () => undefined, reject: () => undefined });
        return settled;
      });
      for (const end of ends) end();
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  /** Does one member's work in a savepoint of its own. Answers what tells its caller, for after the commit. */
  #member({ work, resolve, reject }: Member): () => void {
    const announced = this.#announcements.length;
    this.#statement('SAVEPOINT member').run();
    try {
      const value = work();
      this.#statement('RELEASE member').run();
      return () => resolve(value);
    } catch (error) {
      // After some errors, a full disk among them, SQLite has undone the whole transaction: then nobody succeeds.
      if (!this.#db.inTransaction) throw error;
      this.#announcements.length = announced;
      this.#statement('ROLLBACK TO member').run();
      this.#statement('RELEASE member').run();
      return () => reject(error);
    }
  }

  #transact<Value>(work: () => Value): Value {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const value = work();
      this.#db.exec('COMMIT');
      return value;
    } catch (error) {
      this.#announcements = [];
      // SQLite ends the transaction by itself after some errors, a full disk among them.
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  /** What is committed has succeeded, whatever happens to those who are told of it. */
  #announce(): void {
    const due = this.#announcements;
    this.#announcements = [];
    for (const announce of due) {
      try {
        announce();
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error));
      }
    }
  }

  #statement(sql: string): Database.Statement {
    this.#queries += 1;
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #guard<Value>(work: () => Value): Value {
    try {
      return work();
    } catch (error) {
      throw this.#judge(error);
    }
  }

  #judge(error: unknown): unknown {
    if (!(error instanceof Database.SqliteError)) return error;
    if (error.code === 'SQLITE_FULL') return new SluiceError('disk_full', {}, { cause: error });
    if (!this.#failed && /^SQLITE_(IOERR|CORRUPT|NOTADB)/.test(error.code)) {
      this.#failed = error;
      for (const listener of this.#fatalListeners) listener(error);
    }
    if (this.#failed) return new SluiceError('stopping', {}, { cause: error });
    return error;
  }
}
