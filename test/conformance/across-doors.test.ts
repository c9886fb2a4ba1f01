/** One core behind five doors: what came in by one is watched, started, listed and told of by the others. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTempApp, type TempApp } from '../support/temp-app.ts';
import { type Ask, ask, bearer, until } from './kit/ask.ts';

let temp: TempApp;
let key: string;

beforeAll(async () => {
  temp = await startTempApp();
  key = await temp.key({ plan: 'unlimited' });
});
afterAll(() => temp.stop());

const at = (path: string, sent: Ask = {}) =>
  ask(`${temp.url}${path}`, { ...sent, headers: { ...bearer(key), ...sent.headers } });

test('ingested by 1, watched by 2, opened as a graph, started again by 3, listed by 4, told of by 5', async () => {
  const data = [
    { region: 'north', amount: 150 },
    { region: 'south', amount: 80 },
    { region: 'north', amount: 200 },
  ];
  const transformations = [
    { type: 'filter', condition: 'amount > 100' },
    {
      type: 'aggregate',
      group_by: ['region'],
      aggregations: [{ function: 'sum', field: 'amount', as: 'revenue' }],
    },
  ];
  const body = { source: 'orders-of-all-doors', data, transformations };
  const { job_id } = (await at('/api/v2/ingest', { method: 'POST', body })).json;

  const watched = await until(async () => {
    const { json } = await at(`/api/v1/jobs/${job_id}/status`);
    return json.status === 'completed' ? json : undefined;
  });
  expect(watched).toMatchObject({ jobId: job_id, progress: 100 });
  expect((await at(`/api/v1/jobs/${job_id}/results`)).json.rows).toEqual([{ region: 'north', revenue: 350 }]);

  const { document } = await temp.client.pipelines.get({ id: watched.pipelineId });
  expect(document.nodes.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['filter', 'aggregate']));
  const { problems } = await temp.client.editor.check({ document });
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);

  const flows = `/api/pub/v1/dataflows/${watched.pipelineId}`;
  const started = await at(`${flows}/start?await=true`, { method: 'POST', headers: { 'x-api-key': key } });
  expect(started.json.status).toBe('Succeeded');
  expect((await at(`/api/v2/jobs/${started.json.runId}`)).json.status).toBe('completed');
  const status = await at(`${flows}/runs/${job_id}/status`, { headers: { 'x-api-key': key } });
  expect(status.json).toEqual({ runId: job_id, status: 'Succeeded' });

  const { json: resources } = await at('/v1/resources?type=workflow&limit=1000');
  expect(resources.data.map(({ name }: { name: string }) => name)).toContain('orders-of-all-doors');

  const { result_url } = (await at(`/api/v2/jobs/${job_id}`)).json;
  const id = result_url.replace(/^.*\//, '');
  const { json: dataset } = await at(`/v1/datasets/${id}`);
  expect(dataset).toMatchObject({ id, row_count: 1, columns: ['region', 'revenue'] });
});

test('how records were received shows in no name of a column', async () => {
  const body = { source: 'uneven', data: [{ a: 1, b: null }, { a: 2 }, { c: 3 }] };
  const { job_id } = (await at('/api/v2/ingest', { method: 'POST', body })).json;
  const done = await until(async () => {
    const { json } = await at(`/api/v2/jobs/${job_id}`);
    return json.status === 'completed' ? json : undefined;
  });
  const { json } = await at(`/v1/datasets/${done.result_url.replace(/^.*\//, '')}`);
  expect(json.columns).toEqual(['a', 'b', 'c']);
});

test('a workflow of 4 is a pipeline of 2 and starts by 3; a pipeline of 2 is a workflow of 4', async () => {
  const workflow = { dag: [{ name: 'task', spec: { stack: 'flare:7.0' } }] };
  const made = { name: 'made-by-four', version: 'v1', type: 'workflow', workflow };
  expect((await at('/v1/resources', { method: 'POST', body: made })).status).toBe(201);
  const { pipelines } = (await at('/api/v1/pipelines?search=made-by-four')).json;
  expect(pipelines).toHaveLength(1);
  const path = `/api/pub/v1/dataflows/${pipelines[0].pipelineId}/start?await=true`;
  expect((await at(path, { method: 'POST', headers: { 'x-api-key': key } })).json.status).toBe('Succeeded');

  const steps = [
    { type: 'source', config: { dataset: 'orders-of-all-doors' } },
    { type: 'sink', config: { target: 'dataset://copied' } },
  ];
  expect(
    (await at('/api/v1/pipelines', { method: 'POST', body: { name: 'made-by-two', steps } })).status,
  ).toBe(201);
  const { data } = (await at('/v1/resources?type=workflow&limit=1000')).json;
  expect(data.map(({ name }: { name: string }) => name)).toContain('made-by-two');
});

test('what a sandbox key made is at no door for a live key', async () => {
  const sandbox = await temp.key({ plan: 'unlimited', environment: 'sandbox' });
  const body = { source: 'only-tried', data: [{ a: 1 }], transformations: [] };
  const { job_id } = (await at('/api/v2/ingest', { method: 'POST', body, headers: bearer(sandbox) })).json;
  const done = await until(async () => {
    const { json } = await at(`/api/v2/jobs/${job_id}`, { headers: bearer(sandbox) });
    return json.status === 'completed' ? json : undefined;
  });
  const { pipelineId } = (await at(`/api/v1/jobs/${job_id}/status`, { headers: bearer(sandbox) })).json;
  const id = done.result_url.replace(/^.*\//, '');
  const paths = [
    `/api/v2/jobs/${job_id}`,
    `/api/v2/data/${id}`,
    `/api/v1/jobs/${job_id}/status`,
    `/api/v1/pipelines/${pipelineId}`,
    '/v1/resources/workflow/only-tried',
    `/v1/datasets/${id}`,
  ];
  for (const path of paths) {
    expect([path, (await at(path)).status]).toEqual([path, 404]);
    expect([path, (await at(path, { headers: bearer(sandbox) })).status]).toEqual([path, 200]);
  }
  const flow = `/api/pub/v1/dataflows/${pipelineId}/runs/${job_id}/status`;
  expect((await at(flow, { headers: { 'x-api-key': key } })).status).toBe(404);
  expect((await at(flow, { headers: { 'x-api-key': sandbox } })).status).toBe(200);
});
