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
import type { ReceivedInput } from '../../shared/plan/received.ts';
import type { KeptOutput, LogReport, RunOutput, StepReport } from '../runner/protocol.ts';
import type { SourceShelf } from './sources-service.ts';

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
  readonly priority: number;
  /** "Run from here": this node and all below it are executed, whatever was kept. */
  readonly from: string | undefined;
  /** Absolute folders that the run's key opens to it, beside what its pipeline may use. */
  readonly folders: readonly string[];
}

/** Runs of a person at the window are claimed before all others. */
export const windowPriority = 100;

/** Why a run is to be cancelled, as a code of the error catalogue. */
export type CancelReason = 'cancelled' | 'replaced';

export interface ClaimOptions {
  /** Turns down a run that may not start beside those that run; it waits, and with it the later ones of its lane and pipeline. */
  mayStart?(run: StartableRun): boolean;
  /** Only runs of at least this priority. */
  readonly leastPriority?: number;
  /** Most running runs of a lane; no bound when left out. */
  perLane?(lane: string): number;
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
  /** A step used up its own tries: no other attempt follows, whatever the pipeline's policy says. */
  readonly exhausted?: boolean;
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
  /** Executed instead of the revision's: the same pipeline with another source. The pipeline itself stays as it is. */
  readonly document?: PipelineDocument | undefined;
  /** Higher is claimed first; `windowPriority` for the window, else 0 when left out. */
  readonly priority?: number;
  /** Who asks; runs of one priority are claimed in turns between the lanes. The key or the trigger when left out. */
  readonly lane?: string;
  /** ISO time before which it is not started. */
  readonly notBefore?: string;
  readonly origin?: { readonly run: string; readonly verb: NonNullable<RunSummary['originVerb']> };
  /** "Run from here": the node. */
  readonly from?: string;
  readonly labels?: readonly string[];
  readonly triggerId?: string;
  /** How many runs started one another before this one. */
  readonly chain?: number;
}

export interface RunLedger {
  /**
   * Does `work`, which writes, in one commit with whatever else is asked for at this moment; resolves after the commit.
   * It is done in one turn with the commit. Rejects where `work` throws, or the commit fails.
   */
  together<Value>(work: () => Value): Promise<Value>;
  /** `work` is done at the end of each such commit, inside it. Answers how to stop. */
  onTogether(work: () => void): () => void;
  /** Once what was written in this turn is committed; at once where that is so already. Never when it is undone. */
  afterCommit(call: () => void): void;
  /** Commits a queued run and only then returns it. Validates the pipeline, its parameters, the queue cap. */
  submit(request: SubmitRun): RunSummary;
  /**
   * Takes the next queued run: queued -> running, attempt + 1. Next is the highest priority, then the lane with the
   * fewest running runs, then the lane served least recently, then the oldest; pipelines at their limit are passed over.
   */
  claimNext(options?: ClaimOptions): ClaimedRun | undefined;
  /**
   * Milliseconds of wall time when the first run that waits for a time may start; undefined when none waits. Asked after
   * a claim, `seenAt` is the time just before it: a run that fell due between the two is told, not lost.
   */
  nextDue(seenAt?: number): number | undefined;
  queuedCount(): number;
  summary(runId: string): RunSummary | undefined;
  /** Step states, logs and progress of an attempt; a stale attempt's are dropped. Announces events. */
  recordSteps(runId: string, attempt: number, steps: readonly StepReport[]): void;
  appendLogs(runId: string, attempt: number, entries: readonly LogReport[]): void;
  recordPercent(runId: string, attempt: number, percent: number): void;
  /**
   * The one transaction that ends an attempt: version rows, file outputs, kept outputs and the status together. A failure
   * that another attempt can mend puts the run back into the queue, as its policy says; every other outcome ends the run.
   * The cause `stopping` hands the attempt back because Sluice shuts down. A run that did not succeed publishes kept
   * outputs only. False when the attempt is stale or the run already ended: then nothing is written and the caller
   * deletes what it placed.
   */
  finish(runId: string, attempt: number, outcome: RunOutcome, placed: readonly PlacedOutput[]): boolean;
  /** Queued -> cancelled at once; running -> marked, and `onStopWanted` tells the engine; ended -> throws run_finished. */
  requestCancel(runId: string, reason?: CancelReason): 'cancelled' | 'running';
  /** Called after the commit that marked a running run to be cancelled. Answers how to stop listening. */
  onStopWanted(listener: (runId: string, reason: CancelReason) => void): () => void;
  /**
   * Runs found `running` at start, which no process of ours has: cancelled where that was asked, else put back or
   * failed as `interrupted`, as their retry policy says.
   */
  recoverInterrupted(): { readonly requeued: number; readonly failed: number };
}

export interface DatasetShelf {
  /**
   * Current version of each name, in one environment and the workspace of a pipeline (`public` without one). Unknown
   * names are absent.
   */
  resolve(
    keys: readonly string[],
    environment: Environment,
    pipelineId?: string,
  ): Readonly<Record<string, DatasetInput>>;
  /** Ids and final path for a new version of `name`; nothing is visible before `finish`. */
  reserve(
    name: string,
    environment: Environment,
    pipelineId?: string,
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

export interface ReceivedShelf {
  /** The records of a batch of a source (`newest`: the last that came); undefined where there are none any more. */
  find(source: string, batch: string, environment: Environment): ReceivedInput | undefined;
}

export interface FileGate {
  /**
   * Resolves a path of a document to an absolute one (links resolved, compared by path segments), if it lies in the
   * files folder, a granted folder, one of `folders`, or was granted to this pipeline. Throws file_not_allowed or
   * file_missing.
   */
  resolveRead(path: string, pipelineId: string | undefined, folders?: readonly string[]): string;
  /** The same for a target: its folder must exist or be creatable below an allowed one. */
  resolveWrite(path: string, pipelineId: string | undefined, folders?: readonly string[]): string;
}

export interface EngineServices {
  readonly runs: RunLedger;
  readonly datasets: DatasetShelf;
  readonly kept: KeptShelf;
  readonly files: FileGate;
  readonly received: ReceivedShelf;
  readonly sources: SourceShelf;
}
