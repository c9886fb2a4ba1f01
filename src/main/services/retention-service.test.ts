import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RetentionSettings } from '../../shared/contract/retention.ts';
import { parseDuration } from '../../shared/kernel/time.ts';
import { openArchive } from './retention/archive.ts';
import { createPace } from './retention/pace.ts';
import {
  placeDataset,
  placeKept,
  type ServicesBench,
  sampleDocument,
  submission,
  tempServices,
} from './testing/temp-services.ts';

const day = parseDuration('1d') ?? 0;
const off: RetentionSettings = {
  runDays: null,
  runCount: null,
  runBytes: null,
  logDays: null,
  logBytes: null,
  versionDays: null,
  versionCount: null,
  versionBytes: null,
  keptDays: null,
  uploadDays: null,
  exportDays: null,
  exportBytes: null,
  eventDays: null,
  deliveryDays: null,
  fireDays: null,
  archiveFolder: null,
};

function kit(limits: Partial<RetentionSettings> = {}) {
  const bench = tempServices();
  const { services } = bench;
  services.settings.save({ retention: { ...off, ...limits } });
  const pipelineId = services.pipelines.create(sampleDocument(), 'window').id;
  return {
    bench,
    ...bench,
    pipelineId,
    /** A run that ended now, with so many lines in its log, that published what is named. */
    ended(options: { lines?: number; publishes?: string; contents?: string; keeps?: string } = {}) {
      return endRun(bench, pipelineId, options);
    },
  };
}

function endRun(
  bench: ServicesBench,
  pipelineId: string,
  options: { lines?: number; publishes?: string; contents?: string; keeps?: string },
): string {
  const { runs } = bench.services;
  const { id } = runs.submit(submission(pipelineId, { mode: options.keeps ? 'inspect' : 'fast' }));
  while (runs.claimNext()?.id !== id);
  const { lines = 0, publishes, contents, keeps } = options;
  const line = (message: string) => ({ time: new Date().toISOString(), level: 'info' as const, message });
  for (let n = 0; n < lines; n += 1000) {
    const some = Array.from({ length: Math.min(1000, lines - n) }, (_, more) => line(`line ${n + more}`));
    runs.appendLogs(id, 1, some);
  }
  if (keeps) runs.recordSteps(id, 1, [{ nodeId: 'src', status: 'succeeded', digest: keeps }]);
  const placed = [
    ...(publishes ? [placeDataset(bench, publishes, { contents })] : []),
    ...(keeps ? [placeKept(bench, keeps, 1000)] : []),
  ];
  expect(runs.finish(id, 1, { status: 'succeeded' }, placed)).toBe(true);
  return id;
}

const idsOf = ({ services }: ServicesBench) => services.runs.list({ limit: 1000 }).runs.map(({ id }) => id);
const amount = (amounts: readonly { category: string; count: number }[], category: string) =>
  amounts.find((entry) => entry.category === category)?.count ?? 0;

test('with every limit off nothing is ever removed', async () => {
  const { ended, bench, services, clock } = kit();
  ended({ lines: 3, publishes: 'a' });
  ended({ publishes: 'a' });
  clock.advance(10_000 * day);
  expect(await services.retention.preview()).toEqual([]);
  expect((await services.retention.clean('window')).removed).toEqual([]);
  expect(idsOf(bench)).toHaveLength(2);
});

test('the defaults are limits, and no number means none', () => {
  const { services } = tempServices();
  const { retention } = services.settings.get();
  expect(retention).toMatchObject({ runDays: 365, logDays: 90, versionCount: 100, exportDays: null });
  expect(() => services.settings.save({ retention: { runDays: 0 } })).toThrow(
    /retention.runDays does not fit/,
  );
  expect(() => services.settings.save({ retention: { runBytes: 0 } })).toThrow(
    /retention.runBytes does not fit/,
  );
  expect(services.settings.save({ retention: { runDays: 3 } }).retention).toEqual({
    ...retention,
    runDays: 3,
  });
});

test('old runs go with their logs and steps, pinned and younger ones stay', async () => {
  const { ended, bench, services, store, clock, events } = kit({ runDays: 30 });
  const old = ended({ lines: 5 });
  const pinned = ended({ lines: 5 });
  services.runs.annotate(pinned, { pinned: true });
  clock.advance(31 * day);
  const young = ended({ lines: 5 });
  const waiting = services.runs.submit(submission(services.runs.get(young).pipelineId)).id;
  expect(await services.retention.preview()).toMatchObject([{ category: 'runs', count: 1 }]);
  const done = await services.retention.clean('window');
  expect(done).toMatchObject({ outcome: 'done', removed: [{ category: 'runs', count: 1 }] });
  expect(idsOf(bench)).toEqual([waiting, young, pinned]);
  expect(events.filter(({ type }) => type === 'run.removed')).toEqual([{ type: 'run.removed', runId: old }]);
  const total = [young, pinned].map(
    (runId) => store.retention.lines(store.runs.find(runId)?.seq ?? 0, 0, 99).length,
  );
  expect(total).toEqual([5, 5]);
  expect(store.retention.lines(1, 0, 10)).toEqual([]);
  expect(await store.inspect()).toMatchObject({ integrity: 'ok' });
});

test('of what is too many the oldest go, by count and by bytes; pinned runs fill no limit', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 8 }),
      async (pins, runCount) => {
        const { ended, bench, services } = kit({ runCount });
        const ids = pins.map((pinned) => {
          const id = ended();
          if (pinned) services.runs.annotate(id, { pinned });
          return id;
        });
        const unpinned = ids.filter((_, index) => !pins[index]);
        const stay = new Set([...ids.filter((_, index) => pins[index]), ...unpinned.slice(-runCount)]);
        const previewed = amount(await services.retention.preview(), 'runs');
        expect(amount((await services.retention.clean('cli')).removed, 'runs')).toBe(previewed);
        expect(new Set(idsOf(bench))).toEqual(stay);
      },
    ),
    { numRuns: 15 },
  );
});

test('a log may go while its run stays, and the run says so', async () => {
  const { ended, services, store, clock } = kit({ logDays: 7 });
  const id = ended({ lines: 4000 });
  clock.advance(8 * day);
  expect(await services.retention.preview()).toMatchObject([{ category: 'logs', count: 1 }]);
  await services.retention.clean('window');
  expect(services.runs.get(id)).toMatchObject({ status: 'succeeded', logRemovedAt: expect.any(String) });
  const seq = store.runs.find(id)?.seq ?? 0;
  expect([store.retention.lines(seq, 0, 9), store.runs.find(id)?.logLines]).toEqual([[], 0]);
  expect(await services.retention.preview()).toEqual([]);
});

test('logs beyond their bytes go, the newest stay', async () => {
  const { ended, services } = kit({ logBytes: 1024 * 1024 });
  const ids = [ended({ lines: 9000 }), ended({ lines: 9000 }), ended({ lines: 9000 })];
  expect(await services.retention.preview()).toMatchObject([{ category: 'logs', count: 2 }]);
  await services.retention.clean('window');
  const removed = ids.map((id) => services.runs.get(id).logRemovedAt !== null);
  expect(removed).toEqual([true, true, false]);
});

test('versions beyond their number go; the current one, pinned datasets and versions of pinned runs stay', async () => {
  const { ended, services, clock, home } = kit({ versionCount: 1, versionDays: 1 });
  for (const name of ['plain', 'held']) for (let n = 0; n < 3; n += 1) ended({ publishes: name });
  const keeper = ended({ publishes: 'proof' });
  ended({ publishes: 'proof' });
  services.runs.annotate(keeper, { pinned: true });
  const id = (name: string) => services.datasets.findByName(name, 'live')?.id ?? '';
  services.datasets.pin(id('held'), true);
  clock.advance(400 * day);
  expect(await services.retention.preview()).toMatchObject([{ category: 'versions', count: 2 }]);
  await services.retention.clean('window');
  const numbers = (name: string) => services.datasets.get(id(name)).versions.map(({ number }) => number);
  expect([numbers('plain'), numbers('held'), numbers('proof')]).toEqual([[3], [3, 2, 1], [2, 1]]);
  expect(readdirSync(join(home.datasets, id('plain')))).toHaveLength(1);
  expect((await services.fsck.check()).missing).toEqual([]);
  services.datasets.pin(id('held'), false);
  expect(await services.retention.preview()).toMatchObject([{ category: 'versions', count: 2 }]);
});

test('bytes take only what age and number leave too much, oldest first over all datasets', async () => {
  const mebibyte = 1024 * 1024;
  const { ended, services } = kit({ versionBytes: 3 * mebibyte, versionCount: 2 });
  const contents = 'x'.repeat(mebibyte);
  for (const publishes of ['a', 'b', 'b', 'b', 'a']) ended({ publishes, contents });
  // b1 goes by number; of the four left one is too much: a1, the oldest.
  await services.retention.clean('window');
  const numbers = (name: string) => {
    const id = services.datasets.findByName(name, 'live')?.id ?? '';
    return services.datasets.get(id).versions.map(({ number }) => number);
  };
  expect([numbers('a'), numbers('b')]).toEqual([[2], [3, 2]]);
});

test('a version that a running run may read, or a waiting one names, is never removed', async () => {
  const { ended, services, pipelineId } = kit({ versionCount: 1 });
  ended({ publishes: 'orders' });
  const { id } = services.datasets.list()[0] ?? { id: '' };
  const first = services.datasets.get(id).versionId;
  const reader = services.runs.submit(submission(pipelineId)).id;
  services.runs.claimNext();
  ended({ publishes: 'orders' });
  expect(await services.retention.preview()).toEqual([]);
  services.runs.finish(reader, 1, { status: 'succeeded' }, []);
  const named = sampleDocument('Reader', {
    nodes: [{ id: 'in', kind: 'dataset', config: { dataset: 'orders', version: first } }],
  });
  const byName = services.pipelines.create(named, 'window').id;
  const waiting = services.runs.submit(submission(byName));
  services.pipelines.remove([byName], 'window');
  expect(await services.retention.preview()).toEqual([]);
  services.runs.requestCancel(waiting.id);
  expect(await services.retention.preview()).toMatchObject([{ category: 'versions', count: 1 }]);
});

test('kept rows that nothing used go by age, those of pinned runs never, not even for space', async () => {
  const { ended, services, clock, home } = kit({ keptDays: 10 });
  const [free, held] = ['aa'.repeat(32), 'bb'.repeat(32)] as const;
  ended({ keeps: free });
  services.runs.annotate(ended({ keeps: held }), { pinned: true });
  clock.advance(5 * day);
  services.kept.touch([free], 'live');
  clock.advance(6 * day);
  expect(await services.retention.preview()).toEqual([]);
  clock.advance(5 * day);
  expect((await services.retention.clean('window')).removed).toEqual([
    { category: 'kept', count: 1, bytes: 1000 },
  ]);
  services.kept.evict(0);
  expect(readdirSync(join(home.kept, 'live'))).toEqual([`${held}.parquet`]);
});

test('uploads that were never finished and exports go by their limits, a file just written never', async () => {
  const { services, clock, home } = kit({ uploadDays: 1, exportBytes: 1024 * 1024 });
  writeFileSync(join(home.uploads, 'begun.part'), 'x');
  writeFileSync(join(home.exports, 'big.csv'), Buffer.alloc(2 * 1024 * 1024));
  expect(await services.retention.preview()).toEqual([]);
  clock.advance(2 * day);
  const { removed } = await services.retention.clean('window');
  expect(removed).toMatchObject([
    { category: 'uploads', count: 1 },
    { category: 'exports', count: 1 },
  ]);
  expect([existsSync(join(home.uploads, 'begun.part')), existsSync(join(home.exports, 'big.csv'))]).toEqual([
    false,
    false,
  ]);
});

test('the rows of other domains go by the days of their category', async () => {
  const { services, clock } = kit({ fireDays: 2 });
  const asked = new Set<string>();
  let left = 1500;
  services.retention.addPruner({
    category: 'fires',
    count: () => left,
    prune(before, limit) {
      asked.add(before);
      const gone = Math.min(left, limit);
      left -= gone;
      return gone;
    },
  });
  expect(await services.retention.preview()).toMatchObject([{ category: 'fires', count: 1500 }]);
  expect((await services.retention.clean('window')).removed).toMatchObject([
    { category: 'fires', count: 1500 },
  ]);
  expect([...asked]).toEqual([new Date(clock.now() - 2 * day).toISOString()]);
});

test('what goes is in the archive first: runs with attempts, steps and log, versions as the same bytes', async () => {
  const { ended, services, store, home } = kit({ runCount: 1, versionCount: 1 });
  const archive = join(home.root, '..', 'archive');
  mkdirSync(archive);
  services.settings.save({ retention: { archiveFolder: archive } });
  const gone = ended({ lines: 2500, publishes: 'Sales / 2026', contents: 'first version' });
  ended({ publishes: 'Sales / 2026', contents: 'second version' });
  const done = await services.retention.clean('window');
  expect(done).toMatchObject({ outcome: 'done', archivedFiles: 3 });
  const files = readdirSync(join(archive, 'sluice-archive'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const read = (ending: string) => readFileSync(files.find((path) => path.endsWith(ending)) ?? '', 'utf8');
  const lines = read('.ndjson')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string });
  expect(lines[0]).toMatchObject({ type: 'run', id: gone, status: 'succeeded', parameters: {} });
  const types = Object.groupBy(lines, ({ type }) => type);
  expect([types.attempt?.length, types.output?.length, types.log?.length]).toEqual([1, 1, 2500]);
  expect(read('.parquet')).toBe('first version');
  const sha256 = createHash('sha256').update('first version').digest('hex');
  expect(JSON.parse(read('.json'))).toMatchObject({ number: 1, datasetName: 'Sales / 2026', sha256 });
  expect(store.runs.find(gone)).toBeUndefined();
  expect(await services.retention.use()).toMatchObject({ archive: { count: 3, folder: archive } });
});

test('when the archive cannot be written nothing is deleted, and the owner is told once', async () => {
  const { ended, bench, services, store, home } = kit({ runCount: 1, eventDays: 1, uploadDays: 1 });
  const archive = join(home.root, '..', 'archive');
  mkdirSync(archive);
  services.settings.save({ retention: { archiveFolder: archive } });
  ended({ lines: 3 });
  ended();
  // A file stands where the archive's folder is to be.
  writeFileSync(join(archive, 'sluice-archive'), '');
  for (let time = 0; time < 2; time += 1) {
    const done = await services.retention.clean('schedule');
    expect(done).toMatchObject({ outcome: 'archive_failed', removed: [] });
    expect(done.message).toMatch(/archive.*could not be written.*Nothing was deleted/);
  }
  expect(idsOf(bench)).toHaveLength(2);
  expect(services.retention.warnings()[0]).toMatch(/last clean-up failed/);
  const told = store.events.after(0, 1000).filter(({ type }) => type === 'storage.archive_failed');
  expect(told).toHaveLength(1);
});

test('an archive folder must be there, and outside the home', () => {
  const { services, home } = kit();
  const save = (archiveFolder: string) => services.settings.save({ retention: { archiveFolder } });
  expect(() => save(join(home.root, 'nowhere'))).toThrow(/cannot be the archive: there is no such folder/);
  expect(() => save(home.datasets)).toThrow(/Sluice’s own/);
});

test('an archive that does not read back what was written counts as failed', async () => {
  const { services, home, store, clock } = kit();
  const context = { store, home, clock, now: () => new Date().toISOString() } as never;
  const archive = await openArchive(
    context,
    home.files,
    createPace(() => false),
  );
  const version = { path: 'none/none.parquet', datasetName: 'x', datasetId: 'id', number: 1, sha256: null };
  await expect(archive.version(version as never)).rejects.toThrow(/could not be written/);
  expect(services.retention.warnings()).toEqual([]);
});

test('the file on disk really shrinks, and deleting a long log lets others work meanwhile', async () => {
  const { ended, services, store, home } = kit();
  const id = ended({ lines: 150_000 });
  ended();
  store.checkpoint();
  const before = statSync(home.store).size;
  expect(before).toBeGreaterThan(8 * 1024 * 1024);
  services.runs.remove([id]);
  // One transaction for all lines would block until it is done; here the turns in between can be counted.
  let turns = 0;
  const counting = setInterval(() => {
    turns += 1;
  }, 1);
  await services.retention.clean('window');
  clearInterval(counting);
  expect(turns).toBeGreaterThan(10);
  expect(statSync(home.store).size).toBeLessThan(before / 4);
  expect(store.diagnostics().freeBytes).toBeLessThan(1024 * 1024);
  expect(await store.inspect()).toMatchObject({ integrity: 'ok' });
});

test('a log that a kill left half deleted goes at the next start', async () => {
  const { ended, services, store, home } = kit();
  const id = ended({ lines: 5000 });
  services.runs.remove([id]);
  store.write(() => store.retention.removeLines(store.retention.nextDoomedLog() ?? 0, 100));
  services.close();
  const again = tempServices(home, store);
  await again.services.retention.clean('window');
  expect([store.retention.nextDoomedLog(), store.retention.lines(1, 0, 10)]).toEqual([undefined, []]);
});

test('it cleans up a minute after the start and then every hour, and leaves no trace of nothing', async () => {
  const { services, clock, ended, bench } = kit({ runDays: 1 });
  services.retention.start();
  clock.advance(61_000);
  await services.retention.clean('window');
  expect(services.retention.status().sweeps).toHaveLength(1);
  ended();
  // The clean-up before must have ended for the next to be planned.
  for (let days = 0; days < 3; days += 1) {
    await expect.poll(() => services.retention.status().sweeping).toBe(false);
    clock.advance(day);
  }
  await expect.poll(() => idsOf(bench)).toEqual([]);
  expect(services.retention.status().nextAt).not.toBeNull();
});
