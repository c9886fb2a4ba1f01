import { join } from 'node:path';
import type { DuckDBConnection, DuckDBMaterializedResult } from '@duckdb/node-api';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { Cell } from '../../shared/kernel/columns.ts';
import type { BoundParameters, Oracle } from '../compile/oracle.ts';
import { toCell } from './cells.ts';
import { createOracle, runBound } from './oracle.ts';
import { emptyProfile, type Profile, readProfile } from './profile.ts';
import type { RunnerLimits, RunnerTask } from './protocol.ts';
import { openSession, type Session } from './session.ts';
import type { StatementShelf } from './warm/statements.ts';

/** How often a running statement is asked how far it is. */
const progressEvery = 100;

export interface StatementOptions {
  readonly parameters?: BoundParameters;
  /** Called with 0 to 100 while the statement runs, whenever DuckDB knows. */
  readonly onProgress?: (percent: number) => void;
  /** Keeps the statement's profile for `profile` to tell. */
  readonly profiled?: boolean;
}

/** What a warm session lends the tasks that it serves. */
export interface LentSession {
  readonly statements: StatementShelf;
  readonly oracle: Oracle;
}

/** The DuckDB instance of a task, and the only way its statements are run: each can be cancelled. */
export class Database {
  readonly limits: RunnerLimits;
  readonly scratch: string;
  readonly oracle: Oracle;
  readonly version: string;
  /** Set to false once something ran that the allow-list did not vet; the process then ends with its task. */
  trusted = true;
  /** The text of the statement that ran last, to which the positions in its error refer. */
  lastStatement = '';
  readonly #session: Session;
  readonly #signal: AbortSignal;
  readonly #profilePath: string | undefined;
  readonly #lent: LentSession | undefined;
  #profile: Profile = emptyProfile;
  #nagging: NodeJS.Timeout | undefined;

  constructor(
    session: Session,
    task: RunnerTask,
    signal: AbortSignal,
    {
      profile,
      lent,
    }: { readonly profile?: string | undefined; readonly lent?: LentSession | undefined } = {},
  ) {
    this.#session = session;
    this.#signal = signal;
    this.#profilePath = profile;
    this.#lent = lent;
    this.limits = task.limits;
    this.scratch = task.scratch;
    this.version = session.version;
    this.oracle = lent?.oracle ?? createOracle(session.connection);
    signal.addEventListener('abort', this.#interrupt, { once: true });
    if (signal.aborted) this.#interrupt();
  }

  /** The rows of a query as cells. */
  async rows(sql: string, options: StatementOptions = {}): Promise<Cell[][]> {
    const result = await this.#run(sql, options);
    const types = result.columnTypes();
    const rows = await result.getRows();
    return rows.map((row) => row.map((value, at) => cellOf(value, types[at])));
  }

  /** Runs a statement that answers with one count: rows copied or inserted, or a `count(*)`. */
  async count(sql: string, options: StatementOptions = {}): Promise<number> {
    const [first] = await (await this.#run(sql, options)).getRows();
    return Number(first?.[0] ?? 0);
  }

  /** The rows of a query, in pieces, never all of them at once. Every column must be text. */
  async *texts(sql: string): AsyncGenerator<(string | null)[][]> {
    this.throwIfCancelled();
    this.lastStatement = sql;
    const result = await this.#session.connection.stream(sql);
    for (;;) {
      this.throwIfCancelled();
      const chunk = await result.fetchChunk();
      if (!chunk || chunk.rowCount === 0) return;
      yield chunk.getRows() as (string | null)[][];
    }
  }

  async execute(sql: string, options: StatementOptions = {}): Promise<void> {
    await this.#run(sql, options);
  }

  /** The figures of the last statement that was to be profiled. */
  get profile(): Profile {
    return this.#profile;
  }

  /** Rows that the scans of the statement under way have read; 0 where DuckDB does not know. */
  get rowsScanned(): number {
    return Number(this.#session.connection.progress.rows_processed);
  }

  throwIfCancelled(): void {
    if (this.#signal.aborted) throw new SluiceError('cancelled');
  }

  /** Fires when the task is cancelled. */
  get signal(): AbortSignal {
    return this.#signal;
  }

  get cancelled(): boolean {
    return this.#signal.aborted;
  }

  /** Asks the statement under way to stop, again and again until `calm`: an interrupt between two statements is lost. */
  interrupt(): void {
    this.#interrupt();
  }

  /** The statement has ended. A cancelled task stays interrupted. */
  calm(): void {
    if (this.cancelled) return;
    clearInterval(this.#nagging);
    this.#nagging = undefined;
  }

  /** Ends the task's hold on the instance, which stays open. */
  release(): void {
    clearInterval(this.#nagging);
    this.#signal.removeEventListener('abort', this.#interrupt);
  }

  /** False where the instance did not close: the process is then not to be used again. */
  close(): boolean {
    this.release();
    try {
      this.#session.close();
      return true;
    } catch {
      return false;
    }
  }

  async #run(sql: string, options: StatementOptions): Promise<DuckDBMaterializedResult> {
    const { parameters = {}, onProgress, profiled } = options;
    this.throwIfCancelled();
    this.lastStatement = sql;
    const connection = this.#session.connection;
    const watch = onProgress && setInterval(() => tellProgress(connection, onProgress), progressEvery);
    try {
      const statements = this.#lent?.statements;
      const result = await (statements?.run(sql, parameters) ?? runBound(connection, sql, parameters));
      if (profiled && this.#profilePath) this.#profile = await readProfile(this.#profilePath);
      return result;
    } finally {
      clearInterval(watch);
    }
  }

  // An interrupt between two statements is lost, so it is repeated until the task has noticed.
  readonly #interrupt = (): void => {
    this.#session.interrupt();
    this.#nagging ??= setInterval(() => this.#session.interrupt(), 25);
  };
}

function tellProgress(connection: DuckDBConnection, onProgress: (percent: number) => void): void {
  const { percentage } = connection.progress;
  if (percentage >= 0) onProgress(Math.min(100, percentage));
}

type Rows = Awaited<ReturnType<DuckDBMaterializedResult['getRows']>>;
type Types = ReturnType<DuckDBMaterializedResult['columnTypes']>;

function cellOf(value: Rows[number][number], type: Types[number] | undefined): Cell {
  return type ? toCell(value, type) : null;
}

export async function openDatabase(task: RunnerTask, signal: AbortSignal): Promise<Database> {
  const profile = join(task.scratch, 'profile.json');
  // Every statement writes it: a task that only reads can do without, and then works on a full disk.
  const isProfiled = task.task === 'run' || task.task === 'preview';
  const session = await openSession({
    scratch: task.scratch,
    limits: task.limits,
    readable: filesOf(task),
    ...(isProfiled ? { profile } : {}),
  });
  return new Database(session, task, signal, { profile });
}

/** Every file from outside that the task was granted. */
export function filesOf(task: RunnerTask): string[] {
  if (task.task === 'deliver') return task.deliveries.map(({ path }) => path);
  if (!('document' in task)) return 'path' in task ? [task.path] : [];
  const kept = task.task === 'run' ? task.kept.map(({ path }) => path) : [];
  const datasets = Object.values(task.datasets).map(({ path }) => path);
  return [...new Set([...Object.values(task.files), ...datasets, ...kept])];
}
