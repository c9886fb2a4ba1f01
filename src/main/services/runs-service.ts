/**
 * The life of a run.
 *
 *             submit                claimNext                    finish
 *   (nothing) ------> queued ---------------------> running ----------------> succeeded | failed | cancelled
 *                       |        attempt + 1           |
 *                       | requestCancel                | recoverInterrupted (at start, after a kill or crash)
 *                       v                              |   attempts left: back to queued, in its old place
 *                   cancelled                          |   cancel was asked: cancelled
 *                                                      v   else: failed with the cause `interrupted`
 *
 * What holds at every instant, also after a kill:
 * - A run is answered to its caller only after its row is on disk; from then on it reaches exactly one end. A trigger
 *   of the store refuses to move an ended run.
 * - `attempt` is the fence. Whatever an attempt reports is taken only while it is the run's newest and the run is
 *   running; a process that wakes up late finds its writes refused.
 * - An end is one transaction with everything it publishes: dataset versions, file outputs, kept outputs, the status.
 * - Asking a running run to cancel only marks it. The engine stops the work and ends the run; should the work finish
 *   first, the run ends as it finished.
 *
 * Runs are claimed in the order they were accepted, except that one pipeline has at most `runsPerPipeline` running:
 * a burst on one pipeline can neither take every slot from the others nor have a crowd of its own runs contend for the
 * same memory and targets. More than one is allowed because runs with different parameters are independent work.
 * The engine may have a run wait for what it would collide with.
 */
import type { RunSummary } from '../../shared/contract/domain.ts';
import { reportError, SluiceError } from '../../shared/errors/sluice-error.ts';
import { assert } from '../../shared/kernel/assert.ts';
import { parseDuration } from '../../shared/kernel/time.ts';
import type { PipelineDocument } from '../../shared/pipeline/document.ts';
import type { StoredRun } from '../store/runs-repository.ts';
import type { DatasetPublisher } from './datasets-service.ts';
import type { ClaimedRun, PlacedOutput, RunLedger, RunOutcome, StartableRun } from './engine-ports.ts';
import type { FileReaper } from './file-reaper.ts';
import type { KeptKeeper } from './kept-service.ts';
import type { RunJournal } from './run-journal.ts';
import { presentRun } from './run-queries.ts';
import { presentSteps, settleStep } from './run-steps.ts';
import { createRunSubmitter, type SubmitterOptions } from './run-submitter.ts';
import type { ServiceContext } from './service-context.ts';
import type { RunsService } from './service-types.ts';

const runsPerPipeline = 4;

export interface RunLedgerParts extends SubmitterOptions {
  readonly journal: RunJournal;
  readonly reaper: FileReaper;
  readonly publisher: DatasetPublisher;
  readonly keeper: KeptKeeper;
  readonly kindTitle: (kind: string) => string | undefined;
  /** Deletes what interrupted attempts had placed and not committed; given the start of the oldest of them. */
  sweepLeftovers(interruptedSince: string | undefined): void;
}

export function createRunLedger(
  context: ServiceContext,
  parts: RunLedgerParts,
): RunLedger & Pick<RunsService, 'again'> {
  const { store } = context;
  const { runs } = store;
  const { journal, reaper } = parts;

  function find(id: string): StoredRun {
    const run = runs.find(id);
    if (!run) throw new SluiceError('not_found', { what: 'run', id });
    return run;
  }

  function documentOf(run: StoredRun): PipelineDocument {
    const document = store.revisions.document(run.pipelineId, run.revision);
    assert(document, `run ${run.id} has lost its revision`);
    return document;
  }

  function announce(seq: number): void {
    const run = runs.findBySeq(seq);
    if (run) context.announce({ type: 'run.changed', run: presentRun(run) });
  }

  function publish(run: StoredRun, placed: readonly PlacedOutput[], status: RunOutcome['status']): void {
    for (const item of placed) {
      const { output } = item;
      if (output.output === 'kept') parts.keeper.keep(run, item, output);
      else if (output.output === 'file') {
        const { nodeId, target, rows, bytes } = output;
        store.outputs.insert(run.seq, {
          nodeId,
          kind: 'file',
          name: target,
          datasetId: null,
          versionId: null,
          rows,
          bytes,
        });
      } else {
        assert(status === 'succeeded', 'only a run that succeeded publishes a dataset');
        store.outputs.insert(run.seq, parts.publisher.publish(run, item, output));
      }
    }
  }

  /** Once more with `hasRows` as it is now that the outputs are kept. */
  function announceKeptRows(run: StoredRun): void {
    const view = { document: documentOf(run), environment: run.environment, unreported: 'skipped' as const };
    const steps = presentSteps(store.steps.list(run.seq), view, store.kept, parts.kindTitle);
    const kept = steps.filter((step) => step.hasRows);
    if (kept.length > 0)
      context.announce({ type: 'run.steps', runId: run.id, pipelineId: run.pipelineId, steps: kept });
  }

  function end(run: StoredRun, outcome: RunOutcome): void {
    const { status, error = null, rowsRead = null, rowsWritten = null } = outcome;
    const ended = runs.end(run.seq, { status, at: context.now(), error, rowsRead, rowsWritten });
    assert(ended, `run ${run.id} had ended already`);
    announce(run.seq);
  }

  function recover(run: StoredRun): 'requeued' | 'failed' {
    const attempts = documentOf(run).retry?.attempts ?? 1;
    if (run.cancelRequestedAt === null && run.attempt < attempts) {
      runs.requeue(run.seq);
      announce(run.seq);
      return 'requeued';
    }
    const status = run.cancelRequestedAt === null ? 'failed' : 'cancelled';
    for (const step of store.steps.list(run.seq))
      store.steps.put(run.seq, settleStep(step, status, context.now()));
    end(run, {
      status,
      error: reportError(new SluiceError(status === 'failed' ? 'interrupted' : 'cancelled')),
    });
    return 'failed';
  }

  /** The oldest queued run that may start now, with its document. */
  function nextStartable(mayStart: (run: StartableRun) => boolean) {
    const passedOver: string[] = [];
    for (;;) {
      const run = runs.oldestClaimable(runsPerPipeline, passedOver);
      if (!run) return undefined;
      const document = documentOf(run);
      const { environment, upTo } = run;
      if (mayStart({ document, environment, upTo: upTo ?? undefined })) return { run, document };
      passedOver.push(run.pipelineId);
    }
  }

  const submit = createRunSubmitter(context, parts);

  return {
    submit,

    again(id, trigger) {
      const { pipelineId, revision, parameters, mode, environment, upTo } = find(id);
      const cause = `again: ${id}`;
      return submit({
        pipelineId,
        revision,
        parameters,
        mode,
        environment,
        trigger,
        cause,
        upTo: upTo ?? undefined,
      });
    },

    claimNext: (mayStart = () => true) =>
      store.write((): ClaimedRun | undefined => {
        const next = nextStartable(mayStart);
        if (!next) return undefined;
        const { document } = next;
        runs.start(next.run.seq, context.now());
        store.steps.clear(next.run.seq);
        const run = find(next.run.id);
        announce(run.seq);
        store.afterCommit(() => journal.open(run, document));
        return claimedRun(run, document);
      }),

    queuedCount: () => runs.queuedCount(),

    summary(runId): RunSummary | undefined {
      const run = runs.find(runId);
      return run && presentRun(run);
    },

    recordSteps: (runId, attempt, steps) => journal.recordSteps(runId, attempt, steps),
    appendLogs: (runId, attempt, entries) => journal.appendLogs(runId, attempt, entries),
    recordPercent: (runId, attempt, percent) => journal.recordPercent(runId, attempt, percent),

    finish(runId, attempt, outcome, placed) {
      const finished = store.write(() => {
        const run = runs.find(runId);
        if (run?.status !== 'running' || run.attempt !== attempt) return false;
        publish(run, placed, outcome.status);
        journal.settle(runId, outcome.status);
        if (run.mode === 'inspect') announceKeptRows(run);
        end(run, outcome);
        return true;
      });
      if (finished) {
        journal.close(runId);
        reaper.runEnded(runId);
      }
      return finished;
    },

    requestCancel: (runId) =>
      store.write(() => {
        const run = find(runId);
        if (run.status === 'running') {
          runs.markCancelRequested(run.seq, context.now());
          return 'running';
        }
        if (run.status !== 'queued') throw new SluiceError('run_finished', { status: run.status });
        end(run, { status: 'cancelled', error: reportError(new SluiceError('cancelled')) });
        return 'cancelled';
      }),

    recoverInterrupted() {
      const interrupted = runs.running().filter((run) => !journal.openIds().includes(run.id));
      parts.sweepLeftovers(interrupted.map((run) => run.startedAt ?? run.queuedAt).sort()[0]);
      reaper.sweepAll();
      const fates = store.write(() => interrupted.map(recover));
      const requeued = fates.filter((fate) => fate === 'requeued').length;
      return { requeued, failed: fates.length - requeued };
    },
  };
}

function claimedRun(run: StoredRun, document: PipelineDocument): ClaimedRun {
  return {
    id: run.id,
    attempt: run.attempt,
    pipelineId: run.pipelineId,
    environment: run.environment,
    mode: run.mode,
    document,
    parameters: run.parameters,
    upTo: run.upTo ?? undefined,
    timeoutMilliseconds: document.timeout === undefined ? undefined : parseDuration(document.timeout),
  };
}
