import { readdir, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** DuckDB's version as its package names it; main itself never loads the engine. */
export function duckdbVersion(): string {
  const { version } = createRequire(import.meta.url)('@duckdb/node-api/package.json') as { version: string };
  return version.replace(/-.*$/, '');
}

/** Bytes of all files below a folder; what vanishes while it counts is not counted. */
export async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        stat(join(entry.parentPath, entry.name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
