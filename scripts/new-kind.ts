/**
 * Starts a node kind: `npm run new-kind -- NAME [--group shape]`. It writes one folder, brings the generated files up
 * to date and says what to edit. `--root DIR` works on another checkout.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { nodeGroups } from '../src/nodes/_kit/define-node.ts';
import { kindFiles } from './kind-template.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { group: { type: 'string', default: 'shape' }, root: { type: 'string' } },
});
const root = resolve(values.root ?? join(import.meta.dirname, '..'));
const [name = ''] = positionals;
const folder = join(root, 'src/nodes', name);

const refusal = whyNot();
if (refusal) {
  console.error(refusal);
  process.exitCode = 2;
} else {
  scaffold();
}

function whyNot(): string | undefined {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    return 'Give the kind a name of small letters, digits and single hyphens: npm run new-kind -- split-text';
  }
  if (!nodeGroups.some((group) => group === values.group)) {
    return `There is no group "${values.group}". Choose one of: ${nodeGroups.join(', ')}.`;
  }
  return existsSync(folder) ? `There is already a kind "${name}" in src/nodes/${name}.` : undefined;
}

function scaffold(): void {
  mkdirSync(folder);
  for (const [file, text] of Object.entries(kindFiles(name, values.group)))
    writeFileSync(join(folder, file), text);
  const generate = join(import.meta.dirname, 'generate.ts');
  const { status } = spawnSync(process.execPath, [generate, '--root', root], { stdio: 'inherit' });
  if (status !== 0) {
    process.exitCode = 1;
    return;
  }
  console.log(`Made src/nodes/${name}. Next:
  1. definition.ts   title, description, icon (a lucide name), config fields, example
  2. plan.ts         upstream columns and config in, relations out (src/shared/plan)
  3. ${name}.test.ts   npx vitest run src/nodes/${name}
  After a change of the definition: npm run generate`);
}
