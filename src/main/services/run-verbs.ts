import type { RunSummary, RunTrigger } from '../../shared/contract/domain.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import { upstreamOf } from '../../shared/pipeline/graph.ts';
import type { StoredRun } from '../store/runs-repository.ts';
import type { RunLedger, SubmitRun } from './engine-ports.ts';
import type { RunDocuments } from './run-documents.ts';
import { presentRun, requireRun } from './run-queries.ts';
import type { ServiceContext } from './service-context.ts';
import type { RunsService } from './service-types.ts';

type RunVerbs = Pick<RunsService, 'again' | 'retryFailed' | 'runFrom' | 'annotate'>;

/** What a person does with a run that was: three ways to repeat it, each as a run of its own, and notes on it. */
export function createRunVerbs(
  context: ServiceContext,
  documents: RunDocuments,
  submit: RunLedger['submit'],
): RunVerbs {
  const { store } = context;
  const { runs } = store;

  /** What all three repeat. The trigger is who asks now: the lane and the priority are theirs. */
  function repeated(run: StoredRun, trigger: RunTrigger): Omit<SubmitRun, 'cause'> {
    const { pipelineId, revision, parameters, mode, environment, upTo } = run;
    const document = run.derived === null ? undefined : documents.ofRun(run);
    return {
      pipelineId,
      revision,
      parameters,
      mode,
      environment,
      upTo: upTo ?? undefined,
      trigger,
      document,
    };
  }

  /** For the newest revision: what that one no longer knows is left out. */
  function newest(run: StoredRun): Pick<SubmitRun, 'revision' | 'parameters' | 'upTo'> {
    const { pipelineId, parameters, upTo } = run;
    if (run.derived !== null)
      throw new SluiceError('invalid_input', {
        reason:
          'This run had an input of its own. It can be run again as it was, but not with the newest revision.',
      });
    const revision = store.pipelines.head(pipelineId)?.revision;
    const document = revision === undefined ? undefined : documents.of(pipelineId, revision)?.document;
    if (!document) throw new SluiceError('not_found', { what: 'pipeline', id: pipelineId });
    const known = Object.entries(parameters).filter(([name]) => Object.hasOwn(document.parameters, name));
    const stays = document.nodes.some(({ id }) => id === upTo);
    return { revision, parameters: Object.fromEntries(known), upTo: stays ? (upTo ?? undefined) : undefined };
  }

  return {
    again(id, trigger, revision = 'same', place = {}) {
      const run = requireRun(runs, id);
      return submit({
        ...repeated(run, trigger),
        ...(revision === 'newest' && newest(run)),
        ...place,
        cause: `again: ${id}`,
        origin: { run: id, verb: 'again' },
      });
    },

    retryFailed(id, trigger, place = {}) {
      const run = requireRun(runs, id);
      if (run.status === 'succeeded') throw new SluiceError('run_finished', { status: run.status });
      requireEnded(run);
      const origin = { run: id, verb: 'retry' } as const;
      return submit({ ...repeated(run, trigger), ...place, cause: `retry: ${id}`, origin });
    },

    runFrom(id, nodeId, trigger) {
      const run = requireRun(runs, id);
      requireEnded(run);
      return submit({
        ...repeated(run, trigger),
        // Only an inspect run keeps and reuses rows; its result is the same.
        mode: 'inspect',
        upTo: upToAround(run, nodeId, documents),
        from: nodeId,
        cause: `from ${nodeId}: ${id}`,
        origin: { run: id, verb: 'from' },
      });
    },

    annotate: (id, { labels, note, pinned }) =>
      store.write((): RunSummary => {
        const { seq } = requireRun(runs, id);
        runs.annotate(seq, {
          labels: labels && [...new Set(labels)],
          note: typeof note === 'string' && note.trim() === '' ? null : note,
          pinnedAt: pinned === undefined ? undefined : pinned ? context.now() : null,
        });
        const run = presentRun(requireRun(runs, id));
        context.announce({ type: 'run.changed', run });
        return run;
      }),
  };
}

function requireEnded({ status }: StoredRun): void {
  if (status === 'queued' || status === 'running') throw new SluiceError('run_not_finished', { status });
}

/** A run of one step and what it needs stays one, unless the step to begin with lies elsewhere. */
function upToAround(run: StoredRun, nodeId: string, documents: RunDocuments): string | undefined {
  const { upTo } = run;
  if (upTo === null) return undefined;
  const document = documents.ofRun(run);
  return upTo === nodeId || upstreamOf(document, upTo).has(nodeId) ? upTo : undefined;
}
