// Starts a script of the project with the Node that it brings along. Plain JavaScript, so that an old Node can
// read it: `node scripts/run.mjs start`.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const least = 24;
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const own = join(root, 'node_modules/.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
const [name = '', ...args] = process.argv.slice(2);
const recent = Number.parseInt(process.versions.node, 10) >= least;

if (!recent && !existsSync(own)) {
  console.error(
    `Sluice needs Node ${least}; this is ${process.versions.node}. Run "npm ci": the right Node is installed with it.`,
  );
  process.exit(1);
}
const script = name.includes('/') ? join(root, name) : join(root, 'scripts', `${name}.ts`);
const { status } = spawnSync(recent ? process.execPath : own, [script, ...args], {
  stdio: 'inherit',
  shell: !recent && process.platform === 'win32',
});
process.exit(status ?? 1);
