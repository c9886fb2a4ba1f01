import type { Settings } from '../../shared/contract/domain.ts';
import { type ErrorReport, reportError, SluiceError } from '../../shared/errors/sluice-error.ts';
import { withPathParameters } from '../../shared/pipeline/path-parameters.ts';
import { type Clock, sleep } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { RunOutput, RunResult, RunTask } from '../runner/protocol.ts';
import type {
  CancelReason,
  ClaimedRun,
  EngineServices,
  PlacedOutput,
  RunOutcome,
} from '../services/engine-ports.ts';
import { type Grants, resolveGrants } from './grants.ts';
import { taskLimits } from './limits.ts';
import {
  discardStaged,
  type PlacedFiles,
  placeStaged,
  publishError,
  type StagedOutput,
  stageOutputs,
} from './publish.ts';
import { neededNodes } from './reach.ts';
import { ReportRelay } from './report-relay.ts';
import { runStopLadder } from './runner.ts';
import type { RunnerPool } from './runner-pool.ts';
import { withScratch } from './scratch.ts';
import { folderOutputs, isFolder, type SourceWork } from './source-work.ts';
import { abortError, blame, durationText, TaskFailure } from './task-failure.ts';

export interface ExecutionContext {
  readonly services: EngineServices;
  readonly pool: RunnerPool;
  readonly sourceWork: SourceWork;
  readonly clock: Clock;
  readonly log: Log;
  readonly tmp: string;
  settings(): Settings;
  /** Most runs of a lane (a key, a trigger, the window) at a time; no bound when left out. */
  readonly perLane?: (lane: string) => number;
}

const commitRetryMilliseconds = 1000;

/**
 * One attempt of one run, from the claim to its end. Whether another attempt follows is decided by the services.
 * States: preparing (grants) -> working (a runner has it) -> staging (outputs move beside their places) ->
 * committed. `abort` leads from any state before the last to its own end: cancelled, failed (timed out), or, with
 * the reason `stopping`, handed back: the services queue the run again for the next start. Where even that cannot be
 * stored the row stays `running`, which the next start finds.
 * `done` never rejects and resolves when no process, file or timer of this attempt is left.
 */
export class RunExecution {
  readonly run: ClaimedRun;
  readonly done: Promise<void>;
  #context: ExecutionContext;
  #relay: ReportRelay;
  #abort = new AbortController();
  #stopping = new AbortController();
  #ended = false;
  #worked = false;
  #onSlotFree: () => void;

  constructor(run: ClaimedRun, context: ExecutionContext, onSlotFree: () => void = () => undefined) {
    this.run = run;
    this.#context = context;
    this.#onSlotFree = onSlotFree;
    const nodeIds = run.document.nodes.map(({ id }) => id);
    const { clock, log, services } = context;
    this.#relay = new ReportRelay({ id: run.id, attempt: run.attempt, nodeIds }, services.runs, clock, log);
    this.done = this.#execute().catch((error: unknown) => {
      log.error({ err: error, runId: run.id }, 'a run ended in a fault');
    });
  }

  cancel(reason: CancelReason = 'cancelled'): void {
    this.#abort.abort(new SluiceError(reason));
  }

  /** The whole engine stops: the attempt ends here, and the run is handed back for the next start. */
  interrupt(): void {
    const reason = new SluiceError('stopping');
    this.#stopping.abort(reason);
    this.#abort.abort(reason);
  }

  /**
   * False once its process is done with it: while its outputs are published another run may use the slot. Its end counts
   * as soon as it is written, in the transaction under way as well; a commit that fails takes that back.
   */
  get holdsSlot(): boolean {
    return !this.#worked && !this.#ended;
  }

  get #signal(): AbortSignal {
    return this.#abort.signal;
  }

  async #execute(): Promise<void> {
    const limit = this.run.timeoutMilliseconds;
    const timer =
      limit === undefined
        ? undefined
        : this.#context.clock.after(limit, () =>
            this.#abort.abort(new SluiceError('timed_out', { limit: durationText(limit) })),
          );
    try {
      const failure = await this.#inScratch();
      if (failure) await this.#fail(failure);
    } finally {
      timer?.cancel();
      this.#relay.flush();
    }
  }

  /** The work in its scratch folder, which is gone when this resolves: a failure's end needs no room of it. */
  async #inScratch(): Promise<Failure | undefined> {
    try {
      return await withScratch(this.#context.tmp, async (scratch) => {
        try {
          const result = await this.#perform(scratch);
          this.#worked = true;
          this.#onSlotFree();
          await this.#publish(result, scratch);
        } catch (error) {
          return { error, kept: await this.#rescue(error, scratch) };
        }
      });
    } catch (error) {
      return { error, kept: [] };
    }
  }

  /** What an inspect run kept before it failed is moved beside its place, so that the next run reuses it. */
  async #rescue(error: unknown, scratch: string): Promise<readonly StagedOutput[]> {
    if (!(error instanceof TaskFailure) || error.kept.length === 0) return [];
    const { services, log } = this.#context;
    const { environment, pipelineId, folders } = this.run;
    try {
      return await stageOutputs(error.kept, { services, environment, pipelineId, folders, scratch });
    } catch (problem) {
      log.warn({ err: problem, runId: this.run.id }, 'kept rows of a failed run could not be saved');
      return [];
    }
  }

  async #perform(scratch: string): Promise<RunResult> {
    const { pool, sourceWork } = this.#context;
    const { task, sources } = await this.#prepare(scratch);
    const { document } = task;
    const company = { signal: this.#signal, reports: this.#relay, ladder: runStopLadder };
    const fetched = await sourceWork.fetch(sources.reads, document, scratch, company);
    const whole = { ...task, files: { ...task.files, ...fetched.files } };
    const result = await pool.use(this.#signal, (runner) =>
      runner.run(whole, this.#relay, this.#signal, runStopLadder),
    );
    // Sources get theirs when all is computed and before anything is published: a failure there fails the run.
    const { deliveries = [] } = result;
    const outside = sources.writes.filter((grant) => !isFolder(grant));
    await sourceWork.deliver(deliveries, outside, document, scratch, company);
    return { ...result, outputs: [...result.outputs, ...folderOutputs(deliveries, sources.writes)] };
  }

  /** The task with everything it may touch. Throws before any process is asked when a path is refused. */
  async #prepare(scratch: string): Promise<{ task: RunTask; sources: Grants['sources'] }> {
    const { run } = this;
    const { services, settings, tmp } = this.#context;
    const { environment, pipelineId } = run;
    const document = withPathParameters(run.document, run.parameters);
    const nodes = neededNodes(document, run.upTo);
    // What holds secrets is no part of the task.
    const { refusals, sources, ...grants } = resolveGrants(services, {
      document,
      environment,
      pipelineId,
      parameters: run.parameters,
      folders: run.folders,
      nodes,
      writes: true,
    });
    for (const { nodeId, error } of refusals) this.#relay.step({ nodeId, status: 'failed', error });
    if (refusals[0]) throw new TaskFailure(refusals[0].error, refusals[0].nodeId);
    const task: RunTask = {
      task: 'run',
      runId: run.id,
      attempt: run.attempt,
      mode: run.mode,
      document,
      parameters: run.parameters,
      ...grants,
      scratch,
      limits: await taskLimits(settings(), tmp),
      kept: run.mode === 'inspect' ? services.kept.candidates(pipelineId, environment) : [],
      ...(run.upTo === undefined ? {} : { upTo: run.upTo }),
      ...(run.from === undefined ? {} : { from: run.from }),
    };
    return { task, sources };
  }

  async #publish(result: RunResult, scratch: string): Promise<void> {
    const { services } = this.#context;
    const { environment, pipelineId, folders } = this.run;
    const staged = await stageOutputs(result.outputs, {
      services,
      environment,
      pipelineId,
      folders,
      scratch,
    });
    let committed = false;
    try {
      committed = await this.#commit(result, staged);
    } finally {
      if (!committed) await discardStaged(staged);
    }
    this.#touchReused();
  }

  /**
   * Check, rename and commit in one turn: a cancel that was answered before it wins, one that comes after finds
   * an ended run. False where the attempt is not the current one any more. Runs that end at the same moment share a
   * commit, unless one replaces files of a user: those are put back in the same turn where the commit fails.
   */
  async #commit(result: RunResult, staged: readonly StagedOutput[]): Promise<boolean> {
    let files: PlacedFiles | undefined;
    const publish = (): boolean => {
      if (this.#signal.aborted) throw abortError(this.#signal);
      if (!this.#isCurrent()) return false;
      this.#assertUnchanged(result.outputs);
      files = placeStaged(staged);
      for (const step of this.#relay.steps.close('succeeded')) this.#relay.step(step);
      this.#relay.flush();
      const { rowsRead, rowsWritten } = result;
      return this.#finish({ status: 'succeeded', rowsRead, rowsWritten }, files.placed);
    };
    const replaces = staged.some(({ output }) => output.output === 'file');
    try {
      const committed = replaces ? publish() : await this.#context.services.runs.together(publish);
      if (committed) files?.settle();
      else this.#dropStale(files);
      return committed;
    } catch (error) {
      this.#ended = false;
      files?.undo();
      throw publishError(error);
    }
  }

  #isCurrent(): boolean {
    const summary = this.#context.services.runs.summary(this.run.id);
    return summary?.status === 'running' && summary.attempt === this.run.attempt;
  }

  #dropStale(files?: PlacedFiles): void {
    files?.undo();
    const { id, attempt } = this.run;
    this.#context.log.warn(
      { runId: id, attempt },
      'the result of an attempt that is no longer the current one was dropped',
    );
  }

  /** An appended version contains the one it is based on: if that is not the newest any more, rows would be lost. */
  #assertUnchanged(outputs: readonly RunOutput[]): void {
    const { services } = this.#context;
    for (const output of outputs) {
      if (output.output !== 'dataset' || output.mode !== 'append') continue;
      const { environment, pipelineId } = this.run;
      const current = services.datasets.resolve([output.name], environment, pipelineId)[output.name];
      if (current?.versionId === output.basedOn) continue;
      const reason = `another run changed the dataset "${output.name}" meanwhile. Run it again.`;
      throw blame(new SluiceError('publish_failed', { reason }), output.nodeId);
    }
  }

  #finish(outcome: RunOutcome, placed: readonly PlacedOutput[]): boolean {
    this.#ended = this.#context.services.runs.finish(this.run.id, this.run.attempt, outcome, placed);
    return this.#ended;
  }

  async #fail({ error, kept }: Failure): Promise<void> {
    const cause = this.#signal.aborted ? abortError(this.#signal) : error;
    if (!(cause instanceof SluiceError))
      this.#context.log.error({ err: cause, runId: this.run.id }, 'a run failed by a fault');
    const report = reportError(cause);
    const status = isCancel(report) ? 'cancelled' : 'failed';
    if (cause instanceof TaskFailure) this.#blameNodes(cause);
    const stopped = report.code === 'stopping';
    for (const step of this.#relay.steps.close(stopped ? 'cancelled' : status, report))
      this.#relay.step(step);
    this.#relay.say(status === 'failed' && !stopped ? 'error' : 'info', report.message, nodeOf(cause));
    this.#relay.flush();
    const exhausted = cause instanceof TaskFailure && cause.exhausted;
    await this.#finishForSure({ status, error: report, exhausted }, kept);
  }

  #blameNodes({ nodeId, problems, message, code, details }: TaskFailure): void {
    for (const problem of problems) {
      if (problem.severity !== 'error' || problem.nodeId === undefined) continue;
      this.#failStep(problem.nodeId, new SluiceError('invalid_pipeline', { reason: problem.message }));
    }
    if (nodeId !== undefined)
      this.#failStep(nodeId, new TaskFailure({ code, message, details: { ...details } }));
  }

  #failStep(nodeId: string, error: SluiceError): void {
    if (this.#relay.steps.status(nodeId) === 'failed') return;
    this.#relay.step({ nodeId, status: 'failed', error: reportError(error) });
  }

  /**
   * A full disk must not leave a run without an end: tries again until the store takes it or the engine stops. Kept
   * rows are worth one try.
   */
  async #finishForSure(outcome: RunOutcome, kept: readonly StagedOutput[]): Promise<void> {
    const { clock, log } = this.#context;
    let staged = kept;
    do {
      try {
        this.#finishWith(outcome, staged);
        return;
      } catch (error) {
        log.error({ err: error, runId: this.run.id }, 'the end of a run could not be stored; trying again');
        await discardStaged(staged);
        staged = [];
        await sleep(clock, commitRetryMilliseconds, this.#stopping.signal).catch(() => undefined);
      }
    } while (!this.#stopping.signal.aborted);
  }

  /** Renames and commits in one turn, as a success does. */
  #finishWith(outcome: RunOutcome, staged: readonly StagedOutput[]): void {
    const files = placeStaged(staged);
    try {
      if (this.#finish(outcome, files.placed)) {
        files.settle();
        return;
      }
    } catch (error) {
      files.undo();
      throw error;
    }
    this.#dropStale(files);
  }

  #touchReused(): void {
    const digests = this.#relay.steps.reusedDigests();
    if (digests.length === 0) return;
    try {
      this.#context.services.kept.touch(digests, this.run.environment);
    } catch (error) {
      this.#context.log.warn({ err: error, runId: this.run.id }, 'the use of kept rows could not be noted');
    }
  }
}

/** Why an attempt did not succeed, and what of it is worth keeping. */
interface Failure {
  readonly error: unknown;
  readonly kept: readonly StagedOutput[];
}

const isCancel = ({ code }: ErrorReport): boolean => code === 'cancelled' || code === 'replaced';

function nodeOf(error: unknown): string | undefined {
  return error instanceof TaskFailure ? error.nodeId : undefined;
}
