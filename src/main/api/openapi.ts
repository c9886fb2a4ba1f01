import type { FastifyInstance, RouteOptions } from 'fastify';
import { type ZodType, z } from 'zod';
import type { Operation } from './route-kit.ts';

type AnyOperation = Operation<unknown, unknown, unknown>;
type JsonObject = Record<string, unknown>;

/**
 * OpenAPI 3.1 of every route that carries an operation. Register it before the routes: it listens to each being
 * added, so a route cannot be forgotten.
 */
export function addOpenApi(app: FastifyInstance, version: string): void {
  const paths: Record<string, JsonObject> = {};
  app.addHook('onRoute', (route: RouteOptions) => {
    const operation = route.config?.operation;
    if (!operation) return;
    const path = route.url.replace(/:(\w+)/g, '{$1}');
    paths[path] ??= {};
    for (const method of [route.method].flat()) {
      if (method !== 'HEAD') paths[path][method.toLowerCase()] = operationObject(operation);
    }
  });
  app.get('/openapi.json', () => ({
    openapi: '3.1.0',
    info: {
      title: 'Sluice',
      version,
      description:
        'The local API of this machine’s Sluice. Create a key in the window or with `sluice keys create`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: {
        keyHeader: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        keyQuery: { type: 'apiKey', in: 'query', name: 'api_key' },
      },
    },
  }));
}

function operationObject(operation: AnyOperation): JsonObject {
  const answers = Object.entries(operation.answers).map(([status, { description, schema }]) => [
    status,
    { description, content: schema ? jsonContent(schema, 'output') : textContent },
  ]);
  return {
    summary: operation.summary,
    description: operation.description,
    tags: [operation.tag],
    security: operation.scope ? [{ keyHeader: [] }, { keyQuery: [] }] : [],
    ...(operation.scope && { 'x-scope': operation.scope }),
    parameters: [
      ...parametersOf(operation.params, 'path'),
      ...parametersOf(operation.query, 'query'),
      ...Object.entries(operation.headers ?? {}).map(([name, description]) => ({
        name,
        in: 'header',
        description,
        schema: { type: 'string' },
      })),
    ],
    ...(operation.body && {
      requestBody: { required: false, content: jsonContent(operation.body, 'input') },
    }),
    responses: Object.fromEntries(answers),
  };
}

const textContent = { 'text/plain': { schema: { type: 'string' } } };

function parametersOf(schema: ZodType | undefined, place: 'path' | 'query'): JsonObject[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as {
    properties?: Record<string, JsonObject>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...inner }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description !== undefined && { description }),
    schema: inner,
  }));
}

function jsonContent(schema: ZodType, io: 'input' | 'output'): JsonObject {
  return { 'application/json': { schema: jsonSchema(schema, io) } };
}

function jsonSchema(schema: ZodType, io: 'input' | 'output'): JsonObject {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return json;
}
