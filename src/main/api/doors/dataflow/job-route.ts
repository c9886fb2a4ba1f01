import type { FastifyInstance } from 'fastify';
import type { RunSummary } from '../../../../shared/contract/domain.ts';
import type { RunsService } from '../../../services/service-types.ts';
import { keyOf } from '../../plugins/door-guard.ts';
import { addRoute } from '../../route-kit.ts';
import { visibleRun } from '../../run-access.ts';
import { toJobAnswer } from './answers.ts';
import { dataflowExamples } from './examples.ts';
import { savedNode } from './ingest-document.ts';
import { jobAnswer, jobPath } from './schemas.ts';

/** Status of a job, whichever door it came in by. */
export function addJob(
  door: FastifyInstance,
  url: string,
  id: string,
  runs: RunsService,
  dataPath: string,
): void {
  addRoute(door, {
    method: 'GET',
    url,
    operation: {
      id,
      summary: 'Get job status',
      description: 'Poll every 5 to 10 seconds, or use a webhook.',
      tag: 'Job Status',
      scope: 'dataflow:read',
      params: jobPath,
      refuses: { not_found: { what: 'job', id: dataflowExamples.job } },
      answers: {
        200: { description: 'How the job stands.', schema: jobAnswer, examples: dataflowExamples.status },
      },
    },
    handler: ({ params, request }) => {
      // The result of a failed job is why it failed.
      const run = visibleRun(runs, keyOf(request), params.job_id);
      const result = run.status === 'failed' || run.status === 'cancelled' ? run.id : resultOf(runs, run);
      return toJobAnswer(run, result === undefined ? '' : `${dataPath}/${result}`);
    },
  });
}

/**
 * The version that a job made, once it has completed: that of our own pipelines' last step, else the first that holds no
 * rejected rows. Undefined where it made none.
 */
export function resultOf(runs: RunsService, { id, status }: RunSummary): string | undefined {
  if (status !== 'succeeded') return undefined;
  const versions = runs.get(id).outputs.filter(({ versionId }) => versionId !== null);
  const best =
    versions.find(({ nodeId }) => nodeId === savedNode) ??
    versions.find(({ name }) => !name.endsWith('.rejected')) ??
    versions[0];
  return best?.versionId ?? undefined;
}
