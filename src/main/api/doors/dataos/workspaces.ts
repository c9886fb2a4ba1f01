import type { FastifyInstance, FastifyRequest } from 'fastify';
import { SluiceError } from '../../../../shared/errors/sluice-error.ts';
import { keyOf } from '../../plugins/door-guard.ts';
import { addRoute, refuseOtherMethods } from '../../route-kit.ts';
import { toWorkspace } from './answers.ts';
import type { DataosDoorPorts } from './ports.ts';
import {
  pageOf,
  pageQuery,
  workspaceAnswer,
  workspaceBody,
  workspaceGone,
  workspacePath,
} from './schemas.ts';
import { yamlTypes } from './yaml-bodies.ts';

const listUrl = '/v1/workspaces';
const url = `${listUrl}/:name`;
const tag = 'Workspaces';
const missing = { title: 'Workspace', type: 'workspace', name: 'analytics' };
const example = {
  name: 'analytics',
  description: 'Analytics team workspace',
  created: '2024-01-01T00:00:00Z',
};
const told = {
  description: 'The workspace.',
  schema: workspaceAnswer,
  examples: { workspace: { value: example } },
};

export function addWorkspaces(door: FastifyInstance, ports: DataosDoorPorts): void {
  addReading(door, ports);
  addWriting(door, ports);
  refuseOtherMethods(door, listUrl, ['GET', 'POST']);
  refuseOtherMethods(door, url, ['GET', 'DELETE']);
}

function addReading(door: FastifyInstance, { workspaces }: DataosDoorPorts): void {
  addRoute(door, {
    method: 'GET',
    url: listUrl,
    operation: {
      summary: 'List workspaces',
      tag,
      scope: 'dataos:read',
      query: pageQuery,
      answers: {
        200: {
          description: 'A page of workspaces, in order of name.',
          schema: pageOf(workspaceAnswer),
          examples: { workspaces: { value: { data: [example], meta: { total: 1, limit: 20, offset: 0 } } } },
        },
      },
    },
    handler: ({ query: { limit, offset } }) => {
      const all = workspaces.list();
      const data = all.slice(offset, offset + limit).map(toWorkspace);
      return { data, meta: { total: all.length, limit, offset } };
    },
  });
  addRoute(door, {
    method: 'GET',
    url,
    operation: {
      summary: 'Get workspace',
      tag,
      scope: 'dataos:read',
      params: workspacePath,
      refuses: { resource_missing: missing },
      answers: { 200: told },
    },
    handler: ({ params: { name } }) => {
      const found = workspaces.find(name);
      if (!found) throw new SluiceError('resource_missing', { ...missing, name });
      return toWorkspace(found);
    },
  });
}

function addWriting(door: FastifyInstance, { workspaces }: DataosDoorPorts): void {
  addRoute(door, {
    method: 'POST',
    url: listUrl,
    operation: {
      summary: 'Create workspace',
      tag,
      scope: 'dataos:write',
      body: workspaceBody,
      bodyTypes: ['application/json', ...yamlTypes],
      bodyExamples: { workspace: { value: { name: 'analytics', description: 'Analytics team workspace' } } },
      refuses: { resource_exists: missing, key_limited: { what: 'new workspace' } },
      answers: { 201: told },
    },
    handler: ({ body: { name, description }, request, reply }) => {
      refuseLimited(request);
      void reply.status(201);
      return toWorkspace(workspaces.create(name, description));
    },
  });
  addRoute(door, {
    method: 'DELETE',
    url,
    operation: {
      summary: 'Delete workspace',
      description: 'One that still holds anything stays, and so does public.',
      tag,
      scope: 'dataos:write',
      params: workspacePath,
      refuses: {
        resource_missing: missing,
        workspace_in_use: { name: 'analytics', content: '3 workflows, 1 dataset' },
        workspace_protected: { name: 'public' },
        key_limited: { what: 'change of workspaces' },
      },
      answers: {
        200: {
          description: 'It is gone.',
          schema: workspaceGone,
          examples: {
            deleted: {
              value: { message: 'Workspace deleted successfully', workspace: { name: 'old-workspace' } },
            },
          },
        },
      },
    },
    handler: ({ params: { name }, request }) => {
      refuseLimited(request);
      workspaces.remove(name);
      return { message: 'Workspace deleted successfully', workspace: { name } };
    },
  });
}

function refuseLimited(request: FastifyRequest): void {
  if (keyOf(request).pipelineIds !== null)
    throw new SluiceError('key_limited', { what: 'change of workspaces' });
}
