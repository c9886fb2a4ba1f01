import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { receivedKey } from '../../../shared/plan/received.ts';
import type { RunResult, RunTask, StepReport } from '../protocol.ts';
import { runTask, type TaskEnd } from '../run-task.ts';
import { Bench, pipeline, silent } from '../runner-test-kit.ts';
import { planKey } from '../warm/warm-plan.ts';
import { WarmSessions } from '../warm/warm-sessions.ts';

let bench: Bench;
let sessions: WarmSessions;
let folder: string;
let round = 0;
beforeAll(async () => {
  bench = await Bench.open();
});
beforeEach(async () => {
  round += 1;
  folder = join(bench.folder, `runner-${round}`);
  await mkdir(folder);
  sessions = new WarmSessions(folder);
});
afterEach(() => sessions.closeAll());
afterAll(() => bench.close());

const document = pipeline(
  [
    ['received', 'received', { source: 'orders', batch: '$batch' }],
    ['big', 'filter', { where: 'amount >= 10' }],
    ['save', 'save-dataset', { name: 'd', mode: 'replace' }],
  ],
  ['received > big', 'big > save'],
  { parameters: { batch: { type: 'text', default: 'newest' } } },
);

const taskOf = async (records: unknown[], batchId = 'b'): Promise<RunTask> => {
  const input = { batchId, records: records.length, text: JSON.stringify(records) };
  return {
    ...(await bench.runTask(document, { files: {}, runId: 'same', parameters: { batch: batchId } })),
    received: { [receivedKey('orders', '$batch')]: input },
  };
};

/** One run as the process's server does it: answered, then what is due is opened. */
async function told(records: unknown[], kept?: WarmSessions) {
  const steps = new Map<string, StepReport>();
  const reporter = { ...silent, step: (step: StepReport) => void steps.set(step.nodeId, step) };
  const end = await runTask(await taskOf(records), reporter, undefined, kept);
  if (end.reusable) kept?.prepare();
  return {
    rows: await rowsOf(end),
    steps: [...steps.values()].map(({ milliseconds: _time, bytes: _bytes, ...step }) => step),
  };
}

async function rowsOf(end: TaskEnd): Promise<unknown[][]> {
  if (!end.outcome.ok) throw new Error(JSON.stringify(end.outcome));
  const [output] = (end.outcome.result as RunResult).outputs;
  return bench.sql(`SELECT * FROM '${output?.path}' ORDER BY ALL`);
}

const warmFolders = async () => (await readdir(folder)).filter((name) => name.startsWith('warm-'));

test('batches of the same columns share a session, and their rows, steps and digests are as from scratch', async () => {
  await told([{ id: 1, amount: 5 }], sessions);
  await told([{ id: 2, amount: 50 }], sessions);
  expect(await warmFolders()).toHaveLength(1);
  const record = fc.record({ id: fc.maxSafeInteger(), amount: fc.integer({ min: -100, max: 100 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 20 }), async (records) => {
      expect(await told(records, sessions)).toEqual(await told(records));
    }),
    { numRuns: 25 },
  );
  expect(await warmFolders()).toHaveLength(1);
});

test('a batch of other columns is compiled anew', async () => {
  await told([{ amount: 5 }], sessions);
  await told([{ amount: 50 }], sessions);
  for (const records of [
    [{ amount: 50.5 }],
    [{ amount: 60, tag: 'x' }],
    [{ amount: 70, more: null }, { amount: 1 }],
    [{ amount: 80 }],
  ])
    expect(await told(records, sessions)).toEqual(await told(records));
});

test('records are no part of the plan of small batches, and large ones have none', async () => {
  const one = await taskOf([{ amount: 1 }], 'one');
  const other = await taskOf([{ amount: 2 }, { amount: 3 }], 'two');
  expect(planKey(one)).toBe(planKey(other));
  expect(planKey(await taskOf([{ amount: 'x' }]))).not.toBe(planKey(one));
  const large = {
    ...one,
    received: { [receivedKey('orders', '$batch')]: { batchId: 'c', records: 1, path: '/x' } },
  };
  expect(planKey(large)).toBeUndefined();
});

test('records that are not there are a problem of their step', async () => {
  const end = await runTask({ ...(await taskOf([])), received: {} }, silent);
  expect(end.outcome).toMatchObject({ ok: false, nodeId: 'received' });
  expect(JSON.stringify(end.outcome)).toContain('Nothing was received from');
});
