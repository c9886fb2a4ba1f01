import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { type ZodType, z } from 'zod';
import { SluiceError } from '../../shared/errors/sluice-error.ts';

/** What a route takes and gives; both its checks and `/openapi.json` are made from it. */
export interface Operation<Params, Query, Body> {
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  /** Scope the key needs; left out where no key is asked for. */
  readonly scope?: string;
  readonly params?: ZodType<Params>;
  readonly query?: ZodType<Query>;
  readonly body?: ZodType<Body>;
  /** Headers that mean something here: name -> meaning. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly answers: Readonly<Record<number, { readonly description: string; readonly schema?: ZodType }>>;
}

export interface RouteInput<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

interface Route<Params, Query, Body> {
  readonly method: HTTPMethods;
  readonly url: string;
  readonly operation: Operation<Params, Query, Body>;
  readonly handler: (input: RouteInput<Params, Query, Body>) => unknown;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    operation?: Operation<unknown, unknown, unknown>;
  }
}

/** Adds a route whose input is checked by the schemas of its operation. */
export function addRoute<Params, Query, Body>(
  app: FastifyInstance,
  { method, url, operation, handler }: Route<Params, Query, Body>,
): void {
  app.route({
    method,
    url,
    config: { operation },
    handler: (request, reply) =>
      handler({
        params: parse(operation.params, request.params, 'path'),
        query: parse(operation.query, request.query, 'query'),
        body: parse(operation.body, request.body, 'body'),
        request,
        reply,
      }),
  });
}

/** Answers 405 to every other usual method of a path that exists. */
export function refuseOtherMethods(app: FastifyInstance, url: string, allowed: readonly HTTPMethods[]): void {
  const others = (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).filter(
    (method) => !allowed.includes(method),
  );
  app.route({
    method: [...others],
    url,
    handler: (request, reply) => {
      void reply.header('allow', allowed.join(', '));
      throw new SluiceError('method_not_allowed', {
        method: request.method,
        path: request.url.replace(/[?#].*$/s, '').slice(0, 200),
      });
    },
  });
}

function parse<Value>(schema: ZodType<Value> | undefined, value: unknown, place: string): Value {
  const checked = (schema ?? z.unknown()).safeParse(value);
  if (checked.success) return checked.data as Value;
  throw new SluiceError('invalid_input', { reason: describeIssues(checked.error, place) });
}

/** The first things wrong, each with its place. */
export function describeIssues(error: z.ZodError, place: string): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => `${[place, ...issue.path.map(String)].join('.')}: ${issue.message}`)
    .join('; ');
}
