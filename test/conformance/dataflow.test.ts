/** Door 1: every request and answer of the DataFlow document, as written, with real ids and keys. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTempApp, type TempApp } from '../support/temp-app.ts';
import { type Ask, ask, bearer, until } from './kit/ask.ts';
import { differences, fields, list, words } from './kit/exact-shape.ts';

const ingested = fields({ job_id: 'string', status: words('queued'), eta_seconds: 'integer' });
const job = fields({
  job_id: 'string',
  status: words('queued', 'processing', 'completed', 'failed'),
  progress: 'integer',
  result_url: 'string',
});
const data = fields({
  dataset_id: 'string',
  records: list('anything'),
  total_count: 'integer',
  next_page: 'string',
});
const error = fields({ error: 'string', message: 'string', code: 'string' });

let temp: TempApp;
let key: string;

beforeAll(async () => {
  temp = await startTempApp();
  key = await temp.key({ plan: 'unlimited' });
});
afterAll(() => temp.stop());

function v2(path: string, sent: Ask = {}, as = key) {
  return ask(`${temp.url}/api/v2${path}`, { ...sent, headers: { ...bearer(as), ...sent.headers } });
}
const ingest = (body: unknown, as = key) => v2('/ingest', { method: 'POST', body }, as);

async function ended(jobId: string) {
  return until(async () => {
    const { json, status } = await v2(`/jobs/${jobId}`);
    expect(status).toBe(200);
    return ['completed', 'failed'].includes(json.status) ? json : undefined;
  });
}

/** The answer of the job's result. */
async function resultOf(body: unknown, query = '') {
  const { json } = await ingest(body);
  const { result_url } = await ended(json.job_id);
  return ask(`${temp.url}${result_url}${query}`, { headers: bearer(key) });
}

const three = [
  { id: 1, region: 'north', amount: 150 },
  { id: 2, region: 'south', amount: 80 },
  { id: 3, region: 'north', amount: 200 },
];

describe('ingestion', () => {
  test('POST /api/v2/ingest with an object as data answers job_id, queued and eta_seconds', async () => {
    const { status, json } = await ingest({ source: 'string', data: { a: 1 }, transformations: [] });
    expect(status).toBe(200);
    expect(differences(json, ingested)).toEqual([]);
  });

  test('the base address of the document, /v2, is the same door', async () => {
    const { json } = await ingest({ source: 'orders', data: three, transformations: [] });
    const asked = await ask(`${temp.url}/v2/jobs/${json.job_id}`, { headers: bearer(key) });
    expect(asked.status).toBe(200);
  });

  test('several records go in one request, packed with gzip too', async () => {
    const packed = gzipSync(JSON.stringify({ source: 'packed', data: three, transformations: [] }));
    const answer = await fetch(`${temp.url}/api/v2/ingest`, {
      method: 'POST',
      headers: { ...bearer(key), 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: packed,
    });
    expect(answer.status).toBe(200);
    const { job_id } = (await answer.json()) as { job_id: string };
    const { result_url } = await ended(job_id);
    const result = await ask(`${temp.url}${result_url}`, { headers: bearer(key) });
    expect(result.json.total_count).toBe(3);
  });

  test('XML is taken like JSON', async () => {
    const record = '<record><id type="number">1</id><region>north</region></record>';
    const body = `<ingest><source>xml orders</source><data>${record}</data></ingest>`;
    const { status, json } = await v2('/ingest', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/xml' },
    });
    expect(status).toBe(200);
    expect(differences(json, ingested)).toEqual([]);
  });

  test('10 MB are taken, more is refused', async () => {
    const record = { text: 'x'.repeat(1000) };
    const body = (megabytes: number) =>
      JSON.stringify({ source: 'large', data: Array.from({ length: megabytes * 985 }, () => record) });
    const send = (text: string) =>
      v2('/ingest', { method: 'POST', body: text, headers: { 'content-type': 'application/json' } });
    expect((await send(body(10))).status).toBe(200);
    const refused = await send(body(12));
    expect([400, 413]).toContain(refused.status);
    expect(differences(refused.json, error)).toEqual([]);
  });
});

describe('job status', () => {
  test('GET /api/v2/jobs/{job_id} tells exactly the documented fields, to the end', async () => {
    const { json } = await ingest({ source: 'orders', data: three, transformations: [] });
    const done = await until(async () => {
      const asked = await v2(`/jobs/${json.job_id}`);
      expect(differences(asked.json, job)).toEqual([]);
      return asked.json.status === 'completed' ? asked.json : undefined;
    });
    expect(done).toMatchObject({ job_id: json.job_id, progress: 100 });
    expect(done.result_url).toMatch(/^\/api\/v2\/data\/[0-9a-f-]{36}$/);
  });

  test('a job that failed has exactly the documented fields too', async () => {
    const transformations = [{ type: 'validate', schema: { required: ['missing'] }, on_fail: 'fail' }];
    const { json } = await ingest({ source: 'fails', data: three, transformations });
    const failed = await ended(json.job_id);
    expect(failed.status).toBe('failed');
    expect(differences(failed, job)).toEqual([]);
  });
});

describe('data retrieval', () => {
  test('GET /api/v2/data/{dataset_id} answers exactly the documented fields', async () => {
    const { status, json } = await resultOf({ source: 'orders', data: three, transformations: [] });
    expect(status).toBe(200);
    expect(differences(json, data)).toEqual([]);
    expect(json).toMatchObject({ records: three, total_count: 3 });
  });

  test('limit and offset page, and next_page leads through all of it', async () => {
    const first = await resultOf({ source: 'orders', data: three, transformations: [] }, '?limit=2&offset=0');
    expect(first.json.records).toEqual(three.slice(0, 2));
    const second = await ask(`${temp.url}${first.json.next_page}`, { headers: bearer(key) });
    expect(differences(second.json, data)).toEqual([]);
    expect(second.json.records).toEqual(three.slice(2));
    const beyond = await ask(`${temp.url}/api/v2/data/${first.json.dataset_id}?limit=1001`, {
      headers: bearer(key),
    });
    expect(beyond.status).toBe(400);
  });

  test.each([
    ['json', 'application/json'],
    ['xml', 'application/xml'],
    ['csv', 'text/csv'],
  ])('format=%s', async (format, type) => {
    const answer = await resultOf(
      { source: 'orders', data: three, transformations: [] },
      `?format=${format}`,
    );
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain(type);
    expect(answer.text).toContain('north');
  });

  test('answers may be cached for five minutes', async () => {
    const answer = await resultOf({ source: 'orders', data: three, transformations: [] });
    expect(answer.headers.get('cache-control')).toContain('max-age=300');
    const again = await ask(`${temp.url}/api/v2/data/${answer.json.dataset_id}`, {
      headers: { ...bearer(key), 'if-none-match': answer.headers.get('etag') ?? '' },
    });
    expect([200, 304]).toContain(again.status);
  });
});

describe('transformations', () => {
  test.each([
    ['filter', [{ type: 'filter', condition: 'amount > 100' }], [{ id: 1 }, { id: 3 }]],
    [
      'map',
      [{ type: 'map', fields: { amount: 'amount * 2' } }],
      [{ amount: 300 }, { amount: 160 }, { amount: 400 }],
    ],
    [
      'aggregate',
      [
        { type: 'filter', condition: "region = 'north'" },
        {
          type: 'aggregate',
          group_by: ['region'],
          aggregations: [{ function: 'sum', field: 'amount', as: 'revenue' }],
        },
      ],
      [{ region: 'north', revenue: 350 }],
    ],
    [
      'join',
      [{ type: 'join', records: [{ id: 1, name: 'one' }], on: ['id'], how: 'inner', fields: ['name'] }],
      [{ id: 1, name: 'one' }],
    ],
    [
      'validate',
      [{ type: 'validate', schema: { properties: { amount: { minimum: 100 } } }, on_fail: 'reject' }],
      [{ id: 1 }, { id: 3 }],
    ],
  ])('%s', async (_name, transformations, expected) => {
    const { json } = await resultOf({ source: `with ${_name}`, data: three, transformations });
    expect(json.records).toMatchObject(expected);
    expect(json.records).toHaveLength(expected.length);
  });

  test('are applied in order', async () => {
    const doubled = { type: 'map', fields: { amount: 'amount * 2' } };
    const large = { type: 'filter', condition: 'amount > 250' };
    const counts = await Promise.all(
      [
        [doubled, large],
        [large, doubled],
      ].map(async (transformations, index) => {
        const { json } = await resultOf({ source: `order ${index}`, data: three, transformations });
        return json.total_count;
      }),
    );
    expect(counts).toEqual([2, 0]);
  });
});

describe('errors', () => {
  test.each([
    [400, () => ingest({ source: 'x', data: 'no object' })],
    [400, () => ingest({ source: 'x', data: {}, transformations: [{ type: 'unknown' }] })],
    [401, () => v2('/jobs/x', {}, 'YOUR_API_KEY')],
    [404, () => v2('/jobs/unknown')],
  ])('%i has exactly the documented fields', async (status, refused) => {
    const answer = await refused();
    expect(answer.status).toBe(status);
    expect(differences(answer.json, error)).toEqual([]);
  });

  test('a key with read-only permission reads and sends nothing in', async () => {
    const reader = await temp.key({ scopes: ['dataflow:read'] });
    const { json } = await ingest({ source: 'orders', data: three });
    expect((await v2(`/jobs/${json.job_id}`, {}, reader)).status).toBe(200);
    expect((await ingest({ source: 'orders', data: three }, reader)).status).toBe(403);
  });

  test.each([
    ['standard', '1000'],
    ['enterprise', '10000'],
  ] as const)('a %s key has %s requests an hour', async (plan, limit) => {
    const { headers } = await v2('/jobs/unknown', {}, await temp.key({ plan }));
    expect(headers.get('x-ratelimit-limit')).toBe(limit);
  });
});

describe('webhooks', () => {
  test('job.completed has exactly the documented fields, is signed, and a failure is sent again', async () => {
    const got: { body: string; signature: string }[] = [];
    const receiver = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      request.on('end', () => {
        got.push({ body, signature: String(request.headers['x-signature']) });
        response.writeHead(got.length === 1 ? 500 : 200).end();
      });
    });
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    const { webhook, secret } = await temp.client.webhooks.create({
      url,
      shape: 'job',
      events: ['job.completed'],
    });
    const { json } = await ingest({ source: 'told', data: three });
    await until(async () => got.find(({ body }) => body.includes(json.job_id)));
    const [first] = got.filter(({ body }) => body.includes(json.job_id));
    const payload = fields({
      event: words('job.completed'),
      job_id: 'string',
      status: 'string',
      timestamp: 'iso-time',
    });
    expect(differences(JSON.parse(first?.body ?? ''), payload)).toEqual([]);
    const signature = createHmac('sha256', secret)
      .update(first?.body ?? '')
      .digest('hex');
    expect(first?.signature).toContain(signature);
    // The first answer was a 500: it waits to be sent again.
    const waiting = await until(async () => {
      const { deliveries } = await temp.client.webhooks.deliveries({ webhookId: webhook.id, limit: 10 });
      return deliveries.find(({ attempts, status }) => attempts === 1 && status === 'pending');
    });
    expect(waiting.eventType).toBe('job.completed');
    receiver.close();
  });
});
