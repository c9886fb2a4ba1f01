import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A place for secrets, by name (a-z, 0-9, `-`, `_`, `.`). */
export interface Secrets {
  /** `keychain`: the operating system encrypts them. `file`: nothing but the file's mode 0600 protects them. */
  readonly protection: 'keychain' | 'file' | 'memory';
  read(name: string): Promise<string | undefined>;
  write(name: string, value: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/** One file a secret in a folder of mode 0700. */
export function fileSecrets(folder: string): Secrets {
  const place = (name: string): string => {
    if (!/^[a-z0-9][a-z0-9._-]{0,100}$/i.test(name)) throw new Error(`not a name of a secret: ${name}`);
    return join(folder, name);
  };
  return {
    protection: 'file',
    async read(name) {
      try {
        return await readFile(place(name), 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async write(name, value) {
      const path = place(name);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await replaceFile(path, value);
    },
    remove: (name) => rm(place(name), { force: true }),
  };
}

/** Written aside and renamed, so that a crash leaves the old secret or the new one. */
async function replaceFile(path: string, value: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  const file = await open(aside, 'wx', 0o600);
  try {
    await file.writeFile(value);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(aside, path);
  await syncFolder(dirname(path));
}

/** So that the rename outlives a loss of power. Windows opens no folders, and needs none. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export function memorySecrets(): Secrets {
  const values = new Map<string, string>();
  return {
    protection: 'memory',
    read: (name) => Promise.resolve(values.get(name)),
    write: (name, value) => Promise.resolve(void values.set(name, value)),
    remove: (name) => Promise.resolve(void values.delete(name)),
  };
}
