/**
 * Every route of every door against what its OpenAPI says: thousands of requests made from the documents themselves, sound
 * and damaged, with a key that may do everything and with one that may do next to nothing.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { doorNames } from '../../src/shared/contract/domain.ts';
import { startTempApp, type TempApp } from '../support/temp-app.ts';
import { type KnownIds, type Request, requestsTo, soundRequests } from './kit/from-operation.ts';
import {
  fetchDocument,
  type OpenApiDocument,
  type Route,
  routesOf,
  schemaChecks,
} from './kit/openapi-documents.ts';
import { seedDoor } from './kit/seeds.ts';

/** Requests to a route with the full key. */
const runs = Number(process.env.SLUICE_FUZZ_RUNS ?? 20);

/** How a door takes its key. */
function credentials(document: OpenApiDocument, key: string): Record<string, string> {
  const schemes = Object.values(document.components.securitySchemes);
  const header = schemes.find(({ type, in: place }) => type === 'apiKey' && place === 'header')?.name;
  return header && header.toLowerCase() !== 'authorization'
    ? { [header]: key }
    : { authorization: `Bearer ${key}` };
}

async function send(url: string, { path, method, headers, body }: Request, key: Record<string, string>) {
  const answer = await fetch(`${url}${path}`, {
    method,
    redirect: 'manual',
    headers: { ...headers, ...key },
    ...(body !== undefined && { body }),
    signal: AbortSignal.timeout(20_000),
  });
  const type = (answer.headers.get('content-type') ?? '').replace(/;.*$/, '');
  return { status: answer.status, type, text: await answer.text() };
}

type Answer = Awaited<ReturnType<typeof send>>;

/** What is wrong with an answer, or undefined. */
function fault(
  { operation, path }: Route,
  { status, type, text }: Answer,
  check: ReturnType<typeof schemaChecks>,
): string | undefined {
  const documented500 = path.startsWith('/api/pub/v1/dataflows') && status === 500;
  if (status >= 500 && !(documented500 && !/went wrong inside/.test(text)))
    return `${status}: ${text.slice(0, 300)}`;
  const declared = operation.responses[status];
  if (!declared) return `${status} is not declared: ${text.slice(0, 300)}`;
  if (text === '' && !declared.content) return undefined;
  const content = declared.content?.[type];
  if (!content) return `${status} has the undeclared type "${type}": ${text.slice(0, 200)}`;
  if (!/json$/.test(type)) return undefined;
  const valid = check(content.schema);
  return valid(JSON.parse(text))
    ? undefined
    : `${status} does not fit: ${JSON.stringify(valid.errors?.slice(0, 2))} ${text.slice(0, 300)}`;
}

describe.each(doorNames)('%s', (door) => {
  let temp: TempApp;
  let known: KnownIds;
  let document: OpenApiDocument;
  const keys: Record<'full' | 'least', string> = { full: '', least: '' };

  beforeAll(async () => {
    temp = await startTempApp();
    keys.full = await temp.key({ plan: 'unlimited' });
    keys.least = await temp.key({
      plan: 'unlimited',
      scopes: [door === 'execution' ? 'datapulse:read' : 'execution:read'],
    });
    document = await fetchDocument(temp.url, `/openapi/${door}.json`);
    known = await seedDoor(temp, door, keys.full);
  });
  afterAll(() => temp.stop());

  test('what is documented goes well with a full key, at every route', async () => {
    const check = schemaChecks(document);
    const key = credentials(document, keys.full);
    const faults: string[] = [];
    for (const route of routesOf(document)) {
      const statuses: number[] = [];
      for (const request of soundRequests(route, known)) {
        const answer = await send(temp.url, request, key);
        statuses.push(answer.status);
        const wrong = fault(route, answer, check);
        if (wrong) faults.push(`${route.method} ${route.path}\n  ${wrong}`);
      }
      const name = `${route.method} ${route.path}`;
      if (!statuses.some((status) => status < 400) && !onlyByPeople.has(name))
        faults.push(`${name}: ${statuses}`);
    }
    expect(faults).toEqual([]);
  }, 60_000);

  test.each(['least', 'full'] as const)(
    'with a %s key every answer is declared, and none is a failure of ours',
    async (right) => {
      const check = schemaChecks(document);
      const key = credentials(document, keys[right]);
      const faults: string[] = [];
      for (const route of routesOf(document)) {
        const property = fc.asyncProperty(
          requestsTo(route, document.components.schemas, known),
          async (request) => {
            const wrong = fault(route, await send(temp.url, request, key), check);
            if (wrong) throw new Error(`${wrong}\n  by ${JSON.stringify(request).slice(0, 600)}`);
          },
        );
        const numRuns = right === 'full' ? runs : Math.ceil(runs / 5);
        await fc.assert(property, { numRuns, endOnFailure: true }).catch((error: Error) => {
          faults.push(`${route.method} ${route.path}\n  ${reason(error)}`);
        });
      }
      expect(faults).toEqual([]);
    },
    120_000,
  );

  test('without a key nothing answers but 401', async () => {
    const answers: string[] = [];
    for (const { operation, method, path } of routesOf(document)) {
      if (!operation['x-scope']) continue;
      const body = operation.requestBody ? '{}' : undefined;
      const headers: Record<string, string> =
        body === undefined ? {} : { 'content-type': 'application/json' };
      for (const key of [{}, { authorization: 'Basic eDp5' }] as Record<string, string>[]) {
        const request = { path: path.replace(/\{\w+\}/g, 'x'), method, headers, body };
        const { status } = await send(temp.url, request, key);
        if (status !== 401) answers.push(`${method} ${path}: ${status}`);
      }
    }
    expect(answers).toEqual([]);
  });
});

/** They go well only after a person approved something, or while a job runs. */
const onlyByPeople = new Set([
  'POST /api/v1/oauth/token',
  'DELETE /api/v1/jobs/{jobId}',
  'POST /api/v1/jobs/{jobId}/cancel',
]);

const reason = ({ message, cause }: Error): string =>
  (cause instanceof Error ? cause.message : message).replace(/\s+at .*$/s, '');
