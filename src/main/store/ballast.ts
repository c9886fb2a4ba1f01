import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Space kept aside on disk. On a disk without a free byte SQLite cannot even open a store (its shared-memory file
 * cannot grow), so the program would fail to start exactly when its owner needs it to delete something.
 */
export const ballastBytes = 32 * 1024 * 1024;

/** With less than this a start cannot even write its lock, its log and where it listens. */
const startBytes = 4 * 1024 * 1024;

/** Before anything else of a start is written: on a full disk the ballast is given up for it. */
export function makeRoom(path: string, free = freeBytes(dirname(path))): void {
  if (free < startBytes) dropBallast(path);
}

/** Makes the file whole; silently not, when that would fill the disk: the next start tries again. */
export function keepBallast(path: string, bytes: number, free = freeBytes(dirname(path))): void {
  if (statSync(path, { throwIfNoEntry: false })?.size === bytes) return;
  if (free < bytes + startBytes) return;
  try {
    fill(path, bytes);
  } catch {
    dropBallast(path);
  }
}

export function dropBallast(path: string): boolean {
  const existed = statSync(path, { throwIfNoEntry: false }) !== undefined;
  rmSync(path, { force: true });
  return existed;
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** Written, not only sized: a sparse file holds no space. */
function fill(path: string, bytes: number): void {
  const block = Buffer.alloc(Math.min(bytes, 1024 * 1024));
  const file = openSync(path, 'w', 0o600);
  try {
    for (let written = 0; written < bytes; ) {
      written += writeSync(file, block, 0, Math.min(block.length, bytes - written));
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
