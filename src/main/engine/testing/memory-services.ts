import { randomUUID } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { isAbsolute, join, sep } from 'node:path';
import type { RunSummary } from '../../../shared/contract/domain.ts';
import type { AppEvent } from '../../../shared/contract/events.ts';
import { SluiceError } from '../../../shared/errors/sluice-error.ts';
import type { PipelineDocument } from '../../../shared/pipeline/document.ts';
import type { DatasetInput } from '../../../shared/plan/dataset-input.ts';
import type { SourceConnection } from '../../../shared/sources/connection.ts';
import type { KeptOutput, LogReport, StepReport } from '../../runner/protocol.ts';
import type {
  CancelReason,
  ClaimedRun,
  DatasetShelf,
  EngineServices,
  FileGate,
  KeptShelf,
  PlacedOutput,
  RunLedger,
  RunOutcome,
} from '../../services/engine-ports.ts';
import type { SourceShelf } from '../../services/sources-service.ts';
import type { Announcements } from '../index.ts';
import type { EngineFolders } from '../scratch.ts';

type Claimable = Omit<ClaimedRun, 'id' | 'attempt' | 'pipelineId' | 'environment'>;

interface Row {
  readonly run: ClaimedRun;
  summary: RunSummary;
  readonly steps: Map<string, StepReport>;
  readonly logs: LogReport[];
  placed: readonly PlacedOutput[];
  /** Terminal states it was given; a second one is a fault. */
  ends: number;
}

/**
 * Services that keep their rows in memory, so that a test can make them refuse. Files are real.
 * `faults` are taken one by one by `finish`: a value is answered, an error is thrown.
 */
export class MemoryServices implements EngineServices, Announcements {
  readonly rows = new Map<string, Row>();
  readonly faults: (false | Error)[] = [];
  readonly current = new Map<string, DatasetInput>();
  readonly keptOutputs = new Map<string, KeptOutput>();
  readonly pipelineId = randomUUID();
  recovered = 0;
  readonly received = { find: () => undefined };
  /** By name. */
  readonly connections = new Map<string, SourceConnection>();
  readonly sources: SourceShelf = {
    named: ({ source: name }) => this.#connection(name),
    connection: (id) => this.#connection(id),
    tried: ({ config, secrets }) => ({ name: 'tried', config, secrets, version: randomUUID() }),
    fileIn: (_source, path, verb) =>
      verb === 'read' ? this.files.resolveRead(path, undefined) : this.files.resolveWrite(path, undefined),
    recordTest: () => undefined,
  };
  #folders: EngineFolders & { readonly files: string };
  #listeners = new Set<(event: AppEvent) => void>();
  #together = new Set<() => void>();
  #stopListeners = new Set<(runId: string, reason: CancelReason) => void>();

  constructor(folders: EngineFolders & { readonly files: string }) {
    this.#folders = folders;
  }

  subscribe(listener: (event: AppEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Queues a run; answers its id. */
  #connection(name: string): SourceConnection {
    const found = this.connections.get(name);
    if (!found) throw new SluiceError('source_missing', { name });
    return found;
  }

  submit(document: PipelineDocument, options: Partial<Claimable> = {}): string {
    const id = randomUUID();
    const { pipelineId } = this;
    const run: ClaimedRun = {
      id,
      attempt: 0,
      pipelineId,
      environment: 'live',
      mode: 'fast',
      document,
      parameters: {},
      upTo: undefined,
      timeoutMilliseconds: undefined,
      priority: 0,
      from: undefined,
      folders: [],
      ...options,
    };
    const summary = newSummary(run);
    this.rows.set(id, { run, summary, steps: new Map(), logs: [], placed: [], ends: 0 });
    this.#announce(id);
    return id;
  }

  row(id: string): Row {
    const row = this.rows.get(id);
    if (!row) throw new SluiceError('not_found', { what: 'run', id });
    return row;
  }

  step(id: string, nodeId: string): StepReport | undefined {
    return this.row(id).steps.get(nodeId);
  }

  readonly runs: RunLedger = {
    together: async (work) => {
      const value = work();
      for (const each of this.#together) each();
      return value;
    },
    onTogether: (work) => {
      this.#together.add(work);
      return () => this.#together.delete(work);
    },
    afterCommit: (call) => call(),
    submit: () => {
      throw new Error('use MemoryServices.submit');
    },
    claimNext: ({ mayStart, leastPriority = 0 } = {}) => {
      const row = [...this.rows.values()].find(
        ({ summary, run }) =>
          summary.status === 'queued' && run.priority >= leastPriority && mayStart?.(run) !== false,
      );
      if (!row) return undefined;
      row.summary = { ...row.summary, status: 'running', attempt: row.summary.attempt + 1 };
      this.#announce(row.run.id);
      return { ...row.run, attempt: row.summary.attempt };
    },
    queuedCount: () => [...this.rows.values()].filter(({ summary }) => summary.status === 'queued').length,
    summary: (id) => this.rows.get(id)?.summary,
    recordSteps: (id, attempt, steps) => {
      const row = this.row(id);
      if (row.summary.attempt !== attempt) return;
      for (const step of steps) row.steps.set(step.nodeId, { ...row.steps.get(step.nodeId), ...step });
    },
    appendLogs: (id, _attempt, entries) => void this.row(id).logs.push(...entries),
    recordPercent: (id, _attempt, percent) => {
      const row = this.row(id);
      row.summary = { ...row.summary, percent };
    },
    finish: (id, attempt, outcome, placed) => this.#finish(id, attempt, outcome, placed),
    requestCancel: (id, reason = 'cancelled') => {
      const row = this.row(id);
      const { status } = row.summary;
      if (status === 'running') {
        for (const listener of this.#stopListeners) listener(id, reason);
        return 'running';
      }
      if (status !== 'queued') throw new SluiceError('run_finished', { status });
      row.summary = { ...row.summary, status: 'cancelled' };
      row.ends += 1;
      this.#announce(id);
      return 'cancelled';
    },
    nextDue: () => undefined,
    onStopWanted: (listener) => {
      this.#stopListeners.add(listener);
      return () => void this.#stopListeners.delete(listener);
    },
    recoverInterrupted: () => {
      this.recovered += 1;
      return { requeued: 0, failed: 0 };
    },
  };

  readonly datasets: DatasetShelf = {
    resolve: (names) =>
      Object.fromEntries(names.flatMap((name) => [...this.current].filter(([known]) => known === name))),
    reserve: (name) => {
      const datasetId = this.current.get(name)?.datasetId ?? randomUUID();
      const versionId = randomUUID();
      return {
        datasetId,
        versionId,
        finalPath: join(this.#folders.datasets, datasetId, `${versionId}.parquet`),
      };
    },
  };

  readonly kept: KeptShelf = {
    candidates: () => [...this.keptOutputs.values()],
    finalPath: (digest, environment) => join(this.#folders.kept, environment, `${digest}.parquet`),
    touch: () => undefined,
    evict: () => undefined,
  };

  readonly files: FileGate = {
    resolveRead: (path) => {
      const absolute = this.#inFiles(path);
      if (!existsSync(absolute)) throw new SluiceError('file_missing', { path });
      return realpathSync(absolute);
    },
    resolveWrite: (path) => this.#inFiles(path),
  };

  #inFiles(path: string): string {
    const absolute = isAbsolute(path) ? path : join(this.#folders.files, path);
    if (!absolute.startsWith(this.#folders.files + sep)) throw new SluiceError('file_not_allowed', { path });
    return absolute;
  }

  #finish(id: string, attempt: number, outcome: RunOutcome, placed: readonly PlacedOutput[]): boolean {
    const fault = this.faults.shift();
    if (fault instanceof Error) throw fault;
    const row = this.row(id);
    if (fault === false || row.summary.attempt !== attempt || row.summary.status !== 'running') return false;
    const { status, error = null, rowsRead = null, rowsWritten = null } = outcome;
    if (error?.code === 'stopping') {
      row.summary = { ...row.summary, status: 'queued' };
      this.#announce(id);
      return true;
    }
    row.summary = { ...row.summary, status, error, rowsRead, rowsWritten };
    row.placed = placed;
    row.ends += 1;
    for (const { output, datasetId, versionId, finalPath } of placed) {
      if (output.output === 'dataset' && datasetId && versionId) {
        this.current.set(output.name, { datasetId, versionId, path: finalPath, rows: output.rows });
      }
      if (output.output === 'kept') {
        const { digest, rows, bytes } = output;
        this.keptOutputs.set(digest, { digest, rows, bytes, path: finalPath, runId: id });
      }
    }
    this.#announce(id);
    return true;
  }

  #announce(id: string): void {
    const event: AppEvent = { type: 'run.changed', run: this.row(id).summary };
    for (const listener of this.#listeners) listener(event);
  }
}

function newSummary(run: ClaimedRun): RunSummary {
  return {
    id: run.id,
    pipelineId: run.pipelineId,
    pipelineName: run.document.name,
    revision: 1,
    status: 'queued',
    mode: run.mode,
    environment: run.environment,
    trigger: 'window',
    cause: 'test',
    attempt: 0,
    percent: 0,
    queuedAt: new Date().toISOString(),
    startedAt: null,
    finishedAt: null,
    rowsRead: null,
    rowsWritten: null,
    error: null,
    priority: run.priority,
    notBefore: null,
    originRun: null,
    originVerb: null,
    triggerId: null,
    labels: [],
    note: null,
    pinned: false,
  };
}
