import { parse as parseYaml } from 'yaml';
import { type ZodType, z } from 'zod';
import type { Answer, BodyExamples, Operation } from '../route-kit.ts';
import type { DoorDescription } from './door-description.ts';
import { type Refusal, refusalsOf } from './refusals.ts';
import type { JsonObject, SchemaShelf } from './schema-shelf.ts';
import { limitHeaders, requestIdHeader, retryHeader } from './shared-headers.ts';

export type AnyOperation = Operation<unknown, unknown, unknown>;

export interface DescribedRoute {
  readonly operation: AnyOperation;
  /** Upper case. */
  readonly method: string;
  readonly id: string;
  readonly description: DoorDescription | undefined;
}

export function operationObject({ operation, method, id, description }: DescribedRoute, shelf: SchemaShelf) {
  const { scope, body, params, query, headers = {} } = operation;
  const security = description && scope ? securityOf(description, scope) : [];
  return {
    operationId: id,
    summary: operation.summary,
    description: operation.description,
    tags: [operation.tag],
    security,
    ...(scope && { 'x-scope': scope }),
    parameters: [
      ...parametersOf(params, 'path', shelf),
      ...parametersOf(query, 'query', shelf).filter(({ name }) => !keyNames(description).has(String(name))),
      ...Object.entries(headers).map(([name, meaning]) => ({
        name,
        in: 'header',
        description: meaning,
        schema: headerSchemas[name.toLowerCase()] ?? { type: 'string' },
      })),
    ],
    ...(body && { requestBody: bodyObject(operation, body, id, shelf) }),
    responses: responsesOf({ operation, method, id, description }, shelf),
  };
}

/** Headers that several doors take, as they check them. */
const headerSchemas: Readonly<Record<string, JsonObject>> = {
  'idempotency-key': { type: 'string', minLength: 1, maxLength: 255 },
};

/** Fields of the query that carry a key: the security schemes say so already. */
function keyNames(description: DoorDescription | undefined): Set<string> {
  const schemes = Object.values(description?.security ?? {});
  return new Set(
    schemes.flatMap((scheme) => (scheme.type === 'apiKey' && scheme.in === 'query' ? scheme.name : [])),
  );
}

/** Names of security schemes are unique over all doors. */
export const schemeName = ({ door, title }: DoorDescription, name: string): string =>
  `${door ?? title.replace(/\W/g, '')}_${name}`;

function securityOf(description: DoorDescription, scope: string): JsonObject[] {
  return Object.entries(description.security).map(([name, { type }]) => ({
    [schemeName(description, name)]: type === 'oauth2' ? [scope] : [],
  }));
}

function parametersOf(
  schema: ZodType | undefined,
  place: 'path' | 'query',
  shelf: SchemaShelf,
): JsonObject[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = shelf.of(schema, 'input', place) as {
    properties?: Record<string, JsonObject>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, examples, ...inner }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description !== undefined && { description }),
    schema: inner,
    ...(Array.isArray(examples) && examples.length > 0 && { example: examples[0] }),
  }));
}

function bodyObject(operation: AnyOperation, body: ZodType, id: string, shelf: SchemaShelf): JsonObject {
  return {
    required: !body.safeParse(undefined).success,
    content: contentOf(operation.bodyTypes ?? [json], operation.bodyExamples, () =>
      shelf.of(body, 'input', `${id}Body`),
    ),
  };
}

function responsesOf(route: DescribedRoute, shelf: SchemaShelf): JsonObject {
  const { operation, method, description, id } = route;
  const refusals: Map<number, Refusal> = description ? refusalsOf(operation, method, description) : new Map();
  const statuses = new Set([...Object.keys(operation.answers).map(Number), ...refusals.keys()]);
  const responses = [...statuses].sort().map((status) => {
    const answer = operation.answers[status];
    const content =
      answer?.schema || answer?.types
        ? answerContent(answer, `${id}${status}`, shelf)
        : status >= 400
          ? refusalContent(refusals.get(status), description, shelf)
          : undefined;
    const headers = headersOf(status, answer, operation.scope !== undefined);
    const meaning = answer?.description ?? refusals.get(status)?.description ?? '';
    return [status, { description: meaning, headers, ...(content && { content }) }];
  });
  return Object.fromEntries(responses) as JsonObject;
}

function answerContent(
  { schema = z.unknown(), types = [json], examples }: Answer,
  hint: string,
  shelf: SchemaShelf,
) {
  return contentOf(types, examples, () => shelf.of(schema, 'output', hint));
}

function refusalContent(
  refusal: Refusal | undefined,
  description: DoorDescription | undefined,
  shelf: SchemaShelf,
): JsonObject {
  const type = refusal?.type ?? (description?.error ? json : 'text/plain');
  const schema =
    description?.error && isData(type)
      ? shelf.of(description.error, 'output', `${description.door ?? ''}Error`)
      : { type: 'string' };
  return { [type]: { schema, ...(refusal && { examples: refusal.examples }) } };
}

const json = 'application/json';

/** Types whose content has the shape of the schema; all others are text to OpenAPI. */
const isData = (type: string): boolean => /[/+](x-)?(json|yaml)$/.test(type) || type === formType;
const formType = 'application/x-www-form-urlencoded';

function contentOf(
  types: readonly string[],
  examples: BodyExamples = {},
  schema: () => JsonObject,
): JsonObject {
  const told = types.map((type) => examplesOf(type, types, examples));
  const shared = told.find((own, at) => isData(types[at] ?? '') && Object.keys(own).length > 0) ?? {};
  return Object.fromEntries(
    types.map((type, at) => {
      const own = told[at] ?? {};
      // Other names of a type have the examples of the first.
      const shown = Object.keys(own).length === 0 && isData(type) ? shared : own;
      return [
        type,
        {
          schema: isData(type) ? schema() : { type: 'string' },
          ...(Object.keys(shown).length > 0 && { examples: shown }),
        },
      ];
    }),
  );
}

function examplesOf(type: string, types: readonly string[], examples: BodyExamples): JsonObject {
  const own = Object.entries(examples).filter(([, example]) => (example.type ?? types[0]) === type);
  return Object.fromEntries(
    own.map(([name, { summary, value }]) => [name, { summary, value: dataOf(type, value) }]),
  );
}

/** An example that is the text of data is shown as the data: only that can be held against the schema. */
function dataOf(type: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (type === formType) return Object.fromEntries(new URLSearchParams(value));
  return /yaml$/.test(type) ? parseYaml(value) : value;
}

function headersOf(status: number, answer: Answer | undefined, limited: boolean): JsonObject {
  const own = Object.entries(answer?.headers ?? {}).map(([name, description]) => [
    name,
    { description, schema: { type: 'string' } },
  ]);
  return {
    ...requestIdHeader,
    ...(limited && limitHeaders),
    ...(limited && (status === 429 || status === 503) && retryHeader),
    ...Object.fromEntries(own),
  };
}
