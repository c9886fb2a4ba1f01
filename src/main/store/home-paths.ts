import { chmodSync, mkdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
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
  /** Scratch folders of tasks; swept at start. */
  readonly tmp: string;
  readonly uploads: string;
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
    tmp: join(root, 'tmp'),
    uploads: join(root, 'tmp', 'uploads'),
    ownerToken: join(root, 'owner.token'),
    serverFile: join(root, 'server.json'),
  };
}

/** Makes the folders of a home that are not there yet, closed to other users of the machine. */
export function prepareHome(home: HomePaths): void {
  for (const folder of [
    home.root,
    home.files,
    home.exports,
    home.datasets,
    home.kept,
    home.tmp,
    home.uploads,
  ]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  // A home folder that was made by hand may be open to others.
  chmodSync(home.root, 0o700);
}
