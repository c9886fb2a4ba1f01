import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SluiceError } from '../../../shared/errors/sluice-error.ts';
import {
  placeDataset,
  type ServicesBench,
  sampleDocument,
  submission,
  tempServices,
} from '../testing/temp-services.ts';

let bench: ServicesBench;
let pipelineId: string;
let places: string;
beforeEach(() => {
  bench = tempServices();
  pipelineId = bench.services.pipelines.create(sampleDocument(), 'window').id;
  places = mkdtempSync(join(tmpdir(), 'sluice-backups-'));
});
afterEach(() => rmSync(places, { recursive: true, force: true }));

function publish(name: string, contents: string) {
  const { runs } = bench.services;
  const { id } = runs.submit(submission(pipelineId));
  const claimed = runs.claimNext();
  expect(claimed?.id).toBe(id);
  const placed = placeDataset(bench, name, { contents });
  runs.finish(id, 1, { status: 'succeeded' }, [placed]);
  return { runId: id, datasetId: placed.datasetId ?? '', path: placed.finalPath };
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (error: unknown) => (error instanceof SluiceError ? error.code : String(error)),
  );

test('a backup holds the store and every listed version, and reads back whole', async () => {
  publish('A', 'one');
  publish('A', 'two');
  const folder = join(places, 'b');
  const report = await bench.services.backup.create({ folder });
  expect(report).toMatchObject({
    folder,
    runs: 2,
    datasets: 1,
    versions: 2,
    withFiles: false,
    withSecrets: false,
  });
  expect(await bench.services.backup.verify(folder)).toEqual(report);
});

test('every run that was accepted before the call is in it, whatever is committed meanwhile', async () => {
  const accepted = Array.from({ length: 50 }, () => bench.services.runs.submit(submission(pipelineId)).id);
  let going = true;
  const load = (async () => {
    for (; going; await turn()) bench.services.runs.submit(submission(pipelineId));
  })();
  const report = await bench.services.backup.create({ folder: join(places, 'b') });
  going = false;
  await load;
  expect(report.runs).toBeGreaterThanOrEqual(accepted.length);
  expect(await bench.services.backup.verify(join(places, 'b'))).toEqual(report);
});

test('a dataset deleted while its backup is made is deleted afterwards, and is whole in the backup', async () => {
  const { datasetId, path } = publish('A', 'kept by the backup');
  const making = bench.services.backup.create({ folder: join(places, 'b') });
  bench.services.datasets.remove([datasetId]);
  const report = await making;
  expect(existsSync(path)).toBe(false);
  expect(await bench.services.backup.verify(join(places, 'b'))).toEqual(report);
});

test('files and secrets are copied only when asked for, and the token of the owner never', async () => {
  const { home, services } = bench;
  writeFileSync(join(home.files, 'in.csv'), 'a\n1\n');
  writeFileSync(home.ownerToken, 'the owner');
  await services.backup.create({ folder: join(places, 'without') });
  await services.backup.create({ folder: join(places, 'with'), files: true, secrets: true });
  expect(readdirSync(join(places, 'without')).sort()).not.toContain('files');
  expect(readFileSync(join(places, 'with', 'files', 'in.csv'), 'utf8')).toBe('a\n1\n');
  for (const name of ['with', 'without']) expect(existsSync(join(places, name, 'owner.token'))).toBe(false);
});

test('a changed, shortened or missing file makes a backup unusable', async () => {
  const { path } = publish('A', 'contents');
  const relative = path.slice(bench.home.datasets.length + 1);
  const spoil: Record<string, (file: string) => void> = {
    longer: (file) => appendFileSync(file, 'x'),
    changed: (file) => {
      rmSync(file);
      writeFileSync(file, 'CONTENTS');
    },
    gone: (file) => rmSync(file),
  };
  for (const [name, work] of Object.entries(spoil)) {
    const folder = join(places, name);
    rmSync(folder, { recursive: true, force: true });
    await bench.services.backup.create({ folder });
    work(join(folder, 'datasets', relative));
    expect(await codeOf(bench.services.backup.verify(folder))).toBe('backup_unusable');
    // A hard link to a file of the home was spoilt: put it back for the next round.
    rmSync(path, { force: true });
    writeFileSync(path, 'contents');
  }
});

test('a place in the home, a place with something in it and a relative place are refused and left alone', async () => {
  const taken = join(places, 'taken');
  writeFileSync(taken, 'mine');
  for (const folder of [join(bench.home.root, 'backup'), bench.home.root, taken, 'backup', places]) {
    expect(await codeOf(bench.services.backup.create({ folder }))).toBe('invalid_input');
  }
  expect(readFileSync(taken, 'utf8')).toBe('mine');
  expect(readdirSync(places)).toEqual(['taken']);
});

test('a backup that cannot be made leaves nothing behind', async () => {
  const { path } = publish('A', 'contents');
  rmSync(path);
  expect(await codeOf(bench.services.backup.create({ folder: join(places, 'b') }))).not.toBe('no error');
  expect(readdirSync(places)).toEqual([]);
});
