import type { DomainEventData } from '../../shared/contract/domain-events.ts';
import { reportError, SluiceError } from '../../shared/errors/sluice-error.ts';
import { assert } from '../../shared/kernel/assert.ts';
import type { StoredRun } from '../store/runs-repository.ts';
import type { ServiceContext } from './service-context.ts';

/** A run as domain events tell of it. */
export function runData(run: StoredRun): DomainEventData<'run.queued'> {
  const { id: runId, pipelineId, pipelineName, revision, trigger, attempt } = run;
  return { runId, pipelineId, pipelineName, revision, trigger, attempt };
}

/** Records how a run ended; inside the transaction that ends it. */
export function recordEnd(context: ServiceContext, run: StoredRun): void {
  const { queuedAt, startedAt, finishedAt, rowsRead, rowsWritten, error, environment } = run;
  assert(finishedAt !== null, `run ${run.id} has not ended`);
  const data = { ...runData(run), queuedAt, startedAt, finishedAt, rowsRead, rowsWritten };
  if (run.status === 'succeeded') {
    context.record('run.succeeded', environment, data);
    return;
  }
  context.record(run.status === 'cancelled' ? 'run.cancelled' : 'run.failed', environment, {
    ...data,
    error:
      error ?? reportError(new SluiceError('run_failed', { reason: 'The run failed without a reason.' })),
  });
}
