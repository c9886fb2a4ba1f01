import type { Settings } from '../../shared/contract/domain.ts';
import { reportError, SluiceError } from '../../shared/errors/sluice-error.ts';
import { type Clock, sleep } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { RunOutput, RunResult, RunTask } from '../runner/protocol.ts';
import type { ClaimedRun, EngineServices, PlacedOutput, RunOutcome } from '../services/engine-ports.ts';
import { resolveGrants } from './grants.ts';
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
import { abortError, blame, durationText, TaskFailure } from './task-failure.ts';

export interface ExecutionContext {
  readonly services: EngineServices;
  readonly pool: RunnerPool;
  readonly clock: Clock;
  readonly log: Log;
  readonly tmp: string;
  settings(): Settings;
}

const commitRetryMilliseconds = 1000;

/**
 * One attempt of one run, from the claim to its terminal state.
 * States: preparing (grants) -> working (a runner has it) -> staging (outputs move beside their places) ->
 * committed. `abort` leads from any state before the last to its own end: cancelled, failed (timed out), or, with
 * the reason `stopping`, to no end at all: the row stays `running` and the next start decides by the retry policy.
 * `done` never rejects and resolves when no process, file or timer of this attempt is left.
 */
export class RunExecution {
  readonly run: ClaimedRun;
  readonly done: Promise<void>;
  #context: ExecutionContext;
  #relay: ReportRelay;
  #abort = new AbortController();
  #stopping = new AbortController();

  constructor(run: ClaimedRun, context: ExecutionContext) {
    this.run = run;
    this.#context = context;
    const nodeIds = run.document.nodes.map(({ id }) => id);
    const { clock, log, services } = context;
    this.#relay = new ReportRelay({ id: run.id, attempt: run.attempt, nodeIds }, services.runs, clock, log);
    this.done = this.#execute().catch((error: unknown) => {
      log.error({ err: error, runId: run.id }, 'a run ended in a fault');
    });
  }

  cancel(): void {
    this.#abort.abort(new SluiceError('cancelled'));
  }

  /** The whole engine stops: gives up without an end. */
  interrupt(): void {
    const reason = new SluiceError('stopping');
    this.#stopping.abort(reason);
    this.#abort.abort(reason);
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
      await withScratch(this.#context.tmp, async (scratch) => {
        const result = await this.#perform(scratch);
        await this.#publish(result, scratch);
      });
    } catch (error) {
      await this.#fail(error);
    } finally {
      timer?.cancel();
      this.#relay.flush();
    }
  }

  async #perform(scratch: string): Promise<RunResult> {
    const task = await this.#prepare(scratch);
    return this.#context.pool.use(this.#signal, (runner) =>
      runner.run(task, this.#relay, this.#signal, runStopLadder),
    );
  }

  /** The task with everything it may touch. Throws before any process is asked when a path is refused. */
  async #prepare(scratch: string): Promise<RunTask> {
    const { run } = this;
    const { services, settings, tmp } = this.#context;
    const { document, environment, pipelineId } = run;
    const nodes = neededNodes(document, run.upTo);
    const { refusals, ...grants } = resolveGrants(services, {
      document,
      environment,
      pipelineId,
      nodes,
      writes: true,
    });
    for (const { nodeId, error } of refusals) this.#relay.step({ nodeId, status: 'failed', error });
    if (refusals[0]) throw new TaskFailure(refusals[0].error, refusals[0].nodeId);
    return {
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
    };
  }

  async #publish(result: RunResult, scratch: string): Promise<void> {
    const { services } = this.#context;
    const { environment, pipelineId } = this.run;
    const staged = await stageOutputs(result.outputs, { services, environment, pipelineId, scratch });
    try {
      this.#commit(result, staged);
    } finally {
      // Those that were placed are no longer there under this name.
      await discardStaged(staged);
    }
    this.#touchReused();
  }

  /**
   * Check, rename and commit in one turn: a cancel that was answered before it wins, one that comes after finds
   * an ended run.
   */
  #commit(result: RunResult, staged: readonly StagedOutput[]): void {
    if (this.#signal.aborted) throw abortError(this.#signal);
    if (!this.#isCurrent()) {
      this.#dropStale();
      return;
    }
    this.#assertUnchanged(result.outputs);
    const files = placeStaged(staged);
    if (this.#commitPlaced(result, files)) {
      files.settle();
    } else {
      files.undo();
      this.#dropStale();
    }
  }

  #commitPlaced({ rowsRead, rowsWritten }: RunResult, files: PlacedFiles): boolean {
    try {
      for (const step of this.#relay.steps.close('succeeded')) this.#relay.step(step);
      this.#relay.flush();
      return this.#finish({ status: 'succeeded', rowsRead, rowsWritten }, files.placed);
    } catch (error) {
      files.undo();
      throw publishError(error);
    }
  }

  #isCurrent(): boolean {
    const summary = this.#context.services.runs.summary(this.run.id);
    return summary?.status === 'running' && summary.attempt === this.run.attempt;
  }

  #dropStale(): void {
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
      const current = services.datasets.resolve([output.name], this.run.environment)[output.name];
      if (current?.versionId === output.basedOn) continue;
      const reason = `another run changed the dataset "${output.name}" meanwhile. Run it again.`;
      throw blame(new SluiceError('publish_failed', { reason }), output.nodeId);
    }
  }

  #finish(outcome: RunOutcome, placed: readonly PlacedOutput[]): boolean {
    return this.#context.services.runs.finish(this.run.id, this.run.attempt, outcome, placed);
  }

  async #fail(error: unknown): Promise<void> {
    const cause = this.#signal.aborted ? abortError(this.#signal) : error;
    if (cause instanceof SluiceError && cause.code === 'stopping') return;
    if (!(cause instanceof SluiceError))
      this.#context.log.error({ err: cause, runId: this.run.id }, 'a run failed by a fault');
    const report = reportError(cause);
    const status = report.code === 'cancelled' ? 'cancelled' : 'failed';
    if (cause instanceof TaskFailure) this.#blameNodes(cause);
    for (const step of this.#relay.steps.close(status, report)) this.#relay.step(step);
    this.#relay.say(status === 'failed' ? 'error' : 'info', report.message, nodeOf(cause));
    this.#relay.flush();
    await this.#finishForSure({ status, error: report });
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

  /** A full disk must not leave a run without an end: tries again until the store takes it or the engine stops. */
  async #finishForSure(outcome: RunOutcome): Promise<void> {
    const { clock, log } = this.#context;
    while (!this.#stopping.signal.aborted) {
      try {
        if (!this.#finish(outcome, [])) this.#dropStale();
        return;
      } catch (error) {
        log.error({ err: error, runId: this.run.id }, 'the end of a run could not be stored; trying again');
        await sleep(clock, commitRetryMilliseconds, this.#stopping.signal).catch(() => undefined);
      }
    }
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

function nodeOf(error: unknown): string | undefined {
  return error instanceof TaskFailure ? error.nodeId : undefined;
}
