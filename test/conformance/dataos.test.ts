/** Door 4: every request and answer of the DataOS document, as written, with real names and tokens. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTempApp, type TempApp } from '../support/temp-app.ts';
import { type Ask, ask, bearer, until } from './kit/ask.ts';
import { differences, fields, list, type Shape } from './kit/exact-shape.ts';

const listed = fields({
  name: 'string',
  version: 'string',
  type: 'string',
  workspace: 'string',
  status: 'string',
  created: 'iso-time',
});
const page = (of: Shape) =>
  fields({ data: list(of), meta: fields({ total: 'integer', limit: 'integer', offset: 'integer' }) });
const resource = fields({
  name: 'string',
  version: 'string',
  type: 'string',
  workspace: 'string',
  tags: list('string'),
  description: 'string',
  status: 'string',
  spec: 'anything',
});
const changed = fields({
  message: 'string',
  resource: fields({ name: 'string', version: 'string', type: 'string', status: 'string' }),
});
const deleted = fields({ message: 'string', resource: fields({ name: 'string', type: 'string' }) });
const logs = fields({ logs: list(fields({ timestamp: 'iso-time', level: 'string', message: 'string' })) });
const error = fields({ error: fields({ code: 'string', message: 'string', details: 'anything' }) });

/** The bodies of the document, letter by letter. */
const createYaml = `name: my-workflow
version: v1
type: workflow
workflow:
  dag:
    - name: task
      spec:
        stack: flare:7.0
`;
const updateYaml = createYaml.replace('- name: task', '- name: updated-task');
const dailyEtl = {
  name: 'daily-etl',
  version: 'v1',
  type: 'workflow',
  workspace: 'analytics',
  tags: ['production', 'daily'],
  description: 'Daily ETL pipeline',
  workflow: {
    schedule: { cron: '0 2 * * *' },
    dag: [{ name: 'extract', spec: { stack: 'flare:7.0' } }],
  },
};

let temp: TempApp;
let token: string;

beforeAll(async () => {
  temp = await startTempApp();
  token = await temp.key({ plan: 'unlimited' });
  await v1('/resources', { method: 'POST', body: dailyEtl });
});
afterAll(() => temp.stop());

function v1(path: string, sent: Ask = {}, as = token) {
  return ask(`${temp.url}/v1${path}`, { ...sent, headers: { ...bearer(as), ...sent.headers } });
}
const yaml = (method: string, body: string): Ask => ({
  method,
  body,
  headers: { 'content-type': 'application/yaml' },
});

describe('resources', () => {
  test('GET /v1/resources?type=&workspace= lists them with meta', async () => {
    const { status, json } = await v1('/resources?type=workflow&workspace=analytics');
    expect(status).toBe(200);
    expect(differences(json, page(listed))).toEqual([]);
    expect(json.data).toHaveLength(1);
    expect(json.data[0]).toMatchObject({ name: 'daily-etl', version: 'v1', status: 'active' });
    expect(json.meta).toEqual({ total: 1, limit: 20, offset: 0 });
  });

  test('limit and offset page the list', async () => {
    const { json } = await v1('/resources?limit=1&offset=0');
    expect(json.meta).toMatchObject({ limit: 1, offset: 0 });
    expect(json.data).toHaveLength(1);
    expect((await v1('/resources?limit=1&offset=1000')).json.data).toEqual([]);
  });

  test('GET /v1/resources/{type}/{name}?workspace= tells all of one', async () => {
    const { status, json } = await v1('/resources/workflow/daily-etl?workspace=analytics');
    expect(status).toBe(200);
    expect(differences(json, resource)).toEqual([]);
    const { tags, description, workflow } = dailyEtl;
    expect(json).toMatchObject({ tags, description, workspace: 'analytics', spec: { workflow } });
  });

  test('POST takes the documented YAML and answers 201 as documented', async () => {
    const { status, json } = await v1('/resources', yaml('POST', createYaml));
    expect(status).toBe(201);
    expect(differences(json, changed)).toEqual([]);
    expect(json).toEqual({
      message: 'Resource created successfully',
      resource: { name: 'my-workflow', version: 'v1', type: 'workflow', status: 'pending' },
    });
  });

  test('POST of the document’s complete example makes a resource with a schedule', async () => {
    const body = { ...dailyEtl, name: 'sales-pipeline', tags: undefined, description: undefined };
    const { status, json } = await v1('/resources', { method: 'POST', body });
    expect(status).toBe(201);
    expect(differences(json, changed)).toEqual([]);
    await until(async () => {
      const asked = await v1('/resources/workflow/sales-pipeline?workspace=analytics');
      return asked.json.status === 'active' ? asked : undefined;
    });
    expect((await v1('/resources/workflow/sales-pipeline/logs?tail=50&workspace=analytics')).status).toBe(
      200,
    );
  });

  test('POST of one that exists is 409', async () => {
    await v1('/resources', yaml('POST', createYaml));
    const { status, json } = await v1('/resources', yaml('POST', createYaml));
    expect(status).toBe(409);
    expect(differences(json, error)).toEqual([]);
  });

  test('PUT takes the documented YAML, and the change can be read', async () => {
    await v1('/resources', yaml('POST', createYaml));
    const { status, json } = await v1('/resources/workflow/my-workflow', yaml('PUT', updateYaml));
    expect(status).toBe(200);
    expect(differences(json, changed)).toEqual([]);
    const read = await v1('/resources/workflow/my-workflow');
    expect(read.json.spec.workflow.dag[0].name).toBe('updated-task');
  });

  test('a changed schedule is sent back and holds', async () => {
    const { json } = await v1('/resources/workflow/daily-etl?workspace=analytics');
    json.spec.workflow.schedule.cron = '0 3 * * *';
    const { tags, description, version, spec } = json;
    const body = { name: 'daily-etl', type: 'workflow', version, tags, description, spec };
    const put = await v1('/resources/workflow/daily-etl?workspace=analytics', { method: 'PUT', body });
    expect(put.status).toBe(200);
    const read = await v1('/resources/workflow/daily-etl?workspace=analytics');
    expect(read.json.spec.workflow.schedule.cron).toBe('0 3 * * *');
  });

  test('DELETE answers as documented, and it is gone', async () => {
    await v1('/resources', { method: 'POST', body: { ...dailyEtl, name: 'old-workflow' } });
    const gone = await v1('/resources/workflow/old-workflow?workspace=analytics', { method: 'DELETE' });
    expect(gone.status).toBe(200);
    expect(differences(gone.json, deleted)).toEqual([]);
    expect(gone.json).toEqual({
      message: 'Resource deleted successfully',
      resource: { name: 'old-workflow', type: 'workflow' },
    });
    expect((await v1('/resources/workflow/old-workflow?workspace=analytics')).status).toBe(404);
  });
});

describe('logs', () => {
  test('GET .../logs?since=&tail= answers lines with time, level and message', async () => {
    await v1('/resources', yaml('POST', createYaml));
    const answer = await until(async () => {
      const asked = await v1('/resources/workflow/my-workflow/logs?since=1h&tail=100');
      return asked.json.logs.length > 0 ? asked : undefined;
    });
    expect(answer.status).toBe(200);
    expect(differences(answer.json, logs)).toEqual([]);
    expect(['DEBUG', 'INFO', 'WARN', 'ERROR']).toContain(answer.json.logs[0].level);
    const one = await v1('/resources/workflow/my-workflow/logs?tail=1');
    expect(one.json.logs).toHaveLength(1);
  });

  test.each(['1h', '30m', '1d'])('since=%s is a duration', async (since) => {
    expect((await v1(`/resources/workflow/daily-etl/logs?workspace=analytics&since=${since}`)).status).toBe(
      200,
    );
  });

  test('follow streams: the answer begins and does not end by itself', async () => {
    const leave = new AbortController();
    const answer = await fetch(`${temp.url}/v1/resources/workflow/my-workflow/logs?follow=true`, {
      headers: bearer(token),
      signal: leave.signal,
    });
    expect(answer.status).toBe(200);
    const { done, value } = (await answer.body?.getReader().read()) ?? { done: true };
    expect(done).toBe(false);
    expect(value?.length).toBeGreaterThan(0);
    leave.abort();
  });
});

describe('workspaces', () => {
  test('are made, listed and deleted by name', async () => {
    const body = { name: 'team-space', description: 'Analytics team workspace' };
    expect((await v1('/workspaces', { method: 'POST', body })).status).toBe(201);
    const all = await v1('/workspaces');
    expect(all.status).toBe(200);
    expect(all.json.data.map(({ name }: { name: string }) => name)).toContain('team-space');
    expect((await v1('/workspaces/team-space', { method: 'DELETE' })).status).toBe(200);
    expect((await v1('/workspaces/team-space')).status).toBe(404);
  });
});

describe('tokens', () => {
  test('a token made with a duration works and ends with it', async () => {
    const { status, json } = await v1('/tokens', { method: 'POST', body: { duration: '720h' } });
    expect(status).toBe(201);
    expect((await v1('/resources', {}, json.token)).status).toBe(200);
    expect(Date.parse(json.expires) - Date.now()).toBeGreaterThan(719 * 3_600_000);
    expect((await v1(`/tokens/${json.id}`, { method: 'DELETE' })).status).toBe(200);
    expect((await v1('/resources', {}, json.token)).status).toBe(401);
  });
});

describe('webhooks', () => {
  test('a subscriber is told of resources by exactly the documented payload', async () => {
    const bodies: string[] = [];
    const receiver = createServer((request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => bodies.push(text));
      request.on('end', () => response.end());
    });
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const host = `127.0.0.1:${(receiver.address() as AddressInfo).port}`;
    await temp.client.webhooks.saveHosts({ hosts: [host] });
    const hook = {
      url: `http://${host}/webhook`,
      events: ['resource.created', 'resource.updated'],
      resources: ['workflow', 'service'],
    };
    expect((await v1('/webhooks', { method: 'POST', body: hook })).status).toBe(201);
    await v1('/resources', { method: 'POST', body: { ...dailyEtl, name: 'told-of' } });
    const body = await until(async () => bodies.find((text) => text.includes('told-of')));
    receiver.close();
    const payload = JSON.parse(body);
    const shape = fields({
      event: 'string',
      timestamp: 'iso-time',
      resource: fields({ type: 'string', name: 'string', workspace: 'string', status: 'string' }),
    });
    expect(differences(payload, shape)).toEqual([]);
    expect(payload).toMatchObject({
      event: 'resource.created',
      resource: { type: 'workflow', workspace: 'analytics' },
    });
  });
});

describe('errors and limits', () => {
  test('404 has the documented body, with details', async () => {
    const { status, json } = await v1('/resources/workflow/missing?workspace=analytics');
    expect(status).toBe(404);
    expect(json).toEqual({
      error: {
        code: 'RESOURCE_NOT_FOUND',
        message: "Workflow 'missing' not found",
        details: { type: 'workflow', name: 'missing', workspace: 'analytics' },
      },
    });
  });

  test.each([
    [400, () => v1('/resources?limit=many')],
    [401, () => v1('/resources', {}, 'your-api-token')],
    [
      403,
      async () => v1('/resources', yaml('POST', createYaml), await temp.key({ scopes: ['dataos:read'] })),
    ],
    [404, () => v1('/resources/workflow/daily-etl/nothing/here')],
  ])('%i has the documented form', async (status, refused) => {
    const { json, status: answered } = await refused();
    expect(answered).toBe(status);
    const { details: _details, ...rest } = json.error;
    expect(
      differences({ error: rest }, fields({ error: fields({ code: 'string', message: 'string' }) })),
    ).toEqual([]);
  });

  test('100 a minute: the headers say so, and then 429 has the documented body', async () => {
    const limited = await temp.key({ scopes: ['dataos:read'] });
    const first = await v1('/resources', {}, limited);
    expect(first.headers.get('x-ratelimit-limit')).toBe('100');
    expect(Number(first.headers.get('x-ratelimit-remaining'))).toBe(99);
    expect(Number(first.headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now() / 1000 - 1);
    let refused = first;
    for (let n = 0; refused.status !== 429 && n < 200; n += 1) refused = await v1('/workspaces', {}, limited);
    expect(refused.status).toBe(429);
    const body = fields({ error: fields({ code: 'string', message: 'string', retry_after: 'integer' }) });
    expect(differences(refused.json, body)).toEqual([]);
    const { code, message, retry_after } = refused.json.error;
    expect(code).toBe('RATE_LIMIT_EXCEEDED');
    expect(message).toBe(`Rate limit exceeded. Retry after ${retry_after} seconds.`);
    expect(refused.headers.get('retry-after')).toBe(String(retry_after));
  });
});
