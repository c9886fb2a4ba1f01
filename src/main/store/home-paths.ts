import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import { assert } from '../../shared/kernel/assert.ts';

/** Every place inside a home folder, as absolute paths. Nothing is ever written anywhere else. */
export interface HomePaths {
  readonly root: string;
  /** The SQLite file of everything but rows. */
  readonly store: string;
  /** Held locked for the life of the process that owns the home. */
  readonly lock: string;
  /** Space kept aside, given back when the disk is full at start. */
  readonly ballast: string;
  /** Where relative paths of pipelines start. */
  readonly files: string;
  readonly exports: string;
  readonly datasets: string;
  readonly kept: string;
  /** Batches of records that were sent to us, a folder an environment; small ones lie in the store. */
  readonly received: string;
  /** Scratch folders of tasks; swept at start. */
  readonly tmp: string;
  readonly uploads: string;
  /** Secrets that Sluice must be able to read back, where no keychain keeps them. */
  readonly secrets: string;
  readonly ownerToken: string;
  readonly serverFile: string;
}

export function homePaths(root: string): HomePaths {
  assert(isAbsolute(root), `the home folder must be an absolute path, not ${root}`);
  return {
    root,
    store: join(root, 'sluice.db'),
    lock: join(root, 'lock.db'),
    ballast: join(root, 'ballast.bin'),
    files: join(root, 'files'),
    exports: join(root, 'files', 'exports'),
    datasets: join(root, 'datasets'),
    kept: join(root, 'kept'),
    received: join(root, 'received'),
    tmp: join(root, 'tmp'),
    uploads: join(root, 'tmp', 'uploads'),
    secrets: join(root, 'secrets'),
    ownerToken: join(root, 'owner.token'),
    serverFile: join(root, 'server.json'),
  };
}

/** Makes the folders of a home that are not there yet, closed to other users of the machine. Throws home_unusable. */
export function prepareHome(home: HomePaths): void {
  try {
    for (const folder of [
      home.root,
      home.files,
      home.exports,
      home.datasets,
      home.kept,
      home.received,
      home.tmp,
      home.uploads,
      home.secrets,
    ]) {
      makeFolder(folder);
    }
    // A home folder that was made by hand may be open to others.
    chmodSync(home.root, 0o700);
    chmodSync(home.secrets, 0o700);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    // A folder that is there needs no room: a start on a full disk gets past here.
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new SluiceError('disk_full', {}, { cause: error });
    const reason = reasons[code] ?? `the operating system answered ${code || String(error)}`;
    throw new SluiceError('home_unusable', { home: home.root, reason }, { cause: error });
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EROFS: 'the disk is read-only',
  EEXIST: 'a part of its path is a file',
  ENOTDIR: 'a part of its path is a file',
  ENOENT: 'no folder can be made there',
  ENAMETOOLONG: 'its name is too long',
};

/** Folder by folder: Node's own `recursive` never returns where a file system denies that a parent exists (/proc). */
function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another start of the same home may have made it just now.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}
