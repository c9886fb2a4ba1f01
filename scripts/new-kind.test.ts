import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const repository = join(import.meta.dirname, '..');
const copied = ['src/shared', 'src/nodes', 'src/main/compile', 'src/main/runner', 'docs', 'package.json'];
const configs = ['tsconfig.base.json', 'tsconfig.shared.json', 'tsconfig.tools.json'];
let copy = '';

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'sluice-new-kind-'));
  for (const path of [...copied, ...configs])
    cpSync(join(repository, path), join(copy, path), { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

function run(script: string, ...args: string[]) {
  return node(join(repository, 'scripts', script), ...args);
}

function node(...args: string[]) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^VITEST|^NODE_ENV$|^NODE_OPTIONS$/.test(name),
  );
  const options = { cwd: copy, env: Object.fromEntries(kept), encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
  return { status, text: stdout + stderr };
}

function snapshot(): Map<string, string> {
  const files = readdirSync(copy, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(files.map((path) => [relative(copy, path), readFileSync(path, 'utf8')]));
}

test('a new kind touches its own folder and generated files, type-checks and passes its test', () => {
  expect(run('generate.ts', '--root', copy)).toMatchObject({ status: 0 });
  const before = snapshot();
  const made = run('new-kind.ts', 'probe-step', '--group', 'shape', '--root', copy);
  expect(made.status, made.text).toBe(0);
  expect(made.text).toContain('src/nodes/probe-step');

  const after = snapshot();
  const changed = [...after].filter(([path, text]) => before.get(path) !== text).map(([path]) => path);
  expect(changed.sort()).toEqual([
    'docs/nodes.md',
    'src/nodes/probe-step/definition.ts',
    'src/nodes/probe-step/plan.ts',
    'src/nodes/probe-step/probe-step.test.ts',
    'src/nodes/registry.gen.ts',
    'src/nodes/registry.ui.gen.ts',
  ]);

  const tsc = join(copy, 'node_modules/typescript/bin/tsc');
  const types = ['tsconfig.shared.json', 'tsconfig.tools.json']
    .map((config) => node(tsc, '-p', config).text)
    .join('');
  expect(types.split('\n').filter((line) => /probe-step|registry/.test(line))).toEqual([]);
  const tested = node(join(copy, 'node_modules/vitest/vitest.mjs'), 'run', 'src/nodes/probe-step');
  expect(tested.status, tested.text).toBe(0);
  expect(tested.text).toMatch(/2 passed/);
}, 120_000);

test('a plan that does not export what the registry needs is a compile error', () => {
  const made = run('new-kind.ts', 'no-plan', '--root', copy);
  expect(made.status, made.text).toBe(0);
  cpSync(join(copy, 'src/nodes/no-plan/definition.ts'), join(copy, 'src/nodes/no-plan/plan.ts'));
  const types = node(join(copy, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.shared.json');
  expect(types.text).toContain('registry.gen.ts');
  expect(types.text).toMatch(/no exported member .?'?plan|has no exported member/);
  rmSync(join(copy, 'src/nodes/no-plan'), { recursive: true });
}, 120_000);

test.each([
  [['Split Text'], 'small letters'],
  [['filter'], 'already a kind'],
  [['fresh', '--group', 'nowhere'], 'no group'],
  [['../escape'], 'small letters'],
])('%j is refused with the reason', (args, reason) => {
  const refused = run('new-kind.ts', ...args, '--root', copy);
  expect(refused.status).toBe(2);
  expect(refused.text).toContain(reason);
});

test('--check names a generated file that is out of date, and the repository’s are not', () => {
  expect(run('generate.ts', '--check', '--root', repository)).toMatchObject({ status: 0, text: '' });
  rmSync(join(copy, 'src/nodes/registry.ui.gen.ts'));
  const checked = run('generate.ts', '--check', '--root', copy);
  expect(checked.status).toBe(1);
  expect(checked.text).toContain('src/nodes/registry.ui.gen.ts');
}, 60_000);
