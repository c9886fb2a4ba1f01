import fc from 'fast-check';
import { valuesOf } from './from-schema.ts';
import type { JsonObject, Parameter, Route } from './openapi-documents.ts';

/** One request as it is sent. */
export interface Request {
  /** With its query. */
  readonly path: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

/** Ids of things that exist, by the name of the parameter that takes them. */
export type KnownIds = Readonly<Record<string, readonly string[]>>;

/** Requests to one operation: sound ones, ones that are nearly sound, and nonsense. */
export function requestsTo(route: Route, components: JsonObject, known: KnownIds): fc.Arbitrary<Request> {
  const { operation, method, path } = route;
  const named = operation.parameters.filter(({ name }) => !unwanted.has(name));
  return fc
    .record({
      values: fc.record(
        Object.fromEntries(
          named.map((one) => [`${one.in} ${one.name}`, parameterTexts(one, components, known, path)]),
        ),
        { requiredKeys: named.filter((one) => one.in === 'path').map((one) => `path ${one.name}`) },
      ),
      body: bodyOf(route, components),
    })
    .map(({ values, body }) => {
      const at = Object.entries(values as Record<string, string>);
      const of = (place: string) =>
        at
          .filter(([key]) => key.startsWith(`${place} `))
          .map(([key, text]) => [key.slice(place.length + 1), text] as const);
      const filled = of('path').reduce(
        (url, [name, text]) => url.replace(`{${name}}`, encodeURIComponent(text)),
        path,
      );
      const query = new URLSearchParams(of('query').map(([name, text]) => [name, text])).toString();
      return {
        path: query === '' ? filled : `${filled}?${query}`,
        method,
        headers: {
          ...Object.fromEntries(of('header').map(([name, text]) => [name, headerText(text)])),
          ...body.headers,
        },
        body: body.text,
      };
    });
}

/** Requests that should go well: with ids that exist and nothing that may be left out, a body for each example. */
export function soundRequests({ operation, method, path }: Route, known: KnownIds): Request[] {
  const idOf = (name: string, example: unknown): string => {
    const ids = known[`${path} ${name}`] ?? known[name] ?? [];
    // What one route deletes or changes is not what the next one asks for.
    const chosen = method === 'DELETE' ? ids.at(-1) : method === 'PUT' ? (ids[1] ?? ids[0]) : ids[0];
    return chosen ?? String(example ?? 'x');
  };
  const required = operation.parameters.filter((one) => one.required);
  const filled = required
    .filter((one) => one.in === 'path')
    .reduce(
      (url, { name, example }) => url.replace(`{${name}}`, encodeURIComponent(idOf(name, example))),
      path,
    );
  const query = required
    .filter((one) => one.in === 'query')
    .map(({ name, example }) => [name, idOf(name, example)]);
  const at = query.length === 0 ? filled : `${filled}?${new URLSearchParams(query)}`;
  const bodies = Object.entries(operation.requestBody?.content ?? {}).flatMap(([type, { examples = {} }]) =>
    Object.values(examples).map(({ value }) => bodyAs(type, withKnown(value, known))),
  );
  const sent = bodies.length > 0 ? bodies : [{ text: undefined, headers: {} }];
  return sent.map(({ text, headers }) => ({ path: at, method, headers, body: text }));
}

/** An example that names a thing by its id names one that exists. */
function withKnown(value: unknown, known: KnownIds): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      /_?id$/i.test(name) ? (known[name]?.[0] ?? inner) : inner,
    ]),
  );
}

/** Following a stream does not end. */
const unwanted = new Set(['follow']);

function parameterTexts(
  { name, in: place, schema, example }: Parameter,
  components: JsonObject,
  known: KnownIds,
  path: string,
): fc.Arbitrary<string> {
  const ids = known[`${path} ${name}`] ?? known[name] ?? [];
  const text = fc.string({ minLength: place === 'path' ? 1 : 0, maxLength: 30, unit: 'grapheme' });
  // A path that is only dots names another path; the client itself would resolve it.
  const fitting = (
    place === 'path' ? text.filter((one) => !/^\.{1,2}$/.test(one)) : text
  ) as fc.Arbitrary<string>;
  return fc.oneof(
    { arbitrary: valuesOf(schema, components).map((value) => String(value) || 'x'), weight: 4 },
    { arbitrary: fitting, weight: 1 },
    ...(ids.length > 0 ? [{ arbitrary: fc.constantFrom(...ids), weight: 6 }] : []),
    ...(example === undefined ? [] : [{ arbitrary: fc.constant(String(example)), weight: 1 }]),
  );
}

interface Body {
  readonly text: string | undefined;
  readonly headers: Record<string, string>;
}

function bodyOf({ operation }: Route, components: JsonObject): fc.Arbitrary<Body> {
  const none = fc.constant<Body>({ text: undefined, headers: {} });
  const content = operation.requestBody?.content;
  if (!content) return none;
  const typed = Object.entries(content).map(([type, { schema, examples = {} }]) => {
    const shown = Object.values(examples).map(({ value }) => fc.constant(value));
    const sound = fc.oneof({ arbitrary: valuesOf(schema, components), weight: 3 }, ...shown);
    const value = fc.oneof(
      { arbitrary: sound, weight: 6 },
      sound.chain(damaged),
      fc.jsonValue({ maxDepth: 4 }),
    );
    return fc.oneof(
      { arbitrary: value.map((one) => bodyAs(type, one)), weight: 12 },
      fc
        .string({ maxLength: 60, unit: 'binary' })
        .map((text) => ({ text, headers: { 'content-type': type } })),
    );
  });
  return fc.oneof({ arbitrary: fc.oneof(...typed), weight: 20 }, none);
}

function bodyAs(type: string, value: unknown): Body {
  const headers = { 'content-type': type };
  if (type === 'application/x-www-form-urlencoded' && typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([name, inner]) => [name, String(inner)]);
    return { text: new URLSearchParams(pairs).toString(), headers };
  }
  const isText = typeof value === 'string' && !/json/.test(type);
  return { text: isText ? value : JSON.stringify(value), headers };
}

/** A value of which one place is something else. */
function damaged(value: unknown): fc.Arbitrary<unknown> {
  if (typeof value !== 'object' || value === null) return fc.jsonValue({ maxDepth: 1 });
  const keys = Object.keys(value);
  if (keys.length === 0) return fc.dictionary(fc.string({ maxLength: 6 }), fc.jsonValue({ maxDepth: 1 }));
  const odd = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      '',
      0,
      -1,
      1e300,
      [],
      {},
      true,
      'x'.repeat(5000),
      '\u0000',
      '../../etc/passwd',
    ),
    fc.jsonValue({ maxDepth: 2 }),
  );
  return fc.tuple(fc.constantFrom(...keys), odd, fc.boolean()).chain(([key, other, deeper]) => {
    const old = (value as JsonObject)[key];
    const put = (next: unknown): unknown =>
      Array.isArray(value) ? value.with(Number(key), next) : { ...value, [key]: next };
    return deeper && typeof old === 'object' ? damaged(old).map(put) : fc.constant(put(other));
  });
}

/** What a header may hold at all. */
function headerText(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '') || 'x';
}
