import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  endlessPipeline,
  smallPipeline,
  startTempApp,
  type TempApp,
} from '../../../../../test/support/temp-app.ts';

let temp: TempApp;
let key: string;
const nobody = '01a1fddd-f0bb-7bfb-8bc1-4e85fb7a3c58';

beforeAll(async () => {
  temp = await startTempApp();
  key = await temp.key({ plan: 'unlimited' });
  mkdirSync(join(temp.home, 'files'), { recursive: true });
  writeFileSync(join(temp.home, 'files', 'people.csv'), 'id,name\n1,ann\n2,bob\n3,cid\n');
  writeFileSync(join(temp.home, 'files', 'others.csv'), 'id,name\n9,zoe\n');
});
afterAll(() => temp.stop());

interface Sent {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly as?: string;
}

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, each compared whole where it matters.
type Json = any;

async function call(method: string, path: string, { body, headers = {}, as = key }: Sent = {}) {
  const answer = await fetch(`${temp.url}/api/v1/${path}`, {
    method,
    headers: {
      ...(as === '' ? {} : { authorization: `ApiKey ${as}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    json: (text === '' ? undefined : JSON.parse(text)) as Json,
  };
}

const get = (path: string, sent?: Sent) => call('GET', path, sent);
const post = (path: string, body: unknown, sent?: Sent) => call('POST', path, { ...sent, body });

/** As the document has it. */
const documentSteps = [
  { type: 'source', config: { path: '/fake/data.csv' } },
  { type: 'transform', config: { operation: 'uppercase' } },
  { type: 'sink', config: { target: 'db://fake-database' } },
];
const uppercase = (target?: string, path = 'people.csv') => [
  { type: 'source', config: { path } },
  { type: 'transform', config: { operation: 'uppercase' } },
  ...(target === undefined ? [] : [{ type: 'sink', config: { target } }]),
];

async function pipeline(steps: unknown, name = 'Test', sent?: Sent): Promise<string> {
  const { status, json } = await post('pipelines', { name, steps }, sent);
  expect([status, json.details]).toEqual([201, undefined]);
  return json.pipelineId;
}

async function finished(jobId: string, as = key): Promise<Json> {
  for (;;) {
    const { json } = await get(`jobs/${jobId}/status`, { as });
    if (!['queued', 'running'].includes(json.status)) return json;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** The answer of the results after a job has ended. */
async function run(body: unknown, sent?: Sent): Promise<Json> {
  const { status, json } = await post('jobs', body, sent);
  expect([status, json.details]).toEqual([202, undefined]);
  await finished(json.jobId, sent?.as);
  return (await get(`jobs/${json.jobId}/results`, { ...(sent?.as && { as: sent.as }) })).json;
}

describe('authentication', () => {
  test('All API requests must be authenticated; others are rejected with 401', async () => {
    for (const path of ['pipelines', 'jobs', `jobs/${nobody}/status`, 'datasources', 'nothing/here', '']) {
      const { status, json } = await get(path, { as: '' });
      expect([path, status, json]).toEqual([
        path,
        401,
        { error: 'Unauthorized', code: 4010, details: expect.any(String) },
      ]);
    }
    expect((await get('pipelines', { as: 'FAKE-API-KEY-123456' })).status).toBe(401);
  });

  test.each(['ApiKey', 'Bearer', 'apikey'])('Authorization: %s carries a key', async (word) => {
    expect((await get('pipelines', { as: '', headers: { authorization: `${word} ${key}` } })).status).toBe(
      200,
    );
  });

  test('a key elsewhere than in the header is no key', async () => {
    const headers = { 'x-api-key': key };
    expect((await get('pipelines', { as: '', headers })).status).toBe(401);
  });

  test('OAuth 2.0 tokens work here with what was granted, and at no other door', async () => {
    const asked = await fetch(
      `${temp.url}/auth/fake-oauth?response_type=code&client_id=tester&redirect_uri=${encodeURIComponent('http://127.0.0.1:5/cb')}&scope=cloudflow:read`,
      { redirect: 'manual' },
    );
    expect(asked.status).toBe(302);
    const [request] = await temp.client.oauth.list();
    const { redirectTo } = await temp.client.oauth.approve({ id: request?.id ?? '' });
    const code = new URL(redirectTo).searchParams.get('code');
    const token = await call('POST', 'oauth/token', { as: '', body: { code } });
    expect(token.status).toBe(200);
    const headers = { authorization: `Bearer ${token.json.access_token}` };
    const seen = await get('pipelines', { as: '', headers });
    // The plan of a key that was made by an approval: its limits are told like any key's.
    expect([seen.status, seen.headers.get('x-ratelimit-limit')]).toEqual([200, '1000']);
    const refused = await post('pipelines', { name: 'x', steps: uppercase() }, { as: '', headers });
    expect([refused.status, refused.json.code]).toEqual([403, 4030]);
    const other = `/api/pub/v1/dataflows/${nobody}/runs/${nobody}/status`;
    const elsewhere = await fetch(`${temp.url}${other}`, {
      headers: { 'x-api-key': token.json.access_token },
    });
    expect(elsewhere.status).toBe(401);
    const [app] = await temp.client.oauth.apps();
    await temp.client.oauth.revoke({ id: app?.id ?? '' });
    expect((await get('pipelines', { as: '', headers })).status).toBe(401);
  });

  test('only the window approves: no page and no key can', async () => {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: 'greedy',
      redirect_uri: 'http://localhost:5/cb',
    });
    await fetch(`${temp.url}/auth/oauth?${query}`, { redirect: 'manual' });
    const asked = (await temp.client.oauth.list()).find(({ clientId }) => clientId === 'greedy');
    const approve = (headers: Record<string, string>) =>
      fetch(`${temp.url}/app/rpc/oauth/approve`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ json: { id: asked?.id } }),
      });
    expect((await approve({})).status).toBe(401);
    expect((await approve({ authorization: `Bearer ${key}` })).status).toBe(401);
    expect((await approve({ 'x-sluice-session': key })).status).toBe(401);
    expect((await approve({ origin: 'http://localhost:5' })).status).toBe(403);
    expect((await temp.client.oauth.get({ id: asked?.id ?? '' })).state).toBe('pending');
    const { redirectTo } = await temp.client.oauth.deny({ id: asked?.id ?? '' });
    expect(redirectTo).toContain('error=access_denied');
  });

  test('each right is its own', async () => {
    const reader = await temp.key({ scopes: ['cloudflow:read'] });
    const id = await pipeline(uppercase());
    for (const [method, path, body] of [
      ['POST', 'pipelines', { name: 'x', steps: uppercase() }],
      ['PUT', `pipelines/${id}`, { name: 'x' }],
      ['DELETE', `pipelines/${id}`, undefined],
      ['POST', 'jobs', { pipelineId: id }],
      ['POST', 'datasources', { connectionString: 'sqlite:x.db' }],
      ['POST', 'datasources/test', { connectionString: 'sqlite:x.db' }],
      ['GET', `datasources/${nobody}/metadata`, undefined],
    ] as const) {
      const { status, json } = await call(method, path, { as: reader, ...(body && { body }) });
      expect([method, path, status, json.code]).toEqual([method, path, 403, 4030]);
    }
    expect((await get(`pipelines/${id}`, { as: reader })).status).toBe(200);
  });
});

describe('pipelines', () => {
  test('Create a new pipeline by POSTing a JSON definition, as the document shows', async () => {
    const { status, json, headers } = await post('pipelines', {
      name: 'MyFakePipeline',
      steps: documentSteps,
    });
    expect(status).toBe(201);
    expect(json).toEqual({
      pipelineId: expect.any(String),
      name: 'MyFakePipeline',
      steps: documentSteps,
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
    });
    expect(headers.get('location')).toBe(`/api/v1/pipelines/${json.pipelineId}`);
    expect((await get(`pipelines/${json.pipelineId}`)).json).toEqual(json);
    const graph = await temp.client.pipelines.get({ id: json.pipelineId });
    expect(graph.document.nodes).toHaveLength(3);
  });

  test('Retrieve all pipelines, of the window too, in pages', async () => {
    const made = await temp.client.pipelines.create({ document: smallPipeline('From the window') });
    const all = (await get('pipelines')).json;
    expect(Object.keys(all)).toEqual(['pipelines', 'total', 'limit', 'offset']);
    const ids = all.pipelines.map(({ pipelineId }: Json) => pipelineId);
    expect(ids).toContain(made.id);
    expect(all.total).toBe(ids.length);
    const pages = await Promise.all([1, 2].map((page) => get(`pipelines?limit=1&page=${page}`)));
    expect(pages.flatMap(({ json }) => json.pipelines.map((each: Json) => each.pipelineId))).toEqual(
      ids.slice(0, 2),
    );
    expect((await get('pipelines?limit=2&offset=1')).json).toMatchObject({
      limit: 2,
      offset: 1,
      total: ids.length,
    });
    expect((await get('pipelines?search=from%20the%20window')).json.total).toBe(1);
    expect((await get('jobs?cursor=nonsense')).status).toBe(400);
    for (const wrong of ['limit=0', 'limit=1001', 'limit=x', 'offset=-1', 'page=0'])
      expect((await get(`pipelines?${wrong}`)).status).toBe(400);
  });

  test('a graph that is no chain has no steps', async () => {
    const document = smallPipeline('Two ends');
    document.nodes.push({ id: 'more', kind: 'save-dataset', config: { name: 'more', mode: 'replace' } });
    document.edges.push({ from: 'recent', to: 'more' });
    const { id } = await temp.client.pipelines.create({ document });
    expect((await get(`pipelines/${id}`)).json.steps).toBeNull();
  });

  test('Update a pipeline’s configuration, as the document shows; what is left out stays', async () => {
    const id = await pipeline(uppercase('dataset://kept'), 'To update');
    const steps = [{ type: 'transform', config: { operation: 'reverse' } }];
    const updated = await call('PUT', `pipelines/${id}`, { body: { steps } });
    expect([updated.status, updated.json]).toMatchObject([200, { pipelineId: id, name: 'To update', steps }]);
    const renamed = await call('PUT', `pipelines/${id}`, { body: { name: 'Renamed' } });
    expect([renamed.status, renamed.json]).toMatchObject([200, { name: 'Renamed', steps }]);
    expect((await call('PUT', `pipelines/${id}`, { body: {} })).json.code).toBe(4001);
    expect((await call('PUT', `pipelines/${nobody}`, { body: { name: 'x' } })).status).toBe(404);
  });

  test('Delete a pipeline', async () => {
    const id = await pipeline(uppercase());
    const gone = await call('DELETE', `pipelines/${id}`);
    expect([gone.status, gone.json]).toEqual([204, undefined]);
    for (const again of [await call('DELETE', `pipelines/${id}`), await get(`pipelines/${id}`)])
      expect([again.status, again.json]).toEqual([
        404,
        { error: 'Resource not found', code: 4040, details: expect.stringContaining(id) },
      ]);
  });

  test('4001: the details name the step and the field, in the words of the document', async () => {
    const steps = [uppercase()[0], { type: 'transform', config: {} }];
    const { status, json } = await post('pipelines', { name: 'x', steps });
    expect([status, json]).toEqual([
      400,
      {
        error: 'Invalid pipeline configuration',
        code: 4001,
        details: "Step 'transform' missing required field 'operation'",
      },
    ]);
  });

  test.each([
    ['no name', { steps: documentSteps }],
    ['an empty name', { name: ' ', steps: documentSteps }],
    ['no steps', { name: 'x' }],
    ['steps that are no list', { name: 'x', steps: 'all' }],
    ['a field that is not known', { name: 'x', steps: documentSteps, stepz: [] }],
    ['an unknown step', { name: 'x', steps: [{ type: 'teleport', config: {} }] }],
    ['an unknown operation', { name: 'x', steps: [{ type: 'transform', config: { operation: 'x' } }] }],
    ['a list', []],
  ])('%s is 4001', async (_name, body) => {
    const { status, json } = await post('pipelines', body);
    expect([status, json.error, json.code]).toEqual([400, 'Invalid pipeline configuration', 4001]);
    expect(Object.keys(json)).toEqual(['error', 'code', 'details']);
  });

  test('a request that cannot be read says nothing of a pipeline', async () => {
    const answers = [
      await post('pipelines', '{"name": '),
      await get('pipelines?limit=x'),
      await get('pipelines?api_key=x'),
    ];
    for (const { status, json } of answers)
      expect([status, json.error, json.code]).toEqual([400, 'Invalid request', 4001]);
  });

  test('keys of the other environment see what the window made, and nothing of this one', async () => {
    const sandbox = await temp.key({ environment: 'sandbox' });
    const id = await pipeline(uppercase(), 'Live only');
    const window = await temp.client.pipelines.create({ document: smallPipeline('For both') });
    expect((await get(`pipelines/${id}`, { as: sandbox })).status).toBe(404);
    expect((await call('DELETE', `pipelines/${id}`, { as: sandbox })).status).toBe(404);
    expect((await post('jobs', { pipelineId: id }, { as: sandbox })).status).toBe(404);
    expect((await get(`pipelines/${window.id}`, { as: sandbox })).status).toBe(200);
    const seen = (await get('pipelines?limit=1000', { as: sandbox })).json.pipelines;
    expect(seen.some(({ pipelineId }: Json) => pipelineId === id)).toBe(false);
  });

  test('a key that is limited to pipelines finds these alone, and makes none', async () => {
    const [mine, other] = [await pipeline(uppercase()), await pipeline(uppercase())];
    const limited = await temp.key({ pipelineIds: [mine] });
    expect((await get('pipelines', { as: limited })).json).toMatchObject({
      total: 1,
      pipelines: [{ pipelineId: mine }],
    });
    expect((await get(`pipelines/${other}`, { as: limited })).status).toBe(404);
    expect((await post('jobs', { pipelineId: other }, { as: limited })).status).toBe(404);
    expect((await post('pipelines', { name: 'x', steps: uppercase() }, { as: limited })).status).toBe(403);
    const { jobId } = (await post('jobs', { pipelineId: other })).json;
    expect((await get(`jobs/${jobId}/status`, { as: limited })).status).toBe(404);
    expect((await get('jobs', { as: limited })).json.jobs).toEqual([]);
  });

  test('a key that is limited to pipelines cannot make them read or write what they did not', async () => {
    const mine = await pipeline(uppercase('dataset://limited_mine'), 'Limited');
    const other = (await run({ pipelineId: await pipeline(uppercase('dataset://limited_other')) }))
      .outputs[0];
    const as = await temp.key({ pipelineIds: [mine] });
    const put = (steps: unknown) => call('PUT', `pipelines/${mine}`, { body: { steps }, as });
    const wider = [
      [
        { type: 'source', config: { dataset: 'limited_other' } },
        ...uppercase('dataset://limited_mine').slice(1),
      ],
      uppercase('dataset://limited_other'),
      uppercase('dataset://limited_mine', 'others.csv'),
    ];
    for (const steps of wider) {
      const { status, json } = await put(steps);
      expect([status, json.code, json.error]).toEqual([403, 4030, 'Forbidden']);
    }
    expect(
      (await put([...uppercase().slice(0, 1), ...uppercase('dataset://limited_mine').slice(2)])).status,
    ).toBe(200);
    for (const input of ['dataset://limited_other', 'others.csv', 'db://shop/orders'])
      expect([input, (await post('jobs', { pipelineId: mine, input }, { as })).status]).toEqual([input, 403]);
    expect((await post('jobs', { pipelineId: mine, input: other.datasetId }, { as })).json).toMatchObject({
      code: 4040,
    });
    const own = await run({ pipelineId: mine, input: 'people.csv' }, { as });
    expect(own.total).toBe(3);
    const id = own.outputs[0].versionId;
    expect((await run({ pipelineId: mine, input: id }, { as })).total).toBe(3);
  });
});

describe('jobs', () => {
  test('Start a new processing job, as the document shows; a bucket that is not there is told when it runs', async () => {
    const id = await pipeline(documentSteps, 'Fake');
    const { status, json, headers } = await post('jobs', {
      pipelineId: id,
      input: 's3://fake-bucket/data.csv',
    });
    expect(status).toBe(202);
    expect(json).toEqual({
      jobId: expect.any(String),
      pipelineId: id,
      status: expect.stringMatching(/^(queued|running)$/),
      progress: 0,
      createdAt: expect.any(String),
      startedAt: null,
      finishedAt: null,
      error: null,
    });
    expect(headers.get('location')).toBe(`/api/v1/jobs/${json.jobId}/status`);
    const end = await finished(json.jobId);
    expect(end).toMatchObject({ status: 'failed', error: expect.stringContaining('fake') });
    const results = await get(`jobs/${json.jobId}/results`);
    expect([results.status, results.json]).toEqual([
      200,
      {
        jobId: json.jobId,
        status: 'failed',
        error: end.error,
        outputs: [],
        rows: [],
        total: 0,
        limit: 100,
        offset: 0,
      },
    ]);
  });

  test('Check job status, and get job results: the rows of what it wrote, in pages', async () => {
    const id = await pipeline(uppercase('dataset://people_upper'), 'Upper');
    const results = await run({ pipelineId: id });
    expect(results).toMatchObject({
      status: 'completed',
      outputs: [{ type: 'dataset', name: 'people_upper', rows: 3 }],
      rows: [
        { id: 1, name: 'ANN' },
        { id: 2, name: 'BOB' },
        { id: 3, name: 'CID' },
      ],
      total: 3,
    });
    const page = (await get(`jobs/${results.jobId}/results?limit=1&offset=1`)).json;
    expect(page).toMatchObject({ rows: [{ id: 2, name: 'BOB' }], total: 3, limit: 1, offset: 1 });
    expect((await get(`jobs/${results.jobId}/results?output=people_upper`)).json.rows).toHaveLength(3);
    expect((await get(`jobs/${results.jobId}/results?output=other`)).status).toBe(404);
    expect((await get(`jobs/${results.jobId}`)).json).toMatchObject({ status: 'completed', progress: 100 });
  });

  test('an input takes the place of the source, for this job alone', async () => {
    const id = await pipeline(uppercase('dataset://by_input'), 'By input');
    const before = (await get(`pipelines/${id}`)).json;
    expect((await run({ pipelineId: id, input: 'others.csv' })).rows).toEqual([{ id: 9, name: 'ZOE' }]);
    expect((await get(`pipelines/${id}`)).json).toEqual(before);
    expect((await run({ pipelineId: id })).total).toBe(3);
    const { jobId } = (await post('jobs', { pipelineId: id, input: 'others.csv' })).json;
    const shown = await temp.client.runs.get({ id: jobId });
    expect(shown.document.nodes[0]?.config).toMatchObject({ path: 'others.csv' });
    await finished(jobId);
  });

  test('a dataset is an input, by name and by id', async () => {
    const id = await pipeline(uppercase('dataset://first'), 'First');
    const [output] = (await run({ pipelineId: id })).outputs;
    const next = await pipeline(uppercase('dataset://second'), 'Second');
    for (const input of ['dataset://first', `dataset://${output.datasetId}`, `dataset://${output.versionId}`])
      expect((await run({ pipelineId: next, input })).total).toBe(3);
    const missing = await run({ pipelineId: next, input: 'dataset://never-was' });
    expect(missing).toMatchObject({ status: 'failed', error: expect.stringContaining('never-was') });
  });

  test('a pipeline of one step runs over an input, and its rows are there', async () => {
    const id = await pipeline([{ type: 'transform', config: { operation: 'reverse' } }], 'Only reverse');
    expect(await run({ pipelineId: id, input: 'people.csv' })).toMatchObject({
      outputs: [{ type: 'dataset', name: 'Only reverse results' }],
      rows: [{ name: 'nna' }, { name: 'bob' }, { name: 'dic' }],
    });
    const { status, json } = await post('jobs', { pipelineId: id });
    expect([status, json]).toEqual([
      400,
      {
        error: 'Invalid pipeline configuration',
        code: 4001,
        details: "The pipeline cannot run yet: it has no step 'source'. Add one, or give the job an input.",
      },
    ]);
  });

  test('an input is a dataset by its bare id, or a version by its', async () => {
    const one = await pipeline(uppercase('dataset://by_id'), 'By id');
    const first = (await run({ pipelineId: one })).outputs[0];
    await run({ pipelineId: one, input: 'others.csv' });
    const reader = await pipeline(uppercase(undefined, 'others.csv'), 'Reader');
    const names = async (input: string) =>
      (await run({ pipelineId: reader, input })).rows.map(({ name }: Json) => name);
    expect(await names(first.versionId)).toEqual(['ANN', 'BOB', 'CID']);
    expect(await names(first.versionId.toUpperCase())).toEqual(['ANN', 'BOB', 'CID']);
    expect(await names(first.datasetId)).toEqual(['ZOE']);
    expect(await names(`dataset://${first.datasetId}`)).toEqual(['ZOE']);
    const missing = await post('jobs', { pipelineId: reader, input: nobody });
    expect([missing.status, missing.json]).toEqual([
      404,
      { error: 'Resource not found', code: 4040, details: expect.stringContaining('dataset') },
    ]);
  });

  test('parameters of a pipeline of the window can be given', async () => {
    const { id } = await temp.client.pipelines.create({ document: smallPipeline('With parameters') });
    expect((await run({ pipelineId: id, parameters: { least: 3 } })).total).toBe(1);
    expect((await post('jobs', { pipelineId: id, parameters: { least: 'x' } })).json.code).toBe(4001);
  });

  test('the same Idempotency-Key makes one job; another body under it is 422', async () => {
    const id = await pipeline(uppercase());
    const headers = { 'idempotency-key': 'once' };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => post('jobs', { pipelineId: id }, { headers })),
    );
    expect(new Set(answers.map(({ json }) => json.jobId)).size).toBe(1);
    const other = await post('jobs', { pipelineId: id, input: 'others.csv' }, { headers });
    expect([other.status, other.json.code]).toEqual([422, 4220]);
  });

  test('a run of another door is a job here; jobs are listed newest first', async () => {
    const { id } = await temp.client.pipelines.create({ document: smallPipeline('By door three') });
    const started = await fetch(`${temp.url}/api/pub/v1/dataflows/${id}/start?await=true`, {
      method: 'POST',
      headers: { 'x-api-key': key },
    });
    const { runId } = (await started.json()) as { runId: string };
    expect((await get(`jobs/${runId}/status`)).json).toMatchObject({ jobId: runId, status: 'completed' });
    expect((await get(`jobs/${runId}/results`)).json.total).toBe(2);
    const second = (await post('jobs', { pipelineId: id })).json.jobId;
    await finished(second);
    const list = (await get(`jobs?pipelineId=${id}&status=completed`)).json;
    expect(list.jobs.map(({ jobId }: Json) => jobId)).toEqual([second, runId]);
    const first = (await get(`jobs?pipelineId=${id}&limit=1`)).json;
    const rest = (await get(`jobs?pipelineId=${id}&limit=1&cursor=${encodeURIComponent(first.next)}`)).json;
    expect([...first.jobs, ...rest.jobs].map(({ jobId }: Json) => jobId)).toEqual([second, runId]);
  });

  test('a job is cancelled by DELETE or by its cancel address; an ended one is 4090', async () => {
    const { id } = await temp.client.pipelines.create({ document: endlessPipeline('Endless') });
    for (const [method, suffix] of [
      ['DELETE', ''],
      ['POST', '/cancel'],
    ] as const) {
      const { jobId } = (await post('jobs', { pipelineId: id })).json;
      expect((await call(method, `jobs/${jobId}${suffix}`)).status).toBe(200);
      expect((await finished(jobId)).status).toBe('cancelled');
      const again = await call(method, `jobs/${jobId}${suffix}`);
      expect([again.status, again.json.code]).toEqual([409, 4090]);
    }
  });

  test('what cannot be is refused in the door’s words', async () => {
    expect((await post('jobs', { input: 'people.csv' })).json.code).toBe(4001);
    expect((await post('jobs', { pipelineId: 'fake-pipeline-123' })).json.code).toBe(4040);
    expect((await post('jobs', { pipelineId: nobody, input: 'x.csv' })).json.code).toBe(4040);
    for (const path of [`jobs/${nobody}/status`, `jobs/${nobody}/results`, 'jobs/abc/status'])
      expect((await get(path)).json.code).toBe(4040);
    expect((await call('PATCH', 'jobs')).json.code).toBe(4050);
    expect((await get('nothing')).json).toMatchObject({ error: 'Resource not found', code: 4040 });
  });
});

describe('data sources', () => {
  const connectionString = 'Server=fake-db;Database=fake;User Id=fake;Password=s3cretPassw0rd;';

  test('Add a new data source, as the document shows; its password never comes back', async () => {
    const { status, json } = await post('datasources', { type: 'database', connectionString });
    expect(status).toBe(201);
    expect(json).toEqual({
      id: expect.any(String),
      name: 'fake',
      type: 'database',
      engine: 'postgresql',
      description: '',
      config: expect.objectContaining({ host: 'fake-db', database: 'fake', user: 'fake' }),
      secrets: ['password'],
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
      lastTest: null,
    });
    const second = await post('datasources', { type: 'database', connectionString });
    expect([second.status, second.json.name]).toEqual([201, 'fake-2']);
    const texts = [
      json,
      second.json,
      (await get('datasources')).json,
      (await get(`datasources/${json.id}`)).json,
    ];
    expect(JSON.stringify(texts)).not.toContain('s3cretPassw0rd');
    const named = await post('datasources', { name: 'FAKE', connectionString });
    expect([named.status, named.json.code]).toEqual([409, 4090]);
  });

  test('Test a data source connection: it really connects and says what failed', async () => {
    const { status, json } = await post('datasources/test', { connectionString });
    expect([status, json]).toEqual([
      200,
      {
        success: false,
        failed: 'name',
        message: expect.stringContaining('fake-db'),
        server: null,
        milliseconds: expect.any(Number),
      },
    ]);
    expect(JSON.stringify(json)).not.toContain('s3cretPassw0rd');
    expect((await post('datasources/test', { connectionString: 'nonsense' })).json.code).toBe(4001);
    expect((await post('datasources/test', {})).json.code).toBe(4001);
    expect((await post('datasources/test', { id: nobody })).json.code).toBe(4040);
  });

  test('a real database: made, tested, looked into, read by a job and written by a job', async () => {
    const file = join(temp.home, 'files', 'shop.db');
    const database = new DatabaseSync(file);
    database.exec(
      "CREATE TABLE orders (id INTEGER NOT NULL, who TEXT); INSERT INTO orders VALUES (1,'ann'),(2,'bob')",
    );
    database.close();
    const made = await post('datasources', { name: 'shop', type: 'sqlite', config: { path: 'shop.db' } });
    expect(made.status).toBe(201);
    const { id } = made.json;
    expect((await post('datasources/test', { id })).json).toMatchObject({ success: true, failed: null });
    const metadata = (await get(`datasources/${id}/metadata`)).json;
    expect(metadata).toMatchObject({ id, more: false });
    expect(metadata.tables.find(({ name }: Json) => name.includes('orders'))).toMatchObject({
      type: 'table',
      rowCount: 2,
      columns: [{ name: 'id' }, { name: 'who' }],
    });
    const upper = await pipeline(uppercase('db://shop/loud'), 'To the shop');
    const results = await run({ pipelineId: upper, input: 'db://shop/orders' });
    expect([results.status, results.error]).toEqual(['completed', null]);
    expect(results).toMatchObject({
      outputs: [{ type: 'table', name: 'shop/loud', datasetId: null, rows: 2 }],
      rows: [],
      total: 0,
    });
    const after = new DatabaseSync(file, { readOnly: true });
    expect(
      after
        .prepare('SELECT who FROM loud ORDER BY id')
        .all()
        .map(({ who }) => who),
    ).toEqual(['ANN', 'BOB']);
    after.close();
  });

  test('what is left out of an update stays; the password too', async () => {
    const { id } = (await post('datasources', { name: 'kept', connectionString })).json;
    const renamed = await call('PUT', `datasources/${id}`, { body: { name: 'moved' } });
    expect([renamed.status, renamed.json.name, renamed.json.secrets]).toEqual([200, 'moved', ['password']]);
    const moved = await call('PUT', `datasources/${id}`, { body: { config: { user: 'other' } } });
    expect(moved.json.config).toMatchObject({ host: 'fake-db', user: 'other' });
    expect((await call('PUT', `datasources/${id}`, { body: {} })).json.code).toBe(4001);
    expect((await call('DELETE', `datasources/${id}`)).status).toBe(204);
    expect((await get(`datasources/${id}`)).json.code).toBe(4040);
    expect((await get(`datasources/${id}/metadata`)).json.code).toBe(4040);
  });

  test('data sources of the other environment are not there', async () => {
    const sandbox = await temp.key({ environment: 'sandbox' });
    const { id } = (await post('datasources', { name: 'live-only', connectionString })).json;
    expect((await get(`datasources/${id}`, { as: sandbox })).status).toBe(404);
    expect((await post('datasources/test', { id }, { as: sandbox })).status).toBe(404);
    expect((await get('datasources', { as: sandbox })).json.datasources).toEqual([]);
  });

  test.each([
    ['an unknown type', { type: 'oracle', connectionString }],
    ['neither text nor config', { type: 'database' }],
    ['both', { connectionString, config: {} }],
    ['a text of another type', { type: 's3', connectionString }],
    ['a config that lacks its host', { type: 'mysql', config: { database: 'x' } }],
    ['a field that is not known', { connectionString, conString: 'x' }],
  ])('%s is 4001', async (_name, body) => {
    const { status, json } = await post('datasources', body);
    expect([status, json.error, json.code]).toEqual([400, 'Invalid request', 4001]);
    expect(JSON.stringify(json)).not.toContain('s3cretPassw0rd');
  });
});

describe('limits and errors', () => {
  test('Exceeding limits returns error and retry_after, as the document shows', async () => {
    const limited = await temp.key({ plan: 'starter' });
    const answers = [];
    for (let sent = 0; sent < 90; sent += 1) answers.push(await get('pipelines?limit=1', { as: limited }));
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.json).toEqual({
      error: 'Rate limit exceeded',
      code: 4290,
      details: expect.any(String),
      retry_after: expect.any(Number),
    });
    expect(refused?.headers.get('retry-after')).toBe(String(refused?.json.retry_after));
  });

  test('All errors are returned in a consistent format', async () => {
    const wide = await post('pipelines', `{"name": "${'x'.repeat(1_100_000)}"}`);
    const form = await call('POST', 'pipelines', { body: 'a=b', headers: { 'content-type': 'text/plain' } });
    for (const [{ status, json }, code] of [
      [wide, 4130],
      [form, 4150],
      [await call('PUT', 'pipelines'), 4050],
      [await get('pipelines/x/y/z'), 4040],
    ] as const) {
      expect([status * 10, json.code]).toEqual([code, code]);
      expect(Object.keys(json)).toEqual(['error', 'code', 'details']);
      expect(json.details).not.toMatch(/\bat .*:\d+|\/work\/|SELECT/);
    }
  });
});
