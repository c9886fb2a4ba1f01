import { closeSync, fsyncSync, openSync } from 'node:fs';
import { link, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import { uuid } from '../../shared/kernel/ids.ts';
import type { HomePaths } from '../store/home-paths.ts';
import { numberedName, safeFileName } from './path-rules.ts';
import type { FilesService } from './service-types.ts';

const largestUpload = 20 * 1024 ** 3;

/**
 * Takes files in pieces. They gather in the scratch folder and appear in the files folder whole, under a name that
 * was free: a file that is there is never overwritten.
 */
export function createUploads(home: HomePaths): FilesService['upload'] {
  /** Uploads with a piece being written: two at once for one file would mix. */
  const busy = new Set<string>();

  return async (piece) => {
    const id = uuid.safeParse(piece.uploadId).data;
    if (id === undefined) throw new SluiceError('invalid_input', { reason: 'The upload id must be a UUID.' });
    if (busy.has(id))
      throw new SluiceError('invalid_input', { reason: 'Send one piece of an upload at a time.' });
    busy.add(id);
    try {
      await mkdir(home.uploads, { recursive: true, mode: 0o700 });
      const part = join(home.uploads, `${id}.part`);
      const received = await append(part, piece.offset, Buffer.from(piece.base64, 'base64'), piece.last);
      return { received, path: piece.last ? await publish(part, home, safeFileName(piece.name)) : null };
    } finally {
      busy.delete(id);
    }
  };
}

async function append(part: string, offset: number, bytes: Buffer, last: boolean): Promise<number> {
  if (offset + bytes.length > largestUpload) {
    await rm(part, { force: true });
    throw new SluiceError('body_too_large', { limit: largestUpload });
  }
  const size = offset === 0 ? 0 : ((await stat(part).catch(() => undefined))?.size ?? 0);
  if (size !== offset) {
    throw new SluiceError('invalid_input', {
      reason: `The upload holds ${size} bytes; go on from there.`,
      received: size,
    });
  }
  const file = await open(part, offset === 0 ? 'w' : 'a', 0o600);
  try {
    await file.writeFile(bytes);
    if (last) await file.sync();
  } finally {
    await file.close();
  }
  return offset + bytes.length;
}

/** Answers the path for a config. `link` fails where the name is taken, so the free name is found without a race. */
async function publish(part: string, home: HomePaths, wish: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const name = numberedName(wish, number);
    try {
      await link(part, join(home.files, name));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') continue;
      if (!(await renameInstead(code, part, join(home.files, name)))) throw error;
    }
    await rm(part, { force: true });
    syncFolder(home.files);
    return name;
  }
}

/** Some file systems (FAT, some network shares) know no links. */
async function renameInstead(code: string | undefined, part: string, target: string): Promise<boolean> {
  if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP') return false;
  if (await stat(target).catch(() => undefined)) return false;
  await rename(part, target);
  return true;
}

/** A new name is on disk only when its folder is. Windows cannot open folders and needs no such thing. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
