import type { FastifyInstance } from 'fastify';
import type { KeySummary } from '../../../../shared/contract/domain.ts';
import type { SourceMetadata, SourceSummary, SourceTestResult } from '../../../../shared/contract/sources.ts';
import { SluiceError } from '../../../../shared/errors/sluice-error.ts';
import { uuid } from '../../../../shared/kernel/ids.ts';
import { authorOf } from '../../../services/author.ts';
import type { SourcesService, TriedSource } from '../../../services/index.ts';
import { refuseSharedChange } from '../../../services/reach-beyond.ts';
import { untilHangUp } from '../../hang-up.ts';
import { keyOf, reaches } from '../../plugins/door-guard.ts';
import { addRoute, refuseOtherMethods } from '../../route-kit.ts';
import { found, isSeen } from './access.ts';
import { refuseLimitedKey } from './pipelines.ts';
import {
  createSourceBody,
  metadataAnswer,
  metadataQuery,
  type SourceAnswer,
  sourceAnswer,
  sourcePath,
  sourcesAnswer,
  sourcesQuery,
  testAnswer,
  testSourceBody,
  updateSourceBody,
} from './schemas.ts';
import { changedConnection, connectionOf, freeName } from './source-bodies.ts';

export interface SourceRoutesPorts {
  readonly sources: SourcesService;
  /** Really connects; a failed connection is an answer, not an error. */
  testSource(source: { id: string } | TriedSource, signal: AbortSignal): Promise<SourceTestResult>;
  sourceMetadata(wanted: { id: string; table?: string }, signal: AbortSignal): Promise<SourceMetadata>;
}

const base = '/api/v1/datasources';
const one = `${base}/:id`;
const tag = 'Data sources';

const body = {
  type: 'database',
  connectionString: 'Server=fake-db;Database=fake;User Id=fake;Password=fake;',
};
const example: SourceAnswer = {
  id: '01a1fddd-f0bb-7bfb-8bc1-4e85fb7a3c58',
  name: 'fake',
  type: 'database',
  engine: 'postgresql',
  description: '',
  config: { host: 'fake-db', port: 5432, database: 'fake', user: 'fake', tls: 'off' },
  secrets: ['password'],
  createdAt: '2024-11-02T09:15:00.000Z',
  updatedAt: '2024-11-02T09:15:00.000Z',
  lastTest: null,
};
const nameTaken = { name_taken: { what: 'source', name: 'fake' } };

export function addSourceRoutes(door: FastifyInstance, ports: SourceRoutesPorts): void {
  addCreate(door, ports);
  addList(door, ports);
  addTest(door, ports);
  addGet(door, ports);
  addUpdate(door, ports);
  addDelete(door, ports);
  addMetadata(door, ports);
  refuseOtherMethods(door, base, ['GET', 'POST']);
  refuseOtherMethods(door, `${base}/test`, ['POST']);
  refuseOtherMethods(door, one, ['GET', 'PUT', 'DELETE']);
  refuseOtherMethods(door, `${one}/metadata`, ['GET']);
}

function addCreate(door: FastifyInstance, { sources }: SourceRoutesPorts): void {
  addRoute(door, {
    method: 'POST',
    url: base,
    operation: {
      summary: 'Add a data source',
      description: 'It is stored without being tried; its password is kept apart and never sent back.',
      tag,
      scope: 'cloudflow:sources',
      body: createSourceBody,
      bodyExamples: {
        document: { value: body },
        bucket: {
          summary: 'An S3-compatible bucket',
          value: {
            name: 'exports',
            type: 's3',
            config: {
              bucket: 'exports',
              endpoint: 'http://127.0.0.1:9000',
              accessKeyId: 'me',
              secretAccessKey: '...',
            },
          },
        },
      },
      answers: {
        201: {
          description: 'The data source.',
          schema: sourceAnswer,
          examples: { made: { value: example } },
          headers: { Location: 'Address of the data source.' },
        },
      },
      refuses: nameTaken,
    },
    handler: async ({ body: { name, description, ...connection }, request, reply }) => {
      const key = keyOf(request);
      refuseLimitedKey(key, 'data sources');
      const { config, secrets } = connectionOf(connection);
      const taken = sources.list({ environment: key.environment }).map((source) => source.name);
      const made = await sources.create(
        { name: name ?? freeName(config, taken), description, config, secrets },
        authorOf(key),
        { environment: key.environment },
      );
      return reply.status(201).header('location', `${base}/${made.id}`).send(toAnswer(made));
    },
  });
}

function addList(door: FastifyInstance, { sources }: SourceRoutesPorts): void {
  addRoute(door, {
    method: 'GET',
    url: base,
    operation: {
      summary: 'List data sources',
      tag,
      scope: 'cloudflow:read',
      query: sourcesQuery,
      answers: {
        200: {
          description: 'A page of them, by name.',
          schema: sourcesAnswer,
          examples: { page: { value: { datasources: [example], total: 1, limit: 100, offset: 0 } } },
        },
      },
    },
    handler: ({ query: { limit, offset, search }, request }) => {
      const key = keyOf(request);
      const all = sources
        .list({ environment: key.environment, ...(search !== undefined && { search }) })
        .filter((source) => isReached(sources, key, source));
      return {
        datasources: all.slice(offset, offset + limit).map(toAnswer),
        total: all.length,
        limit,
        offset,
      };
    },
  });
}

function addTest(door: FastifyInstance, { sources, testSource }: SourceRoutesPorts): void {
  addRoute(door, {
    method: 'POST',
    url: `${base}/test`,
    operation: {
      summary: 'Test a connection',
      description:
        'Really connects, and says what failed. Takes a connection string, a type with its config, or the id of a stored data source. A test that fails is answered 200 with `success: false`.',
      tag,
      scope: 'cloudflow:sources',
      body: testSourceBody,
      bodyExamples: { document: { value: { connectionString: body.connectionString } } },
      answers: {
        200: {
          description: 'What came of it.',
          schema: testAnswer,
          examples: {
            failed: {
              value: {
                success: false,
                failed: 'name',
                message: 'There is no host named fake-db.',
                server: null,
                milliseconds: 12.5,
              },
            },
          },
        },
      },
      refuses: { not_found: { what: 'data source', id: example.id } },
    },
    handler: async ({ body: { id, ...connection }, request, reply }) => {
      const key = keyOf(request);
      if (id === undefined) refuseLimitedKey(key, 'test of other data sources');
      const tried = id === undefined ? connectionOf(connection) : { id: visible(sources, key, id).id };
      const { ok, failed, message, server, milliseconds } = await testSource(tried, untilHangUp(reply));
      return { success: ok, failed, message, server, milliseconds };
    },
  });
}

function addGet(door: FastifyInstance, { sources }: SourceRoutesPorts): void {
  addRoute(door, {
    method: 'GET',
    url: one,
    operation: {
      summary: 'Get a data source',
      tag,
      scope: 'cloudflow:read',
      params: sourcePath,
      answers: {
        200: { description: 'The data source.', schema: sourceAnswer, examples: { one: { value: example } } },
      },
    },
    handler: ({ params, request }) => toAnswer(visible(sources, keyOf(request), params.id)),
  });
}

function addUpdate(door: FastifyInstance, { sources }: SourceRoutesPorts): void {
  addRoute(door, {
    method: 'PUT',
    url: one,
    operation: {
      summary: 'Update a data source',
      tag,
      scope: 'cloudflow:sources',
      params: sourcePath,
      body: updateSourceBody,
      bodyExamples: { document: { value: body } },
      answers: {
        200: {
          description: 'The data source as it is now.',
          schema: sourceAnswer,
          examples: { one: { value: example } },
        },
      },
      refuses: nameTaken,
    },
    handler: async ({ params, body: { name, description, ...connection }, request }) => {
      const key = keyOf(request);
      const now = visible(sources, key, params.id);
      refuseLimitedKey(key, 'data sources');
      refuseSharedChange(key, now.environment, 'data source');
      const change = { name, description, ...changedConnection(connection, now) };
      return toAnswer(await sources.update(now.id, change, authorOf(key)));
    },
  });
}

function addDelete(door: FastifyInstance, { sources }: SourceRoutesPorts): void {
  addRoute(door, {
    method: 'DELETE',
    url: one,
    operation: {
      summary: 'Delete a data source',
      description: 'Pipelines that name it fail from then on.',
      tag,
      scope: 'cloudflow:sources',
      params: sourcePath,
      answers: { 204: { description: 'It is gone.' } },
    },
    handler: async ({ params, request, reply }) => {
      const key = keyOf(request);
      const { id, environment } = visible(sources, key, params.id);
      refuseLimitedKey(key, 'data sources');
      refuseSharedChange(key, environment, 'data source');
      await sources.remove([id], authorOf(key));
      return reply.status(204).send();
    },
  });
}

function addMetadata(door: FastifyInstance, { sources, sourceMetadata }: SourceRoutesPorts): void {
  addRoute(door, {
    method: 'GET',
    url: `${one}/metadata`,
    operation: {
      summary: 'Retrieve metadata of a data source',
      description: 'Tables and views, objects or files, with their columns and counts.',
      tag,
      scope: 'cloudflow:sources',
      params: sourcePath,
      query: metadataQuery,
      answers: {
        200: {
          description: 'What is there.',
          schema: metadataAnswer,
          examples: {
            tables: {
              value: {
                id: example.id,
                tables: [
                  {
                    name: 'public.orders',
                    type: 'table',
                    columns: [{ name: 'id', type: 'integer', nullable: false }],
                    rowCount: 3,
                    rowCountExact: true,
                    bytes: 8192,
                  },
                ],
                more: false,
              },
            },
          },
        },
      },
      refuses: {
        source_unreachable: { name: 'fake', reason: 'There is no host named fake-db.' },
        source_refused: { name: 'fake', reason: 'The password is wrong.' },
      },
    },
    handler: async ({ params, query: { table }, request, reply }) => {
      const { id } = visible(sources, keyOf(request), params.id);
      const wanted = { id, ...(table !== undefined && { table }) };
      const { tables, more } = await sourceMetadata(wanted, untilHangUp(reply));
      return {
        id,
        tables: tables.map(({ name, kind, columns, rows, rowsExact, bytes }) => ({
          name,
          type: kind,
          columns,
          rowCount: rows,
          rowCountExact: rowsExact,
          bytes,
        })),
        more,
      };
    },
  });
}

/** A key that is limited to pipelines sees the data sources that these use. */
function isReached(sources: SourcesService, key: KeySummary, { id, environment }: SourceSummary): boolean {
  if (!isSeen(environment, key)) return false;
  return key.pipelineIds === null || sources.usedBy(id).some(({ pipelineId }) => reaches(key, pipelineId));
}

/** Throws not_found: what the key does not reach is not there. */
function visible(sources: SourcesService, key: KeySummary, id: string): SourceSummary {
  const source = uuid.safeParse(id).success ? found(() => sources.get(id)) : undefined;
  if (!source || !isReached(sources, key, source))
    throw new SluiceError('not_found', { what: 'data source', id: id.slice(0, 100) });
  return source;
}

const databases: ReadonlySet<string> = new Set(['postgresql', 'mysql', 'sqlite']);

function toAnswer(source: SourceSummary): SourceAnswer {
  const { type: engine, config, lastTest } = source;
  const { type: _type, ...shown } = config;
  return {
    id: source.id,
    name: source.name,
    type: databases.has(engine) ? 'database' : engine,
    engine,
    description: source.description,
    config: shown,
    secrets: source.secretNames,
    createdAt: source.createdAt,
    updatedAt: source.updatedAt,
    lastTest: lastTest && { success: lastTest.ok, message: lastTest.message, at: lastTest.at },
  };
}
