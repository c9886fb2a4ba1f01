import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DataflowClient, dataflowClient, type Job, type Page } from './testing/dataflow-kit.ts';

let client: DataflowClient;
beforeAll(async () => {
  client = await dataflowClient();
});
afterAll(() => client.stop());

const xml = { 'content-type': 'application/xml' };
const orders = [
  { id: 1, region: 'north', amount: 120.5 },
  { id: 2, region: 'south', amount: 80 },
  { id: 3, region: 'north', amount: 200 },
];
const refusal = async (body: unknown, headers = {}) => {
  const { status, json } = await client.ingest(body, headers);
  return { status, ...(json as { error: string; message: string; code: string }) };
};

describe('POST /api/v2/ingest', () => {
  test('answers 200 with job_id, status queued and eta_seconds, and nothing else', async () => {
    const { status, json } = await client.ingest({ source: 'plain', data: orders, transformations: [] });
    expect(status).toBe(200);
    expect(json).toEqual({
      job_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      status: 'queued',
      eta_seconds: expect.any(Number),
    });
    expect(Number.isInteger((json as { eta_seconds: number }).eta_seconds)).toBe(true);
  });

  test('answers below /v2 as the base address of the document has it', async () => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' } };
    const body = JSON.stringify({ source: 'short', data: { id: 1 }, transformations: [] });
    const { status, json } = await client.call('/v2/ingest', { ...init, body });
    expect(status).toBe(200);
    const job = await client.ended((json as Job).job_id);
    expect((await client.call(`/v2/jobs/${job.job_id}`)).json).toMatchObject({
      status: 'completed',
      result_url: expect.stringMatching(/^\/v2\/data\//),
    });
  });

  test('takes one record or an array of records, transformations may be left out', async () => {
    expect((await client.trip({ source: 'single', data: { id: 7, name: 'x' } })).records).toEqual([
      { id: 7, name: 'x' },
    ]);
    expect((await client.trip({ source: 'single', data: orders })).records).toEqual(orders);
    expect(await client.trip({ source: 'single', data: [] })).toMatchObject({ records: [], total_count: 0 });
  });

  test('the fields of the body come in any order', async () => {
    const body =
      '{"transformations":[{"type":"filter","condition":"id > 1"}],"data":[{"id":1},{"id":2}],"source":"turned"}';
    expect((await client.trip(body)).records).toEqual([{ id: 2 }]);
  });

  test('records keep every value exactly: big integers, decimals, nulls against missing, nested, dates', async () => {
    const body = `{"source":"exact","data":[
      {"big":12345678901234567890,"price":19.99,"fine":0.1234567890123456789,"none":null,"day":"2024-02-29","o":{"a":[1,{"b":null}]}},
      {"big":1,"price":1e2,"fine":1,"day":"31/12/2024","yes":true,"o":{}}]}`;
    expect((await client.trip(body)).records).toEqual([
      {
        big: '12345678901234567890',
        price: 19.99,
        fine: '0.1234567890123456789',
        none: null,
        day: '2024-02-29',
        o: { a: [1, { b: null }] },
      },
      { big: 1, price: 100, fine: 1, day: '31/12/2024', yes: true, o: {} },
    ]);
  });

  test('gzip bodies are unpacked', async () => {
    const body = gzipSync(JSON.stringify({ source: 'packed', data: orders }));
    const { status, json } = await client.ingest(body, { 'content-encoding': 'gzip' });
    expect(status).toBe(200);
    expect((await client.ended((json as Job).job_id)).status).toBe('completed');
  });

  test('a body of up to 10 MB is taken, one beyond it is 413 in the words of the door', async () => {
    const record = { id: 1, text: 'x'.repeat(1000) };
    const body = JSON.stringify({ source: 'large', data: Array.from({ length: 9900 }, () => record) });
    expect(body.length).toBeGreaterThan(9.5 * 1024 * 1024);
    const page = await client.trip(body);
    expect(page.total_count).toBe(9900);
    expect(page.records[999]).toEqual(record);
    const over = JSON.stringify({ source: 'large', data: { text: 'x'.repeat(10 * 1024 * 1024) } });
    expect(await refusal(over)).toEqual({
      status: 413,
      error: 'Content Too Large',
      message: expect.stringContaining('10485760'),
      code: 'body_too_large',
    });
  });

  test('a small gzip body that expands beyond 10 MB is 413', async () => {
    const bomb = gzipSync(JSON.stringify({ source: 'bomb', data: { text: 'x'.repeat(60 * 1024 * 1024) } }));
    expect(await refusal(bomb, { 'content-encoding': 'gzip' })).toMatchObject({
      status: 413,
      code: 'body_too_large',
    });
  });

  test.each([
    ['no JSON', '{"source":', /not.*|ends in the middle/],
    ['nothing', '', /empty|missing/],
    ['no object', '[1]', /must be an object/],
    ['no source', { data: [] }, /"source" is missing/],
    ['an empty source', { source: ' ', data: [] }, /"source" must be/],
    ['no data', { source: 'a' }, /"data" is missing/],
    ['data that is no record', { source: 'a', data: 5 }, /data must be an object/],
    ['a record that is none', { source: 'a', data: [{ a: 1 }, 2] }, /data\[1\] must be an object/],
    ['an unknown field', { source: 'a', data: [], transformation: [] }, /no field "transformation"/],
    ['a field twice', '{"source":"a","data":[],"source":"b"}', /given twice/],
    ['a lone surrogate', '{"source":"a","data":{"a":"\\ud800"}}', /surrogate/],
    ['a bad escape', '{"source":"a","data":{"a":"\\x"}}', /not valid JSON/],
    ['a bad number', '{"source":"a","data":{"a":01}}', /not valid JSON/],
    ['text after the end', '{"source":"a","data":{}} x', /follows its end/],
    ['transformations that are no array', { source: 'a', data: [], transformations: {} }, /transformations/],
  ])('%s is 400', async (_name, body, message) => {
    const answer = await refusal(body);
    expect(answer).toMatchObject({ status: 400, error: 'Bad Request' });
    expect(answer.message).toMatch(message);
  });

  test('an unknown transformation is 400 and names its place', async () => {
    const unknown = {
      source: 'a',
      data: [],
      transformations: [{ type: 'filter', condition: 'a > 1' }, { type: 'explode' }],
    };
    expect(await refusal(unknown)).toMatchObject({
      status: 400,
      code: 'invalid_transformation',
      message: expect.stringContaining('transformations[1].type'),
    });
  });

  test('other media types are 415', async () => {
    expect(await refusal('a,b', { 'content-type': 'text/csv' })).toMatchObject({
      status: 415,
      error: 'Unsupported Media Type',
      code: 'unsupported_media_type',
    });
  });
});

describe('hostile bodies are refused and hurt nobody', () => {
  const deep = (levels: number) => `{"source":"a","data":{"a":${'['.repeat(levels)}${']'.repeat(levels)}}}`;
  test('nesting beyond 64 levels is 400, up to it comes back', async () => {
    expect(await refusal(deep(100))).toMatchObject({ status: 400, code: 'invalid_input' });
    expect(await refusal(deep(2_000_000))).toMatchObject({ status: 400 });
    const page = await client.trip(deep(62));
    expect(JSON.stringify(page.records[0]?.a)).toBe('['.repeat(62) + ']'.repeat(62));
  });

  test('keys such as __proto__ are fields like any other', async () => {
    const page = await client.trip(
      '{"source":"proto","data":[{"__proto__":{"polluted":1},"constructor":2,"id":1}]}',
    );
    expect(JSON.stringify(page.records)).toContain('polluted');
    expect(Object.keys(page.records[0] ?? {}).sort()).toEqual(['__proto__', 'constructor', 'id']);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test('an XML bomb of entities is 400', async () => {
    const laughs = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]><i><source>&b;</source><data/></i>`;
    expect(await refusal(laughs, xml)).toMatchObject({ status: 400, code: 'invalid_input' });
    const far = '<!DOCTYPE x SYSTEM "file:///etc/passwd"><i><source>a</source><data/></i>';
    expect(await refusal(far, xml)).toMatchObject({ status: 400 });
  });

  test('deeply nested XML is 400', async () => {
    expect(await refusal(`<i><source>a</source><data>${'<r>'.repeat(500_000)}`, xml)).toMatchObject({
      status: 400,
    });
  });

  test('the server still answers after them', async () => {
    expect((await client.trip({ source: 'after', data: [{ id: 1 }] })).records).toEqual([{ id: 1 }]);
  });
});

test('a field that a record lacks it lacks under a new name too', async () => {
  const { json } = await client.ingest({
    source: 'renamed',
    data: [
      { a: null, b: null, c: 1 },
      { b: 2, c: 2 },
      { a: 3, c: 3 },
    ],
    transformations: [
      { type: 'map', drop: ['c'], rename: { A: 'x' } },
      { type: 'map', rename: { b: 'a' } },
    ],
  });
  const job = await client.ended((json as Job).job_id);
  const { records } = (await client.call(job.result_url)).json as Page;
  expect(records).toEqual([{ x: null, a: null }, { a: 2 }, { x: 3 }]);
});

describe('XML bodies', () => {
  const xmlTrip = async (body: string) => {
    const { status, json, text } = await client.ingest(body, xml);
    expect(status, text).toBe(200);
    const job = await client.ended((json as Job).job_id);
    return ((await client.call(job.result_url)).json as Page).records;
  };

  test('values are texts unless their type says otherwise', async () => {
    const body = `<?xml version="1.0" encoding="UTF-8"?>
      <ingest><source>xml</source><data>
        <record><id>007</id><amount type="number">12345678901234567890.5</amount><ok type="boolean">true</ok><none null="true"/><note>a &amp; b<![CDATA[ <c>]]></note></record>
        <record><id></id><tag>x</tag><tag>y</tag><address><city>Köln</city></address><list type="array"><item type="number">1</item></list><field name="odd name">1</field></record>
      </data></ingest>`;
    expect(await xmlTrip(body)).toEqual([
      { id: '007', amount: '12345678901234567890.5', ok: true, none: null, note: 'a & b <c>' },
      { id: '', tag: ['x', 'y'], address: { city: 'Köln' }, list: [1], 'odd name': '1' },
    ]);
  });

  test('transformations come as elements or as the text of their JSON', async () => {
    const data = '<data><r><n type="number">1</n></r><r><n type="number">5</n></r></data>';
    const elements = `<i><source>xt</source>${data}<transformations><t><type>filter</type><field>n</field><operator>gt</operator><value type="number">2</value></t></transformations></i>`;
    const text = `<i><source>xt</source>${data}<transformations>[{"type":"filter","condition":"n &gt; 2"}]</transformations></i>`;
    expect(await xmlTrip(elements)).toEqual([{ n: 5 }]);
    expect(await xmlTrip(text)).toEqual([{ n: 5 }]);
  });

  test.each([
    ['two roots', '<a/><b/>'],
    ['an open element', '<i><source>a</source>'],
    ['an unknown entity', '<i><source>&lol;</source><data/></i>'],
    ['an attribute that would be lost', '<i><source>a</source><data><r id="1"><a>1</a></r></data></i>'],
    ['a number that is none', '<i><source>a</source><data><r><a type="number">1,5</a></r></data></i>'],
    ['an unknown element', '<i><source>a</source><data/><more/></i>'],
    ['no XML', 'source=a'],
  ])('%s is 400', async (_name, body) => {
    expect(await refusal(body, xml)).toMatchObject({
      status: 400,
      error: 'Bad Request',
      code: 'invalid_input',
    });
  });
});

describe('transformations are applied in order', () => {
  test('filter, map, aggregate', async () => {
    const { records } = await client.trip({
      source: 'chain',
      data: orders,
      transformations: [
        { type: 'filter', field: 'amount', operator: 'gte', value: 80 },
        { type: 'map', fields: { total: 'amount * 2' } },
        {
          type: 'aggregate',
          group_by: ['region'],
          aggregations: [{ function: 'sum', field: 'total', as: 'revenue' }],
        },
      ],
    });
    expect([...records].sort((a, b) => String(a.region).localeCompare(String(b.region)))).toEqual([
      { region: 'north', revenue: 641 },
      { region: 'south', revenue: 160 },
    ]);
  });

  test('join with records of the body, and with a dataset', async () => {
    const names = {
      type: 'join',
      records: [{ region: 'north', name: 'Nord' }],
      on: ['region'],
      how: 'left',
      fields: ['name'],
    };
    const { records, dataset_id } = await client.trip({
      source: 'joined',
      data: orders,
      transformations: [names],
    });
    expect(records.find(({ id }) => id === 1)).toMatchObject({ name: 'Nord' });
    const other = await client.trip({
      source: 'joined again',
      data: [{ id: 2 }],
      transformations: [{ type: 'join', dataset_id, on: ['id'], how: 'inner', fields: ['amount'] }],
    });
    expect(other.records).toEqual([{ id: 2, amount: 80 }]);
  });

  test('validate rejects records into a dataset beside the result', async () => {
    const schema = { type: 'object', required: ['id'], properties: { id: { type: 'integer' } } };
    const { records } = await client.trip({
      source: 'checked',
      data: [{ id: 1 }, { id: 'x' }, { name: 'none' }],
      transformations: [{ type: 'validate', schema, on_fail: 'reject' }],
    });
    expect(records).toHaveLength(1);
    const rejected = await client.temp.client.datasets.list({ search: 'checked.rejected' });
    expect(rejected).toMatchObject([{ name: 'checked.rejected', rows: 2 }]);
  });

  test('equal transformations share a revision, others make a new one of the same pipeline', async () => {
    const send = (condition: string) =>
      client.trip({ source: 'revised', data: orders, transformations: [{ type: 'filter', condition }] });
    const revision = async () => (await pipelinesCalled('revised')).map((each) => each.revision);
    await send('amount > 1');
    await send('amount > 1');
    expect(await revision()).toEqual([1]);
    await send('amount > 2');
    expect(await revision()).toEqual([2]);
    // Two senders that take turns: each goes on with its own revision, and gets its own rows.
    const [first, second] = [await send('amount > 120'), await send('amount > 1')];
    expect(await revision()).toEqual([3]);
    expect((await send('amount > 120')).records).toEqual(first.records);
    expect(first.records.length).toBeLessThan(second.records.length);
    expect(await revision()).toEqual([3]);
    expect(await pipelinesCalled('revised')).toMatchObject([{ environment: 'live' }]);
  });
});

const pipelinesCalled = async (search: string) => client.temp.client.pipelines.list({ search });

describe('who may ingest', () => {
  test('no key is 401, a read-only key 403, both in the words of the door', async () => {
    const without = await client.call('/api/v2/ingest', { method: 'POST', headers: { authorization: '' } });
    expect([without.status, without.json]).toEqual([
      401,
      { error: 'Unauthorized', message: expect.any(String), code: 'unauthorized' },
    ]);
    const reader = await client.temp.key({ scopes: ['dataflow:read'] });
    const { status, json } = await client.ingest({ source: 'a', data: [] }, {}, reader);
    expect([status, json]).toMatchObject([403, { error: 'Forbidden', code: 'forbidden' }]);
  });

  test('a key of the sandbox has its own pipelines and datasets', async () => {
    const test = await client.temp.key({ environment: 'sandbox' });
    await client.trip({ source: 'both', data: [{ where: 'live' }] });
    const { json } = await client.ingest({ source: 'both', data: [{ where: 'sandbox' }] }, {}, test);
    expect((await client.call(`/api/v2/jobs/${(json as Job).job_id}`)).status).toBe(404);
    expect((await client.call(`/api/v2/jobs/${(json as Job).job_id}`, { key: test })).status).toBe(200);
    expect((await pipelinesCalled('both')).map(({ environment }) => environment).sort()).toEqual([
      'live',
      'sandbox',
    ]);
  });

  test('a key that is limited to pipelines makes no other', async () => {
    await client.trip({ source: 'mine', data: [{ a: 1 }] });
    const [mine] = await pipelinesCalled('mine');
    const limited = await client.temp.key({ pipelineIds: [mine?.id ?? ''] });
    expect((await client.ingest({ source: 'mine', data: [{ a: 2 }] }, {}, limited)).status).toBe(200);
    const other = await client.ingest({ source: 'theirs', data: [{ a: 2 }] }, {}, limited);
    expect([other.status, other.json]).toMatchObject([403, { code: 'pipeline_not_allowed' }]);
    expect(await pipelinesCalled('theirs')).toEqual([]);
  });
});

describe('Idempotency-Key', () => {
  test('a repeated request answers with the same job, another body under the key is 422', async () => {
    const headers = { 'idempotency-key': 'once' };
    const body = { source: 'once', data: [{ id: 1, text: 'x'.repeat(100_000) }] };
    const answers = await Promise.all(Array.from({ length: 5 }, () => client.ingest(body, headers)));
    expect(new Set(answers.map(({ json }) => (json as Job).job_id)).size).toBe(1);
    expect((await client.temp.client.runs.list({ search: 'once' })).runs).toHaveLength(1);
    const other = await client.ingest({ ...body, data: [{ id: 2 }] }, headers);
    expect([other.status, other.json]).toMatchObject([422, { code: 'idempotency_mismatch' }]);
  });

  test('the transformations of a request that was refused are not taken for those of the next one', async () => {
    const data = [{ id: 1 }, { id: 2 }, { id: 3 }];
    const above = (least: number) => ({
      source: 'undone',
      data,
      transformations: [{ type: 'filter', condition: `id > ${least}` }],
    });
    const headers = { 'idempotency-key': 'undone' };
    expect((await client.ingest(above(0), headers)).status).toBe(200);
    expect((await client.ingest(above(1), headers)).status).toBe(422);
    expect((await client.trip(above(2))).records).toEqual([{ id: 3 }]);
    expect((await client.trip(above(1))).records).toEqual([{ id: 2 }, { id: 3 }]);
  });
});

test('starting the pipeline again in the window processes what came last', async () => {
  await client.trip({ source: 'again', data: [{ id: 1 }] });
  await client.trip({ source: 'again', data: [{ id: 2 }] });
  const [pipeline] = await pipelinesCalled('again');
  const run = await client.temp.client.runs.start({ pipelineId: pipeline?.id ?? '' });
  const job = await client.ended(run.id);
  expect(((await client.call(job.result_url)).json as Page).records).toEqual([{ id: 2 }]);
});
