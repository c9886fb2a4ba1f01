import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withScratch } from './scratch.ts';

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
