/** Door 2: every request and answer of the CloudFlow document, as written, with real ids and keys. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTempApp, type TempApp } from '../support/temp-app.ts';
import { type Ask, ask, bearer, until } from './kit/ask.ts';
import { differences, fields } from './kit/exact-shape.ts';

const error = fields({ error: 'string', code: 'integer', details: 'string' });

/** The pipeline of the document; its addresses lead nowhere, which is told when it runs. */
const documented = {
  name: 'MyFakePipeline',
  steps: [
    { type: 'source', config: { path: '/fake/data.csv' } },
    { type: 'transform', config: { operation: 'uppercase' } },
    { type: 'sink', config: { target: 'db://fake-database' } },
  ],
};
/** The same with addresses that exist. */
const working = {
  name: 'Working pipeline',
  steps: [
    { type: 'source', config: { path: 'data.csv' } },
    { type: 'transform', config: { operation: 'uppercase' } },
    { type: 'sink', config: { target: 'dataset://shouted' } },
  ],
};

let temp: TempApp;
let key: string;

beforeAll(async () => {
  temp = await startTempApp();
  key = await temp.key({ plan: 'unlimited' });
  const files = join(temp.home, 'files');
  mkdirSync(files, { recursive: true });
  writeFileSync(join(files, 'data.csv'), 'name,city\nada,london\ngrace,new york\n');
});
afterAll(() => temp.stop());

function v1(path: string, sent: Ask = {}, as: Record<string, string> = bearer(key)) {
  return ask(`${temp.url}/api/v1${path}`, { ...sent, headers: { ...as, ...sent.headers } });
}
const post = (path: string, body: unknown) => v1(path, { method: 'POST', body });

describe('authentication', () => {
  test('GET /api/v1/pipelines takes "Authorization: ApiKey"', async () => {
    expect((await v1('/pipelines', {}, { authorization: `ApiKey ${key}` })).status).toBe(200);
  });

  test('the documented key and token are none of ours, and no key is 401 with code 4010', async () => {
    const wrong: Record<string, string>[] = [
      { authorization: 'ApiKey FAKE-API-KEY-123456' },
      { authorization: 'Bearer FAKE-TOKEN-ABCDEF' },
      {},
    ];
    for (const headers of wrong) {
      const { status, json } = await v1('/pipelines', {}, headers);
      expect(status).toBe(401);
      expect(differences(json, error)).toEqual([]);
      expect(json).toMatchObject({ error: 'Unauthorized', code: 4010 });
    }
  });

  test('POST /api/v1/oauth/token takes the documented body; an unknown code is refused in the documented form', async () => {
    const body = { code: 'FAKE-OAUTH-CODE-7890' };
    const { status, json } = await v1('/oauth/token', { method: 'POST', body }, {});
    expect(status).toBe(400);
    expect(differences(json, error)).toEqual([]);
  });

  test('a code that the owner allowed is exchanged for a token that works', async () => {
    const asked = new URLSearchParams({
      response_type: 'code',
      client_id: 'my-app',
      redirect_uri: 'http://127.0.0.1:51234/callback',
      scope: 'cloudflow:read',
    });
    const sent = await fetch(`${temp.url}/auth/fake-oauth?${asked}`, { redirect: 'manual' });
    expect(sent.status).toBe(302);
    const id = /[\w-]+$/.exec(sent.headers.get('location') ?? '')?.[0] ?? '';
    const { redirectTo } = await temp.client.oauth.approve({ id, scopes: ['cloudflow:read'] });
    const code = new URL(redirectTo).searchParams.get('code');
    const { status, json } = await v1('/oauth/token', { method: 'POST', body: { code } }, {});
    expect(status).toBe(200);
    expect((await v1('/pipelines', {}, bearer(json.access_token))).status).toBe(200);
    const body = { name: 'x', steps: [] };
    expect((await v1('/pipelines', { method: 'POST', body }, bearer(json.access_token))).status).toBe(403);
  });
});

describe('pipelines', () => {
  test('POST takes the documented definition', async () => {
    const { status, json } = await post('/pipelines', documented);
    expect(status).toBe(201);
    expect(json).toMatchObject({ name: documented.name, steps: documented.steps });
    expect(typeof json.pipelineId).toBe('string');
  });

  test('GET lists all pipelines', async () => {
    const { pipelineId } = (await post('/pipelines', documented)).json;
    const { status, json } = await v1('/pipelines');
    expect(status).toBe(200);
    expect(json.pipelines.map((one: { pipelineId: string }) => one.pipelineId)).toContain(pipelineId);
  });

  test('PUT takes the documented steps', async () => {
    const { pipelineId } = (await post('/pipelines', documented)).json;
    const steps = [{ type: 'transform', config: { operation: 'reverse' } }];
    const { status, json } = await v1(`/pipelines/${pipelineId}`, { method: 'PUT', body: { steps } });
    expect(status).toBe(200);
    expect(json).toMatchObject({ pipelineId, name: documented.name, steps });
    expect((await v1(`/pipelines/${pipelineId}`)).json.steps).toEqual(steps);
  });

  test('DELETE removes one', async () => {
    const { pipelineId } = (await post('/pipelines', documented)).json;
    expect((await v1(`/pipelines/${pipelineId}`, { method: 'DELETE' })).status).toBe(204);
    expect((await v1(`/pipelines/${pipelineId}`)).status).toBe(404);
  });
});

describe('jobs', () => {
  test('POST /api/v1/jobs starts one, its status is told until it is done, and its results are read', async () => {
    const { pipelineId } = (await post('/pipelines', working)).json;
    const submitted = await post('/jobs', { pipelineId, input: 'data.csv' });
    expect(submitted.status).toBe(202);
    const { jobId } = submitted.json;
    const ended = await until(async () => {
      const asked = await v1(`/jobs/${jobId}/status`);
      expect(asked.status).toBe(200);
      return ['completed', 'failed'].includes(asked.json.status) ? asked.json : undefined;
    });
    expect(ended).toMatchObject({ jobId, pipelineId, status: 'completed', progress: 100 });
    const results = await v1(`/jobs/${jobId}/results`);
    expect(results.status).toBe(200);
    expect(results.json.rows).toEqual([
      { name: 'ADA', city: 'LONDON' },
      { name: 'GRACE', city: 'NEW YORK' },
    ]);
  });

  test('the documented input is taken; that its bucket is not there is told by the job', async () => {
    const { pipelineId } = (await post('/pipelines', working)).json;
    const submitted = await post('/jobs', { pipelineId, input: 's3://fake-bucket/data.csv' });
    expect(submitted.status).toBe(202);
    const ended = await until(async () => {
      const { json } = await v1(`/jobs/${submitted.json.jobId}/status`);
      return ['completed', 'failed'].includes(json.status) ? json : undefined;
    });
    expect(ended.status).toBe('failed');
    expect(ended.error).toContain('fake-bucket');
    expect((await v1(`/jobs/${submitted.json.jobId}/results`)).status).toBe(200);
  });

  test('the documented pipeline id is none of ours: 404 with code 4040', async () => {
    const { status, json } = await post('/jobs', {
      pipelineId: 'fake-pipeline-123',
      input: 's3://fake-bucket/data.csv',
    });
    expect(status).toBe(404);
    expect(differences(json, error)).toEqual([]);
    expect(json).toMatchObject({ error: 'Resource not found', code: 4040 });
  });
});

describe('data sources', () => {
  const connectionString = 'Server=fake-db;Database=fake;User Id=fake;Password=fake;';

  test('the documented data source is added, and its password never told again', async () => {
    const { status, json, text } = await post('/datasources', { type: 'database', connectionString });
    expect(status).toBe(201);
    expect(json).toMatchObject({
      type: 'database',
      config: { host: 'fake-db', database: 'fake', user: 'fake' },
    });
    expect(json.secrets).toEqual(['password']);
    expect(text).not.toContain('Password=');
  });

  test('POST /api/v1/datasources/test connects, and says what failed', async () => {
    const { status, json } = await post('/datasources/test', { connectionString });
    expect(status).toBe(200);
    expect(json).toMatchObject({ success: false, failed: 'name' });
    expect(json.message).toMatch(/The name of .*db:5432 is not known/);
  });

  test('GET /api/v1/datasources/{id}/metadata tells tables and columns', async () => {
    const body = { name: 'files', type: 'csv', config: { path: 'data.csv' } };
    const { json: source } = await post('/datasources', body);
    const { status, json } = await v1(`/datasources/${source.id}/metadata`);
    expect(status).toBe(200);
    const table = json.tables.find(({ name }: { name: string }) => name === 'data.csv');
    expect(table).toMatchObject({ type: 'file' });
  });
});

describe('errors', () => {
  test('a step without its field is 400, code 4001, and the details name both', async () => {
    const steps = [
      { type: 'source', config: { path: 'data.csv' } },
      { type: 'transform', config: {} },
    ];
    const { status, json } = await post('/pipelines', { name: 'Wrong', steps });
    expect(status).toBe(400);
    expect(json).toEqual({
      error: 'Invalid pipeline configuration',
      code: 4001,
      details: "Step 'transform' missing required field 'operation'",
    });
  });

  test('beyond the limit: 429, code 4290, and after how many seconds to retry', async () => {
    const starter = bearer(await temp.key({ plan: 'starter' }));
    let refused = await v1('/pipelines', {}, starter);
    for (let n = 0; refused.status !== 429 && n < 130; n += 1) refused = await v1('/pipelines', {}, starter);
    expect(refused.status).toBe(429);
    const limited = fields({ error: 'string', code: 'integer', details: 'string', retry_after: 'integer' });
    expect(differences(refused.json, limited)).toEqual([]);
    expect(refused.json).toMatchObject({ error: 'Rate limit exceeded', code: 4290 });
    expect(refused.headers.get('retry-after')).toBe(String(refused.json.retry_after));
  });
});
