import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

const windowSources = [
  'src/renderer',
  'src/nodes',
  'src/shared',
  'src/preload',
  'scripts/kit/renderer-config.ts',
];
const shellSources = [...windowSources, 'src/main', 'electron.vite.config.ts'];

/** Whether the built window is missing or older than a source of it. */
export function isWindowStale(): boolean {
  return isStale('out/renderer/index.html', windowSources);
}

/** The same for everything that the desktop shell is made of. */
export function isShellStale(): boolean {
  return isStale('out/main/index.js', shellSources) || isStale('out/renderer/index.html', windowSources);
}

/** Builds the window alone: seconds, and no desktop runtime is needed. */
export async function buildWindow(): Promise<void> {
  const [{ build }, { rendererConfig }] = await Promise.all([import('vite'), import('./renderer-config.ts')]);
  await build({ ...rendererConfig(root), configFile: false, logLevel: 'warn' });
}

export async function buildShell(): Promise<void> {
  const { build } = await import('electron-vite');
  await build({ root, logLevel: 'warn' });
}

function isStale(target: string, sources: readonly string[]): boolean {
  const path = join(root, target);
  if (!existsSync(path)) return true;
  const builtAt = statSync(path).mtimeMs;
  return ['package-lock.json', ...sources].some((source) => newestTime(join(root, source)) > builtAt);
}

/** Newest modification below a file or folder; tests are no sources. */
function newestTime(path: string): number {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (!entry) return 0;
  if (!entry.isDirectory()) return /\.test\.tsx?$/.test(path) ? 0 : entry.mtimeMs;
  return readdirSync(path).reduce((newest, name) => Math.max(newest, newestTime(join(path, name))), 0);
}
