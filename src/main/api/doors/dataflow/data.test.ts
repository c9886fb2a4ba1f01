import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endlessPipeline, smallPipeline } from '../../../../../test/support/temp-app.ts';
import { type DataflowClient, dataflowClient, type Job, type Page } from './testing/dataflow-kit.ts';

let client: DataflowClient;
let many: string;
let odd: string;
const nobody = '01a1fddd-f0bb-7bfb-8bc1-4e85fb7a3c58';

beforeAll(async () => {
  client = await dataflowClient();
  const data = Array.from({ length: 2500 }, (_none, id) => ({ id, name: `n${id}` }));
  many = (await client.trip({ source: 'many', data })).dataset_id;
  odd = (
    await client.trip({
      source: 'odd',
      data: [
        {
          'odd <name>': 'a&b<c>"\r\n]]>',
          formula: '=1+1',
          negative: '-5',
          empty: '',
          none: null,
          nested: { a: [1] },
        },
      ],
    })
  ).dataset_id;
});
afterAll(() => client.stop());

const get = (path: string, headers: Record<string, string> = {}) =>
  client.call(`/api/v2/data/${path}`, { headers });
const page = async (path: string) => (await get(path)).json as Page;

describe('GET /api/v2/jobs/{job_id}', () => {
  const fields = ['job_id', 'progress', 'result_url', 'status'];

  test('a completed job has exactly job_id, status, progress and result_url', async () => {
    const { json } = await client.ingest({ source: 'exactly', data: [{ id: 1 }], transformations: [] });
    const job = await client.ended((json as Job).job_id);
    expect(Object.keys(job).sort()).toEqual(fields);
    expect(job).toMatchObject({ status: 'completed', progress: 100 });
    expect((await client.call(job.result_url)).status).toBe(200);
  });

  test('a job that is not done is queued or processing and has no result yet', async () => {
    const busy = await client.temp.client.pipelines.create({ document: endlessPipeline('Busy') });
    const { id } = await client.temp.client.runs.start({ pipelineId: busy.id });
    await expect.poll(async () => (await client.job(id)).status).toBe('processing');
    const job = await client.job(id);
    expect(Object.keys(job).sort()).toEqual(fields);
    expect([job.result_url, Number.isInteger(job.progress)]).toEqual(['', true]);
    const early = await get(id);
    expect([early.status, early.json]).toMatchObject([409, { code: 'run_not_finished' }]);
    await client.temp.client.runs.cancel({ id });
    expect(await client.ended(id)).toMatchObject({ status: 'failed' });
    expect((await get(id)).json).toMatchObject({ code: 'cancelled' });
  });

  test('a failed job has the same four fields, and its result_url answers why', async () => {
    const transformations = [{ type: 'filter', condition: 'CAST(text AS BIGINT) > 1' }];
    const { json } = await client.ingest({ source: 'failing', data: [{ text: 'one' }], transformations });
    const job = await client.ended((json as Job).job_id);
    expect(Object.keys(job).sort()).toEqual(fields);
    expect(job).toMatchObject({ status: 'failed', result_url: `/api/v2/data/${job.job_id}` });
    const why = await client.call(job.result_url);
    expect([why.status >= 400, why.json]).toEqual([
      true,
      {
        error: expect.any(String),
        message: expect.stringContaining('"one" cannot be read'),
        code: expect.any(String),
      },
    ]);
  });

  test('the id of a job reads its result, once it has one', async () => {
    const { json } = await client.ingest({ source: 'by job', data: [{ id: 5 }] });
    const { job_id } = await client.ended((json as Job).job_id);
    expect((await page(job_id)).records).toEqual([{ id: 5 }]);
  });

  test('a run of any other door is a job too', async () => {
    const { id: pipelineId } = await client.temp.client.pipelines.create({
      document: smallPipeline('Other door'),
    });
    const started = await client.call(`/api/pub/v1/dataflows/${pipelineId}/start?await=true`, {
      method: 'POST',
      headers: { 'x-api-key': client.key },
    });
    const job = await client.job((started.json as { runId: string }).runId);
    expect(job.status).toBe('completed');
    expect(((await client.call(job.result_url)).json as Page).records).toEqual([{ a: 2 }, { a: 3 }]);
  });

  test('an unknown job is 404 in the words of the door', async () => {
    for (const id of [nobody, 'no-uuid', '..%2f']) {
      const { status, json } = await client.call(`/api/v2/jobs/${id}`);
      expect([status, json]).toEqual([
        404,
        { error: 'Not Found', message: expect.any(String), code: 'not_found' },
      ]);
    }
  });
});

describe('GET /api/v2/data/{dataset_id}', () => {
  test('answers with dataset_id, records, total_count and next_page, and nothing else', async () => {
    const answer = await page(`${many}?limit=2`);
    expect(answer).toEqual({
      dataset_id: many,
      records: [
        { id: 0, name: 'n0' },
        { id: 1, name: 'n1' },
      ],
      total_count: 2500,
      next_page: `/api/v2/data/${many}?limit=2&offset=2`,
    });
  });

  test('next_page leads through all records once and is empty on the last page', async () => {
    const ids: unknown[] = [];
    let next = `/api/v2/data/${many}`;
    let pages = 0;
    while (next !== '') {
      const answer = (await client.call(next)).json as Page;
      ids.push(...answer.records.map(({ id }) => id));
      next = answer.next_page;
      pages += 1;
    }
    expect(ids).toEqual(Array.from({ length: 2500 }, (_none, id) => id));
    expect(pages).toBe(3);
    expect(await page(`${many}?offset=99999`)).toMatchObject({
      records: [],
      total_count: 2500,
      next_page: '',
    });
  });

  test('the id of a dataset is its current version, that of a version stays', async () => {
    const first = await client.trip({ source: 'moving', data: [{ v: 1 }] });
    const second = await client.trip({ source: 'moving', data: [{ v: 2 }] });
    const [dataset] = await client.temp.client.datasets.list({ search: 'moving' });
    expect((await page(dataset?.id ?? '')).records).toEqual([{ v: 2 }]);
    expect((await page(first.dataset_id)).records).toEqual([{ v: 1 }]);
    expect((await page(second.dataset_id)).records).toEqual([{ v: 2 }]);
  });

  test.each([
    'limit=0',
    'limit=1001',
    'limit=x',
    'limit=-1',
    'offset=-1',
    'offset=1.5',
    'format=yaml',
    'spreadsheet_safe=1',
  ])('%s is 400 and names the parameter', async (query) => {
    const { status, json } = await get(`${many}?${query}`);
    expect([status, json]).toMatchObject([400, { error: 'Bad Request', code: 'invalid_input' }]);
    expect((json as { message: string }).message).toContain(query.split('=')[0]);
  });

  test('CSV without limit has every row, with limit a page', async () => {
    const whole = await get(`${many}?format=csv`);
    expect(whole.headers.get('content-type')).toMatch(/^text\/csv/);
    const lines = whole.text.trimEnd().split('\n');
    expect([lines.length, lines[0], lines[2500]]).toEqual([2501, 'id,name', '2499,n2499']);
    const part = await get(`${many}?format=csv&limit=2&offset=3`);
    expect(part.text).toBe('id,name\n3,n3\n4,n4\n');
    expect(part.headers.get('x-total-count')).toBe('2500');
    expect(part.headers.get('link')).toBe(`</api/v2/data/${many}?limit=2&offset=5&format=csv>; rel="next"`);
  });

  test('CSV cells stay as they are unless they are to be safe in a spreadsheet', async () => {
    expect((await get(`${odd}?format=csv`)).text).toContain(',=1+1,-5,');
    expect((await get(`${odd}?format=csv&spreadsheet_safe=true`)).text).toContain(",'=1+1,-5,");
  });

  test('XML is well-formed for any name and value, and reads back', async () => {
    const { text, headers } = await get(`${odd}?format=xml`);
    expect(headers.get('content-type')).toMatch(/^application\/xml/);
    const record = /<record>.*<\/record>/s.exec(text)?.[0];
    const body = `<i><source>odd again</source><data>${record}</data></i>`;
    const { json } = await client.ingest(body, { 'content-type': 'application/xml' });
    const job = await client.ended((json as Job).job_id);
    const [read] = ((await client.call(job.result_url)).json as Page).records;
    expect(read).toEqual({
      'odd <name>': 'a&b<c>"\r\n]]>',
      formula: '=1+1',
      negative: '-5',
      empty: '',
      none: null,
      nested: '{"a":[1]}',
    });
    const paged = (await get(`${many}?format=xml&limit=1`)).text;
    expect(paged).toContain(
      `<total_count>2500</total_count><next_page>/api/v2/data/${many}?limit=1&amp;offset=1&amp;format=xml</next_page>`,
    );
  });

  test('the Accept header decides where the query does not', async () => {
    const typeOf = async (accept: string, query = '') =>
      (await get(`${odd}${query}`, { accept })).headers.get('content-type')?.split(';')[0];
    expect(await typeOf('text/csv')).toBe('text/csv');
    expect(await typeOf('application/xml;q=0.9, application/json;q=0.5')).toBe('application/xml');
    expect(await typeOf('*/*')).toBe('application/json');
    expect(await typeOf('text/csv', '?format=json')).toBe('application/json');
  });

  test('answers may be kept for five minutes and are 304 while nothing changed', async () => {
    const first = await get(many);
    expect(first.headers.get('cache-control')).toBe('private, max-age=300');
    const tag = first.headers.get('etag') ?? '';
    const again = await get(many, { 'if-none-match': tag });
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', tag]);
    expect((await get(`${many}?limit=5`, { 'if-none-match': tag })).status).toBe(200);
    const { json } = await client.ingest({ source: 'many', data: [{ id: 1 }] });
    await client.ended((json as Job).job_id);
    const [dataset] = await client.temp.client.datasets.list({ search: 'many' });
    const moved = await get(dataset?.id ?? '', { 'if-none-match': tag });
    expect(moved.status).toBe(200);
  });

  test('data of the other environment, of unreached pipelines, and nobody’s is 404', async () => {
    const sandbox = await client.temp.key({ environment: 'sandbox' });
    const found = await client.temp.client.pipelines.list({ search: 'odd' });
    const pipeline = found.find(({ name }) => name === 'odd');
    const limited = await client.temp.key({ pipelineIds: [pipeline?.id ?? ''] });
    const statusFor = async (id: string, key: string) =>
      (await client.call(`/api/v2/data/${id}`, { key })).status;
    expect(await statusFor(many, sandbox)).toBe(404);
    expect(await statusFor(many, limited)).toBe(404);
    expect(await statusFor(odd, limited)).toBe(200);
    expect(await statusFor(nobody, client.key)).toBe(404);
  });

  test('other methods are 405, other paths 404, both in the words of the door', async () => {
    const removed = await client.call(`/api/v2/data/${many}`, { method: 'DELETE' });
    expect([removed.status, removed.json]).toMatchObject([405, { error: 'Method Not Allowed' }]);
    const path = await client.call('/api/v2/nothing');
    expect([path.status, path.json]).toMatchObject([404, { error: 'Not Found', code: 'route_not_found' }]);
  });
});

describe('webhooks of jobs', () => {
  test.each([
    ['job.completed', 'completed', [{ id: 1 }], 'id > 0'],
    ['job.failed', 'failed', [{ id: 'one' }], 'CAST(id AS BIGINT) > 0'],
  ])(
    '%s is told with its four fields, signed, after an ingested job',
    async (event, status, data, condition) => {
      const calls: { body: string; signature: string | undefined }[] = [];
      const server = createServer((request, response) => {
        let body = '';
        request.on('data', (chunk) => {
          body += chunk;
        });
        request.on('end', () => {
          calls.push({ body, signature: request.headers['x-signature'] as string });
          response.end();
        });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const hook = await client.temp.client.webhooks.create({
        name: event,
        url: `http://127.0.0.1:${port}/hook`,
        shape: 'job',
        events: [event],
      });
      const { json } = await client.ingest({
        source: `told ${status}`,
        data,
        transformations: [{ type: 'filter', condition }],
      });
      const { job_id } = json as Job;
      await expect.poll(() => calls.length, { timeout: 10_000 }).toBe(1);
      server.close();
      const [call] = calls;
      expect(JSON.parse(call?.body ?? '')).toEqual({
        event,
        job_id,
        status,
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      });
      expect(call?.signature).toContain(
        createHmac('sha256', hook.secret)
          .update(call?.body ?? '')
          .digest('hex'),
      );
    },
  );
});
