import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { silentLog } from '../platform/log.ts';
import { asideSuffix, asidesNote, publishFile } from './publish.ts';
import { sweep, withScratch } from './scratch.ts';

test('the folder is there for the work and gone after it, also when the work fails', async () => {
  const tmp = await mkdtemp(join(tmpdir(), 'sluice-scratch-'));
  const seen: string[] = [];
  const work = async (folder: string): Promise<never> => {
    seen.push(folder);
    await writeFile(join(folder, 'half'), 'x');
    throw new Error('the work failed');
  };
  await expect(withScratch(tmp, work)).rejects.toThrow('the work failed');
  expect(seen.map((folder) => existsSync(folder))).toEqual([false]);
  await rm(tmp, { recursive: true });
});

test('a folder that cannot be made is told to the person, not logged as a fault', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-scratch-'));
  const file = join(folder, 'file');
  await writeFile(file, '');
  await expect(withScratch(join(file, 'tmp'), async () => 1)).rejects.toMatchObject({
    code: 'publish_failed',
  });
  await rm(folder, { recursive: true });
});

test('a start deletes what a kill left: scratch, and unfinished files in every folder that was being written to', async () => {
  const root = await mkdtemp(join(tmpdir(), 'sluice-sweep-'));
  const folders = { tmp: join(root, 'tmp'), datasets: join(root, 'datasets'), kept: join(root, 'kept') };
  const granted = join(root, 'granted');
  for (const folder of [...Object.values(folders), granted]) await mkdir(folder);
  const scratch = join(folders.tmp, 'task-1');
  await mkdir(scratch);
  await writeFile(join(scratch, 'x'), 'rows');
  // What publishing notes is what the sweep reads: only the end of the work would have removed the note.
  await publishFile(join(scratch, 'x'), join(granted, 'x.csv'), scratch);
  expect(existsSync(asidesNote(scratch))).toBe(true);
  for (const folder of [granted, folders.datasets])
    await writeFile(join(folder, `.half${asideSuffix}`), 'ro');
  await sweep(folders, silentLog);
  expect(await readdir(granted)).toEqual(['x.csv']);
  expect([...(await readdir(folders.tmp)), ...(await readdir(folders.datasets))]).toEqual([]);
  await rm(root, { recursive: true });
});
