import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '../../shared/contract/domain.ts';
import type { SourceMetadata, SourceTestResult } from '../../shared/contract/sources.ts';
import { type ErrorReport, SluiceError } from '../../shared/errors/sluice-error.ts';
import { parseDuration } from '../../shared/kernel/time.ts';
import type { PipelineDocument } from '../../shared/pipeline/document.ts';
import { type SourcePart, targetKey } from '../../shared/sources/source-part.ts';
import type {
  DeliverTask,
  Delivery,
  FetchedPart,
  FetchTask,
  RunnerTask,
  RunOutput,
  TaskResults,
} from '../runner/protocol.ts';
import { taskLimits } from './limits.ts';
import type { StopLadder, TaskReports } from './runner.ts';
import type { RunnerPool } from './runner-pool.ts';
import type { SourceGrant } from './source-grants.ts';

export interface SourceWorkContext {
  /** Of processes with a network: none of them is ever given a document. */
  readonly pool: RunnerPool;
  readonly tmp: string;
  settings(): Settings;
  ownPort?(): number | undefined;
}

/** How a task is accompanied. */
export interface Company {
  readonly signal: AbortSignal;
  readonly reports?: TaskReports;
  readonly ladder: StopLadder;
}

export interface FetchedFiles {
  readonly files: Readonly<Record<string, string>>;
  readonly refused: Readonly<Record<string, ErrorReport>>;
}

/** Rows that tell the columns of a part; a few more than one, for the numbers that have no declared digits. */
const columnRows = 100;
const freshMilliseconds = 120_000;
const mostColumnFiles = 200;

interface ColumnFile {
  readonly bytes: Buffer;
  readonly name: string;
  readonly at: number;
}

/** The engine's way to sources: fetches before a task, hands over after a run, and looks into them. */
export class SourceWork {
  readonly #context: SourceWorkContext;
  /** A few rows of each part that an editor has asked about, so that it does not connect at every key that is pressed. */
  readonly #columns = new Map<string, ColumnFile>();

  constructor(context: SourceWorkContext) {
    this.#context = context;
  }

  /** Copies parts into the scratch folder. For a draft what fails is told part by part; a run ends with the first. */
  async fetch(
    reads: readonly SourceGrant[],
    document: PipelineDocument,
    scratch: string,
    company: Company,
    draft?: { readonly rows: number | undefined },
  ): Promise<FetchedFiles> {
    if (reads.length === 0) return { files: {}, refused: {} };
    const parts = reads.map(
      (grant): FetchedPart => ({ ...grant, ...policyOf(document, grant.nodeId, !draft) }),
    );
    const rows = draft?.rows === undefined ? {} : { rows: draft.rows };
    const common = await this.#common(scratch);
    const task: FetchTask = { task: 'fetch', parts, lenient: draft !== undefined, ...rows, ...common };
    return this.#perform(task, company);
  }

  /** The same for a draft that only asks about columns: answered from memory where they were asked for lately. */
  async columns(
    reads: readonly SourceGrant[],
    document: PipelineDocument,
    scratch: string,
    company: Company,
  ): Promise<FetchedFiles> {
    const files: Record<string, string> = {};
    const asked: SourceGrant[] = [];
    for (const [at, grant] of reads.entries()) {
      const known = this.#columns.get(columnKey(grant));
      if (!known || performance.now() - known.at > freshMilliseconds) {
        asked.push(grant);
        continue;
      }
      const path = join(scratch, `known-${at}-${known.name}`);
      await writeFile(path, known.bytes, { mode: 0o600 });
      files[grant.key] = path;
    }
    const fetched = await this.fetch(asked, document, scratch, company, { rows: columnRows });
    await this.#remember(asked, fetched);
    return { files: { ...files, ...fetched.files }, refused: fetched.refused };
  }

  async deliver(
    deliveries: readonly Delivery[],
    writes: readonly SourceGrant[],
    document: PipelineDocument,
    scratch: string,
    company: Company,
  ): Promise<void> {
    const granted = deliveries.flatMap((delivery) => {
      const grant = writes.find(
        ({ nodeId, key }) => nodeId === delivery.nodeId && key === targetKey(delivery.part),
      );
      return grant
        ? [{ ...delivery, source: grant.source, ...policyOf(document, delivery.nodeId, true) }]
        : [];
    });
    if (granted.length === 0) return;
    const task: DeliverTask = { task: 'deliver', deliveries: granted, ...(await this.#common(scratch)) };
    await this.#perform(task, company);
  }

  async test(source: SourceGrant['source'], scratch: string, company: Company): Promise<SourceTestResult> {
    const started = performance.now();
    const common = await this.#common(scratch);
    try {
      return await this.#perform({ task: 'connect', source, ...common }, company);
    } catch (error) {
      if (!isBroken(error)) throw error;
      const milliseconds = Math.round(performance.now() - started);
      return { ok: false, failed: 'answer', message: sentence(brokenReason), server: null, milliseconds };
    }
  }

  async metadata(
    source: SourceGrant['source'],
    table: string | undefined,
    scratch: string,
    company: Company,
  ): Promise<SourceMetadata> {
    const asked = table === undefined ? {} : { table };
    const common = await this.#common(scratch);
    try {
      return await this.#perform({ task: 'metadata', source, ...common, ...asked }, company);
    } catch (error) {
      if (!isBroken(error)) throw error;
      throw new SluiceError(
        'source_unreachable',
        { name: source.name, reason: brokenReason },
        { cause: error },
      );
    }
  }

  /** With a folder of its own inside the scratch folder: a task leaves nothing there but what it answers with. */
  async #common(folder: string) {
    const { settings, tmp, ownPort } = this.#context;
    const port = ownPort?.();
    const scratch = join(folder, `sources-${randomUUID()}`);
    return {
      scratch,
      limits: await taskLimits(settings(), tmp),
      ...(port === undefined ? {} : { ownPort: port }),
    };
  }

  #perform<Task extends RunnerTask>(
    task: Task,
    { signal, reports = {}, ladder }: Company,
  ): Promise<TaskResults[Task['task']]> {
    return this.#context.pool.use(signal, (runner) => runner.run(task, reports, signal, ladder));
  }

  async #remember(asked: readonly SourceGrant[], { files }: FetchedFiles): Promise<void> {
    for (const grant of asked) {
      const path = files[grant.key];
      // The start of a large file is not worth the memory.
      const bytes = path === undefined ? undefined : await readFile(path);
      if (path === undefined || bytes === undefined || bytes.length > 1_000_000) continue;
      if (this.#columns.size >= mostColumnFiles) this.#columns.clear();
      const name = path.replace(/^.*[\\/]/, '');
      this.#columns.set(columnKey(grant), { bytes, name, at: performance.now() });
    }
  }
}

const brokenReason =
  'its answer was not understood, and ended the process that asked. Check its type and port.';
const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A process that has nothing to do but to ask a source was ended by what the source answered. */
const isBroken = (error: unknown): boolean =>
  error instanceof SluiceError && (error.code === 'engine_crashed' || error.code === 'internal');

const columnKey = ({ key, source }: SourceGrant): string => `${source.version} ${key}`;

/** The node's own tries and limit of time; a draft waits for neither. */
function policyOf(
  { nodes }: PipelineDocument,
  nodeId: string,
  counts: boolean,
): Pick<FetchedPart, 'retry' | 'timeout'> {
  const node = counts ? nodes.find(({ id }) => id === nodeId) : undefined;
  const timeout = node?.timeout === undefined ? undefined : parseDuration(node.timeout);
  return {
    ...(node?.retry ? { retry: node.retry } : {}),
    ...(timeout === undefined ? {} : { timeout }),
  };
}

/** A file for a folder source is published like every other file, with the run's commit. */
export function folderOutputs(deliveries: readonly Delivery[], writes: readonly SourceGrant[]): RunOutput[] {
  return deliveries.flatMap(({ nodeId, part, path, rows, bytes }) => {
    const config = writes.find((grant) => grant.nodeId === nodeId && isFolder(grant))?.source.config;
    if (config?.type !== 'folder') return [];
    return [{ output: 'file', nodeId, target: targetIn(config.path, part), path, rows, bytes } as const];
  });
}

export const isFolder = ({ source }: SourceGrant): boolean => source.config.type === 'folder';

const targetIn = (folder: string, { path = '' }: SourcePart): string =>
  folder === '' ? path : `${folder.replace(/\/+$/, '')}/${path}`;
