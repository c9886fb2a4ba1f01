import { readdir, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Engine } from '../engine/index.ts';
import type { SystemFacts } from '../rpc/core.ts';
import type { openCore } from './core.ts';

interface FactsParts extends Pick<SystemFacts, 'version' | 'head' | 'url'> {
  readonly core: Awaited<ReturnType<typeof openCore>>;
  readonly engine: Engine;
}

/** What `system.info` tells of this process and its home. */
export function systemFacts({ core, engine, version, head, url }: FactsParts): SystemFacts {
  const { services, home, store } = core;
  return {
    version,
    head,
    url,
    home: home.root,
    filesFolder: home.files,
    sqlite: store.sqliteVersion,
    duckdb: duckdbVersion,
    diskBytes: async () => ({
      store: store.diagnostics().bytes,
      datasets: await folderBytes(home.datasets),
      kept: services.kept.totalBytes(),
    }),
    warnings: () => [...services.care.warnings(), ...engine.warnings(), ...services.retention.warnings()],
  };
}

/** DuckDB's version as its package names it; main itself never loads the engine. */
function duckdbVersion(): string {
  const { version } = createRequire(import.meta.url)('@duckdb/node-api/package.json') as { version: string };
  return version.replace(/-.*$/, '');
}

/** Bytes of all files below a folder; what vanishes while it counts is not counted. */
async function folderBytes(folder: string): Promise<number> {
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
