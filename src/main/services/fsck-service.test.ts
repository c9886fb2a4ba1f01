import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  placeDataset,
  placeKept,
  sampleDocument,
  submission,
  tempServices,
} from './testing/temp-services.ts';

const clean = { integrity: 'ok', lost: [], orphans: [], missing: [], duplicates: [] };

function bench() {
  const made = tempServices();
  const { id } = made.services.pipelines.create(sampleDocument(), 'window');
  const claim = () => {
    const run = made.services.runs.submit(submission(id));
    made.services.runs.claimNext();
    return run.id;
  };
  return { ...made, made, claim };
}

test('a home in use is whole: work under way is neither lost nor orphaned', async () => {
  const { services, made, claim } = bench();
  expect(await services.fsck.check()).toEqual(clean);
  const id = claim();
  const placed = [placeDataset(made, 'D'), placeKept(made, 'a'.repeat(64))];
  expect(await services.fsck.check()).toEqual(clean);
  services.runs.finish(id, 1, { status: 'succeeded' }, placed);
  expect(await services.fsck.check()).toEqual(clean);
});

test('a file that is gone, shorter or changed is named', async () => {
  const { services, made, claim } = bench();
  const sha256 = createHash('sha256').update('abcd').digest('hex');
  const placed = ['gone', 'short', 'changed'].map((name) => ({
    ...placeDataset(made, name, { nodeId: name, contents: 'abcd' }),
    sha256,
  }));
  services.runs.finish(claim(), 1, { status: 'succeeded' }, placed);
  expect((await services.fsck.check()).missing).toEqual([]);
  const [gone, short, changed] = placed.map(({ finalPath }) => finalPath);
  rmSync(gone ?? '');
  writeFileSync(short ?? '', 'abc');
  writeFileSync(changed ?? '', 'abcx');
  expect((await services.fsck.check()).missing).toEqual([
    expect.stringMatching(/"changed".*other contents/),
    expect.stringMatching(/"gone".*is gone/),
    expect.stringMatching(/"short".*3 bytes instead of 4/),
  ]);
});

test('a run that nobody works on is lost, files that nobody knows are orphans, until a restart settles them', async () => {
  const { services, home, store, made, claim } = bench();
  claim();
  placeDataset(made, 'Leftover');
  const stranger = join(home.datasets, 'stranger.parquet');
  writeFileSync(stranger, 'x');
  const later = tempServices(home, store).services;
  const report = await later.fsck.check();
  expect(report.lost).toHaveLength(1);
  expect(report.orphans).toHaveLength(2);
  later.runs.recoverInterrupted();
  // What is older than the interrupted run may be worth something to its owner: it is named, not deleted.
  const { orphans, ...rest } = await later.fsck.check();
  expect({ ...rest, orphans: [] }).toEqual(clean);
  expect(orphans.length).toBeLessThanOrEqual(1);
  expect(services.runs.list({ limit: 10 }).runs).toMatchObject([{ status: 'queued' }]);
});
