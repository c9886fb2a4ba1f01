import type { FastifyInstance, RouteOptions } from 'fastify';
import { type DoorName, doorNames } from '../../shared/contract/domain.ts';
import type { DoorDescription } from './openapi/door-description.ts';
import {
  type AnyOperation,
  type DescribedRoute,
  operationObject,
  schemeName,
} from './openapi/operation-object.ts';
import { type JsonObject, SchemaShelf } from './openapi/schema-shelf.ts';
import { sharedHeaders } from './openapi/shared-headers.ts';

export { type DoorDescription, describeDoor, type SecurityScheme } from './openapi/door-description.ts';

type PathRoute = DescribedRoute & { readonly path: string };

/**
 * OpenAPI 3.1 of every route that carries an operation: `/openapi.json` holds all, `/openapi/<door>.json` one door's.
 * Register it before the routes: it listens to each being added, so a route cannot be forgotten.
 */
export function addOpenApi(app: FastifyInstance, version: string): void {
  const added: RouteOptions[] = [];
  app.addHook('onRoute', (route: RouteOptions) => {
    if (route.config?.operation) added.push(route);
  });
  // Routes are known whole only after all are added; what is made then never changes.
  let routes: PathRoute[] | undefined;
  const texts = new Map<DoorName | undefined, string>();
  const textOf = (door?: DoorName): string => {
    routes ??= describedRoutes(added);
    const text = texts.get(door) ?? JSON.stringify(documentOf(routes, version, door));
    texts.set(door, text);
    return text;
  };
  for (const door of [undefined, ...doorNames]) {
    app.get(door ? `/openapi/${door}.json` : '/openapi.json', (_request, reply) =>
      reply.type('application/json; charset=utf-8').send(textOf(door)),
    );
  }
}

function describedRoutes(added: readonly RouteOptions[]): PathRoute[] {
  const taken = new Set<string>();
  return added.flatMap((route) => {
    const { operation, description } = route.config ?? {};
    if (!operation) return [];
    const path = route.url.replace(/:(\w+)/g, '{$1}');
    const methods = [route.method].flat().filter((method) => method !== 'HEAD');
    return methods.map((method) => ({
      path,
      method: method.toUpperCase(),
      operation,
      description,
      id: freeId(operation.id ?? derivedId(operation, description), taken),
    }));
  });
}

/** `execution` and "Start execution" become `executionStartExecution`. */
function derivedId({ summary }: AnyOperation, description: DoorDescription | undefined): string {
  const words = `${description?.door ?? ''} ${summary}`.match(/[A-Za-z0-9]+/g) ?? [];
  return words
    .map((word, at) => (at === 0 ? word.toLowerCase() : word.slice(0, 1).toUpperCase() + word.slice(1)))
    .join('');
}

/** The same operation at a second address is an operation of its own to OpenAPI. */
function freeId(wish: string, taken: Set<string>): string {
  for (let count = 1; ; count += 1) {
    const id = count === 1 ? wish : `${wish}${count}`;
    if (taken.has(id)) continue;
    taken.add(id);
    return id;
  }
}

function documentOf(all: readonly PathRoute[], version: string, door: DoorName | undefined): JsonObject {
  const routes = all.filter(({ description }) => door === undefined || description?.door === door);
  const shelf = new SchemaShelf();
  const paths: Record<string, JsonObject> = {};
  for (const route of routes) {
    paths[route.path] ??= {};
    Object.assign(paths[route.path] ?? {}, { [route.method.toLowerCase()]: operationObject(route, shelf) });
  }
  return {
    openapi: '3.1.0',
    info: infoOf(routes, version, door),
    servers: [{ url: '/', description: 'This machine.' }],
    tags: [...new Set(routes.map(({ operation }) => operation.tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: schemesOf(routes),
      headers: sharedHeaders,
      schemas: shelf.components,
    },
  };
}

function infoOf(routes: readonly PathRoute[], version: string, door: DoorName | undefined): JsonObject {
  const one = door && routes[0]?.description;
  return {
    title: one ? one.title : 'Sluice',
    version: one ? one.version : version,
    description: one
      ? one.description
      : 'The local API of this machine’s Sluice: five doors over one core. Create a key under API keys in the window, or with `sluice keys create`.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  };
}

function schemesOf(routes: readonly PathRoute[]): JsonObject {
  const descriptions = new Set(routes.flatMap(({ description }) => description ?? []));
  return Object.fromEntries(
    [...descriptions].flatMap((description) =>
      Object.entries(description.security).map(([name, scheme]) => [schemeName(description, name), scheme]),
    ),
  );
}
