import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cell, Column } from '../../../shared/kernel/columns.ts';
import type { SourceConnection } from '../../../shared/sources/connection.ts';
import { partKey, type SourcePart } from '../../../shared/sources/source-part.ts';
import { dialect } from '../../compile/dialect.ts';
import { openDatabase } from '../../runner/database.ts';
import type { Delivery, LogReport, RunnerTask, StepReport, TaskResults } from '../../runner/protocol.ts';
import { runTask, type TaskOutcome } from '../../runner/run-task.ts';

interface FetchOptions {
  readonly rows?: number;
  readonly signal?: AbortSignal;
}

/** Tasks as a connected runner does them, in this process. */
export interface TaskBench {
  readonly folder: string;
  readonly logs: LogReport[];
  readonly steps: StepReport[];
  perform<Task extends RunnerTask>(task: Task, signal?: AbortSignal): Promise<TaskOutcome>;
  /** The rows that a fetch brings, with their columns. Throws with the report's sentence. */
  fetch(
    source: SourceConnection,
    part: Omit<SourcePart, 'source'>,
    options?: FetchOptions,
  ): Promise<{ readonly columns: readonly Column[]; readonly rows: Cell[][]; readonly path: string }>;
  /** The file alone, within so much memory. */
  fetchFile(
    source: SourceConnection,
    part: Omit<SourcePart, 'source'>,
    memoryBytes: number,
    options?: FetchOptions,
  ): Promise<{ readonly path: string }>;
  /** Writes the rows of a DuckDB query to a part. */
  deliver(
    source: SourceConnection,
    part: Omit<SourcePart, 'source'>,
    query: string,
    signal?: AbortSignal,
  ): Promise<TaskOutcome>;
  rows(sql: string): Promise<Cell[][]>;
  close(): Promise<void>;
}

const limits = { memoryBytes: 512 * 1024 * 1024, threads: 2, spillBytes: 1024 ** 3 };
const never = new AbortController().signal;

export async function taskBench(): Promise<TaskBench> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-connect-'));
  const logs: LogReport[] = [];
  const steps: StepReport[] = [];
  let count = 0;
  const scratch = async (): Promise<string> => {
    count += 1;
    const path = join(folder, `task-${count}`);
    await mkdir(path, { recursive: true });
    return path;
  };

  async function perform<Task extends RunnerTask>(task: Task, signal = never): Promise<TaskOutcome> {
    const reporter = {
      step: (step: StepReport) => void steps.push(step),
      progress: () => undefined,
      log: (entry: LogReport) => void logs.push(entry),
    };
    return (await runTask(task, reporter, signal)).outcome;
  }

  /** Statements over files of this bench, in an instance of their own. */
  async function withDatabase<Value>(
    work: (database: Awaited<ReturnType<typeof openDatabase>>) => Promise<Value>,
  ) {
    const database = await openDatabase(
      { task: 'fetch', parts: [], lenient: false, scratch: folder, limits },
      never,
    );
    try {
      return await work(database);
    } finally {
      database.close();
    }
  }

  async function fetchFile(
    source: SourceConnection,
    given: Omit<SourcePart, 'source'>,
    memoryBytes: number,
    { rows, signal }: FetchOptions = {},
  ): Promise<{ readonly path: string }> {
    const part = { source: source.name, ...given };
    const key = partKey(part);
    const parts = [{ key, nodeId: 'read', part, source }];
    const common = { scratch: await scratch(), limits: { ...limits, memoryBytes } };
    const asked = {
      task: 'fetch',
      parts,
      lenient: false,
      ...common,
      ...(rows === undefined ? {} : { rows }),
    } as const;
    const outcome = await perform(asked, signal);
    if (!outcome.ok) throw Object.assign(new Error(outcome.error.message), { report: outcome.error });
    return { path: (outcome.result as TaskResults['fetch']).files[key] ?? '' };
  }

  return {
    folder,
    logs,
    steps,
    perform,
    fetchFile,
    async fetch(source, given, options = {}) {
      const { path } = await fetchFile(source, given, limits.memoryBytes, options);
      const table = path.endsWith('.parquet') ? dialect.readParquet(path) : undefined;
      if (!table) return { columns: [], rows: [], path };
      return withDatabase(async (database) => ({
        columns: await database.oracle.describe(`SELECT * FROM ${table}`),
        rows: await database.rows(`SELECT * FROM ${table}`),
        path,
      }));
    },
    async deliver(source, given, query, signal) {
      const own = await scratch();
      const path = join(own, 'rows.parquet');
      const delivery = await withDatabase(async (database): Promise<Delivery> => {
        const rows = await database.count(dialect.copyTo(query, path, 'parquet'));
        const columns = [...(await database.oracle.describe(`SELECT * FROM ${dialect.readParquet(path)}`))];
        return { nodeId: 'write', part: { source: source.name, ...given }, path, rows, bytes: 1, columns };
      });
      return perform(
        { task: 'deliver', deliveries: [{ ...delivery, source }], scratch: own, limits },
        signal,
      );
    },
    rows: (sql) => withDatabase((database) => database.rows(sql)),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

export { limits as benchLimits };
