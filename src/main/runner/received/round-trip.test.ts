import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentSchema } from '../../../shared/pipeline/document.ts';
import { receivedKey } from '../../../shared/plan/received.ts';
import type { RecordsTask, RunTask } from '../protocol.ts';
import { runTask } from '../run-task.ts';
import { testLimits } from '../runner-test-kit.ts';

let root = '';
let count = 0;

beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'sluice-received-')));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const document = documentSchema.parse({
  name: 'orders',
  parameters: { batch: { type: 'text', default: 'newest' } },
  nodes: [
    { id: 'received', kind: 'received', config: { source: 'orders', batch: '$batch' } },
    { id: 'save', kind: 'save-dataset', config: { name: 'orders', mode: 'replace' } },
  ],
  edges: [{ from: 'received', to: 'save' }],
});

/** What a body's `data` is after it was received, run, published and read as a page. */
async function trip(text: string, asFile: boolean): Promise<unknown> {
  count += 1;
  const scratch = join(root, `task-${count}`);
  const records = (JSON.parse(text) as unknown[]).length;
  const path = join(root, `${count}.json`);
  if (asFile) await writeFile(path, text);
  const input = { batchId: String(count), records, ...(asFile ? { path } : { text }) };
  const task: RunTask = {
    task: 'run',
    runId: String(count),
    attempt: 1,
    mode: 'fast',
    kept: [],
    document,
    parameters: { batch: String(count) },
    files: {},
    refusedFiles: {},
    datasets: {},
    received: { [receivedKey('orders', '$batch')]: input },
    scratch,
    limits: testLimits,
  };
  const end = await runTask(task, { step() {}, progress() {}, log() {} });
  if (!end.outcome.ok) throw new Error(JSON.stringify(end.outcome));
  const [output] = (end.outcome.result as unknown as { outputs: { path: string }[] }).outputs;
  const reading = join(root, 'reading');
  await mkdir(reading, { recursive: true });
  const page: RecordsTask = {
    task: 'records',
    path: output?.path ?? '',
    folder: root,
    offset: 0,
    limit: 1_000_000,
    format: 'json',
    target: 'text',
    scratch: reading,
    limits: testLimits,
  };
  const read = await runTask(page, { step() {}, progress() {}, log() {} });
  if (!read.outcome.ok) throw new Error(JSON.stringify(read.outcome));
  return JSON.parse(`[${(read.outcome.result as { text: string }).text}]`);
}

const unicode = fc.string({ unit: 'grapheme', maxLength: 8 });
const value = fc.oneof(
  { weight: 3, arbitrary: fc.integer() },
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
  unicode,
  fc.constantFrom('2024-01-01', '', 'null', '\0', '1e5', ' {"a":1} '),
  fc.jsonValue({ maxDepth: 3 }),
);
const name = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('id', 'amount', 'Amount', 'name', 'tags') },
  { weight: 1, arbitrary: unicode },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', 'file_row_number', '_sluice_absent', 'a"b', 'a.b', 'record', '\0'),
  },
);
const records = fc.array(fc.dictionary(name, value, { maxKeys: 6, noNullPrototype: true }), { maxLength: 8 });

/** Whole numbers beyond 2^53 that are written with all their digits leave as strings. */
function asItLeaves(_key: string, each: unknown): unknown {
  const unsafe = Number.isInteger(each) && !Number.isSafeInteger(each) && /^-?\d+$/.test(String(each));
  return unsafe ? String(each) : each;
}

test('records come back equal, whatever JSON they are', async () => {
  await fc.assert(
    fc.asyncProperty(records, fc.boolean(), async (list, asFile) => {
      const text = JSON.stringify(list);
      expect(await trip(text, asFile)).toEqual(JSON.parse(text, asItLeaves));
    }),
    { numRuns: 120 },
  );
}, 120_000);

/** What leaves for a number's text: itself where a double holds it, else its digits as a string. */
test.each([
  ['9007199254740991', 9007199254740991],
  ['9007199254740992', '9007199254740992'],
  ['-9223372036854775808', '-9223372036854775808'],
  ['123456789012345678901234567890', '123456789012345678901234567890'],
  ['1234567890123456789012345678901234567890123', '1234567890123456789012345678901234567890123'],
  ['0.1', 0.1],
  ['19.90', 19.9],
  ['0.1234567890123456789', '0.1234567890123456789'],
  ['12345678901234567.25', '12345678901234567.25'],
  ['1e400', '1e400'],
  ['1.5e300', 1.5e300],
  ['5e-324', 5e-324],
  ['-0', -0],
])('the number %s comes back as %j, alone and nested', async (text, back) => {
  for (const asFile of [false, true]) {
    const read = await trip(`[{"n":${text},"list":[{"n":${text}}]}]`, asFile);
    expect(read).toEqual([{ n: back, list: [{ n: back }] }]);
  }
});

test('numbers of one field keep their values together', async () => {
  expect(await trip('[{"n":1},{"n":0.5},{"n":9007199254740993},{"n":"x"},{"n":null},{}]', false)).toEqual([
    { n: 1 },
    { n: 0.5 },
    { n: '9007199254740993' },
    { n: 'x' },
    { n: null },
    {},
  ]);
  expect(await trip('[{"n":1},{"n":0.12345678901234567890},{"n":9007199254740993}]', true)).toEqual([
    { n: 1 },
    { n: '0.1234567890123456789' },
    { n: '9007199254740993' },
  ]);
});

test('more fields than a table has columns come back all the same', async () => {
  const wide = Object.fromEntries(Array.from({ length: 1500 }, (_none, at) => [`field_${at}`, at]));
  expect(await trip(JSON.stringify([wide, { a: 1 }]), false)).toEqual([wide, { a: 1 }]);
});

test('a field that is given twice has its last value', async () => {
  expect(await trip('[{"a":1,"b":2,"a":"x"}]', false)).toEqual([{ a: 'x', b: 2 }]);
});
