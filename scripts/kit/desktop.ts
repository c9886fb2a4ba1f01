import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const load = createRequire(import.meta.url);

/** The desktop runtime's program, if it has been downloaded. Never downloads it. */
export function findElectron(): string | undefined {
  const folder = dirname(load.resolve('electron/package.json'));
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const pathFile = join(folder, 'path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : 'electron';
  const program = join(override ?? join(folder, 'dist'), name);
  return existsSync(program) ? program : undefined;
}

/** The same, letting the package download what is missing. Throws where it cannot. */
export function obtainElectron(): string {
  return findElectron() ?? (load('electron') as string);
}

/** A window needs a screen. */
export function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}
