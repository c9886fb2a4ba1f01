import { mkdirSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { SluiceError } from '../../../shared/errors/sluice-error.ts';
import type { CompiledGraph } from '../../compile/index.ts';
import { rebindGraph } from '../../compile/rebind-graph.ts';
import { Database, filesOf } from '../database.ts';
import { createOracle } from '../oracle.ts';
import type { RunTask } from '../protocol.ts';
import { smallBatches } from '../received/ready-batches.ts';
import { openSession, type Session } from '../session.ts';
import { StatementShelf } from './statements.ts';
import { type AskedColumns, stillHolds, type WarmPlan } from './warm-plan.ts';

/** Longer than this no session is used, nor more often: whatever might gather in one is bounded. */
const longestMilliseconds = 10 * 60_000;
const mostUses = 10_000;

const stateQuery = `SELECT (SELECT count(*) FROM duckdb_tables()), (SELECT count(*) FROM duckdb_views() WHERE NOT internal),
  (SELECT count(*) FROM duckdb_sequences()), (SELECT count(*) FROM duckdb_temporary_files()),
  current_setting('lock_configuration'), current_setting('enable_external_access'),
  current_setting('allowed_directories')::VARCHAR, current_setting('allowed_paths')::VARCHAR`;

/**
 * A hardened instance that belongs to one compiled document: it executes the statements of that document's runs and no
 * others, and nothing else is ever opened in it. States: open -> lent -> open (`check` found it as it was) ... -> closed.
 */
export class WarmSession {
  readonly key: string;
  /** Where its statements write; a file is moved from here once its run has succeeded. */
  readonly folder: string;
  readonly #plan: WarmPlan;
  /** Of what was asked with parameters, that to which their values may make a difference. */
  #unfixed: readonly AskedColumns[] = [];
  readonly #session: Session;
  readonly #statements: StatementShelf;
  readonly #oracle: ReturnType<typeof createOracle>;
  readonly #opened = performance.now();
  #state = '';
  #uses = 0;

  private constructor(key: string, folder: string, plan: WarmPlan, session: Session) {
    this.key = key;
    this.folder = folder;
    this.#plan = plan;
    this.#session = session;
    this.#statements = new StatementShelf(session.connection);
    this.#oracle = createOracle(session.connection);
  }

  /** `task` is one of the runs it is for; its parameters are not used. */
  static async open(key: string, folder: string, task: RunTask, plan: WarmPlan): Promise<WarmSession> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const own = realpathSync(folder);
    try {
      const session = await openSession({ scratch: own, limits: task.limits, readable: filesOf(task) });
      const warm = new WarmSession(key, own, plan, session);
      warm.#state = await warm.#readState();
      warm.#unfixed = await warm.#askedOfValues();
      return warm;
    } catch (error) {
      rmSync(own, { recursive: true, force: true });
      throw error;
    }
  }

  get worn(): boolean {
    return this.#uses >= mostUses || performance.now() - this.#opened > longestMilliseconds;
  }

  lend(task: RunTask, signal: AbortSignal): Database {
    this.#uses += 1;
    return new Database(this.#session, task, signal, {
      lent: { statements: this.#statements, oracle: this.#oracle },
    });
  }

  /** The document as compiled, with this run's parameters. Throws where it would have to be compiled anew. */
  async graphFor(task: RunTask): Promise<CompiledGraph> {
    const graph = rebindGraph(this.#plan.graph, task.parameters, smallBatches(task.received ?? {}));
    const holds =
      graph &&
      (await stillHolds(this.#unfixed, graph.parameters, async (sql, parameters) => {
        const result = await this.#statements.run(`DESCRIBE ${sql}`, parameters);
        return (await result.getRows()).map(([name, type]) => ({ name: String(name), type: String(type) }));
      }));
    if (!graph || !holds)
      throw new SluiceError('internal', { reason: 'the plan does not fit these parameters' });
    return { ...graph, document: task.document };
  }

  /** Whether the session is as it was when it was opened: nothing was made in it, and its locks hold. */
  async check(): Promise<boolean> {
    const left = readdirSync(this.folder).filter((name) => name !== 'spill');
    return left.length === 0 && (await this.#readState()) === this.#state;
  }

  /** False where the instance did not close. */
  close(): boolean {
    try {
      this.#statements.destroy();
      this.#session.close();
      rmSync(this.folder, { recursive: true, force: true });
      return true;
    } catch {
      return false;
    }
  }

  async #askedOfValues(): Promise<AskedColumns[]> {
    const { asked, graph } = this.#plan;
    const fixed = await Promise.all(asked.map(({ sql }) => this.#statements.isFixed(sql, graph.parameters)));
    return asked.filter((_asked, at) => !fixed[at]);
  }

  async #readState(): Promise<string> {
    return JSON.stringify(await (await this.#statements.run(stateQuery)).getRowsJson());
  }
}
