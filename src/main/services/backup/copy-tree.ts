import { constants } from 'node:fs';
import { chmod, copyFile, link, mkdir, open, readdir, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { digestOfFile, syncFolder } from '../durable-files.ts';
import type { BackedUpFile } from './manifest.ts';

/**
 * Puts a file that never changes under a second name: a hard link where the file system has them, else a copy. The
 * bytes of a link were synced when the file was published.
 */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  try {
    await link(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
    await copySynced(from, to);
  }
}

/** A copy of its own whose bytes are on the disk, for its owner alone. */
export async function copySynced(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  await chmod(to, 0o600);
  const file = await open(to, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Plain files below a folder, as paths relative to it with / between segments. Links are not followed. */
export async function plainFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

/** Size and digest of a file of the backup as it lies there. */
export async function measure(root: string, path: string): Promise<BackedUpFile> {
  const absolute = join(root, ...path.split('/'));
  const sha256 = await digestOfFile(absolute);
  return { path, bytes: (await stat(absolute)).size, sha256 };
}

/** After this a power cut leaves the names of all folders below, and of the folder itself. */
export async function syncFolders(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const below = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
  for (const path of [...below, folder]) await syncFolder(path);
}
