import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { TriggerConfig, TriggerFire } from '../../shared/contract/triggers.ts';
import { nodeClock } from '../platform/clock.ts';
import type { Services } from '../services/index.ts';
import {
  placeDataset,
  type ServicesBench,
  sampleDocument,
  submission,
  tempServices,
} from '../services/testing/temp-services.ts';
import { cronTimetable } from './cron-timetable.ts';
import { FolderWatch } from './folder-watch.ts';
import { createTriggers } from './index.ts';
import { nameMatcher } from './wildcard.ts';

const silent = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
} as never;

/** The core with its loop, over the store of another when one is given. */
function open(before?: ServicesBench) {
  const bench = tempServices(before?.home, before?.store, {
    timetable: cronTimetable,
    ...(before && { clock: before.clock }),
  });
  const loop = createTriggers({
    services: bench.services,
    events: bench.bus,
    clock: bench.clock,
    log: silent,
  });
  onTestFinished(() => loop.stop());
  return { ...bench, loop };
}

const pipeline = ({ services }: { services: Services }, name: string, dataset = 'orders') =>
  services.pipelines.create(
    sampleDocument(name, {
      parameters: { from: { type: 'text', default: '' }, path: { type: 'text', default: '' } },
      nodes: [
        { id: 'src', kind: 'rows', config: { rows: [{ a: 1 }] } },
        { id: 'out', kind: 'save-dataset', config: { name: dataset } },
      ],
    }),
    'window',
  ).id;

const make = async (
  { services }: { services: Services },
  pipelineId: string,
  config: TriggerConfig,
  parameters = {},
) =>
  services.triggers.create(pipelineId, {
    name: 'On it',
    config,
    parameters,
    environment: 'live',
    startAt: null,
    endAt: null,
  });

const fires = ({ services }: { services: Services }, id: string): TriggerFire[] =>
  services.triggers.fires({ triggerId: id, limit: 500 }).reverse();

function runOnce(
  bench: ServicesBench,
  pipelineId: string,
  status: 'succeeded' | 'failed' = 'succeeded',
): string {
  const run = bench.services.runs.submit(submission(pipelineId));
  const claimed = bench.services.runs.claimNext();
  expect(claimed?.id).toBe(run.id);
  const error = { code: 'run_failed' as const, message: 'No.', details: {} };
  bench.services.runs.finish(
    run.id,
    1,
    status === 'failed' ? { status, error } : { status },
    status === 'failed' ? [] : [placeDataset(bench, 'orders')],
  );
  return run.id;
}

test('a new version of a dataset starts a run once, whenever the process dies', async () => {
  let bench = open();
  const source = pipeline(bench, 'Source');
  const target = pipeline(bench, 'Target', 'summary');
  const { id } = await make(
    bench,
    target,
    { kind: 'dataset', dataset: 'Orders' },
    { from: '{dataset} v{dataset.version}' },
  );
  bench.loop.start();
  await bench.loop.stop();
  // The version is published while nobody reads events; the next life finds it.
  runOnce(bench, source);
  bench = open(bench);
  bench.loop.start();
  const [fire] = fires(bench, id);
  expect(fire).toMatchObject({ outcome: 'started' });
  const run = bench.services.runs.get(fire?.runId ?? '');
  expect(run).toMatchObject({
    trigger: 'dataset',
    cause: 'Dataset trigger On it, version 1 of orders',
    parameters: { from: 'orders v1' },
  });
  // The place in the events is lost, as a kill right after the fire leaves it: read again, fired no more.
  bench.store.write(() => bench.store.settings.set('triggers_read_to', 0));
  bench = open(bench);
  bench.loop.start();
  bench.loop.check();
  expect(fires(bench, id)).toHaveLength(1);
});

test('a pipeline trigger hears the ends it asks for, of that pipeline, from when it listens', async () => {
  const bench = open();
  const source = pipeline(bench, 'Source');
  const other = pipeline(bench, 'Other');
  const target = pipeline(bench, 'Target', 'summary');
  runOnce(bench, source);
  const { id } = await make(
    bench,
    target,
    { kind: 'pipeline', pipelineId: source, on: ['failed'] },
    { from: '{run}' },
  );
  bench.loop.start();
  expect(fires(bench, id)).toEqual([]);
  const failed = runOnce(bench, source, 'failed');
  bench.clock.advance(100);
  const [fire] = fires(bench, id);
  expect(bench.services.runs.get(fire?.runId ?? '').parameters.from).toBe(failed);
  bench.services.runs.requestCancel(fire?.runId ?? '');
  runOnce(bench, other, 'failed');
  runOnce(bench, source, 'succeeded');
  bench.clock.advance(100);
  expect(fires(bench, id)).toHaveLength(1);
});

test('a circle of triggers is refused when it is saved, and one that arose later is cut', async () => {
  const bench = open();
  const first = pipeline(bench, 'First', 'orders');
  const second = pipeline(bench, 'Second', 'summary');
  await make(bench, second, { kind: 'pipeline', pipelineId: first, on: ['succeeded'] });
  await expect(
    make(bench, first, { kind: 'pipeline', pipelineId: second, on: ['succeeded'] }),
  ).rejects.toThrow(/closes a circle: First → Second → First/);
  await expect(make(bench, first, { kind: 'dataset', dataset: 'SUMMARY' })).rejects.toThrow(/circle/);
  await expect(make(bench, first, { kind: 'pipeline', pipelineId: first, on: ['failed'] })).rejects.toThrow(
    /circle/,
  );

  const looping = await make(bench, first, { kind: 'dataset', dataset: 'later' });
  const { revision } = bench.services.pipelines.get(first);
  bench.services.pipelines.save(
    first,
    revision,
    sampleDocument('First', {
      nodes: [
        { id: 'src', kind: 'rows', config: {} },
        { id: 'out', kind: 'save-dataset', config: { name: 'later' } },
      ],
    }),
    'window',
  );
  bench.loop.start();
  const run = bench.services.runs.submit(submission(first));
  for (let round = 0; round < 110; round += 1) {
    const claimed = bench.services.runs.claimNext();
    if (!claimed) break;
    bench.services.runs.finish(
      claimed.id,
      1,
      { status: 'succeeded' },
      claimed.pipelineId === first ? [placeDataset(bench, 'later')] : [],
    );
    bench.clock.advance(100);
  }
  const all = fires(bench, looping.id);
  expect(run).toBeDefined();
  expect(all.filter(({ outcome }) => outcome === 'started')).toHaveLength(50);
  expect(all.at(-1)).toMatchObject({ outcome: 'skipped', reason: expect.stringMatching(/circle/) });
});

/** A file trigger on `in`, looked at by hand until nothing is pending. */
async function watched(
  bench: ReturnType<typeof open>,
  extra: Partial<Extract<TriggerConfig, { kind: 'file' }>> = {},
) {
  const folder = join(bench.home.files, 'in');
  mkdirSync(folder, { recursive: true });
  const config = {
    kind: 'file' as const,
    folder: 'in',
    pattern: '*.csv',
    subfolders: false,
    on: 'changes' as const,
    stableSeconds: 1,
    missed: 'all' as const,
    ...extra,
  };
  const { id } = await make(bench, pipeline(bench, 'Loader'), config, { path: '{path}' });
  return { id, folder, config };
}

const until = async (done: () => boolean): Promise<void> => {
  const deadline = Date.now() + 20_000;
  while (!done() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 30));
  expect(done()).toBe(true);
};

function watch(bench: ReturnType<typeof open>, id: string): FolderWatch {
  const [trigger] = bench.services.triggers.listening('file');
  if (trigger?.config.kind !== 'file') throw new Error('no file trigger');
  const { triggers, files } = bench.services;
  const made = new FolderWatch(
    { id, config: trigger.config, known: trigger.state.watching ?? false },
    { triggers, files, clock: nodeClock, log: silent },
  );
  onTestFinished(() => made.close());
  return made;
}

test('a file fires once it stands still, with its path, and again when it changes; what was there before does not', async () => {
  const bench = open();
  const { id, folder } = await watched(bench);
  writeFileSync(join(folder, 'old.csv'), 'a\n1\n');
  watch(bench, id);
  await until(() => bench.services.triggers.seenFiles(id).size === 1);
  writeFileSync(join(folder, 'new.csv'), 'a\n');
  writeFileSync(join(folder, 'notes.txt'), 'no');
  const growing = setInterval(() => writeFileSync(join(folder, 'new.csv'), 'a\n', { flag: 'a' }), 100);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect(fires(bench, id)).toEqual([]);
  clearInterval(growing);
  await until(() => fires(bench, id).length === 1);
  const [fire] = fires(bench, id);
  expect(bench.services.runs.get(fire?.runId ?? '')).toMatchObject({
    trigger: 'file',
    parameters: { path: 'in/new.csv' },
  });
  writeFileSync(join(folder, 'new.csv'), 'a\n5\n');
  await until(() => fires(bench, id).length === 2);
});

test.each([
  ['all', ['started', 'started']],
  ['last', ['missed', 'started']],
  ['skip', ['missed', 'missed']],
] as const)(
  'files that came while Sluice was closed follow the policy %s, and a second start fires none again',
  async (missed, outcomes) => {
    const bench = open();
    const { id, folder } = await watched(bench, { missed });
    const first = watch(bench, id);
    await until(() => bench.services.triggers.listening('file')[0]?.state.watching === true);
    await first.close();
    writeFileSync(join(folder, 'one.csv'), 'a\n1\n');
    utimesSync(join(folder, 'one.csv'), 1_700_000_000, 1_700_000_000);
    writeFileSync(join(folder, 'two.csv'), 'a\n2\n');
    const second = watch(bench, id);
    await until(() => fires(bench, id).length === 2);
    expect(fires(bench, id).map(({ outcome }) => outcome)).toEqual(outcomes);
    await second.close();
    rmSync(join(folder, 'one.csv'));
    const third = watch(bench, id);
    await until(() => bench.services.triggers.seenFiles(id).size === 1);
    await third.close();
    expect(fires(bench, id)).toHaveLength(2);
  },
);

test('a folder outside what pipelines may use is refused', async () => {
  const bench = open();
  await expect(watched(bench, { folder: '/etc' })).rejects.toThrow(/lies outside/);
  await expect(watched(bench, { folder: '../x' })).rejects.toThrow();
});

test.each([
  ['*.csv', ['a.csv', '.csv'], ['a.csv.gz', 'csv']],
  [
    'orders-????.{csv,parquet}',
    ['orders-2026.csv', 'orders-2026.parquet'],
    ['orders-26.csv', 'orders-2026.json'],
  ],
  ['*', ['anything', ''], []],
  ['a*b*c', ['abc', 'axxbyyc', 'abcbc'], ['ab', 'abcd']],
  ['{a', ['{a'], ['a']],
])('the pattern %s fits what it should', (pattern, yes, no) => {
  const fits = nameMatcher(pattern);
  expect(yes.filter((name) => !fits(name))).toEqual([]);
  expect(no.filter((name) => fits(name))).toEqual([]);
});

test('a hostile pattern costs no time', () => {
  const fits = nameMatcher(`${'*a'.repeat(90)}b`);
  expect(fits('a'.repeat(255))).toBe(false);
});
