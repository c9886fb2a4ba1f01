/**
 * Writes the files that are made from the folders of node kinds and from the map of domain events:
 * `node scripts/generate.ts`.
 * `--check` writes nothing and fails, naming each file that is out of date.
 * `--root DIR` works on another checkout.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { nodeDocs } from './generate-docs.ts';
import { eventDocs } from './generate-event-docs.ts';
import { listKinds, registrySources } from './generate-registry.ts';

const { values } = parseArgs({ options: { check: { type: 'boolean' }, root: { type: 'string' } } });
const root = resolve(values.root ?? join(import.meta.dirname, '..'));
const nodesFolder = join(root, 'src/nodes');

const stale = await refresh(values.check === true);
if (values.check && stale.length > 0) {
  console.error(`Out of date: ${stale.join(', ')}. Run: npm run generate`);
  process.exitCode = 1;
}

/** Brings every generated file up to date; answers the files that were not. */
async function refresh(checkOnly: boolean): Promise<string[]> {
  const changed: string[] = [];
  const put = (path: string, text: string): void => {
    if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
    changed.push(relative(root, path));
    if (checkOnly) return;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  for (const [name, text] of Object.entries(registrySources(listKinds(nodesFolder)))) {
    put(join(nodesFolder, name), text);
  }
  // The registry comes first: the docs are made by loading it.
  if (!(checkOnly && changed.length > 0)) put(join(root, 'docs/nodes.md'), await nodeDocs(root));
  put(join(root, 'docs/events.md'), await eventDocs(root));
  return changed;
}
