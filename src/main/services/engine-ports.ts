/**
 * What the engine needs of the services: the durable side of a run. The services own every row; the engine owns
 * every process. All of these calls are synchronous SQLite transactions on the one writer connection.
 */
import type {
  Environment,
  RunMode,
  RunStatus,
  RunSummary,
  RunTrigger,
} from '../../shared/contract/domain.ts';
import type { ErrorReport } from '../../shared/errors/sluice-error.ts';
import type { ParameterValues, PipelineDocument } from '../../shared/pipeline/document.ts';
import type { DatasetInput } from '../../shared/plan/dataset-input.ts';
import type { KeptOutput, LogReport, RunOutput, StepReport } from '../runner/protocol.ts';

/** A run as the engine takes it from the queue. `attempt` is the fence: a later attempt makes this one's writes void. */
export interface ClaimedRun {
  readonly id: string;
  readonly attempt: number;
  readonly pipelineId: string;
  readonly environment: Environment;
  readonly mode: RunMode;
  readonly document: PipelineDocument;
  readonly parameters: ParameterValues;
  readonly upTo: string | undefined;
  readonly timeoutMilliseconds: number | undefined;
}

/** What decides whether a queued run may start beside those that run. */
export type StartableRun = Pick<ClaimedRun, 'document' | 'environment' | 'upTo'>;

/** A file that main has moved to its final place (synced, renamed, folder synced), to be made visible by the commit. */
export interface PlacedOutput {
  readonly output: RunOutput;
  /** Dataset outputs: the ids reserved for them. */
  readonly datasetId?: string;
  readonly versionId?: string;
  /** Final absolute path. */
  readonly finalPath: string;
  /** Hex digest of the file's bytes, where it was computed on the way; fsck then verifies it. */
  readonly sha256?: string;
}

export interface RunOutcome {
  readonly status: Extract<RunStatus, 'succeeded' | 'failed' | 'cancelled'>;
  readonly error?: ErrorReport;
  readonly rowsRead?: number;
  readonly rowsWritten?: number;
}

export interface SubmitRun {
  readonly pipelineId: string;
  readonly revision?: number;
  readonly parameters: ParameterValues;
  readonly mode: RunMode;
  readonly environment: Environment;
  readonly trigger: RunTrigger;
  readonly cause: string;
  readonly upTo?: string;
  readonly keyId?: string;
  readonly idempotency?: { readonly key: string; readonly requestDigest: string };
}

export interface RunLedger {
  /** Commits a queued run and only then returns it. Validates the pipeline, its parameters, the queue cap. */
  submit(request: SubmitRun): RunSummary;
  /**
   * Takes the oldest queued run whose pipeline is below its concurrency: queued -> running, attempt + 1. A run that
   * `mayStart` turns down waits, and with it the later ones of its pipeline; other pipelines' runs pass it.
   */
  claimNext(mayStart?: (run: StartableRun) => boolean): ClaimedRun | undefined;
  queuedCount(): number;
  summary(runId: string): RunSummary | undefined;
  /** Step states, logs and progress of an attempt; a stale attempt's are dropped. Announces events. */
  recordSteps(runId: string, attempt: number, steps: readonly StepReport[]): void;
  appendLogs(runId: string, attempt: number, entries: readonly LogReport[]): void;
  recordPercent(runId: string, attempt: number, percent: number): void;
  /**
   * The one transaction that ends a run: version rows, file outputs, kept outputs and the terminal status together.
   * False when the attempt is stale or the run already ended: then nothing is written and the caller
   * deletes what it placed.
   */
  finish(runId: string, attempt: number, outcome: RunOutcome, placed: readonly PlacedOutput[]): boolean;
  /** Queued -> cancelled at once; running -> marked, the engine stops it; ended -> throws run_finished. */
  requestCancel(runId: string): 'cancelled' | 'running';
  /** Runs found `running` at start: requeued when their retry policy still allows, else failed as `interrupted`. */
  recoverInterrupted(): { readonly requeued: number; readonly failed: number };
}

export interface DatasetShelf {
  /** Current version of each name, in one environment. Unknown names are absent. */
  resolve(keys: readonly string[], environment: Environment): Readonly<Record<string, DatasetInput>>;
  /** Ids and final path for a new version of `name`; nothing is visible before `finish`. */
  reserve(
    name: string,
    environment: Environment,
  ): { datasetId: string; versionId: string; finalPath: string };
}

export interface KeptShelf {
  /** Kept outputs made for this pipeline's nodes or any equal digest, newest use first. Their files exist. */
  candidates(pipelineId: string, environment: Environment): readonly KeptOutput[];
  finalPath(digest: string, environment: Environment): string;
  touch(digests: readonly string[], environment: Environment): void;
  /** Forgets and deletes the least recently used beyond the limit. */
  evict(limitBytes: number): void;
}

export interface FileGate {
  /**
   * Resolves a path of a document to an absolute one (links resolved, compared by path segments), if it lies in the
   * files folder, a granted folder, or was granted to this pipeline. Throws file_not_allowed or file_missing.
   */
  resolveRead(path: string, pipelineId: string | undefined): string;
  /** The same for a target: its folder must exist or be creatable below an allowed one. */
  resolveWrite(path: string, pipelineId: string | undefined): string;
}

export interface EngineServices {
  readonly runs: RunLedger;
  readonly datasets: DatasetShelf;
  readonly kept: KeptShelf;
  readonly files: FileGate;
}
