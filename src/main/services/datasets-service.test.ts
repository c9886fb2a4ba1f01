import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  placeDataset,
  placeKept,
  sampleDocument,
  submission,
  tempServices,
} from './testing/temp-services.ts';

function bench() {
  const made = tempServices();
  const { id: pipelineId } = made.services.pipelines.create(sampleDocument(), 'window');
  const { runs, datasets, kept } = made.services;
  const claim = () => {
    const { id } = runs.submit(submission(pipelineId));
    runs.claimNext();
    return id;
  };
  /** One run that publishes what is placed. */
  const publish = (...placed: ReturnType<typeof placeDataset>[]) =>
    runs.finish(claim(), 1, { status: 'succeeded' }, placed);
  return { ...made, made, pipelineId, runs, datasets, kept, claim, publish };
}

test('every publishing run makes a version, the newest is current, letter case never makes a second dataset', () => {
  const { made, datasets, publish } = bench();
  publish(placeDataset(made, 'Über Orders', { contents: 'one' }));
  publish(placeDataset(made, 'ÜBER orders', { contents: 'three' }));
  const [dataset, ...others] = datasets.list();
  expect(others).toEqual([]);
  expect(dataset).toMatchObject({ name: 'Über Orders', versionCount: 2, bytes: 5 });
  const { versions } = datasets.get(dataset?.id ?? '');
  expect(versions.map(({ number, bytes }) => [number, bytes])).toEqual([
    [2, 5],
    [1, 3],
  ]);
  expect(datasets.resolve(['über ORDERS', 'none', '__proto__'], 'live')).toEqual({
    'über ORDERS': {
      datasetId: dataset?.id,
      versionId: versions[0]?.id,
      rows: 1,
      path: expect.stringMatching(/\.parquet$/),
    },
  });
  expect(datasets.resolve(['über ORDERS'], 'sandbox')).toEqual({});
  expect(datasets.list({ search: 'ÜB' })).toHaveLength(1);
});

test('an append that would drop rows of another run is refused and leaves the run to be failed', () => {
  const { made, datasets, publish, runs, claim } = bench();
  publish(placeDataset(made, 'D'));
  const base = datasets.list()[0]?.versionId;
  const slow = claim();
  publish(placeDataset(made, 'D', { mode: 'append', basedOn: base }));
  const late = placeDataset(made, 'D', { mode: 'append', basedOn: base });
  expect(() => runs.finish(slow, 1, { status: 'succeeded' }, [late])).toThrow(
    expect.objectContaining({ code: 'publish_failed' }),
  );
  expect(runs.summary(slow)?.status).toBe('running');
  expect(runs.finish(slow, 1, { status: 'failed' }, [])).toBe(true);
  expect(datasets.list()).toMatchObject([{ versionCount: 2 }]);
});

test('a dataset removed or renamed while a run writes it: the name decides', () => {
  const { made, datasets, publish, runs, claim } = bench();
  publish(placeDataset(made, 'D'));
  const first = datasets.list()[0]?.id ?? '';
  const run = claim();
  const placed = placeDataset(made, 'D');
  datasets.rename(first, 'Renamed');
  expect(runs.finish(run, 1, { status: 'succeeded' }, [placed])).toBe(true);
  expect(datasets.list()).toMatchObject([
    { name: 'D', versionCount: 1 },
    { id: first, name: 'Renamed', versionCount: 1 },
  ]);
  const again = claim();
  const other = placeDataset(made, 'Renamed');
  datasets.remove([first]);
  expect(runs.finish(again, 1, { status: 'succeeded' }, [other])).toBe(true);
  expect(datasets.list().map(({ name, versionCount }) => [name, versionCount])).toEqual([
    ['D', 1],
    ['Renamed', 1],
  ]);
  expect(existsSync(datasets.versionFile(first).path)).toBe(true);
});

test('names are unique in an environment when renaming too', () => {
  const { made, datasets, publish } = bench();
  publish(placeDataset(made, 'A'), placeDataset(made, 'B', { nodeId: 'other' }));
  const [a] = datasets.list();
  expect(() => datasets.rename(a?.id ?? '', 'b')).toThrow('There is already a dataset named "B".');
  expect(datasets.rename(a?.id ?? '', ' a ').name).toBe('a');
});

test('files of a removed dataset go after the runs that may be reading them, also when a kill comes between', () => {
  const { made, datasets, publish, runs, claim } = bench();
  publish(placeDataset(made, 'A'));
  publish(placeDataset(made, 'B'));
  const [a, b] = datasets.list().map(({ id }) => ({ id, file: datasets.versionFile(id).path }));
  if (!a || !b) throw new Error('two datasets were published');
  const reader = claim();
  expect(datasets.remove([a.id, a.id])).toEqual({ removed: 1 });
  expect(existsSync(a.file)).toBe(true);
  runs.finish(reader, 1, { status: 'succeeded' }, []);
  expect(existsSync(a.file)).toBe(false);
  claim();
  datasets.remove([b.id]);
  expect(existsSync(b.file)).toBe(true);
  tempServices(made.home, made.store).services.runs.recoverInterrupted();
  expect(existsSync(b.file)).toBe(false);
});

test('kept outputs: own pipeline first, least recently used evicted first, one without its file is no candidate', () => {
  const { made, kept, publish, pipelineId } = bench();
  const digests = ['a', 'b', 'c'].map((letter) => letter.repeat(64));
  publish(...digests.map((digest, index) => placeKept(made, digest, 100, `n${index}`)));
  kept.touch([digests[0] ?? ''], 'live');
  expect(kept.candidates(pipelineId, 'live').map(({ digest }) => digest[0])).toEqual(['a', 'c', 'b']);
  expect(kept.candidates(pipelineId, 'sandbox')).toEqual([]);
  kept.evict(250);
  expect(kept.candidates('other', 'live').map(({ digest }) => digest[0])).toEqual(['a', 'c']);
  expect(existsSync(kept.finalPath('b'.repeat(64), 'live'))).toBe(false);
  expect(kept.totalBytes()).toBe(200);
  kept.evict(0);
  expect(kept.totalBytes()).toBe(0);
  expect(() => kept.finalPath('../../x', 'live')).toThrow(/hex/);
});
