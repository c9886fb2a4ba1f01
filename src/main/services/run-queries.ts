import { join } from 'node:path';
import type { RunSummary } from '../../shared/contract/domain.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import { assert } from '../../shared/kernel/assert.ts';
import type { StoredRun } from '../store/runs-repository.ts';
import type { RunJournal } from './run-journal.ts';
import { completeSteps, presentSteps } from './run-steps.ts';
import type { ServiceContext } from './service-context.ts';
import type { RunsService } from './service-types.ts';

type RunQueries = Pick<RunsService, 'list' | 'get' | 'logs' | 'remove' | 'keptRows'>;

/** What people and doors read of runs. */
export function createRunQueries(
  context: ServiceContext,
  journal: RunJournal,
  kindTitle: (kind: string) => string | undefined,
): RunQueries {
  const { store } = context;
  const { runs, logs } = store;

  function find(id: string): StoredRun {
    const run = runs.find(id);
    if (!run) throw new SluiceError('not_found', { what: 'run', id });
    return run;
  }

  return {
    list({ cursor, limit, ...filter }) {
      const page = runs.list(filter, cursor === undefined ? undefined : readCursor(cursor), limit + 1);
      const shown = page.slice(0, limit);
      const last = shown.at(-1);
      return {
        runs: shown.map(presentRun),
        next: page.length > limit && last ? writeCursor(last.seq) : null,
        total: runs.count(filter),
      };
    },

    get(id) {
      journal.flush();
      const run = find(id);
      const document = store.revisions.document(run.pipelineId, run.revision);
      assert(document, `run ${id} has lost its revision`);
      const open = run.status === 'queued' || run.status === 'running';
      const view = {
        document,
        environment: run.environment,
        unreported: open ? 'pending' : 'skipped',
      } as const;
      const steps = completeSteps(store.steps.list(run.seq), view);
      return {
        ...presentRun(run),
        parameters: { ...run.parameters },
        document,
        steps: presentSteps(steps, view, store.kept, kindTitle),
        outputs: store.outputs.list(run.seq),
      };
    },

    logs({ runId, after, before, limit, ...filter }) {
      journal.flush();
      const { seq, logLines } = find(runId);
      const filtered =
        filter.level !== undefined || filter.nodeId !== undefined || filter.search !== undefined;
      const entries =
        after === undefined ? logs.before(seq, before, filter, limit) : logs.after(seq, after, filter, limit);
      return { entries, total: filtered ? logs.count(seq, filter) : logLines };
    },

    remove: (ids) =>
      store.write(() => {
        const removed = ids.filter((id) => runs.remove(id));
        for (const runId of removed) context.announce({ type: 'run.removed', runId });
        return { removed: removed.length };
      }),

    keptRows(runId, nodeId) {
      journal.flush();
      const run = find(runId);
      const digest = store.steps.find(run.seq, nodeId)?.digest;
      const kept = digest ? store.kept.find(run.environment, digest) : undefined;
      if (!kept) throw new SluiceError('not_found', { what: 'kept rows of the step', id: nodeId });
      const path = join(context.home.kept, kept.environment, `${kept.digest}.parquet`);
      return { path, columns: [...kept.columns], rows: kept.rows };
    },
  };
}

/** A run as it is shown: without what only the services use. */
export function presentRun(run: StoredRun): RunSummary {
  const {
    seq: _seq,
    parameters: _parameters,
    upTo: _upTo,
    keyId: _keyId,
    cancelRequestedAt: _cancel,
    logLines: _lines,
    ...rest
  } = run;
  return rest;
}

/** Opaque to callers, so that what it counts may change. */
function writeCursor(seq: number): string {
  return Buffer.from(`r1:${seq}`).toString('base64url');
}

function readCursor(text: string): number {
  const seq = /^r1:(\d{1,15})$/.exec(Buffer.from(text, 'base64url').toString('latin1'))?.[1];
  if (seq === undefined)
    throw new SluiceError('invalid_input', { reason: 'The cursor is not one of this list.' });
  return Number(seq);
}
