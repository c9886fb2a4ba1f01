import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../platform/log.ts';
import { isAside, publishError } from './publish.ts';

/** Where the engine works and publishes to; absolute paths of a home folder. */
export interface EngineFolders {
  /** Scratch folders of tasks and processes. */
  readonly tmp: string;
  readonly datasets: string;
  readonly kept: string;
}

/** Lends `work` a folder of its own that is gone afterwards. Throws disk_full or publish_failed where none can be made. */
export async function withScratch<Result>(
  tmp: string,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = join(tmp, `task-${randomUUID()}`);
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw publishError(error);
  });
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }
}

/** Deletes what an earlier life left: scratch folders, and files that were on their way to their place. */
export async function sweep({ tmp, datasets, kept }: EngineFolders, log: Log): Promise<void> {
  await mkdir(tmp, { recursive: true, mode: 0o700 });
  const leftovers = (await readdir(tmp)).filter((name) => /^(task|runner)-/.test(name));
  await Promise.all(leftovers.map((name) => rm(join(tmp, name), { recursive: true, force: true })));
  const asides = (await Promise.all([datasets, kept].map(asideFiles))).flat();
  await Promise.all(asides.map((path) => rm(path, { force: true })));
  const swept = leftovers.length + asides.length;
  if (swept > 0) log.info({ swept }, 'unfinished files of an earlier life were deleted');
}

async function asideFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true });
    return entries.filter(isAside).map((entry) => join(folder, entry));
  } catch {
    return [];
  }
}
