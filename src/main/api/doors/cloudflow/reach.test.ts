import { afterAll, beforeAll, expect, test } from 'vitest';
import { smallPipeline, startTempApp, type TempApp } from '../../../../../test/support/temp-app.ts';

let temp: TempApp;
let full: string;
beforeAll(async () => {
  temp = await startTempApp();
  full = await temp.key({ plan: 'unlimited' });
});
afterAll(() => temp.stop());

async function call(key: string, method: string, path: string, body?: unknown) {
  const answer = await fetch(`${temp.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `ApiKey ${key}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) };
}

const statusOf = async (...asked: Parameters<typeof call>) => (await call(...asked)).status;

async function pipeline(name: string, config: Record<string, unknown>): Promise<string> {
  const steps = [
    { type: 'source', config },
    { type: 'transform', config: { operation: 'uppercase' } },
  ];
  return (await call(full, 'POST', '/pipelines', { name, steps })).json.pipelineId;
}

test('a limited key gives its pipeline no name under which the results of another one lie', async () => {
  const mine = await pipeline('mine', { path: 'mine.csv' });
  await pipeline('theirs', { path: 'theirs.csv' });
  const limited = await temp.key({ plan: 'unlimited', pipelineIds: [mine] });
  expect(await statusOf(limited, 'PUT', `/pipelines/${mine}`, { name: 'theirs' })).toBe(403);
  expect(await statusOf(limited, 'PUT', `/pipelines/${mine}`, { name: 'mine' })).toBe(200);
});

test('a limited key sees the data sources that its pipelines use, and tries no others', async () => {
  const source = async (name: string) =>
    (await call(full, 'POST', '/datasources', { name, type: 'folder', config: { path: '' } })).json.id;
  const [used, other] = [await source('used'), await source('other')];
  const mine = await pipeline('reader', { datasource: 'used', table: 'orders' });
  const limited = await temp.key({ plan: 'unlimited', pipelineIds: [mine] });
  const { json } = await call(limited, 'GET', '/datasources');
  expect([json.total, json.datasources.map(({ id }: { id: string }) => id)]).toEqual([1, [used]]);
  for (const [id, status] of [
    [used, 200],
    [other, 404],
  ]) {
    expect(await statusOf(limited, 'GET', `/datasources/${id}`)).toBe(status);
    expect(await statusOf(limited, 'GET', `/datasources/${id}/metadata`)).toBe(status);
    expect(await statusOf(limited, 'POST', '/datasources/test', { id })).toBe(status);
  }
  const unknown = { type: 'folder', config: { path: '' } };
  expect(await statusOf(limited, 'POST', '/datasources/test', unknown)).toBe(403);
  expect(await statusOf(full, 'POST', '/datasources/test', unknown)).toBe(200);
});

test('what was made in the window is seen from the sandbox and changed from live alone', async () => {
  const sandbox = await temp.key({ plan: 'unlimited', environment: 'sandbox' });
  const { id } = await temp.client.pipelines.create({ document: smallPipeline('of both') });
  const source = await temp.client.sources.create({
    name: 'of both',
    config: { type: 'folder', path: '' },
  });
  for (const path of [`/pipelines/${id}`, `/datasources/${source.id}`]) {
    expect(await statusOf(sandbox, 'GET', path)).toBe(200);
    expect(await statusOf(sandbox, 'PUT', path, { name: 'taken' })).toBe(403);
    expect(await statusOf(sandbox, 'DELETE', path)).toBe(403);
    expect(await statusOf(full, 'PUT', path, { name: 'renamed' })).toBe(200);
    expect(await statusOf(full, 'DELETE', path)).toBe(204);
  }
});

test('a limited key pages through the jobs of its own pipelines alone', async () => {
  const file = { path: 'nowhere.csv' };
  const [mine, other] = [await pipeline('paged', file), await pipeline('between', file)];
  const submitted: string[] = [];
  for (const pipelineId of [mine, other, other, mine, other, mine]) {
    const { json } = await call(full, 'POST', '/jobs', { pipelineId });
    if (pipelineId === mine) submitted.unshift(json.jobId);
  }
  const limited = await temp.key({ plan: 'unlimited', pipelineIds: [mine] });
  const first = (await call(limited, 'GET', '/jobs?limit=2')).json;
  const second = (await call(limited, 'GET', `/jobs?limit=2&cursor=${first.next}`)).json;
  const found = [...first.jobs, ...second.jobs].map(({ jobId }: { jobId: string }) => jobId);
  expect([found, second.next]).toEqual([submitted, null]);
  expect((await call(limited, 'GET', `/jobs?pipelineId=${other}`)).json.jobs).toEqual([]);
  const none = await temp.key({ plan: 'unlimited', pipelineIds: [] });
  expect((await call(none, 'GET', '/jobs')).json).toEqual({ jobs: [], next: null });
});
