/**
 * The life of a run.
 *
 *             submit                claimNext                       finish
 *   (nothing) ------> queued ------------------------> running ----------------> succeeded | failed | cancelled
 *                     |  ^  ^       attempt + 1          |  |
 *       requestCancel |  |  `----------------------------'  | recoverInterrupted (at start, after a kill or crash)
 *       or `skip`     v  |    an attempt failed that        |   cancel was asked: cancelled
 *                cancelled    another can mend, or          |   another attempt is allowed: back to queued, in its old
 *                             Sluice was stopped            |     place, not before the policy's wait is over
 *                                                           `-> else: failed with the cause `interrupted`
 *
 * An attempt: running -> succeeded | failed | cancelled | interrupted. It begins with the claim and ends in the
 * transaction that moves its run, and has its own steps, log lines and cause. Between two attempts the run is queued.
 *
 * What holds at every instant, also after a kill:
 * - A run is answered to its caller only after its row is on disk; from then on it reaches exactly one end. A trigger
 *   of the store refuses to move an ended run.
 * - `attempt` is the fence. Whatever an attempt reports is taken only while it is the run's newest and the run is
 *   running; a process that wakes up late finds its writes refused.
 * - An end is one transaction with everything it publishes (dataset versions, file outputs, kept outputs), the status,
 *   the attempt's end and the domain events that tell of it. A claim and a submit are one transaction each.
 * - Asking a running run to cancel only marks it. The engine stops the work and ends the run; should the work finish
 *   first, the run ends as it finished, but no further attempt follows.
 *
 * Who is claimed next: run-claim.ts. Whether another attempt follows: run-retry.ts.
 */
import type { RunSummary } from '../../shared/contract/domain.ts';
import { type ErrorReport, reportError, SluiceError } from '../../shared/errors/sluice-error.ts';
import { assert } from '../../shared/kernel/assert.ts';
import { parseDuration } from '../../shared/kernel/time.ts';
import type { PipelineDocument } from '../../shared/pipeline/document.ts';
import type { StoredRun } from '../store/runs-repository.ts';
import type { DatasetPublisher } from './datasets-service.ts';
import type { CancelReason, ClaimedRun, PlacedOutput, RunLedger, RunOutcome } from './engine-ports.ts';
import type { FileReaper } from './file-reaper.ts';
import type { KeptKeeper } from './kept-service.ts';
import type { ClaimPicker } from './run-claim.ts';
import type { RunDocuments } from './run-documents.ts';
import { recordEnd, runData } from './run-events.ts';
import type { RunJournal } from './run-journal.ts';
import { presentRun, requireRun } from './run-queries.ts';
import { nextTry } from './run-retry.ts';
import { presentSteps, settleStep } from './run-steps.ts';
import { createRunSubmitter } from './run-submitter.ts';
import type { ServiceContext } from './service-context.ts';

export interface RunLedgerParts {
  readonly journal: RunJournal;
  readonly reaper: FileReaper;
  readonly publisher: DatasetPublisher;
  readonly keeper: KeptKeeper;
  readonly documents: RunDocuments;
  readonly picker: ClaimPicker;
  readonly kindTitle: (kind: string) => string | undefined;
  /** Deletes what interrupted attempts had placed and not committed; given the start of the oldest of them. */
  sweepLeftovers(interruptedSince: string | undefined): void;
}

type EndStatus = RunOutcome['status'];

export function createRunLedger(context: ServiceContext, parts: RunLedgerParts): RunLedger {
  const { store } = context;
  const { runs, attempts } = store;
  const { journal, reaper, picker } = parts;
  const stopListeners = new Set<(runId: string, reason: CancelReason) => void>();

  const announce = (run: StoredRun): void => context.announce({ type: 'run.changed', run: presentRun(run) });

  function publish(run: StoredRun, placed: readonly PlacedOutput[], status: EndStatus): void {
    for (const item of placed) {
      const { output } = item;
      if (output.output === 'kept') {
        parts.keeper.keep(run, item, output);
        continue;
      }
      assert(status === 'succeeded', 'only a run that succeeded publishes more than kept outputs');
      if (output.output === 'file') store.outputs.insert(run.seq, fileOutput(output));
      else store.outputs.insert(run.seq, parts.publisher.publish(run, item, output));
    }
  }

  /** Once more with `hasRows` as it is now that the outputs are kept. */
  function announceKeptRows(run: StoredRun): void {
    const view = { document: parts.documents.ofRun(run), environment: run.environment };
    const steps = presentSteps(store.steps.list(run.seq, run.attempt), view, store.kept, parts.kindTitle);
    const kept = steps.filter((step) => step.hasRows);
    if (kept.length > 0)
      context.announce({ type: 'run.steps', runId: run.id, pipelineId: run.pipelineId, steps: kept });
  }

  /** Answers the run as it is then. */
  function end(
    run: StoredRun,
    outcome: Pick<RunOutcome, 'status' | 'error' | 'rowsRead' | 'rowsWritten'>,
  ): StoredRun {
    const { status, error = null, rowsRead = null, rowsWritten = null } = outcome;
    const at = context.now();
    const moved = runs.end(run.seq, { status, at, error, rowsRead, rowsWritten });
    assert(moved, `run ${run.id} had ended already`);
    const percent = status === 'succeeded' ? 100 : run.percent;
    const ended: StoredRun = { ...run, status, finishedAt: at, error, rowsRead, rowsWritten, percent };
    recordEnd(context, ended);
    announce(ended);
    return ended;
  }

  /** Milliseconds until the attempt after the one that fails now; undefined where none follows. */
  function untilNextTry(run: StoredRun, { status, error, exhausted }: RunOutcome): number | undefined {
    if (status !== 'failed' || !error || exhausted || run.cancelRequestedAt !== null) return undefined;
    const before = attempts.list(run.seq).filter(({ attempt }) => attempt < run.attempt);
    const causes = [...before.map((attempt) => attempt.error?.code ?? 'internal'), error.code];
    return nextTry({ causes, policy: parts.documents.ofRun(run).retry });
  }

  function requeue(run: StoredRun, error: ErrorReport, retryAt: string): void {
    journal.say(run, {
      level: 'info',
      message: `Attempt ${run.attempt + 1} follows${whenText(retryAt, context.now())}.`,
    });
    // A place in time that has come is none: the run is claimed in its old place.
    const notBefore = retryAt > context.now() ? retryAt : null;
    runs.requeue(run.seq, notBefore);
    context.record('run.retrying', run.environment, { ...runData(run), error, retryAt });
    announce({ ...run, status: 'queued', percent: 0, startedAt: null, notBefore });
  }

  /** Ends the attempt under way and moves its run; inside a transaction, after what the attempt publishes. */
  function settle(run: StoredRun, outcome: RunOutcome): 'ended' | 'requeued' {
    const wait = untilNextTry(run, outcome);
    const { error = null } = outcome;
    const interrupted = error?.code === 'interrupted' || error?.code === 'stopping';
    const retryAt = wait === undefined ? null : new Date(context.clock.now() + wait).toISOString();
    const status = interrupted ? 'interrupted' : outcome.status;
    attempts.end(run.seq, run.attempt, { status, at: context.now(), error, retryAt });
    if (retryAt !== null && error) {
      requeue(run, error, retryAt);
      return 'requeued';
    }
    end(run, finalOutcome(run, outcome));
    return 'ended';
  }

  function recover(run: StoredRun): 'ended' | 'requeued' {
    const error = reportError(new SluiceError('interrupted'));
    for (const step of store.steps.list(run.seq, run.attempt)) {
      const settled = settleStep(step, 'failed', context.now());
      if (settled !== step)
        store.steps.put(run.seq, { ...settled, error: settled.error ?? stepError(settled, error) });
    }
    return settle(run, { status: 'failed', error });
  }

  function start(run: StoredRun, document: PipelineDocument): ClaimedRun {
    const at = context.now();
    assert(runs.start(run.seq, at), `run ${run.id} was not queued`);
    const attempt = run.attempt + 1;
    attempts.begin(run.seq, attempt, at);
    const started: StoredRun = {
      ...run,
      status: 'running',
      attempt,
      percent: 0,
      startedAt: at,
      notBefore: null,
    };
    context.record('run.started', run.environment, runData(started));
    announce(started);
    // Now, not after the commit: several claims may share one, and lanes take turns within it too.
    picker.took(run);
    store.afterCommit(() => journal.open(started, document));
    const folders = run.keyId === null ? [] : (store.keys.find(run.keyId)?.folders ?? []);
    return claimedRun(started, document, folders);
  }

  function requestCancel(runId: string, reason: CancelReason = 'cancelled'): 'cancelled' | 'running' {
    return store.write(() => {
      const run = requireRun(runs, runId);
      if (run.status === 'running') {
        runs.markCancelRequested(run.seq, context.now(), reason);
        store.afterCommit(() => {
          for (const listener of stopListeners) listener(runId, reason);
        });
        return 'running';
      }
      if (run.status !== 'queued') throw new SluiceError('run_finished', { status: run.status });
      end(run, { status: 'cancelled', error: reportError(new SluiceError(reason)) });
      return 'cancelled';
    });
  }

  return {
    together: (work) => store.together(work),
    onTogether: (work) => store.onGroup(work),
    afterCommit: (call) => store.afterCommit(call),

    submit: createRunSubmitter(context, { documents: parts.documents, end, cancel: requestCancel }),

    claimNext(options = {}) {
      // Most looks find nothing to write, and need no transaction: this process is the store's only writer.
      const next = picker.pick(context.now(), options);
      return next && store.write(() => start(next.run, next.document));
    },

    nextDue(seenAt) {
      const due = runs.nextDue(new Date(seenAt ?? context.clock.now()).toISOString());
      return due === undefined ? undefined : Date.parse(due);
    },

    queuedCount: () => runs.queuedCount(),

    summary(runId): RunSummary | undefined {
      const run = runs.find(runId);
      return run && presentRun(run);
    },

    recordSteps: (runId, attempt, steps) => journal.recordSteps(runId, attempt, steps),
    appendLogs: (runId, attempt, entries) => journal.appendLogs(runId, attempt, entries),
    recordPercent: (runId, attempt, percent) => journal.recordPercent(runId, attempt, percent),

    finish: (runId, attempt, outcome, placed) =>
      store.write(() => {
        const run = runs.find(runId);
        if (run?.status !== 'running' || run.attempt !== attempt) return false;
        publish(run, placed, outcome.status);
        journal.settle(runId, outcome.status);
        if (run.mode === 'inspect') announceKeptRows(run);
        settle(run, outcome);
        store.afterCommit(() => {
          journal.close(runId);
          reaper.runEnded(runId);
        });
        return true;
      }),

    requestCancel,

    onStopWanted(listener) {
      stopListeners.add(listener);
      return () => void stopListeners.delete(listener);
    },

    recoverInterrupted() {
      const open = new Set(journal.openIds());
      const interrupted = runs.running().filter((run) => !open.has(run.id));
      parts.sweepLeftovers(interrupted.map((run) => run.startedAt ?? run.queuedAt).sort()[0]);
      reaper.sweepAll();
      const fates = store.write(() => interrupted.map(recover));
      const requeued = fates.filter((fate) => fate === 'requeued').length;
      return { requeued, failed: fates.length - requeued };
    },
  };
}

/** How the run ends with its last attempt. */
function finalOutcome(run: StoredRun, outcome: RunOutcome): RunOutcome {
  const { status, error } = outcome;
  const wasStopped = error?.code === 'interrupted' || error?.code === 'stopping';
  if (status === 'cancelled' || (wasStopped && run.cancelRequestedAt !== null)) {
    const reason = run.cancelReason === 'replaced' ? 'replaced' : 'cancelled';
    return { ...outcome, status: 'cancelled', error: reportError(new SluiceError(reason)) };
  }
  return wasStopped ? { ...outcome, error: reportError(new SluiceError('interrupted')) } : outcome;
}

function whenText(time: string, now: string): string {
  const seconds = Math.ceil((Date.parse(time) - Date.parse(now)) / 100) / 10;
  if (seconds <= 0) return '';
  if (seconds < 120) return ` in ${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? ` in ${minutes} min` : ` in ${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function stepError({ status }: { status: string }, error: ErrorReport): ErrorReport | null {
  return status === 'failed' ? error : null;
}

function fileOutput({ nodeId, target, rows, bytes }: Extract<PlacedOutput['output'], { output: 'file' }>) {
  return { nodeId, kind: 'file', name: target, datasetId: null, versionId: null, rows, bytes } as const;
}

function claimedRun(run: StoredRun, document: PipelineDocument, folders: readonly string[]): ClaimedRun {
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
    priority: run.priority,
    from: run.fromNode ?? undefined,
    folders,
  };
}
