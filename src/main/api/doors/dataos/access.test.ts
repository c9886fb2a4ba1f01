import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bareWorkflow, type DataosBench, startDataos, until } from './testing/dataos-client.ts';

let bench: DataosBench;
beforeAll(async () => {
  bench = await startDataos();
});
afterAll(() => bench.stop());

describe('workspaces', () => {
  test('are made, listed, told and deleted', async () => {
    const made = await bench.post('/v1/workspaces', {
      name: 'analytics',
      description: 'Analytics team workspace',
    });
    expect(made.status).toBe(201);
    expect(made.json).toEqual({
      name: 'analytics',
      description: 'Analytics team workspace',
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    expect((await bench.call('/v1/workspaces/analytics')).json).toEqual(made.json);
    const { json } = await bench.call('/v1/workspaces');
    expect(json.data.map(({ name }: { name: string }) => name)).toEqual(['analytics', 'public']);
    expect(json.meta).toEqual({ total: 2, limit: 20, offset: 0 });
    expect((await bench.remove('/v1/workspaces/analytics')).json).toEqual({
      message: 'Workspace deleted successfully',
      workspace: { name: 'analytics' },
    });
    expect((await bench.call('/v1/workspaces/analytics')).status).toBe(404);
    expect((await bench.post('/v1/workspaces', { name: 'analytics' })).status).toBe(201);
  });

  test('of one name there is one; public is always there', async () => {
    await bench.post('/v1/workspaces', { name: 'once' });
    expect((await bench.post('/v1/workspaces', { name: 'once' })).status).toBe(409);
    expect((await bench.post('/v1/workspaces', { name: 'public' })).status).toBe(409);
    expect((await bench.remove('/v1/workspaces/public')).status).toBe(409);
    expect((await bench.remove('/v1/workspaces/never')).json.error).toMatchObject({
      code: 'RESOURCE_NOT_FOUND',
      message: "Workspace 'never' not found",
    });
  });

  test('that hold something stay, and say what it is', async () => {
    await bench.post('/v1/resources', bareWorkflow('holds', { workspace: 'full' }));
    const refused = await bench.remove('/v1/workspaces/full');
    expect([refused.status, refused.json.error.message]).toEqual([
      409,
      "Workspace 'full' still holds 1 workflow. Delete that first.",
    ]);
    await bench.remove('/v1/resources/workflow/holds?workspace=full');
    expect((await bench.remove('/v1/workspaces/full')).status).toBe(200);
  });

  test('come back with a pipeline that comes back', async () => {
    await bench.post('/v1/resources', bareWorkflow('returns', { workspace: 'left-behind' }));
    const [pipeline] = await bench.temp.client.pipelines.list({ search: 'returns' });
    await bench.remove('/v1/resources/workflow/returns');
    await bench.remove('/v1/workspaces/left-behind');
    await bench.temp.client.pipelines.restore({ ids: [pipeline?.id ?? ''] });
    expect((await bench.call('/v1/workspaces/left-behind')).status).toBe(200);
    expect((await bench.call('/v1/resources/workflow/returns')).json.workspace).toBe('left-behind');
  });
});

describe('tokens', () => {
  test('live as long as was said, are shown once, and end at once', async () => {
    const made = await bench.post('/v1/tokens', { name: 'script', duration: '720h' });
    expect(made.status).toBe(201);
    expect(made.headers.get('cache-control')).toBe('no-store');
    const { id, token, created, expires } = made.json;
    expect(Date.parse(expires) - Date.parse(created)).toBe(720 * 3_600_000);
    expect((await bench.call('/v1/resources', { key: token })).status).toBe(200);
    const list = await bench.call('/v1/tokens');
    expect(list.json.data).toMatchObject([{ id, name: 'script' }]);
    expect(list.text).not.toContain(token);
    expect((await bench.remove(`/v1/tokens/${id}`)).json).toEqual({
      message: 'Token revoked successfully',
      token: { id },
    });
    expect((await bench.call('/v1/resources', { key: token })).status).toBe(401);
    expect((await bench.call('/v1/tokens')).json.data).toEqual([]);
  });

  test('may do no more than the key that made them', async () => {
    const scopes = ['dataos:read', 'dataos:tokens'] as const;
    const maker = await bench.temp.key({ plan: 'unlimited', scopes: [...scopes], expires: '2h' });
    const made = await bench.post('/v1/tokens', undefined, { key: maker });
    expect(made.json.scopes).toEqual(scopes);
    expect(Date.parse(made.json.expires)).toBeLessThanOrEqual(Date.now() + 2 * 3_600_000);
    for (const body of [
      { scopes: ['all'] },
      { scopes: ['dataos:write'] },
      { scopes: ['execution:run'] },
      { duration: '3h' },
    ])
      expect([(await bench.post('/v1/tokens', body, { key: maker })).status, body]).toEqual([403, body]);
    const reader = await bench.temp.key({ plan: 'unlimited', scopes: ['dataos:read', 'dataos:write'] });
    expect((await bench.post('/v1/tokens', {}, { key: reader })).status).toBe(403);
    expect((await bench.call('/v1/tokens', { key: reader })).status).toBe(403);
  });

  test('of another key are not there', async () => {
    const other = await bench.temp.key({ plan: 'unlimited' });
    const { json } = await bench.post('/v1/tokens', {}, { key: other });
    expect((await bench.remove(`/v1/tokens/${json.id}`)).status).toBe(404);
    expect((await bench.remove('/v1/tokens/nothing')).status).toBe(404);
  });

  test.each([
    { duration: 'long' },
    { duration: '-1h' },
    { scopes: [] },
    { scopes: ['everything'] },
    { colour: 'red' },
  ])('%j is 400', async (body) => {
    expect((await bench.post('/v1/tokens', body)).status).toBe(400);
  });

  test('are made on the command line as the document does', async () => {
    const program = join(process.cwd(), 'src/main/cli/main.ts');
    const sluice = async (...args: string[]) =>
      (await promisify(execFile)(process.execPath, [program, ...args, '--home', bench.temp.home])).stdout;
    const made = JSON.parse(await sluice('auth', 'token', 'create', '--duration', '720h', '--json')) as {
      id: string;
      token: string;
    };
    expect((await bench.call('/v1/resources', { key: made.token })).status).toBe(200);
    expect(await sluice('auth', 'token', 'list')).toContain(made.id);
    await sluice('auth', 'token', 'revoke', made.id);
    expect((await bench.call('/v1/resources', { key: made.token })).status).toBe(401);
  });
});

describe('webhooks', () => {
  let receiver: Server;
  let url: string;
  const received: { body: string; headers: Record<string, string> }[] = [];

  beforeAll(async () => {
    receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (piece) => {
        body += piece;
      });
      request.on('end', () => {
        received.push({ body, headers: request.headers as Record<string, string> });
        response.end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(receiver.address() as AddressInfo).port}`;
    url = `http://${host}/webhook`;
    await bench.temp.client.webhooks.saveHosts({ hosts: [host] });
  });
  afterAll(() => receiver.close());

  test('are sent the documented payload for the events and types they ask for, signed', async () => {
    const made = await bench.post('/v1/webhooks', {
      url,
      events: ['resource.created', 'resource.updated'],
      resources: ['workflow', 'service'],
    });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({
      url,
      events: ['resource.created', 'resource.updated'],
      resources: ['workflow', 'service'],
      status: 'active',
    });
    await bench.post('/v1/resources', bareWorkflow('my-workflow', { workspace: 'analytics' }));
    await bench.post('/v1/resources', { name: 's', type: 'secret', secret: { values: { a: 'b' } } });
    await bench.remove('/v1/resources/workflow/my-workflow');
    const service = { workflow: 'told', schedule: { cron: '0 3 * * *' } };
    await bench.post('/v1/resources', bareWorkflow('told'));
    await bench.post('/v1/resources', { name: 'nightly', type: 'service', service });
    await until(async () => (received.length >= 3 ? true : undefined));
    const [first] = received;
    expect(JSON.parse(first?.body ?? '')).toEqual({
      event: 'resource.created',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      resource: { type: 'workflow', name: 'my-workflow', workspace: 'analytics', status: 'active' },
    });
    const told = received
      .map(({ body }) => JSON.parse(body).resource)
      .map(({ type, name }) => `${type} ${name}`);
    expect(told.slice(0, 3).sort()).toEqual(['service nightly', 'workflow my-workflow', 'workflow told']);
    expect(() => new Webhook(made.json.secret).verify(first?.body ?? '', first?.headers ?? {})).not.toThrow();
    const deliveries = await until(async () => {
      const { json } = await bench.call(`/v1/webhooks/${made.json.id}/deliveries`);
      return json.data.every(({ status }: { status: string }) => status === 'delivered') ? json : undefined;
    });
    expect(deliveries.data[0]).toMatchObject({
      event: 'resource.created',
      attempts: 1,
      response_status: 200,
    });
    expect(deliveries.meta).toEqual({ total: 3, limit: 20, offset: 0 });
    const second = await bench.call(`/v1/webhooks/${made.json.id}/deliveries?limit=1&offset=2`);
    expect(second.json.data).toMatchObject([{ id: deliveries.data[2].id }]);
  });

  test('are told, changed and deleted', async () => {
    const { json } = await bench.post('/v1/webhooks', { url: 'https://myapp.com/webhook' });
    const { secret, ...plain } = json;
    expect(secret).toMatch(/^whsec_/);
    const path = `/v1/webhooks/${json.id}`;
    expect((await bench.call(path)).json).toEqual(plain);
    const changed = { url: 'https://myapp.com/other', events: ['resource.deleted'], resources: ['depot'] };
    expect((await bench.put(path, changed)).json).toMatchObject(changed);
    expect((await bench.remove(path)).json).toEqual({
      message: 'Webhook deleted successfully',
      webhook: { id: json.id },
    });
    expect((await bench.call(path)).status).toBe(404);
    expect((await bench.call('/v1/webhooks/nothing/deliveries')).status).toBe(404);
  });

  test('made with a key go to no private address, and the owner’s are not shown to keys', async () => {
    for (const address of ['http://127.0.0.1:9/x', 'http://10.0.0.7/x', 'ftp://a.b/'])
      expect((await bench.post('/v1/webhooks', { url: address })).status).toBe(400);
    const { webhook } = await bench.temp.client.webhooks.create({
      url: 'http://127.0.0.1:9/owner',
      shape: 'resource',
    });
    expect((await bench.call(`/v1/webhooks/${webhook.id}`)).status).toBe(404);
    expect((await bench.remove(`/v1/webhooks/${webhook.id}`)).status).toBe(404);
    expect((await bench.call('/v1/webhooks')).text).not.toContain('owner');
  });

  test('need their own scope, and belong to one environment', async () => {
    const writer = await bench.temp.key({ plan: 'unlimited', scopes: ['dataos:read', 'dataos:write'] });
    expect((await bench.call('/v1/webhooks', { key: writer })).status).toBe(403);
    const sandbox = await bench.temp.key({ plan: 'unlimited', environment: 'sandbox' });
    const { json } = await bench.post('/v1/webhooks', { url: 'https://myapp.com/sandbox' }, { key: sandbox });
    expect((await bench.call(`/v1/webhooks/${json.id}`)).status).toBe(404);
    const before = received.length;
    await bench.post('/v1/resources', bareWorkflow('in-the-sandbox'), { key: sandbox });
    await bench.post('/v1/resources', bareWorkflow('in-the-open'));
    await until(async () => (received.length > before ? true : undefined));
    expect(received.at(-1)?.body).toContain('in-the-open');
    expect(received.map(({ body }) => body).join()).not.toContain('in-the-sandbox');
  });

  test.each([
    {},
    { url: 'https://a.b/', events: ['run.failed'] },
    { url: 'https://a.b/', events: [] },
    { url: 'https://a.b/', resources: ['cluster'] },
  ])('%j is 400', async (body) => {
    expect((await bench.post('/v1/webhooks', body)).status).toBe(400);
  });
});
