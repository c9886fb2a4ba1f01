import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { type ZodType, z } from 'zod';
import type { ErrorCode } from '../../shared/errors/catalog.ts';
import { type ErrorDetails, SluiceError } from '../../shared/errors/sluice-error.ts';
import { pathOf } from './plugins/errors.ts';
import { packedAnswers, preparePacking } from './plugins/json-bodies.ts';

/** One example of a body, by name in its map. */
export interface BodyExample {
  readonly summary?: string;
  /** As JSON, or the text of the body where its media type is not JSON. It must fit the schema: a test checks it. */
  readonly value: unknown;
  /** Its media type, where the body may have several; the first one when left out. */
  readonly type?: string;
}
export type BodyExamples = Readonly<Record<string, BodyExample>>;

export interface Answer {
  readonly description: string;
  /** Of the JSON. A refusal without one has the shape of its door's errors. */
  readonly schema?: ZodType;
  /** Media types; `application/json` where there is a schema. Other types than JSON and YAML are described as text. */
  readonly types?: readonly string[];
  readonly examples?: BodyExamples;
  /** Headers that mean something here: name -> meaning. Those of the limits and X-Request-Id go without saying. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * What a route takes and gives; both its checks and its OpenAPI are made from it.
 *
 * Nobody writes down what every route of a door may answer: no key, no right, too many calls, a body that cannot be
 * read, something of the path not found, a failure of ours. It is added, in the door's own words (`describeDoor`).
 */
export interface Operation<Params, Query, Body> {
  /** `operationId`; made from the door and the summary when left out. Unique over all doors. */
  readonly id?: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  /** Scope the key needs; left out where no key is asked for. */
  readonly scope?: string;
  /** Fields may have `.meta({description, examples: [...]})`. */
  readonly params?: ZodType<Params>;
  readonly query?: ZodType<Query>;
  readonly body?: ZodType<Body>;
  /** Media types of the body; `application/json` when left out. Other types than JSON and YAML are described as text. */
  readonly bodyTypes?: readonly string[];
  readonly bodyExamples?: BodyExamples;
  /** Headers that mean something here: name -> meaning. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly answers: Readonly<Record<number, Answer>>;
  /** Errors of its own beside those of every route, with details for an example: `{name_taken: {what: 'depot', name: 'a'}}`. */
  readonly refuses?: Readonly<Partial<Record<ErrorCode, ErrorDetails>>>;
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
  /** Bytes that a body may have, unpacked; a megabyte when left out. */
  readonly bodyLimit?: number;
  /**
   * The body is left as it came, unpacked but not parsed: `request.body` is a Buffer of at most so many bytes. The
   * operation's `body` then only describes it, and `body` of the input is undefined.
   */
  readonly rawBody?: { readonly limit: number };
  /** False for answers that are followed while they come: nothing is packed, so nothing waits for more. */
  readonly compress?: false;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    operation?: Operation<unknown, unknown, unknown>;
  }
}

/** Adds a route whose input is checked by the schemas of its operation. */
export function addRoute<Params, Query, Body>(
  app: FastifyInstance,
  { method, url, operation, handler, bodyLimit, rawBody, compress }: Route<Params, Query, Body>,
): void {
  const limit = rawBody?.limit ?? bodyLimit;
  app.route({
    method,
    url,
    config: { operation, rawBody: rawBody !== undefined },
    ...(limit !== undefined && { bodyLimit: limit }),
    ...(compress !== false && { compress: packedAnswers, onSend: preparePacking }),
    handler: (request, reply) =>
      handler({
        params: parse(operation.params, request.params, 'path'),
        query: parse(operation.query, request.query, 'query'),
        body: rawBody ? (undefined as Body) : parse(operation.body, request.body, 'body'),
        request,
        reply,
      }),
  });
}

/** Answers 405 to every other usual method of a path that exists, and tells OPTIONS which ones there are. */
export function refuseOtherMethods(app: FastifyInstance, url: string, allowed: readonly HTTPMethods[]): void {
  // GET brings HEAD with it.
  const known = [...allowed, ...(allowed.includes('GET') ? ['HEAD'] : []), 'OPTIONS'];
  const allow = known.join(', ');
  const others = (['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'QUERY'] as const).filter(
    (method) => !known.includes(method),
  );
  const refuse = (request: FastifyRequest, reply: FastifyReply): never => {
    void reply.header('allow', allow);
    throw new SluiceError('method_not_allowed', { method: request.method, path: pathOf(request.url) });
  };
  app.route({
    method: [...others],
    url,
    // After the key is looked at and before a body is: what it holds, or of what type it is, changes nothing.
    onRequest: async (request, reply) => refuse(request, reply),
    handler: refuse,
  });
  app.route({
    method: 'OPTIONS',
    url,
    handler: (_request, reply) => reply.status(204).header('allow', allow).send(),
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
