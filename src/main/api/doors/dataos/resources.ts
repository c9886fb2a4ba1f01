import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type ResourceType, resourceTypes } from '../../../../shared/contract/resources.ts';
import { SluiceError } from '../../../../shared/errors/sluice-error.ts';
import { keyOf } from '../../plugins/door-guard.ts';
import { addRoute, refuseOtherMethods } from '../../route-kit.ts';
import { toChanged, toListed, toResource } from './answers.ts';
import { changedExample, exampleWorkflow, workflowText } from './examples.ts';
import type { DataosDoorPorts } from './ports.ts';
import {
  changedAnswer,
  createBody,
  deletedAnswer,
  listAnswer,
  listQuery,
  placeQuery,
  resourceAnswer,
  resourcePath,
  updateBody,
  updatePath,
} from './schemas.ts';
import { requireReadableSql } from './sql-check.ts';
import { yamlTypes } from './yaml-bodies.ts';

const listUrl = '/v1/resources';
export const resourceUrl = `${listUrl}/:type/:name`;
export const tag = 'Resources';
const bodyTypes = ['application/json', ...yamlTypes];

export const missing = { title: 'Workflow', type: 'workflow', name: 'daily-etl', workspace: 'analytics' };
export const ambiguous = { ...missing, workspaces: 'analytics, sales' };
const refusesChange = {
  invalid_resource: { reason: 'workflow.dag[0].dependencies[0]: There is no task named "load".', path: '' },
  invalid_pipeline: { reason: 'The steps run in a circle.' },
  queue_full: { limit: 10_000 },
} as const;

export function addResources(door: FastifyInstance, ports: DataosDoorPorts): void {
  addList(door, ports);
  addCreate(door, ports);
  addGet(door, ports);
  addUpdate(door, ports);
  addDelete(door, ports);
  refuseOtherMethods(door, listUrl, ['GET', 'POST']);
  refuseOtherMethods(door, resourceUrl, ['GET', 'PUT', 'DELETE']);
}

function addList(door: FastifyInstance, ports: DataosDoorPorts): void {
  addRoute(door, {
    method: 'GET',
    url: listUrl,
    operation: {
      summary: 'List resources',
      description: 'In order of name. Depots and secrets are listed for keys that may write.',
      tag,
      scope: 'dataos:read',
      query: listQuery,
      answers: {
        200: {
          description: 'A page of resources.',
          schema: listAnswer,
          examples: {
            workflows: {
              value: {
                data: [
                  {
                    name: 'daily-etl',
                    version: 'v1',
                    type: 'workflow',
                    workspace: 'analytics',
                    status: 'active',
                    created: '2024-01-01T00:00:00Z',
                  },
                ],
                meta: { total: 45, limit: 20, offset: 0 },
              },
            },
          },
        },
      },
    },
    handler: ({ query: { type, limit, offset, ...filter }, request }) => {
      const key = keyOf(request);
      if (type) requireSight(ports, request, type);
      const mayWrite = ports.front.keys.allows(key, writeScope);
      const types = type ? [type] : mayWrite ? undefined : resourceTypes.filter((one) => !guarded.has(one));
      const { resources, total } = ports.resources.list(key, { ...filter, types, limit, offset });
      return { data: resources.map(toListed), meta: { total, limit, offset } };
    },
  });
}

function addCreate(door: FastifyInstance, ports: DataosDoorPorts): void {
  addRoute(door, {
    method: 'POST',
    url: listUrl,
    operation: {
      summary: 'Create resource',
      description:
        'The part of its type stands under the type’s name, or under spec. The workspace is made where there is none. A workflow without a schedule runs once; one with a schedule runs by it.',
      tag,
      scope: writeScope,
      body: createBody,
      bodyTypes,
      bodyExamples: {
        workflow: { summary: 'A workflow', value: exampleWorkflow },
        yaml: { summary: 'The same as YAML', value: workflowText, type: 'application/yaml' },
      },
      refuses: {
        ...refusesChange,
        resource_exists: missing,
        key_limited: { what: 'new workflow' },
        secrets_unreadable: { name: 'sources' },
      },
      answers: {
        201: {
          description: 'It was accepted; ask for it to see how it stands.',
          schema: changedAnswer,
          examples: { created: { value: changedExample('created') } },
          headers: {
            'X-Signing-Secret': 'Of a service that is called by webhook: what calls are signed with.',
          },
        },
      },
    },
    handler: async ({ body, request, reply }) => {
      const { name, type, version, tags, description, workspace = 'public' } = body;
      const spec = partOf(type, request.body);
      const input = { name, type, version, tags, description, spec };
      const key = keyOf(request);
      if (type === 'workflow') await requireReadableSql(ports.check, key.environment, spec);
      const { row, signingSecret } = await ports.resources.create(key, input, workspace);
      ports.kick();
      void reply.status(201).header('cache-control', 'no-store');
      if (signingSecret !== undefined) void reply.header('x-signing-secret', signingSecret);
      return toChanged('created', row);
    },
  });
}

function addGet(door: FastifyInstance, ports: DataosDoorPorts): void {
  addRoute(door, {
    method: 'GET',
    url: resourceUrl,
    operation: {
      summary: 'Get resource',
      tag,
      scope: 'dataos:read',
      params: resourcePath,
      query: placeQuery,
      refuses: { resource_missing: missing, resource_ambiguous: ambiguous },
      answers: {
        200: {
          description: 'The resource. Nothing secret is told.',
          schema: resourceAnswer,
          examples: {
            workflow: {
              value: {
                name: 'daily-etl',
                version: 'v1',
                type: 'workflow',
                workspace: 'analytics',
                tags: ['production', 'daily'],
                description: 'Daily ETL pipeline',
                status: 'active',
                spec: { workflow: { schedule: { cron: '0 2 * * *' }, dag: [] } },
              },
            },
          },
        },
      },
    },
    handler: ({ params, query, request }) => {
      requireSight(ports, request, params.type);
      return toResource(ports.resources.get(keyOf(request), { ...params, ...query }));
    },
  });
}

function addUpdate(door: FastifyInstance, ports: DataosDoorPorts): void {
  addRoute(door, {
    method: 'PUT',
    url: resourceUrl,
    operation: {
      summary: 'Update resource',
      description:
        'Replaces what was sent before. A workflow gets a new revision; without a schedule it runs once more.',
      tag,
      scope: writeScope,
      params: updatePath,
      query: placeQuery,
      body: updateBody,
      bodyTypes,
      bodyExamples: {
        workflow: { summary: 'A workflow', value: exampleWorkflow },
        yaml: { summary: 'The same as YAML', value: workflowText, type: 'application/yaml' },
        part: { summary: 'Without what the address says', value: { workflow: exampleWorkflow.workflow } },
      },
      refuses: {
        ...refusesChange,
        resource_missing: missing,
        resource_ambiguous: ambiguous,
        key_limited: { what: 'use of datasets, files or sources that its pipelines do not use yet' },
        secrets_unreadable: { name: 'sources' },
      },
      answers: {
        200: {
          description: 'It was accepted; ask for it to see how it stands.',
          schema: changedAnswer,
          examples: { updated: { value: changedExample('updated') } },
        },
      },
    },
    handler: async ({ params, query, body, request }) => {
      const { type, name } = params;
      if ((body.type ?? type) !== type || (body.name ?? name) !== name)
        throw new SluiceError('invalid_input', {
          reason: `body: The address means the ${type} "${name}", the body another. Names and types do not change.`,
        });
      const { version, tags, description } = body;
      const input = { version, tags, description, spec: partOf(type, request.body) };
      const address = { type, name, workspace: query.workspace ?? body.workspace };
      const key = keyOf(request);
      if (type === 'workflow') await requireReadableSql(ports.check, key.environment, input.spec);
      const { row } = await ports.resources.update(key, address, input);
      ports.kick();
      return toChanged('updated', row);
    },
  });
}

function addDelete(door: FastifyInstance, ports: DataosDoorPorts): void {
  addRoute(door, {
    method: 'DELETE',
    url: resourceUrl,
    operation: {
      summary: 'Delete resource',
      description: 'Datasets that a workflow published stay.',
      tag,
      scope: writeScope,
      params: resourcePath,
      query: placeQuery,
      refuses: { resource_missing: missing, resource_ambiguous: ambiguous },
      answers: {
        200: {
          description: 'It is gone.',
          schema: deletedAnswer,
          examples: {
            deleted: {
              value: {
                message: 'Resource deleted successfully',
                resource: { name: 'my-workflow', type: 'workflow' },
              },
            },
          },
        },
      },
    },
    handler: async ({ params, query, request }) => {
      const { name, type } = await ports.resources.remove(keyOf(request), { ...params, ...query });
      return { message: 'Resource deleted successfully', resource: { name, type } };
    },
  });
}

const writeScope = 'dataos:write';
/** How things outside are reached is for keys that may change it. */
const guarded: ReadonlySet<ResourceType> = new Set(['depot', 'secret']);

export function requireSight({ front }: DataosDoorPorts, request: FastifyRequest, type: ResourceType): void {
  if (guarded.has(type) && !front.keys.allows(keyOf(request), writeScope))
    throw new SluiceError('forbidden', { scope: writeScope });
}

/** The part of the type as it was sent: what is told later has none of our defaults in it. */
function partOf(type: ResourceType, body: unknown): Record<string, unknown> {
  const given = body as Record<string, unknown>;
  const told = (given.spec ?? {}) as Record<string, unknown>;
  const part = given[type] ?? told[type];
  if (part !== undefined) return { [type]: part };
  throw new SluiceError('invalid_resource', {
    reason: `${type}: Give the ${type} under "${type}" (or under "spec.${type}").`,
    path: type,
  });
}
