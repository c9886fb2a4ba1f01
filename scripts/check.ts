/** `npm run check`: types of every environment, lint and format, generated files. Seconds, all at once. */
import { readdirSync } from 'node:fs';
import { root } from './kit/build.ts';
import { needNode } from './kit/need-node.ts';
import { runStage } from './kit/stage.ts';

needNode();

const projects = readdirSync(root).filter(
  (name) => /^tsconfig\.\w+\.json$/.test(name) && name !== 'tsconfig.base.json',
);
const stages: [string, string, string[]][] = [
  ...projects.map((name): [string, string, string[]] => [`types (${name})`, 'tsc', ['-p', name]]),
  ['lint and format', 'biome', ['ci', '--colors=off', '.']],
  ['generated files', 'node', ['scripts/generate.ts', '--check']],
  ['lock file', 'node', ['scripts/complete-lock.ts', '--check']],
  ['bundled migrations', 'node', ['scripts/build-migrations.ts', '--check']],
];

const results = await Promise.all(
  stages.map(async ([name, program, args]) => ({
    name,
    ...(await runStage(program, args, { quiet: true })),
  })),
);
for (const { name, code, output } of results) {
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name}`);
  if (code !== 0) console.log(output.trimEnd());
}
process.exitCode = results.every(({ code }) => code === 0) ? 0 : 1;
