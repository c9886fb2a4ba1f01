import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type CheckDraft, IngestCheck } from './ingest-check.ts';
import { type DataflowClient, dataflowClient, type Job } from './testing/dataflow-kit.ts';
import { nodesOfList } from './transformed-nodes.ts';

let client: DataflowClient;
beforeAll(async () => {
  client = await dataflowClient();
});
afterAll(() => client.stop());

const data = [
  { id: 1, region: 'north', amount: 120.5, address: { city: 'Rome' } },
  { id: 2, region: 'south', amount: 80, note: 'late' },
];
const send = async (transformations: unknown[], records: unknown = data, source = 'orders') => {
  const { status, json } = await client.ingest({ source, data: records, transformations });
  return { ...(json as { code?: string; message: string; job_id?: string }), status };
};
const runs = async () => (await client.temp.client.runs.list({})).runs.length;

const sum = { function: 'sum', field: 'amount', as: 'total' };
const reference = [{ key: 1, name: 'one' }];
const keep = { type: 'filter', field: 'id', operator: 'gt', value: 0 };

describe('a transformation that names what is not there is 400 and names the index and the path', () => {
  test.each<[string, string, unknown[], RegExp]>([
    [
      'a field of a figure',
      'transformations[0].aggregations[0].field',
      [{ type: 'aggregate', group_by: ['region'], aggregations: [{ ...sum, field: 'amuont' }] }],
      /Did you mean "amount"/,
    ],
    [
      'the field that orders first',
      'transformations[0].aggregations[1].by',
      [{ type: 'aggregate', aggregations: [sum, { function: 'first', field: 'id', by: 'day' }] }],
      /no field "day"/,
    ],
    [
      'an expression of a figure',
      'transformations[0].aggregations[0].expression',
      [{ type: 'aggregate', aggregations: [{ function: 'sum', expression: 'amount * fee', as: 'x' }] }],
      /no column "fee"/,
    ],
    [
      'a field to group by',
      'transformations[0].group_by[0]',
      [{ type: 'aggregate', group_by: ['nofield'], aggregations: [sum] }],
      /no field "nofield"/,
    ],
    [
      'a field to filter by',
      'transformations[0].field',
      [{ type: 'filter', field: 'nofield', operator: 'gt', value: 1 }],
      /no field "nofield"/,
    ],
    [
      'a field deep in a filter',
      'transformations[0].all[1].not.field',
      [
        {
          type: 'filter',
          all: [{ field: 'id', operator: 'gt', value: 0 }, { not: { field: 'regoin', operator: 'is_null' } }],
        },
      ],
      /Did you mean "region"/,
    ],
    [
      'a condition',
      'transformations[0].condition',
      [{ type: 'filter', condition: 'nofield > 1' }],
      /nofield/,
    ],
    [
      'a text that is compared with a number',
      'transformations[1].condition',
      [keep, { type: 'filter', condition: 'region > 5' }],
      /text \(VARCHAR\) cannot be compared with a number .* CAST\(x AS DOUBLE\)/,
    ],
    [
      '&& between conditions',
      'transformations[0].condition',
      [{ type: 'filter', condition: "region == 'north' && amount > 1" }],
      /Write AND/,
    ],
    [
      '|| between comparisons',
      'transformations[0].condition',
      [{ type: 'filter', condition: "region == 'north' || amount > 1" }],
      /Write OR/,
    ],
    [
      '|| between conditions in brackets',
      'transformations[0].condition',
      [{ type: 'filter', condition: "(region == 'north') || (amount > 1)" }],
      /Write OR/,
    ],
    [
      'a name that two figures have',
      'transformations[0].aggregations[1].as',
      [{ type: 'aggregate', group_by: ['region'], aggregations: [sum, { function: 'count', as: 'Total' }] }],
      /Two fields would be called "Total"/,
    ],
    [
      'a figure called like a group',
      'transformations[0].aggregations[0].as',
      [{ type: 'aggregate', group_by: ['region'], aggregations: [{ function: 'count', as: 'region' }] }],
      /Two fields would be called "region"/,
    ],
    [
      'a name that another field has',
      'transformations[0].rename.id',
      [{ type: 'map', rename: { id: 'amount' } }],
      /Two fields would be called "amount"/,
    ],
    [
      'a condition that ends too early',
      'transformations[1].condition',
      [keep, { type: 'filter', condition: 'amount >' }],
      /ends too early/,
    ],
    [
      'a function of a condition',
      'transformations[0].condition',
      [{ type: 'filter', condition: "read_text('/etc/passwd') is not null" }],
      /There is no function read_text/,
    ],
    [
      'a subquery',
      'transformations[0].condition',
      [{ type: 'filter', condition: 'id in (select 1)' }],
      /query inside an expression/,
    ],
    [
      'a function of a map',
      'transformations[0].fields.x',
      [{ type: 'map', fields: { y: 'id + 1', x: 'nofn(id)' } }],
      /There is no function nofn/,
    ],
    [
      'a misspelt function',
      'transformations[0].fields.x',
      [{ type: 'map', fields: { x: 'uper(region)' } }],
      /Did you mean upper/,
    ],
    ['a field of a map', 'transformations[0].fields.x', [{ type: 'map', fields: { x: 'nope*2' } }], /"nope"/],
    [
      'a field to convert',
      'transformations[0].fields.x.from',
      [{ type: 'map', fields: { x: { cast: 'text', from: 'nope' } } }],
      /no field "nope"/,
    ],
    [
      'a field to rename',
      'transformations[0].rename.nofield',
      [{ type: 'map', rename: { nofield: 'x' } }],
      /no field "nofield"/,
    ],
    [
      'a field to drop',
      'transformations[0].drop[1]',
      [{ type: 'map', drop: ['id', 'nofield'] }],
      /"nofield"/,
    ],
    [
      'a key of a join',
      'transformations[0].on[0]',
      [{ type: 'join', records: reference, on: ['key'] }],
      /arrive here have no field "key"/,
    ],
    [
      'a key of the records to join with',
      'transformations[0].on.id',
      [{ type: 'join', records: reference, on: { id: 'id' } }],
      /to join with have no field "id"/,
    ],
    [
      'a field to take over',
      'transformations[0].fields[0]',
      [{ type: 'join', records: reference, on: { id: 'key' }, fields: ['title'] }],
      /to join with have no field "title"/,
    ],
    [
      'a field of a rule',
      'transformations[0].rules[0].field',
      [{ type: 'validate', rules: [{ field: 'nofield', required: true }] }],
      /"nofield"/,
    ],
    [
      'a condition of a rule',
      'transformations[0].rules[1].condition',
      [{ type: 'validate', rules: [{ field: 'id', required: true }, { condition: 'nofield > 1' }] }],
      /nofield/,
    ],
    [
      'a field that was dropped before',
      'transformations[1].condition',
      [
        { type: 'map', drop: ['amount'] },
        { type: 'filter', condition: 'amount > 1' },
      ],
      /amount/,
    ],
    [
      'a field that was renamed before',
      'transformations[1].field',
      [
        { type: 'map', rename: { amount: 'price' } },
        { ...keep, field: 'amount' },
      ],
      /no field "amount"/,
    ],
    [
      'a field that an aggregate did not keep',
      'transformations[1].field',
      [
        { type: 'aggregate', group_by: ['region'], aggregations: [sum] },
        { ...keep, field: 'amount' },
      ],
      /no field "amount"/,
    ],
  ])('%s: %s', async (_what, path, transformations, reason) => {
    const before = await runs();
    // Equal requests get equal answers.
    for (const _time of [1, 2]) {
      const answer = await send(transformations);
      expect(answer).toMatchObject({ status: 400, code: 'invalid_transformation' });
      expect(answer.message.startsWith(`${path}: `), answer.message).toBe(true);
      expect(answer.message).toMatch(reason);
    }
    expect(await runs()).toBe(before);
  });

  test('a field of a dataset to join with', async () => {
    const { dataset_id } = await client.trip({ source: 'customers', data: [{ id: 1, name: 'Ada' }] });
    const join = { type: 'join', dataset_id, on: ['id'] };
    expect((await send([{ ...join, fields: ['naem'] }])).message).toMatch(
      /^transformations\[0\]\.fields.*Did you mean "name"/,
    );
    expect((await send([{ ...join, on: { id: 'key' } }])).message).toMatch(/^transformations\[0\]\.on\.id: /);
    expect((await send([join, { ...keep, field: 'nofield' }])).message).toMatch(
      /^transformations\[1\]\.field: /,
    );
    expect((await send([join, { type: 'filter', condition: "name = 'Ada'" }])).status).toBe(200);
  });

  test('also where many are sent together', async () => {
    const many = Array.from({ length: 25 }, (_none, at) =>
      send([{ type: 'filter', condition: `nofield > ${at % 5}` }]),
    );
    expect(new Set((await Promise.all(many)).map(({ status }) => status))).toEqual(new Set([400]));
  });

  test('also where a like request was accepted before', async () => {
    const list = [{ type: 'filter', condition: 'note is null' }];
    expect((await send(list)).status).toBe(200);
    expect(await send(list, [{ id: 1 }])).toMatchObject({
      status: 400,
      message: expect.stringContaining('transformations[0].condition'),
    });
    expect((await send(list)).status).toBe(200);
  });
});

describe('what the records have is accepted', () => {
  const completes = async (transformations: unknown[], records: unknown = data) =>
    (await client.trip({ source: 'sound', data: records, transformations })).records;

  test('fields of some records only, fields of another case, fields in values', async () => {
    expect(await completes([{ type: 'filter', condition: "note = 'late'" }])).toMatchObject([{ id: 2 }]);
    expect(await completes([{ ...keep, field: 'ID', value: 1 }])).toMatchObject([{ id: 2 }]);
    const city = { type: 'map', fields: { city: "address->>'city'" } };
    expect(await completes([city, { ...keep, field: 'city', operator: 'eq', value: 'Rome' }])).toHaveLength(
      1,
    );
  });

  test('fields that earlier transformations make', async () => {
    const list = [
      { type: 'map', fields: { total: 'amount * 2', twice: 'total * 2' }, rename: { id: 'order' } },
      { ...keep, field: 'twice' },
      { type: 'join', records: [{ order: 1, name: 'one' }], on: ['order'], how: 'left' },
      { type: 'aggregate', group_by: ['name'], aggregations: [{ function: 'sum', field: 'total' }] },
      { type: 'filter', field: 'sum_total', operator: 'gt', value: 200 },
    ];
    expect(await completes(list)).toEqual([{ name: 'one', sum_total: 241 }]);
  });

  test('an empty batch, whose fields nobody knows; what cannot be read is refused all the same', async () => {
    const condition = (text: string) => [{ type: 'filter', condition: text }];
    expect((await send(condition('anything > 1'), [], 'empty')).status).toBe(200);
    expect((await send([{ ...keep, field: 'anything' }], [], 'empty')).status).toBe(200);
    expect((await send(condition('anything >'), [], 'empty')).status).toBe(400);
    expect((await send(condition('nofn(1) > 1'), [], 'empty')).status).toBe(400);
  });

  test("single values are the job's to judge", async () => {
    const { status, job_id } = await send([{ type: 'filter', condition: 'region = 5' }]);
    expect(status).toBe(200);
    expect((await client.ended(job_id ?? '')).status).toBe('failed');
  });
});

describe('large batches', () => {
  const record = { id: 1, text: 'x'.repeat(1000) };
  const many: Record<string, unknown>[] = Array.from({ length: 300 }, () => record);

  test('a field that only the last record has is one of theirs', async () => {
    const records = [...many, { ...record, late: 5 }];
    const list = [
      { ...keep, field: 'late' },
      { type: 'filter', condition: 'late + id > 1' },
    ];
    const { status, job_id } = await send(list, records, 'large');
    expect(status).toBe(200);
    expect((await client.ended(job_id ?? '')).status).toBe('completed');
  });

  test('a field that none has is refused, and nothing of the batch is left', async () => {
    for (const list of [[{ ...keep, field: 'late' }], [{ type: 'filter', condition: 'late > 1' }]]) {
      const answer = await send(list, many, 'large');
      expect(answer).toMatchObject({
        status: 400,
        message: expect.stringMatching(/^transformations\[0\]\./),
      });
    }
    expect((await client.ingest({ source: 'large', data: many })).status).toBe(200);
  });

  test('records that are larger than what is looked at first', async () => {
    const wide = [{ id: 1, text: 'x'.repeat(100_000) }];
    expect((await send([{ type: 'filter', condition: 'id > 1' }], wide, 'wide')).status).toBe(200);
    expect((await send([{ type: 'filter', condition: 'late > 1' }], wide, 'wide')).status).toBe(400);
  });
});

test('XML bodies are checked alike', async () => {
  const body =
    '<i><source>x</source><data><r><n type="number">1</n></r></data><transformations>[{"type":"filter","condition":"m &gt; 2"}]</transformations></i>';
  const { status, json } = await client.ingest(body, { 'content-type': 'application/xml' });
  expect([status, json]).toMatchObject([
    400,
    { message: expect.stringContaining('transformations[0].condition') },
  ]);
  expect((json as Partial<Job>).job_id).toBeUndefined();
});

describe('the compiler', () => {
  const asked = (condition: string, records: unknown[]) => ({
    source: 'orders',
    environment: 'live' as const,
    keyId: 'key',
    transformations: [{ type: 'filter', condition }],
    batchId: 'batch',
    records: records.length,
    batch: { bytes: 0, sha256: null, content: Buffer.from(JSON.stringify(records)) },
    path: '',
    build: (list: Parameters<typeof nodesOfList>[0]) => nodesOfList(list, 'orders', () => undefined),
  });
  const counting = (check: CheckDraft, patience = 20) => {
    const calls = { count: 0 };
    const counted: CheckDraft = (draft, signal) => {
      calls.count += 1;
      return check(draft, signal);
    };
    return { calls, checks: new IngestCheck({ check: counted, patience }) };
  };

  test('is asked once for equal transformations of records of the same fields and kinds', async () => {
    const { calls, checks } = counting(async () => ({ problems: [] }));
    await checks.require(asked('a > 1', [{ a: 1 }, { b: 1 }]));
    await checks.require(asked('a > 1', [{ b: 2, a: null }, { a: 3.5 }]));
    expect(calls.count).toBe(1);
    await checks.require(asked('a > 1', [{ a: 1 }]));
    await checks.require(asked('a > 2', [{ a: 1 }]));
    expect(calls.count).toBe(3);
  });

  test('is asked again about what it refused', async () => {
    const problem = {
      code: 'unknown_column',
      severity: 'error',
      nodeId: 'filter_1',
      message: 'No.',
    } as const;
    const { calls, checks } = counting(async () => ({ problems: [problem] }));
    for (const _time of [1, 2])
      await expect(checks.require(asked('b > 1', [{ a: 1 }]))).rejects.toMatchObject({
        code: 'invalid_transformation',
        message: 'transformations[0].condition: No.',
      });
    expect(calls.count).toBe(2);
  });

  test.each<[string, CheckDraft]>([
    ['fails', () => Promise.reject(new Error('stopping'))],
    ['does not answer', () => new Promise(() => undefined)],
  ])('refuses nothing where it %s', async (_what, check) => {
    const { calls, checks } = counting(check);
    for (const _time of [1, 2])
      await expect(checks.require(asked('nonsense(', [{ a: 1 }]))).resolves.toBeUndefined();
    expect(calls.count).toBeGreaterThan(0);
  });

  test('is asked by one key for one list at a time, and by others meanwhile', async () => {
    const waiting: (() => void)[] = [];
    const check: CheckDraft = () => new Promise((resolve) => waiting.push(() => resolve({ problems: [] })));
    const { calls, checks } = counting(check, 10_000);
    const all = ['a > 1', 'a > 2', 'a > 3'].map((text) => checks.require(asked(text, [{ a: 1 }])));
    all.push(checks.require({ ...asked('a > 4', [{ a: 1 }]), keyId: 'other' }));
    await vi.waitFor(() => expect(calls.count).toBe(2));
    for (let at = 0; at < all.length; at += 1) {
      await vi.waitFor(() => expect(waiting[at]).toBeDefined());
      waiting[at]?.();
    }
    await Promise.all(all);
    expect(calls.count).toBe(4);
  });

  test('is not asked for lists of names alone', async () => {
    const { calls, checks } = counting(async () => ({ problems: [] }));
    const list = [{ type: 'filter', field: 'a', operator: 'is_null' }];
    await checks.require({ ...asked('', [{ a: 1 }]), transformations: list });
    await checks.require({ ...asked('', [{ a: 1 }]), transformations: [] });
    expect(calls.count).toBe(0);
  });
});

test('that a list passed for numbers says nothing of texts', async () => {
  const list = [{ type: 'filter', condition: 'id > 1' }];
  const ingest = (id: unknown) => send(list, [{ id }], 'kinds');
  expect((await ingest(1)).status).toBe(200);
  expect(await ingest('1')).toMatchObject({
    status: 400,
    code: 'invalid_transformation',
    message: expect.stringMatching(/transformations\[0\]\.condition.*CAST/),
  });
  expect((await ingest(2)).status).toBe(200);
});
