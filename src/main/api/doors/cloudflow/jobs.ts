import type { FastifyInstance } from 'fastify';
import type { KeySummary, RunDetail, RunStatus, RunSummary } from '../../../../shared/contract/domain.ts';
import type { PipelineDocument } from '../../../../shared/pipeline/document.ts';
import type { SubmitRun } from '../../../services/engine-ports.ts';
import type { PipelinesService, RunsService } from '../../../services/service-types.ts';
import { idempotencyOf } from '../../idempotency.ts';
import { keyOf } from '../../plugins/door-guard.ts';
import { addRoute, refuseOtherMethods } from '../../route-kit.ts';
import { visibleRun } from '../../run-access.ts';
import { visiblePipeline } from './access.ts';
import { jobDocument } from './job-document.ts';
import {
  type JobAnswer,
  type JobStatus,
  jobAnswer,
  jobPath,
  jobsAnswer,
  jobsQuery,
  submitBody,
} from './schemas.ts';

export interface JobRoutesPorts {
  readonly pipelines: PipelinesService;
  readonly runs: RunsService;
  /** The dataset that an id means, for this key. */
  findDataset(key: KeySummary): (id: string) => { name: string; versionId?: string } | undefined;
  /** Tells the engine that the queue grew. */
  kick(): void;
}

export const jobsBase = '/api/v1/jobs';
const one = `${jobsBase}/:jobId`;
export const jobsTag = 'Data processing';

const exampleId = '01a1fddd-f0bb-7bfb-8bc1-4e85fb7a3c58';
const example: JobAnswer = {
  jobId: exampleId,
  pipelineId: '2b081248-4963-43b3-ba06-5b7403d58b4d',
  status: 'queued',
  progress: 0,
  createdAt: '2024-11-02T09:15:00.000Z',
  startedAt: null,
  finishedAt: null,
  error: null,
};

export function addJobRoutes(door: FastifyInstance, ports: JobRoutesPorts): void {
  addSubmit(door, ports);
  addList(door, ports);
  for (const url of [`${one}/status`, one]) {
    addStatus(door, url, ports);
    refuseOtherMethods(door, url, url === one ? ['GET', 'DELETE'] : ['GET']);
  }
  addCancel(door, 'POST', `${one}/cancel`, ports);
  addCancel(door, 'DELETE', one, ports);
  refuseOtherMethods(door, `${one}/cancel`, ['POST']);
  refuseOtherMethods(door, jobsBase, ['GET', 'POST']);
}

function addSubmit(door: FastifyInstance, ports: JobRoutesPorts): void {
  addRoute(door, {
    method: 'POST',
    url: jobsBase,
    operation: {
      summary: 'Submit a processing job',
      description:
        'The answer comes after the job is durable. An input takes the place of the pipeline’s source in this job alone; whether it is there is found out when the job runs.',
      tag: jobsTag,
      scope: 'cloudflow:run',
      body: submitBody,
      bodyExamples: { document: { value: { pipelineId: exampleId, input: 's3://fake-bucket/data.csv' } } },
      headers: { 'Idempotency-Key': 'Repeating a request with the same key answers with the same job.' },
      answers: {
        202: {
          description: 'The job.',
          schema: jobAnswer,
          examples: { accepted: { value: example } },
          headers: { Location: 'Where its status is.' },
        },
      },
      refuses: {
        invalid_pipeline: { reason: 'it has no source. Add a source step, or give the job an input.' },
        invalid_parameters: { reason: 'least: must be a whole number.' },
        not_found: { what: 'pipeline', id: exampleId },
        key_limited: { what: 'use of datasets, files or sources that its pipelines do not use yet' },
        queue_full: { limit: 10_000 },
      },
    },
    handler: async ({ body, request, reply }) => {
      const key = keyOf(request);
      const wanted = jobOf(ports, body, key, idempotencyOf(request, ['cloudflow', body]));
      // Requests that arrive together share a commit; each is answered after it.
      const run = await ports.runs.together(() => ports.runs.submit(wanted));
      ports.kick();
      return reply.status(202).header('location', `${jobsBase}/${run.id}/status`).send(toJob(run));
    },
  });
}

interface Submission {
  readonly pipelineId: string;
  readonly input?: string | undefined;
  readonly parameters?: SubmitRun['parameters'] | undefined;
}

function jobOf(
  { pipelines, findDataset }: JobRoutesPorts,
  { pipelineId, input, parameters = {} }: Submission,
  key: KeySummary,
  idempotency: SubmitRun['idempotency'],
): SubmitRun {
  const pipeline = visiblePipeline(pipelines, key, pipelineId);
  const document = jobDocument(pipeline.document, input, key, findDataset(key));
  const own: PipelineDocument | undefined = document === pipeline.document ? undefined : document;
  return {
    pipelineId: pipeline.id,
    revision: pipeline.revision,
    document: own,
    parameters,
    mode: 'fast',
    environment: key.environment,
    trigger: 'api',
    cause: key.name,
    keyId: key.id,
    ...(idempotency && { idempotency }),
  };
}

function addList(door: FastifyInstance, { runs }: JobRoutesPorts): void {
  addRoute(door, {
    method: 'GET',
    url: jobsBase,
    operation: {
      summary: 'List jobs',
      description: 'Newest first, whatever they were started by.',
      tag: jobsTag,
      scope: 'cloudflow:read',
      query: jobsQuery,
      answers: {
        200: {
          description: 'A page of them.',
          schema: jobsAnswer,
          examples: { page: { value: { jobs: [example], next: null } } },
        },
      },
    },
    handler: ({ query, request }) => {
      const key = keyOf(request);
      const { pipelineId, status, limit, cursor } = query;
      const page = runs.list({
        environment: key.environment,
        limit,
        ...(key.pipelineIds && { pipelineIds: [...key.pipelineIds] }),
        ...(pipelineId !== undefined && { pipelineId }),
        ...(status && { statuses: [coreWords[status]] }),
        ...(cursor !== undefined && { cursor }),
      });
      return { jobs: page.runs.map(toJob), next: page.next };
    },
  });
}

function addStatus(door: FastifyInstance, url: string, { runs }: JobRoutesPorts): void {
  addRoute(door, {
    method: 'GET',
    url,
    operation: {
      summary: url === one ? 'Get a job' : 'Monitor job status',
      tag: jobsTag,
      scope: 'cloudflow:read',
      params: jobPath,
      answers: {
        200: {
          description: 'How it stands.',
          schema: jobAnswer,
          examples: { queued: { value: example } },
        },
      },
    },
    handler: ({ params, request }) => toJob(visibleRun(runs, keyOf(request), params.jobId)),
  });
}

function addCancel(
  door: FastifyInstance,
  method: 'POST' | 'DELETE',
  url: string,
  { runs }: JobRoutesPorts,
): void {
  addRoute(door, {
    method,
    url,
    operation: {
      summary: method === 'POST' ? 'Cancel a job' : 'Cancel a job (DELETE)',
      description:
        'A queued job is cancelled at once; a running one is told to stop and answers `running` until it has.',
      tag: jobsTag,
      scope: 'cloudflow:run',
      params: jobPath,
      answers: {
        200: {
          description: 'The job as it is now.',
          schema: jobAnswer,
          examples: {
            cancelled: {
              value: {
                ...example,
                status: 'cancelled',
                finishedAt: example.createdAt,
                error: 'The run was cancelled.',
              },
            },
          },
        },
      },
      refuses: { run_finished: { status: 'succeeded' } },
    },
    handler: ({ params, request }) => {
      const key = keyOf(request);
      const { id } = visibleRun(runs, key, params.jobId);
      runs.requestCancel(id);
      return toJob(visibleRun(runs, key, id));
    },
  });
}

const words: Record<RunStatus, JobStatus> = {
  queued: 'queued',
  running: 'running',
  succeeded: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
};
const coreWords = Object.fromEntries(Object.entries(words).map(([core, word]) => [word, core])) as Record<
  JobStatus,
  RunStatus
>;

export function toJob(run: RunSummary | RunDetail): JobAnswer {
  return {
    jobId: run.id,
    pipelineId: run.pipelineId,
    status: words[run.status],
    progress: run.percent,
    createdAt: run.queuedAt,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    error: run.error?.message ?? null,
  };
}
