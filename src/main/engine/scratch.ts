import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../platform/log.ts';
import { asidesNote, dropAsidesNote, isAside, publishError } from './publish.ts';

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
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw publishError(error);
  }
  try {
    return await work(folder);
  } finally {
    await removeScratch(folder);
    await dropAsidesNote(folder);
  }
}

/** Most are empty by now: what they held was published. */
async function removeScratch(folder: string): Promise<void> {
  await rmdir(folder).catch(() =>
    rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined),
  );
}

/** Deletes what an earlier life left: scratch folders, and files that were on their way to their place. */
export async function sweep({ tmp, datasets, kept }: EngineFolders, log: Log): Promise<void> {
  await mkdir(tmp, { recursive: true, mode: 0o700 });
  const leftovers = (await readdir(tmp)).filter((name) => /^(task|runner)-/.test(name));
  const noted = (await Promise.all(leftovers.map((name) => notedAsides(join(tmp, name))))).flat();
  const asides = [...(await Promise.all([datasets, kept].map(asideFiles))).flat(), ...noted];
  await Promise.all(asides.map((path) => rm(path, { force: true }).catch(() => undefined)));
  // The notes go last: a kill in between finds them again.
  await Promise.all(leftovers.map((name) => rm(join(tmp, name), { recursive: true, force: true })));
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

/** Unfinished files in the folders that a note names; none where `path` is no note. */
async function notedAsides(path: string): Promise<string[]> {
  if (!path.endsWith(asidesNote(''))) return [];
  const lines = (await readFile(path, 'utf8').catch(() => '')).split('\n').slice(0, -1);
  const found = await Promise.all([...new Set(lines)].map((line) => asidesIn(line)));
  return found.flat();
}

async function asidesIn(line: string): Promise<string[]> {
  try {
    const folder: unknown = JSON.parse(line);
    if (typeof folder !== 'string') return [];
    return (await readdir(folder)).filter(isAside).map((entry) => join(folder, entry));
  } catch {
    // A line that a kill cut off, or a folder that is gone.
    return [];
  }
}
