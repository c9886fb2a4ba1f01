import type { RunSummary } from '../../shared/contract/domain.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { PipelineDocument } from '../../shared/pipeline/document.ts';
import type { Problem } from '../../shared/pipeline/problem.ts';
import type { SubmitRun } from './engine-ports.ts';
import { resolveParameters } from './parameter-values.ts';
import { presentRun } from './run-queries.ts';
import type { ServiceContext } from './service-context.ts';

const queueLimit = 10_000;
const idempotencyMilliseconds = 24 * 3_600_000;

export interface SubmitterOptions {
  /** Structural problems of a document, found without running anything. */
  readonly checkPipeline?: (document: PipelineDocument) => readonly Problem[];
}

/** Accepts runs: looks for a repeated request, checks pipeline, parameters and the queue, and commits the row. */
export function createRunSubmitter(
  context: ServiceContext,
  { checkPipeline }: SubmitterOptions,
): (request: SubmitRun) => RunSummary {
  const { store } = context;
  const { runs, idempotency } = store;

  function documentFor(request: SubmitRun): { document: PipelineDocument; revision: number } {
    const { pipelineId } = request;
    const pipeline = store.pipelines.find(pipelineId);
    if (!pipeline) throw new SluiceError('not_found', { what: 'pipeline', id: pipelineId });
    const revision = request.revision ?? pipeline.revision;
    const document = store.revisions.document(pipelineId, revision);
    if (!document)
      throw new SluiceError('not_found', { what: `revision ${revision} of the pipeline`, id: pipelineId });
    return { document, revision };
  }

  function requireRunnable(document: PipelineDocument, upTo: string | undefined): void {
    if (document.nodes.length === 0) {
      throw new SluiceError('invalid_pipeline', {
        reason: 'It has no steps. Add a source first.',
        problems: [],
      });
    }
    if (upTo !== undefined && !document.nodes.some((node) => node.id === upTo)) {
      throw new SluiceError('invalid_input', { reason: `The pipeline has no step "${upTo}".` });
    }
    const problems = checkPipeline?.(document).filter(({ severity }) => severity === 'error') ?? [];
    const [first] = problems;
    if (first) throw new SluiceError('invalid_pipeline', { reason: first.message, problems });
  }

  function accept(request: SubmitRun): number {
    const { document, revision } = documentFor(request);
    requireRunnable(document, request.upTo);
    const parameters = resolveParameters(document, request.parameters);
    if (runs.queuedCount() >= queueLimit) throw new SluiceError('queue_full', { limit: queueLimit });
    return runs.insert({
      id: context.newId(),
      pipelineId: request.pipelineId,
      revision,
      environment: request.environment,
      mode: request.mode,
      trigger: request.trigger,
      cause: request.cause,
      parameters,
      upTo: request.upTo ?? null,
      keyId: request.keyId ?? null,
      queuedAt: context.now(),
    });
  }

  /** The run that the same request made before. Another request under the same key is refused. */
  function madeBefore(request: SubmitRun): number | undefined {
    if (!request.idempotency) return undefined;
    idempotency.forgetBefore(new Date(context.clock.now() - idempotencyMilliseconds).toISOString());
    const before = idempotency.find(ownerOf(request), request.idempotency.key);
    if (before && before.requestDigest !== request.idempotency.requestDigest) {
      throw new SluiceError('idempotency_mismatch');
    }
    return before?.runSeq;
  }

  function acceptOnce(request: SubmitRun): number {
    const before = madeBefore(request);
    if (before !== undefined) return before;
    const runSeq = accept(request);
    if (request.idempotency) {
      const { key, requestDigest } = request.idempotency;
      idempotency.insert(ownerOf(request), key, { requestDigest, runSeq }, context.now());
    }
    const run = runs.findBySeq(runSeq);
    if (run) context.announce({ type: 'run.changed', run: presentRun(run) });
    return runSeq;
  }

  return (request) =>
    store.write(() => {
      const run = runs.findBySeq(acceptOnce(request));
      if (!run) throw new SluiceError('internal');
      return presentRun(run);
    });
}

/** Two keys may use the same Idempotency-Key for different things; so may two environments of the window. */
function ownerOf(request: SubmitRun): string {
  return request.keyId ?? `${request.trigger}:${request.environment}`;
}
