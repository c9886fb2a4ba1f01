import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type HomePaths, homePaths, prepareHome } from '../home-paths.ts';
import { openStore, type Store } from '../open-store.ts';

/** A fresh home folder that is deleted after the test. */
export function tempHome(): HomePaths {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-home-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const home = homePaths(join(root, 'home'));
  prepareHome(home);
  return home;
}

/** A real store in a fresh home; closed after the test. */
export function tempStore(home: HomePaths = tempHome()): Store {
  const store = openStore(home, { ballastBytes: 0 });
  onTestFinished(() => store.close());
  return store;
}
