import type { FastifyInstance } from 'fastify';
import type { KeySummary, PipelineDetail } from '../../../../shared/contract/domain.ts';
import { SluiceError } from '../../../../shared/errors/sluice-error.ts';
import type { PipelineDocument } from '../../../../shared/pipeline/document.ts';
import { authorOf } from '../../../services/author.ts';
import { refuseNewReach, refuseSharedChange } from '../../../services/reach-beyond.ts';
import type { PipelinesService } from '../../../services/service-types.ts';
import { keyOf, reaches } from '../../plugins/door-guard.ts';
import { addRoute, refuseOtherMethods } from '../../route-kit.ts';
import { documentToSteps, stepsToDocument } from '../../transformations/index.ts';
import { visiblePipeline } from './access.ts';
import { withResults } from './job-document.ts';
import {
  createPipelineBody,
  type PipelineAnswer,
  pipelineAnswer,
  pipelinePath,
  pipelinesAnswer,
  pipelinesQuery,
  updatePipelineBody,
} from './schemas.ts';

export interface PipelineRoutesPorts {
  readonly pipelines: PipelinesService;
  /** The dataset that an id in a step means, for this key. */
  findDataset(key: KeySummary): (id: string) => { name: string; versionId?: string } | undefined;
}

const base = '/api/v1/pipelines';
const one = `${base}/:pipelineId`;
const tag = 'Pipeline management';

const steps: PipelineAnswer['steps'] = [
  { type: 'source', config: { path: '/fake/data.csv' } },
  { type: 'transform', config: { operation: 'uppercase' } },
  { type: 'sink', config: { target: 'db://fake-database' } },
];
const exampleBody = { name: 'MyFakePipeline', steps };
const example = {
  pipelineId: '01a1fddd-f0bb-7bfb-8bc1-4e85fb7a3c58',
  ...exampleBody,
  createdAt: '2024-11-02T09:15:00.000Z',
  updatedAt: '2024-11-02T09:15:00.000Z',
};

export function addPipelineRoutes(door: FastifyInstance, ports: PipelineRoutesPorts): void {
  addCreate(door, ports);
  addList(door, ports);
  addGet(door, ports);
  addUpdate(door, ports);
  addDelete(door, ports);
  refuseOtherMethods(door, base, ['GET', 'POST']);
  refuseOtherMethods(door, one, ['GET', 'PUT', 'DELETE']);
}

function addCreate(door: FastifyInstance, { pipelines, findDataset }: PipelineRoutesPorts): void {
  addRoute(door, {
    method: 'POST',
    url: base,
    operation: {
      summary: 'Create a pipeline',
      description:
        'Files, tables and buckets that the steps name need not exist yet: what is missing is told when a job runs.',
      tag,
      scope: 'cloudflow:write',
      body: createPipelineBody,
      bodyExamples: { document: { value: exampleBody } },
      answers: {
        201: {
          description: 'The pipeline.',
          schema: pipelineAnswer,
          examples: { made: { value: example } },
          headers: { Location: 'Address of the pipeline.' },
        },
      },
      refuses: {
        invalid_steps: { reason: "Step 'transform' missing required field 'operation'" },
      },
    },
    handler: ({ body, request, reply }) => {
      const key = keyOf(request);
      refuseLimitedKey(key, 'pipelines');
      const document = stepsToDocument(body.steps, { name: body.name, findDataset: findDataset(key) });
      const made = pipelines.create(document, authorOf(key), { environment: key.environment });
      return reply.status(201).header('location', `${base}/${made.id}`).send(toAnswer(made));
    },
  });
}

function addList(door: FastifyInstance, { pipelines }: PipelineRoutesPorts): void {
  addRoute(door, {
    method: 'GET',
    url: base,
    operation: {
      summary: 'List pipelines',
      description: 'Last changed first. Pipelines of every door and of the window are there.',
      tag,
      scope: 'cloudflow:read',
      query: pipelinesQuery,
      answers: {
        200: {
          description: 'A page of them.',
          schema: pipelinesAnswer,
          examples: { page: { value: { pipelines: [example], total: 1, limit: 100, offset: 0 } } },
        },
      },
    },
    handler: ({ query, request }) => {
      const key = keyOf(request);
      const { limit, page, search } = query;
      const offset = page === undefined ? query.offset : (page - 1) * limit;
      const all = pipelines
        .list({ environment: key.environment, ...(search !== undefined && { search }) })
        .filter(({ id }) => reaches(key, id));
      const shown = all.slice(offset, offset + limit);
      return {
        pipelines: shown.map(({ id }) => toAnswer(pipelines.get(id))),
        total: all.length,
        limit,
        offset,
      };
    },
  });
}

function addGet(door: FastifyInstance, { pipelines }: PipelineRoutesPorts): void {
  addRoute(door, {
    method: 'GET',
    url: one,
    operation: {
      summary: 'Get a pipeline',
      tag,
      scope: 'cloudflow:read',
      params: pipelinePath,
      answers: {
        200: { description: 'The pipeline.', schema: pipelineAnswer, examples: { one: { value: example } } },
      },
    },
    handler: ({ params, request }) => toAnswer(visiblePipeline(pipelines, keyOf(request), params.pipelineId)),
  });
}

function addUpdate(door: FastifyInstance, { pipelines, findDataset }: PipelineRoutesPorts): void {
  addRoute(door, {
    method: 'PUT',
    url: one,
    operation: {
      summary: 'Update a pipeline',
      description: 'What is left out stays. Steps replace all steps; a schedule and the like stay.',
      tag,
      scope: 'cloudflow:write',
      params: pipelinePath,
      body: updatePipelineBody,
      bodyExamples: {
        document: { value: { steps: [{ type: 'transform', config: { operation: 'reverse' } }] } },
        name: { value: { name: 'MyFakePipeline' } },
      },
      answers: {
        200: {
          description: 'The pipeline as it is now.',
          schema: pipelineAnswer,
          examples: { one: { value: example } },
        },
      },
      refuses: {
        invalid_steps: { reason: "Step 'transform' missing required field 'operation'" },
        key_limited: { what: 'use of datasets, files or sources that its pipelines do not use yet' },
      },
    },
    handler: ({ params, body, request }) => {
      const key = keyOf(request);
      const now = visiblePipeline(pipelines, key, params.pipelineId);
      refuseSharedChange(key, now.environment, 'pipeline');
      const name = body.name ?? now.name;
      const made =
        body.steps === undefined
          ? undefined
          : stepsToDocument(body.steps, { name, findDataset: findDataset(key) });
      const document: PipelineDocument = {
        ...now.document,
        name,
        ...(made && { nodes: made.nodes, edges: made.edges }),
      };
      // A name is also that of the dataset which results go to.
      refuseNewReach(key, withResults(now.document), withResults(document));
      pipelines.save(now.id, now.revision, document, authorOf(key));
      return toAnswer(pipelines.get(now.id));
    },
  });
}

function addDelete(door: FastifyInstance, { pipelines }: PipelineRoutesPorts): void {
  addRoute(door, {
    method: 'DELETE',
    url: one,
    operation: {
      summary: 'Delete a pipeline',
      description: 'Its jobs and their results stay.',
      tag,
      scope: 'cloudflow:write',
      params: pipelinePath,
      answers: { 204: { description: 'It is gone.' } },
    },
    handler: ({ params, request, reply }) => {
      const key = keyOf(request);
      const { id, environment } = visiblePipeline(pipelines, key, params.pipelineId);
      refuseSharedChange(key, environment, 'pipeline');
      pipelines.remove([id], authorOf(key));
      return reply.status(204).send();
    },
  });
}

export function toAnswer(pipeline: PipelineDetail): PipelineAnswer {
  const { id, name, createdAt, updatedAt, document } = pipeline;
  return { pipelineId: id, name, steps: documentToSteps(document) ?? null, createdAt, updatedAt };
}

/** What it made it could not see. */
export function refuseLimitedKey({ pipelineIds }: Pick<KeySummary, 'pipelineIds'>, what: string): void {
  if (pipelineIds !== null) throw new SluiceError('key_limited', { what });
}
