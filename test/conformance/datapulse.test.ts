/** Door 5: every request and answer of the DataPulse document, as written, with real ids and keys. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { smallPipeline, startTempApp, type TempApp } from '../support/temp-app.ts';
import { type Ask, ask, bearer } from './kit/ask.ts';
import { differences, fields, list, words } from './kit/exact-shape.ts';

const dataset = fields({
  id: 'string',
  name: 'string',
  row_count: 'integer',
  columns: list('string'),
  size_mb: 'number',
  last_updated: 'iso-time',
});
const settings = fields({
  retention_days: 'integer',
  auto_archive: 'boolean',
  export_format: words('csv', 'json', 'ndjson', 'parquet'),
  notifications: fields({ email_on_failure: 'boolean', slack_webhook: 'string' }),
});
const error = fields({
  error: fields({ code: 'string', message: 'string', type: 'string', request_id: 'string' }),
});

/** As the document has it. */
const settingsBody = {
  retention_days: 90,
  auto_archive: true,
  export_format: 'parquet',
  notifications: { email_on_failure: true, slack_webhook: 'https://hooks.slack.com/services/...' },
};

let temp: TempApp;
let key: string;
let datasetId: string;

beforeAll(async () => {
  temp = await startTempApp();
  key = await temp.key();
  const { id } = await temp.client.pipelines.create({
    document: smallPipeline('Customer Transactions 2024'),
  });
  await ask(`${temp.url}/api/pub/v1/dataflows/${id}/start?await=true&api_key=${key}`, { method: 'POST' });
  datasetId = (await temp.client.datasets.list({}))[0]?.id ?? '';
});
afterAll(() => temp.stop());

const v1 = (path: string, sent: Ask = {}, as = key) =>
  ask(`${temp.url}/v1${path}`, { ...sent, headers: { ...bearer(as), ...sent.headers } });

describe('dataset metadata', () => {
  test('GET /v1/datasets/{id} answers exactly the documented fields', async () => {
    const { status, json, headers } = await v1(`/datasets/${datasetId}`);
    expect(status).toBe(200);
    expect(differences(json, dataset)).toEqual([]);
    expect(json).toMatchObject({ id: datasetId, name: 'Customer Transactions 2024', columns: ['a'] });
    expect(headers.get('content-type')).toMatch(/^application\/json/);
  });
});

describe('workspace settings', () => {
  test.each(['PUT', 'PATCH'])(
    '%s takes the documented body and answers exactly its fields',
    async (method) => {
      const { status, json } = await v1('/workspace/settings', { method, body: settingsBody });
      expect(status).toBe(200);
      expect(differences(json, settings)).toEqual([]);
      expect(json).toEqual(settingsBody);
    },
  );

  test('GET answers exactly the documented fields, before and after a change', async () => {
    const fresh = await temp.key({ environment: 'sandbox' });
    for (const as of [fresh, key]) {
      const { status, json } = await v1('/workspace/settings', {}, as);
      expect(status).toBe(200);
      expect(differences(json, settings)).toEqual([]);
    }
  });
});

describe('authentication', () => {
  test('the documented key is no key of ours: 401 in exactly the documented body', async () => {
    const { status, json, headers } = await v1(`/datasets/${datasetId}`, {}, 'dp_live_sk_9x8y7z6w5v4u3t2s1r');
    expect(status).toBe(401);
    expect(differences(json, error)).toEqual([]);
    expect(json.error).toMatchObject({
      code: 'INVALID_API_KEY',
      message: 'The provided API key is invalid or expired.',
      type: 'authentication_error',
    });
    expect(json.error.request_id).toMatch(/^req_[a-z0-9]+$/);
    expect(headers.get('x-request-id')).toBe(json.error.request_id);
  });

  test('live keys reach live data, test keys the sandbox', async () => {
    const sandbox = await temp.key({ environment: 'sandbox' });
    expect(sandbox).toMatch(/^slc_test_/);
    expect(key).toMatch(/^slc_live_/);
    expect((await v1(`/datasets/${datasetId}`, {}, sandbox)).status).toBe(404);
    const changed = await v1(
      '/workspace/settings',
      { method: 'PATCH', body: { retention_days: 3 } },
      sandbox,
    );
    expect(changed.json.retention_days).toBe(3);
    expect((await v1('/workspace/settings')).json.retention_days).not.toBe(3);
  });
});

describe('errors', () => {
  test.each([
    [400, 'invalid_request_error', 'PATCH', '/workspace/settings', { retention_days: 'many' }],
    [404, 'not_found_error', 'GET', '/datasets/ds_cust_2024', undefined],
    [404, 'not_found_error', 'GET', '/analytics/reports?page=1&limit=100&status=completed', undefined],
    [404, 'not_found_error', 'POST', '/analytics/predictions', { model_id: 'mdl_churn_v2', features: {} }],
  ])('%i has the type %s (%s %s)', async (status, type, method, path, body) => {
    const answered = await v1(path, { method, body });
    expect(answered.status).toBe(status);
    expect(differences(answered.json, error)).toEqual([]);
    expect(answered.json.error.type).toBe(type);
  });

  test('403 for a key without the right', async () => {
    const reader = await temp.key({ scopes: ['datapulse:read'] });
    const answered = await v1('/workspace/settings', { method: 'PUT', body: settingsBody }, reader);
    expect([answered.status, answered.json.error.type]).toEqual([403, 'permission_error']);
    expect(differences(answered.json, error)).toEqual([]);
  });
});

describe('rate limits', () => {
  test('every answer carries the three headers, as whole numbers that fit each other', async () => {
    for (const path of [
      `/datasets/${datasetId}`,
      '/datasets/x',
      '/analytics/reports',
      '/workspace/settings',
    ]) {
      const { headers } = await v1(path, {}, await temp.key({ plan: 'professional' }));
      const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) =>
        Number(headers.get(`x-ratelimit-${name}`) ?? Number.NaN),
      );
      expect(limit).toBe(300);
      expect(remaining).toBe(299);
      expect(Math.abs((reset ?? 0) - Date.now() / 1000)).toBeLessThanOrEqual(61);
    }
  });

  test('starter: 60 a minute, then 429 with Retry-After; another key is not slowed', async () => {
    const starter = await temp.key({ plan: 'starter' });
    const statuses: number[] = [];
    for (let n = 0; n < 60; n += 1) statuses.push((await v1('/workspace/settings', {}, starter)).status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    let refused = await v1('/workspace/settings', {}, starter);
    // A place comes free each second: under load, one or two of the sixty may have had it.
    for (let n = 0; refused.status === 200 && n < 60; n += 1)
      refused = await v1('/workspace/settings', {}, starter);
    expect(refused.status).toBe(429);
    expect(differences(refused.json, error)).toEqual([]);
    expect(refused.json.error.type).toBe('rate_limit_error');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await v1('/workspace/settings')).status).toBe(200);
  });

  test('enterprise has no limit a minute', async () => {
    const enterprise = await temp.key({ plan: 'enterprise' });
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => v1('/workspace/settings', {}, enterprise)),
    );
    expect(answers.filter(({ status }) => status === 429)).toEqual([]);
  });
});
