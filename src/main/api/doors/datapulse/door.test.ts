import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { smallPipeline, startTempApp, type TempApp } from '../../../../../test/support/temp-app.ts';

let temp: TempApp;
let key: string;
let reader: string;
let sandbox: string;
const nobody = '01a1fddd-f0bb-7bfb-8bc1-4e85fb7a3c58';

beforeAll(async () => {
  temp = await startTempApp();
  key = await temp.key();
  reader = await temp.key({ scopes: ['datapulse:read'] });
  sandbox = await temp.key({ environment: 'sandbox' });
});
afterAll(() => temp.stop());

interface Sent {
  readonly method?: string;
  readonly body?: unknown;
  readonly as?: string | undefined;
}

async function call(path: string, { method = 'GET', body, as = key }: Sent = {}) {
  const answer = await fetch(`${temp.url}${path}`, {
    method,
    headers: {
      ...(as && { authorization: `Bearer ${as}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared as they come
  return { status: answer.status, headers: answer.headers, json: (await answer.json()) as any };
}

const settings = (sent: Sent = {}) => call('/v1/workspace/settings', sent);

async function runOnce(name: string, as = key): Promise<string> {
  const { id } = await temp.client.pipelines.create({ document: smallPipeline(name) });
  const url = `${temp.url}/api/pub/v1/dataflows/${id}/start?await=true`;
  expect((await fetch(url, { method: 'POST', headers: { 'x-api-key': as } })).status).toBe(200);
  return id;
}

async function datasetOf(name: string, environment: 'live' | 'sandbox' = 'live') {
  const [found] = await temp.client.datasets.list({ search: name, environment });
  if (!found) throw new Error(`no dataset ${name}`);
  return temp.client.datasets.get({ id: found.id });
}

describe('datasets', () => {
  test('a dataset is told by exactly the documented fields', async () => {
    await runOnce('Pulse one');
    const known = await datasetOf('Pulse one');
    const { status, json } = await call(`/v1/datasets/${known.id}`);
    expect(status).toBe(200);
    expect(json).toEqual({
      id: known.id,
      name: 'Pulse one',
      row_count: 2,
      columns: ['a'],
      size_mb: Math.round(known.bytes / 1000) / 1000,
      last_updated: known.updatedAt.replace(/\.\d+Z$/, 'Z'),
    });
    expect(json.last_updated).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  test('an id of a version means that version, an id of a dataset the newest', async () => {
    const pipelineId = await runOnce('Pulse two');
    const first = (await datasetOf('Pulse two')).versionId;
    const started = await fetch(`${temp.url}/api/pub/v1/dataflows/${pipelineId}/start?await=true`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify({ least: 1 }),
    });
    expect(started.status).toBe(200);
    const { id, versionId } = await datasetOf('Pulse two');
    const counts = await Promise.all(
      [first, versionId, id].map(async (one) => (await call(`/v1/datasets/${one}`)).json.row_count),
    );
    expect(counts).toEqual([2, 3, 3]);
    expect((await call(`/v1/datasets/${first}`)).json.id).toBe(first);
  });

  test('data of the other environment and of pipelines that the key does not reach are not there', async () => {
    const pipelineId = await runOnce('Pulse three');
    await runOnce('Pulse four', sandbox);
    const live = (await datasetOf('Pulse three')).id;
    const tried = (await datasetOf('Pulse four', 'sandbox')).id;
    const reaching = await temp.key({ pipelineIds: [pipelineId] });
    const other = await temp.key({ pipelineIds: [(await temp.client.pipelines.list({}))[0]?.id ?? ''] });
    const ask = async (id: string, as: string) => (await call(`/v1/datasets/${id}`, { as })).status;
    expect([await ask(live, sandbox), await ask(tried, key)]).toEqual([404, 404]);
    expect([await ask(live, key), await ask(tried, sandbox)]).toEqual([200, 200]);
    expect(await ask(live, reaching)).toBe(200);
    if (other !== reaching) expect(await ask((await datasetOf('Pulse one')).id, reaching)).toBe(404);
  });

  test.each([nobody, 'ds_cust_2024', '%00', 'x'.repeat(150)])('%s is 404', async (id) => {
    const { status, json } = await call(`/v1/datasets/${id}`);
    expect([status, json.error.type, json.error.code]).toEqual([
      404,
      'not_found_error',
      'RESOURCE_NOT_FOUND',
    ]);
  });
});

describe('workspace settings', () => {
  const documented = {
    retention_days: 90,
    auto_archive: true,
    export_format: 'parquet',
    notifications: { email_on_failure: true, slack_webhook: 'https://hooks.slack.com/services/...' },
  };

  test('the documented body is taken whole, answered, and acts', async () => {
    const put = await settings({ method: 'PUT', body: documented });
    expect([put.status, put.json]).toEqual([200, documented]);
    expect((await settings()).json).toEqual(documented);
    const { retention, exportFormat } = await temp.client.system.settings({});
    expect(retention).toMatchObject({ runDays: 90, versionDays: 90 });
    expect(retention.archiveFolder).toBe(`${temp.home}/files/archive`);
    expect(exportFormat).toBe('parquet');
    const { settings: notices, chatUrl } = await temp.client.notices.get({});
    expect([notices.email.on, notices.email.events.includes('failed')]).toEqual([true, true]);
    expect([notices.chat.on, notices.chat.events.includes('failed')]).toEqual([true, true]);
    expect(chatUrl).toBe('https://hooks.slack.com/…/...');
    const { id } = await datasetOf('Pulse one');
    expect((await temp.client.datasets.exportFile({ id })).fileName).toMatch(/\.parquet$/);
  });

  test('PATCH changes what it names, also inside notifications; PUT sets the rest back', async () => {
    await settings({ method: 'PUT', body: documented });
    const patch = await settings({
      method: 'PATCH',
      body: { export_format: 'json', notifications: { email_on_failure: false } },
    });
    const { slack_webhook } = documented.notifications;
    expect(patch.json).toEqual({
      ...documented,
      export_format: 'json',
      notifications: { email_on_failure: false, slack_webhook },
    });
    expect((await temp.client.notices.get({})).settings.email.events).not.toContain('failed');
    const put = await settings({ method: 'PUT', body: { export_format: 'ndjson' } });
    expect(put.json).toEqual({
      retention_days: 36_500,
      auto_archive: false,
      export_format: 'ndjson',
      notifications: { email_on_failure: false, slack_webhook: '' },
    });
    const { retention } = await temp.client.system.settings({});
    expect(retention).toMatchObject({ runDays: null, versionDays: null, archiveFolder: null });
    expect((await temp.client.notices.get({})).chatUrl).toBeNull();
  });

  test('an archive that the owner chose comes back when it is switched on again', async () => {
    const folder = `${temp.home}/files/exports`;
    await temp.client.system.saveSettings({ retention: { archiveFolder: folder } });
    await settings({ method: 'PATCH', body: { auto_archive: false } });
    expect((await temp.client.system.settings({})).retention.archiveFolder).toBeNull();
    await settings({ method: 'PATCH', body: { auto_archive: true } });
    expect((await temp.client.system.settings({})).retention.archiveFolder).toBe(folder);
  });

  test('the webhook is a secret: readers see its end only, and what was seen may be sent back', async () => {
    const slack_webhook = 'https://hooks.slack.com/services/T0/B0/secretsecret';
    await settings({ method: 'PATCH', body: { notifications: { slack_webhook } } });
    const seen = (await settings({ as: reader })).json.notifications.slack_webhook;
    expect(seen).toBe('https://hooks.slack.com/…cret');
    expect(
      (await settings({ method: 'PATCH', body: { notifications: { slack_webhook: seen } } })).status,
    ).toBe(200);
    expect((await settings()).json.notifications.slack_webhook).toBe(slack_webhook);
  });

  test('an address that the owner typed is shown whole to no key', async () => {
    const { chat } = (await temp.client.notices.get({})).settings;
    await temp.client.notices.save({
      settings: { chat: { ...chat, on: true, events: ['failed', 'webhook'] } },
      chatUrl: 'https://chat.example/owners/secretsecret',
    });
    expect((await settings()).json.notifications.slack_webhook).toBe('https://chat.example/…cret');
    expect((await settings({ method: 'PATCH', body: { auto_archive: false } })).status).toBe(200);
    expect((await temp.client.notices.get({})).chatUrl).toBe('https://chat.example/…cret');
    await settings({ method: 'PATCH', body: { notifications: { slack_webhook: '' } } });
    expect((await settings()).json.notifications.slack_webhook).toBe('');
    const { chatUrl, settings: after } = await temp.client.notices.get({});
    expect([chatUrl, after.chat.events.includes('failed')]).toEqual(['https://chat.example/…cret', false]);
  });

  test('a failure is posted to the webhook; private addresses only where the owner allows the host', async () => {
    const texts: string[] = [];
    const receiver = createServer((request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => texts.push(text));
      request.on('end', () => response.end('ok'));
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(receiver.address() as AddressInfo).port}`;
    const body = { notifications: { slack_webhook: `http://${host}/hook` } };
    const refused = await settings({ method: 'PATCH', body });
    expect([refused.status, refused.json.error.code]).toEqual([400, 'ADDRESS_REFUSED']);
    await temp.client.webhooks.saveHosts({ hosts: [host] });
    expect((await settings({ method: 'PATCH', body })).status).toBe(200);
    expect(await temp.client.notices.test({ channel: 'chat' })).toMatchObject({ sent: true });
    expect(texts.join('')).toContain('Notices of Sluice arrive here');
    await temp.client.webhooks.saveHosts({ hosts: [] });
    expect(await temp.client.notices.test({ channel: 'chat' })).toMatchObject({ sent: false });
    receiver.close();
  });

  test('a test key changes the sandbox and nothing that is live', async () => {
    const before = (await settings()).json;
    const put = await settings({ method: 'PUT', body: { ...documented, retention_days: 7 }, as: sandbox });
    expect(put.json).toEqual({ ...documented, retention_days: 7 });
    expect((await settings({ as: sandbox })).json).toEqual(put.json);
    expect((await settings()).json).toEqual(before);
  });

  test.each([
    ['no body', undefined],
    ['a field that does not exist', { retention: 3 }],
    ['no days', { retention_days: 0 }],
    ['half a day', { retention_days: 1.5 }],
    ['days as a text', { retention_days: '90' }],
    ['an unknown format', { export_format: 'xlsx' }],
    ['a webhook that is no address', { notifications: { slack_webhook: 'hooks' } }],
    ['a webhook in the clear', { notifications: { slack_webhook: 'http://hooks.slack.com/x' } }],
    ['a list', []],
    ['a null', { auto_archive: null }],
  ])('%s is 400 and changes nothing', async (_name, body) => {
    const before = (await settings()).json;
    for (const method of ['PUT', 'PATCH']) {
      const { status, json } = await settings({ method, body });
      expect([status, json.error.type]).toEqual([400, 'invalid_request_error']);
    }
    expect((await settings()).json).toEqual(before);
  });
});

describe('the door', () => {
  test('refuses in the documented form, with the request id in the header too', async () => {
    const { status, json, headers } = await call('/v1/datasets/x', { as: 'dp_live_sk_9x8y7z6w5v4u3t2s1r' });
    expect(status).toBe(401);
    expect(json).toEqual({
      error: {
        code: 'INVALID_API_KEY',
        message: 'The provided API key is invalid or expired.',
        type: 'authentication_error',
        request_id: expect.stringMatching(/^req_[a-z0-9]+$/),
      },
    });
    expect(headers.get('x-request-id')).toBe(json.error.request_id);
  });

  test.each([
    ['GET', '/v1/analytics/reports'],
    ['GET', '/v1/analytics/reports?page=2&limit=10&status=completed'],
    ['POST', '/v1/analytics/predictions'],
    ['GET', '/v1/datasets'],
    ['GET', '/v1/workspace'],
    ['DELETE', '/v1/workspace/settings/x'],
  ])('%s %s is 404 for a key and 401 without one', async (method, path) => {
    const body =
      method === 'POST' ? { model_id: 'mdl_churn_v2', features: { tenure_months: 14 } } : undefined;
    const { status, json } = await call(path, { method, body });
    expect([status, json.error.type]).toEqual([404, 'not_found_error']);
    expect((await call(path, { method, body, as: '' })).status).toBe(401);
  });

  test('another method of a path that exists is 405', async () => {
    expect((await call('/v1/datasets/x', { method: 'POST', body: {} })).status).toBe(405);
    expect((await call('/v1/workspace/settings', { method: 'DELETE' })).status).toBe(405);
  });

  test('a key that may only read changes nothing, nor does one of some pipelines', async () => {
    const { status, json } = await settings({ method: 'PATCH', body: { auto_archive: true }, as: reader });
    expect([status, json.error.type]).toEqual([403, 'permission_error']);
    const limited = await temp.key({ pipelineIds: [(await temp.client.pipelines.list({}))[0]?.id ?? ''] });
    expect((await settings({ method: 'PATCH', body: {}, as: limited })).status).toBe(403);
    expect((await settings({ as: limited })).status).toBe(200);
  });
});
