import type { Environment, RunSummary, RunTrigger } from '../../shared/contract/domain.ts';
import { reportError, SluiceError } from '../../shared/errors/sluice-error.ts';
import { canonicalJson } from '../../shared/kernel/json.ts';
import { documentSchema, type PipelineDocument } from '../../shared/pipeline/document.ts';
import type { NewRun, StoredRun } from '../store/runs-repository.ts';
import { type CancelReason, type SubmitRun, windowPriority } from './engine-ports.ts';
import { resolveParameters } from './parameter-values.ts';
import type { KnownDocument, RunDocuments } from './run-documents.ts';
import { runData } from './run-events.ts';
import { presentRun } from './run-queries.ts';
import type { ServiceContext } from './service-context.ts';

const queueLimit = 10_000;
const idempotencyMilliseconds = 24 * 3_600_000;

export interface SubmitterParts {
  readonly documents: RunDocuments;
  /** Ends a run that was just accepted. */
  end(run: StoredRun, outcome: { status: 'cancelled'; error: ReturnType<typeof reportError> }): StoredRun;
  cancel(runId: string, reason: CancelReason): void;
}

type Target = KnownDocument & {
  readonly revision: number;
  readonly pipelineName: string;
  /** Where all runs of the pipeline belong; null lets whoever asks say. */
  readonly environment: Environment | null;
  /** Text of the document where it is not the revision's. */
  readonly derived: string | null;
};

/** A key sees pipelines of its own environment. People and schedules run any, where it belongs. */
const seenBy = ({ keyId, environment }: SubmitRun, where: Environment | null): boolean =>
  keyId === undefined || where === null || where === environment;

/** Accepts runs: looks for a repeated request, checks pipeline, parameters and the queue, and commits the row. */
export function createRunSubmitter(
  context: ServiceContext,
  parts: SubmitterParts,
): (request: SubmitRun) => RunSummary {
  const { store } = context;
  const { runs, idempotency } = store;

  function targetOf(request: SubmitRun): Target {
    const { pipelineId } = request;
    const pipeline = store.pipelines.head(pipelineId);
    if (!pipeline || !seenBy(request, pipeline.environment))
      throw new SluiceError('not_found', { what: 'pipeline', id: pipelineId });
    const revision = request.revision ?? pipeline.revision;
    const known = parts.documents.of(pipelineId, revision);
    if (!known)
      throw new SluiceError('not_found', { what: `revision ${revision} of the pipeline`, id: pipelineId });
    const { name: pipelineName, environment } = pipeline;
    if (!request.document) return { ...known, revision, pipelineName, environment, derived: null };
    const derived = canonicalJson(documentSchema.parse(request.document));
    return { ...parts.documents.derived(derived), revision, pipelineName, environment, derived };
  }

  function accept(asked: SubmitRun): StoredRun {
    const { document, problems, revision, pipelineName, environment, derived } = targetOf(asked);
    const request = { ...asked, environment: environment ?? asked.environment };
    requireRunnable(document, problems, request);
    const parameters = resolveParameters(document, request.parameters);
    if (runs.queuedCount() >= queueLimit) throw new SluiceError('queue_full', { limit: queueLimit });
    const row = newRun(request, { revision, derived, parameters }, context);
    const run = queuedRun(row, runs.insert(row), pipelineName);
    context.record('run.queued', run.environment, runData(run));
    return applyLimit(run, document);
  }

  /** What the pipeline's settings say of a run that comes while as many as allowed are under way. */
  function applyLimit(run: StoredRun, { concurrency }: PipelineDocument): StoredRun {
    if (!concurrency || concurrency.whenFull === 'queue') return run;
    const others = runs.active(run.pipelineId).filter(({ id }) => id !== run.id);
    const tooMany = others.length - concurrency.limit + 1;
    if (tooMany <= 0) return run;
    if (concurrency.whenFull === 'replace') {
      for (const { id } of others.slice(0, tooMany)) parts.cancel(id, 'replaced');
      return run;
    }
    const error = reportError(new SluiceError('skipped', { limit: concurrency.limit }));
    return parts.end(run, { status: 'cancelled', error });
  }

  /** The run that the same request made before. Another request under the same key is refused. */
  function madeBefore(request: SubmitRun): StoredRun | undefined {
    if (!request.idempotency) return undefined;
    idempotency.forgetBefore(new Date(context.clock.now() - idempotencyMilliseconds).toISOString());
    const before = idempotency.find(ownerOf(request), request.idempotency.key);
    if (before && before.requestDigest !== request.idempotency.requestDigest) {
      throw new SluiceError('idempotency_mismatch');
    }
    return before && runs.findBySeq(before.runSeq);
  }

  function acceptOnce(request: SubmitRun): StoredRun {
    const before = madeBefore(request);
    if (before !== undefined) return before;
    const run = accept(request);
    if (request.idempotency) {
      const { key, requestDigest } = request.idempotency;
      idempotency.insert(ownerOf(request), key, { requestDigest, runSeq: run.seq }, context.now());
    }
    if (run.status === 'queued') context.announce({ type: 'run.changed', run: presentRun(run) });
    return run;
  }

  return (request) => store.write(() => presentRun(acceptOnce(request)));
}

function requireRunnable(
  document: PipelineDocument,
  problems: KnownDocument['problems'],
  { upTo, from }: SubmitRun,
): void {
  if (document.nodes.length === 0) {
    throw new SluiceError('invalid_pipeline', {
      reason: 'It has no steps. Add a source first.',
      problems: [],
    });
  }
  for (const named of [upTo, from]) {
    if (named !== undefined && !document.nodes.some(({ id }) => id === named))
      throw new SluiceError('invalid_input', { reason: `The pipeline has no step "${named}".` });
  }
  const [first] = problems();
  if (first) throw new SluiceError('invalid_pipeline', { reason: first.message, problems: problems() });
}

function newRun(
  request: SubmitRun,
  target: Pick<NewRun, 'revision' | 'derived' | 'parameters'>,
  context: ServiceContext,
): NewRun {
  const { trigger, keyId, triggerId, origin } = request;
  return {
    id: context.newId(),
    pipelineId: request.pipelineId,
    ...target,
    environment: request.environment,
    mode: request.mode,
    trigger,
    cause: request.cause,
    upTo: request.upTo ?? null,
    keyId: keyId ?? null,
    queuedAt: context.now(),
    priority: request.priority ?? (trigger === 'window' ? windowPriority : 0),
    // Keys that a key made stand in its lane: nobody gets ahead by making more of them.
    lane: request.lane ?? laneOf(trigger, keyId && context.store.keys.rootOf(keyId), triggerId),
    notBefore: request.notBefore ?? null,
    originRun: origin?.run ?? null,
    originVerb: origin?.verb ?? null,
    fromNode: request.from ?? null,
    labels: [...new Set(request.labels ?? [])],
    triggerId: triggerId ?? null,
    chain: request.chain ?? 0,
  };
}

function laneOf(trigger: RunTrigger, keyId: string | undefined, triggerId: string | undefined): string {
  if (keyId !== undefined) return `key:${keyId}`;
  return triggerId === undefined ? trigger : `trigger:${triggerId}`;
}

/** The row as it was just written, without reading it back. */
function queuedRun(row: NewRun, seq: number, pipelineName: string): StoredRun {
  return {
    ...row,
    labels: [...row.labels],
    seq,
    pipelineName,
    status: 'queued',
    attempt: 0,
    percent: 0,
    startedAt: null,
    finishedAt: null,
    rowsRead: null,
    rowsWritten: null,
    error: null,
    note: null,
    pinned: false,
    cancelRequestedAt: null,
    cancelReason: null,
    logLines: 0,
    logRemovedAt: null,
  };
}

/** Two keys may use the same Idempotency-Key for different things; so may two environments of the window. */
function ownerOf(request: SubmitRun): string {
  return request.keyId ?? `${request.trigger}:${request.environment}`;
}
