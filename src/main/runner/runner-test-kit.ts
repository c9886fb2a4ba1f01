import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { documentSchema, type PipelineDocument } from '../../shared/pipeline/document.ts';
import type { DatasetInput } from '../../shared/plan/dataset-input.ts';
import type {
  KeptOutput,
  LogReport,
  RunnerLimits,
  RunOutput,
  RunResult,
  RunTask,
  StepReport,
  Surroundings,
} from './protocol.ts';
import { type Reporter, runTask, type TaskEnd } from './run-task.ts';

export const testLimits: RunnerLimits = { memoryBytes: 1_000_000_000, threads: 2, spillBytes: 1_000_000_000 };

/** `[id, kind, config]`. */
export type NodeText = readonly [id: string, kind: string, config?: Record<string, unknown>];

export function pipeline(
  nodes: readonly NodeText[],
  edges: readonly string[],
  rest: Record<string, unknown> = {},
): PipelineDocument {
  return documentSchema.parse({
    name: 'Test',
    nodes: nodes.map(([id, kind, config = {}]) => ({ id, kind, config })),
    edges: edges.map((edge) => {
      const [from, to] = edge.split(' > ');
      return { from, to };
    }),
    ...rest,
  });
}

export interface Ran {
  readonly end: TaskEnd;
  readonly steps: readonly StepReport[];
  readonly log: readonly LogReport[];
  /** Node -> its last status. */
  readonly status: Readonly<Record<string, string>>;
  /** Node -> its last row count. */
  readonly rows: Readonly<Record<string, number | undefined>>;
  /** The result of a run that went well; throws for any other. */
  readonly outputs: readonly RunOutput[];
  readonly result: RunResult;
}

/** A folder of test files with tasks that read them. Everything lies below one temporary folder. */
export class Bench {
  readonly folder: string;
  readonly #files: Record<string, string> = {};
  #count = 0;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<Bench> {
    return new Bench(await realpath(await mkdtemp(join(tmpdir(), 'sluice-runner-'))));
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  async file(name: string, content: string): Promise<string> {
    const path = join(this.folder, name);
    await writeFile(path, content);
    this.#files[name] = path;
    return path;
  }

  /** Makes a granted Parquet file with a query. */
  async parquet(name: string, query: string): Promise<string> {
    const path = join(this.folder, name);
    await this.sql(`COPY (${query}) TO '${path}' (FORMAT parquet)`);
    this.#files[name] = path;
    return path;
  }

  /** A fresh scratch folder. */
  async scratch(): Promise<string> {
    this.#count += 1;
    const path = join(this.folder, `scratch-${this.#count}`);
    await mkdir(path);
    return path;
  }

  async surroundings(document: PipelineDocument, rest: Partial<Surroundings> = {}): Promise<Surroundings> {
    return {
      document,
      parameters: {},
      files: { ...this.#files },
      refusedFiles: {},
      datasets: {},
      scratch: await this.scratch(),
      limits: testLimits,
      ...rest,
    };
  }

  async runTask(document: PipelineDocument, rest: Partial<RunTask> = {}): Promise<RunTask> {
    const around = await this.surroundings(document);
    return {
      ...around,
      task: 'run',
      runId: `run-${this.#count}`,
      attempt: 1,
      mode: 'fast',
      kept: [],
      ...rest,
    };
  }

  async run(document: PipelineDocument, rest: Partial<RunTask> = {}, signal?: AbortSignal): Promise<Ran> {
    const steps: StepReport[] = [];
    const log: LogReport[] = [];
    const reporter: Reporter = {
      step: (step) => steps.push(step),
      progress: () => undefined,
      log: (entry) => log.push(entry),
    };
    const end = await runTask(await this.runTask(document, rest), reporter, signal);
    return {
      end,
      steps,
      log,
      status: Object.fromEntries(steps.map((step) => [step.nodeId, step.status])),
      rows: Object.fromEntries(steps.map((step) => [step.nodeId, step.rows])),
      get result() {
        return resultOf(end);
      },
      get outputs() {
        return resultOf(end).outputs;
      },
    };
  }

  /** Rows of an independent, unrestricted DuckDB, as text. */
  async sql(query: string): Promise<unknown[][]> {
    const instance = await DuckDBInstance.create(':memory:');
    try {
      const connection = await instance.connect();
      return (await connection.runAndReadAll(query)).getRowsJson();
    } finally {
      instance.closeSync();
    }
  }
}

function resultOf(end: TaskEnd): RunResult {
  if (!end.outcome.ok) throw new Error(`The run failed: ${JSON.stringify(end.outcome)}`);
  return end.outcome.result as RunResult;
}

export function keptOf(ran: Ran, runId: string): KeptOutput[] {
  return ran.outputs.flatMap((output) =>
    output.output === 'kept'
      ? [{ digest: output.digest, path: output.path, rows: output.rows, bytes: output.bytes, runId }]
      : [],
  );
}

export function outputOf(ran: Ran, nodeId: string): RunOutput {
  const found = ran.outputs.find((output) => output.nodeId === nodeId && output.output !== 'kept');
  if (!found) throw new Error(`${nodeId} has no output`);
  return found;
}

export const datasetInput = (output: RunOutput): DatasetInput => ({
  datasetId: 'dataset',
  versionId: 'version-1',
  path: output.path,
  rows: output.rows,
});

export const silent: Reporter = { step: () => undefined, progress: () => undefined, log: () => undefined };
