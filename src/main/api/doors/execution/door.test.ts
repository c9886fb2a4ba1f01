import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  endlessPipeline,
  smallPipeline,
  startTempApp,
  type TempApp,
} from '../../../../../test/support/temp-app.ts';

let temp: TempApp;
let base: string;
let id: string;
let key: string;
const nobody = '01a1fddd-f0bb-7bfb-8bc1-4e85fb7a3c58';

beforeAll(async () => {
  temp = await startTempApp();
  base = `${temp.url}/api/pub/v1/dataflows`;
  ({ id } = await temp.client.pipelines.create({ document: smallPipeline('Door three') }));
  key = await temp.key();
});
afterAll(() => temp.stop());

interface Sent {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly method?: string;
}

async function call(path: string, { body, headers = {}, method = 'POST' }: Sent = {}) {
  const answer = await fetch(`${base}/${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const json = answer.headers.get('content-type')?.startsWith('application/json')
    ? JSON.parse(text)
    : undefined;
  return { status: answer.status, text, json: json as { runId: string; status: string } | undefined };
}

const start = (sent: Sent = {}, query = '') =>
  call(`${id}/start${query}`, { ...sent, headers: { 'x-api-key': key, ...sent.headers } });

async function rowsOf(name: string): Promise<unknown[][]> {
  const [dataset] = await temp.client.datasets.list({ search: name });
  if (!dataset) throw new Error(`no dataset ${name}`);
  return (await temp.client.datasets.rows({ id: dataset.id })).rows as unknown[][];
}

describe('start', () => {
  test('answers at once with the run and its status, exactly', async () => {
    const { status, json } = await start();
    expect(status).toBe(200);
    expect(Object.keys(json ?? {}).sort()).toEqual(['runId', 'status']);
    expect(['Pending', 'Running', 'Succeeded']).toContain(json?.status);
    expect((await temp.client.runs.get({ id: json?.runId ?? '' })).trigger).toBe('api');
  });

  test('await=true answers when the run has ended, and its rows are there', async () => {
    const { json } = await start({}, '?await=true');
    expect(json?.status).toBe('Succeeded');
    expect((await rowsOf('Door three')).flat().map(Number)).toEqual([2, 3]);
  });

  test.each([
    ['wrapped in parameters', { parameters: { least: 3 } }],
    ['at the top', { least: 3 }],
  ])('takes run parameters %s', async (_name, body) => {
    expect((await start({ body }, '?await=true')).json?.status).toBe('Succeeded');
    expect((await rowsOf('Door three')).flat().map(Number)).toEqual([3]);
  });

  test('takes the key in the query', async () => {
    expect((await call(`${id}/start?api_key=${key}&await=true`)).json?.status).toBe('Succeeded');
  });

  test('a run that fails answers 200 with Failed', async () => {
    const document = smallPipeline('Breaks');
    document.nodes[1] = {
      id: 'recent',
      kind: 'derive',
      config: { columns: [{ name: 'b', expression: "CAST('x' || a AS INTEGER)" }] },
    };
    const broken = await temp.client.pipelines.create({ document });
    const { status, json } = await call(`${broken.id}/start?await=true`, { headers: { 'x-api-key': key } });
    expect([status, json?.status]).toEqual([200, 'Failed']);
  });

  test('a client that hangs up does not stop its run, and a cancelled run is Failed here', async () => {
    const endless = await temp.client.pipelines.create({ document: endlessPipeline('Endless') });
    const hangUp = new AbortController();
    const asked = fetch(`${base}/${endless.id}/start?await=true`, {
      method: 'POST',
      headers: { 'x-api-key': key },
      signal: hangUp.signal,
    }).catch(() => undefined);
    const run = await until(async () => {
      const [found] = (await temp.client.runs.list({ pipelineId: endless.id, statuses: ['running'] })).runs;
      return found;
    });
    hangUp.abort();
    await asked;
    const path = `${endless.id}/runs/${run.id}/status`;
    expect((await call(path, { method: 'GET', headers: { 'x-api-key': key } })).json?.status).toBe('Running');
    await temp.client.runs.cancel({ id: run.id });
    const ended = await until(async () => {
      const answer = await call(path, { method: 'GET', headers: { 'x-api-key': key } });
      return answer.json?.status === 'Running' ? undefined : answer.json;
    });
    expect(ended).toEqual({ runId: run.id, status: 'Failed' });
  });

  test('the same Idempotency-Key starts one run, however often and however parallel', async () => {
    const headers = { 'idempotency-key': 'once-1' };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => start({ headers, body: { least: 1 } })),
    );
    expect(new Set(answers.map(({ json }) => json?.runId)).size).toBe(1);
    const awaited = await start({ headers, body: { least: 1 } }, '?await=true');
    expect(awaited.json).toEqual({ runId: answers[0]?.json?.runId, status: 'Succeeded' });
    expect((await start({ headers, body: { least: 2 } })).status).toBe(422);
  });

  test('a data flow that cannot be started is 500 with a sentence', async () => {
    const document = smallPipeline('No wires');
    const broken = await temp.client.pipelines.create({ document: { ...document, edges: [] } });
    const { status, text } = await call(`${broken.id}/start`, { headers: { 'x-api-key': key } });
    expect(status).toBe(500);
    expect(text).toMatch(/^The pipeline cannot run yet: .+/);
  });

  test.each([
    ['an unknown parameter', { parameters: { other: 1 } }],
    ['a value of another type', { parameters: { least: 'many' } }],
    ['a list', []],
    ['a number', 7],
    ['a nested value', { parameters: { least: { a: 1 } } }],
  ])('%s is 400', async (_name, body) => {
    expect((await start({ body })).status).toBe(400);
  });

  test.each(['True', 'TRUE', 'tRuE'])('await=%s waits as true does', async (word) => {
    expect((await start({}, `?await=${word}`)).json?.status).toBe('Succeeded');
  });

  test.each(['False', 'FALSE'])('await=%s is taken as false is', async (word) => {
    expect((await start({}, `?await=${word}`)).status).toBe(200);
  });

  test('an unreadable await, and one given twice, is 400', async () => {
    for (const word of ['perhaps', '1', 'truely', 'xtrue', 'true%0A'])
      expect([word, (await start({}, `?await=${word}`)).status]).toEqual([word, 400]);
    expect((await start({}, '?await=true&await=false')).status).toBe(400);
  });
});

describe('status', () => {
  test('tells how a run stands', async () => {
    const started = await start({}, '?await=true');
    const runId = started.json?.runId ?? '';
    const told = await call(`${id}/runs/${runId}/status?api_key=${key}`, { method: 'GET' });
    expect(told).toMatchObject({ status: 200, json: { runId, status: 'Succeeded' } });
  });

  test('a run of another data flow, of the other environment, or of nobody is 404', async () => {
    const runId = (await start()).json?.runId ?? '';
    const other = await temp.client.pipelines.create({ document: smallPipeline('Other') });
    const sandbox = await temp.key({ environment: 'sandbox' });
    const ask = async (path: string, text: string) =>
      (await call(path, { method: 'GET', headers: { 'x-api-key': text } })).status;
    expect(await ask(`${other.id}/runs/${runId}/status`, key)).toBe(404);
    expect(await ask(`${id}/runs/${runId}/status`, sandbox)).toBe(404);
    expect(await ask(`${id}/runs/${nobody}/status`, key)).toBe(404);
    expect(await ask(`${id}/runs/x/status`, key)).toBe(404);
    expect(await ask(`${id}/runs/${runId}/status`, key)).toBe(200);
  });
});

describe('keys at the door', () => {
  test('a run belongs to the environment of its key', async () => {
    const sandbox = await temp.key({ environment: 'sandbox' });
    const { json } = await call(`${id}/start?await=true`, { headers: { 'x-api-key': sandbox } });
    expect(json?.status).toBe('Succeeded');
    expect((await temp.client.runs.get({ id: json?.runId ?? '' })).environment).toBe('sandbox');
  });

  test('no key, a wrong key, a revoked key and an unknown path without a key are 401 with a plain body', async () => {
    const made = await temp.client.keys.create({ name: 'gone' });
    await temp.client.keys.revoke({ id: made.id });
    for (const headers of [{}, { 'x-api-key': 'slc_live_nope' }, { 'x-api-key': made.key }]) {
      const { status, text, json } = await call(`${id}/start`, {
        headers: headers as Record<string, string>,
      });
      expect([status, json]).toEqual([401, undefined]);
      expect(text).toMatch(/^A valid API key is required\./);
    }
    expect((await call('anything/else')).status).toBe(401);
  });

  test('a key needs the scope of the call', async () => {
    const reader = await temp.key({ scopes: ['execution:read'] });
    const runner = await temp.key({ scopes: ['execution:run'] });
    const runId = (await start()).json?.runId ?? '';
    const startAs = async (text: string) =>
      (await call(`${id}/start`, { headers: { 'x-api-key': text } })).status;
    const readAs = async (text: string) =>
      (await call(`${id}/runs/${runId}/status`, { method: 'GET', headers: { 'x-api-key': text } })).status;
    expect([await startAs(reader), await readAs(reader)]).toEqual([403, 200]);
    expect([await startAs(runner), await readAs(runner)]).toEqual([200, 403]);
  });

  test('an unknown data flow is 404, another method 405, another path 404', async () => {
    const headers = { 'x-api-key': key };
    expect((await call(`${nobody}/start`, { headers })).status).toBe(404);
    expect((await call('not-an-id/start', { headers })).status).toBe(404);
    expect((await call(`${id}/start`, { headers, method: 'GET' })).status).toBe(405);
    expect((await call(`${id}/stop`, { headers })).status).toBe(404);
  });

  test('no key ever reaches the log', async () => {
    await call(`${id}/start?api_key=${key}&await=true`);
    await call(`${id}/nowhere?api_key=${key}`);
    await call(`${id}/start?api_key=${key}x%ZZ`);
    const log = readFileSync(join(temp.home, 'sluice.log'), 'utf8');
    expect(log).toContain(`/api/pub/v1/dataflows/${id}/start`);
    expect(log).not.toContain(key);
    expect(log).not.toContain('api_key');
  });
});

test('/openapi.json describes both calls with the schemas that check them', async () => {
  const document = (await (await fetch(`${temp.url}/openapi.json`)).json()) as {
    openapi: string;
    paths: Record<string, Record<string, { 'x-scope': string; parameters: { name: string }[] }>>;
  };
  expect(document.openapi).toBe('3.1.0');
  const startCall = document.paths['/api/pub/v1/dataflows/{id}/start']?.post;
  expect(startCall?.parameters.map(({ name }) => name)).toEqual(['id', 'await', 'Idempotency-Key']);
  expect(startCall?.['x-scope']).toBe('execution:run');
  expect(Object.keys(document.paths)).toContain('/api/pub/v1/dataflows/{id}/runs/{runid}/status');
});

/** Asks again until there is an answer. */
async function until<Value>(ask: () => Promise<Value | undefined>): Promise<Value> {
  for (;;) {
    const value = await ask();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
