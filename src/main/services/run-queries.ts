import { join } from 'node:path';
import type { RunDetail, RunStep, RunSummary } from '../../shared/contract/domain.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { PipelineDocument } from '../../shared/pipeline/document.ts';
import type { RunsRepository, StoredRun } from '../store/runs-repository.ts';
import type { RunDocuments } from './run-documents.ts';
import type { RunJournal } from './run-journal.ts';
import { completeSteps, presentSteps } from './run-steps.ts';
import type { ServiceContext } from './service-context.ts';
import type { RunsService } from './service-types.ts';

type RunQueries = Pick<RunsService, 'list' | 'get' | 'steps' | 'remove' | 'keptRows'>;

export interface RunQueryParts {
  readonly documents: RunDocuments;
  readonly kindTitle: (kind: string) => string | undefined;
  /** Why a queued run does not start yet. */
  waitsFor(run: StoredRun, document: PipelineDocument): RunDetail['waitsFor'];
}

/** What people and doors read of runs. */
export function createRunQueries(
  context: ServiceContext,
  journal: RunJournal,
  { kindTitle, documents, waitsFor }: RunQueryParts,
): RunQueries {
  const { store } = context;
  const { runs } = store;

  function stepsOf(run: StoredRun, attempt: number, document: PipelineDocument): RunStep[] {
    const { environment, status } = run;
    const open = attempt === run.attempt && (status === 'running' || (status === 'queued' && attempt === 0));
    const unreported = { attempt: Math.max(attempt, 1), status: open ? 'pending' : 'skipped' } as const;
    const steps = completeSteps(store.steps.list(run.seq, attempt), document, unreported);
    return presentSteps(steps, { document, environment }, store.kept, kindTitle);
  }

  return {
    list({ cursor, limit, ...filter }) {
      const page = runs.list(filter, cursor === undefined ? undefined : readCursor(cursor), limit + 1);
      const shown = page.slice(0, limit);
      const last = shown.at(-1);
      return {
        runs: shown.map(presentRun),
        next: page.length > limit && last ? writeCursor(last.seq) : null,
      };
    },

    get(id) {
      journal.flush();
      const run = requireRun(runs, id);
      const document = documents.ofRun(run);
      return {
        ...presentRun(run),
        parameters: { ...run.parameters },
        document,
        steps: stepsOf(run, run.attempt, document),
        attempts: store.attempts.list(run.seq),
        fromNode: run.fromNode,
        waitsFor: run.status === 'queued' ? waitsFor(run, document) : null,
        maxAttempts: document.retry?.attempts ?? 1,
        outputs: store.outputs.list(run.seq),
        logRemovedAt: run.logRemovedAt,
      };
    },

    steps(id, attempt) {
      journal.flush();
      const run = requireRun(runs, id);
      if (attempt > run.attempt)
        throw new SluiceError('not_found', { what: 'attempt of this run', id: attempt });
      return stepsOf(run, attempt, documents.ofRun(run));
    },

    remove: (ids) =>
      store.write(() => {
        const removed = ids.filter((id) => {
          const run = runs.find(id);
          if (!run || !runs.remove(id)) return false;
          const { environment, pipelineId } = run;
          context.record('run.removed', environment, { runId: id, pipelineId });
          context.announce({ type: 'run.removed', runId: id });
          return true;
        });
        return { removed: removed.length };
      }),

    keptRows(runId, nodeId) {
      journal.flush();
      const run = requireRun(runs, runId);
      const digest = store.steps.newestDigest(run.seq, nodeId);
      const kept = digest ? store.kept.find(run.environment, digest) : undefined;
      if (!kept) throw new SluiceError('not_found', { what: 'kept rows of the step', id: nodeId });
      const path = join(context.home.kept, kept.environment, `${kept.digest}.parquet`);
      return { path, columns: [...kept.columns], rows: kept.rows };
    },
  };
}

/** Throws not_found. */
export function requireRun(runs: RunsRepository, id: string): StoredRun {
  const run = runs.find(id);
  if (!run) throw new SluiceError('not_found', { what: 'run', id });
  return run;
}

/** A run as it is shown: without what only the services use. */
export function presentRun(run: StoredRun): RunSummary {
  const {
    seq: _seq,
    parameters: _parameters,
    upTo: _upTo,
    keyId: _keyId,
    cancelRequestedAt: _cancel,
    cancelReason: _reason,
    lane: _lane,
    fromNode: _from,
    chain: _chain,
    logLines: _lines,
    logRemovedAt: _logRemoved,
    derived: _derived,
    ...rest
  } = run;
  return rest;
}

/** Its form bears a number, so that what it counts may change. */
function writeCursor(seq: number): string {
  return `r1-${seq}`;
}

/** What a cursor of runs looks like: API documents say so. */
export const runCursorPattern = /^r1-(\d{1,15})$/;

function readCursor(text: string): number {
  const seq = runCursorPattern.exec(text)?.[1];
  if (seq === undefined)
    throw new SluiceError('invalid_input', { reason: 'The cursor is not one of this list.' });
  return Number(seq);
}
