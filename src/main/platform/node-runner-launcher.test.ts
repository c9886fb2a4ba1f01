import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { nodeClock } from './clock.ts';
import { memoryLog } from './log.ts';
import { confinementWarnings, nodeRunnerLauncher } from './node-runner-launcher.ts';
import type { RunnerExit, RunnerProcess } from './runner-launcher.ts';

const root = await mkdtemp(join(tmpdir(), 'sluice-launcher-'));
afterAll(() => rm(root, { recursive: true, force: true }));

const memoryBytes = 64 * 1024 * 1024;
const ready = `process.send({ type: 'ready', pid: process.pid, duckdb: 'none' });`;

/** A program in place of the runner's. */
async function program(name: string, code: string): Promise<string> {
  const path = join(root, `${name}.mjs`);
  await writeFile(path, code);
  return path;
}

async function launch(name: string, code: string, options: { kernelLimit?: boolean } = {}) {
  const log = memoryLog();
  const launcher = nodeRunnerLauncher({
    entry: await program(name, code),
    clock: nodeClock,
    log,
    ...options,
  });
  return { launcher, log, launched: launcher.launch({ cwd: root, memoryBytes }) };
}

const exitOf = (runner: RunnerProcess): Promise<RunnerExit> =>
  new Promise((resolve) => runner.onExit(resolve));

test('a runner sees nothing of our environment and starts in its own folder', async () => {
  process.env.SLUICE_CANARY = 'secret';
  const code = `${ready} process.on('message', () => process.send({ type: 'log', id: 1, entry: { env: process.env, cwd: process.cwd() } }));`;
  const { launched } = await launch('environment', code);
  const runner = await launched;
  const seen = new Promise<unknown>((resolve) => runner.onMessage(resolve));
  runner.send({ type: 'cancel', id: 1 });
  const { entry } = (await seen) as { entry: { env: Record<string, string>; cwd: string } };
  expect(Object.keys(entry.env).filter((name) => !name.startsWith('NODE_CHANNEL'))).toEqual(['TZ']);
  expect(entry.cwd).toBe(root);
  runner.kill('SIGKILL');
  expect(await exitOf(runner)).toMatchObject({ signal: 'SIGKILL', overMemory: false });
});

test('a program that ends before it is ready is an error, not a wait', async () => {
  const { launched } = await launch('early', 'process.exit(3);');
  await expect(launched).rejects.toThrow('it ended with 3');
});

test('what it writes reaches the log up to a cap, and its last words are kept', async () => {
  const code = `${ready} process.on('message', () => { process.stderr.write('x'.repeat(300000) + 'the end', () => process.exit(1)); });`;
  const { launched, log } = await launch('flood', code);
  const runner = await launched;
  runner.send({ type: 'cancel', id: 1 });
  const exit = await exitOf(runner);
  expect(exit.code).toBe(1);
  expect(exit.lastWords.endsWith('the end')).toBe(true);
  const written = log.lines.reduce((total, { message }) => total + message.length, 0);
  expect(written).toBeLessThan(200_000);
  expect(log.lines.at(-1)?.message).toContain('the rest is dropped');
});

const greedy = `${ready} const held = []; process.on('message', () => setInterval(() => held.push(Buffer.alloc(16 * 1024 * 1024, 1)), 5));`;

test('a runner that outgrows its memory is ended by the watchdog, which says why', async () => {
  const { launched, launcher } = await launch('greedy-watch', greedy, { kernelLimit: false });
  const runner = await launched;
  runner.send({ type: 'cancel', id: 1 });
  expect(await exitOf(runner)).toMatchObject({ overMemory: true, signal: 'SIGKILL' });
  expect(launcher.warnings().join()).toContain('watched');
});

test.runIf(process.platform === 'linux')('the kernel refuses memory beyond the limit', async () => {
  const { launched } = await launch('greedy-limit', greedy);
  const runner = await launched;
  runner.send({ type: 'cancel', id: 1 });
  const exit = await exitOf(runner);
  expect(exit.overMemory).toBe(false);
  expect(exit.lastWords).toMatch(/allocation failed|out of memory|failed to allocate memory/i);
});

test('each way in which a runner is less confined is said in a sentence', () => {
  expect(confinementWarnings('limit', true)).toEqual([]);
  expect(confinementWarnings('watch', false)).toHaveLength(2);
});

test.runIf(process.platform === 'linux')(
  'a runner has no network where user namespaces are allowed',
  async () => {
    const code = `import { networkInterfaces } from 'node:os'; ${ready}
    process.on('message', () => process.send({ type: 'log', id: 1, entry: networkInterfaces() }));`;
    const { launched, launcher } = await launch('network', code);
    const runner = await launched;
    const seen = new Promise<unknown>((resolve) => runner.onMessage(resolve));
    runner.send({ type: 'cancel', id: 1 });
    const { entry } = (await seen) as { entry: Record<string, unknown> };
    const cutOff = !launcher.warnings().some((warning) => warning.includes('network'));
    expect(Object.keys(entry).length === 0).toBe(cutOff);
    runner.kill('SIGKILL');
    await exitOf(runner);
  },
);

test('runners die with their parent, also in the middle of a query', async () => {
  // A parent of its own: it starts a real runner on an endless query, tells its id, and is then killed.
  const parent = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'testing', 'lone-parent.ts'), root],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const pid = await new Promise<number>((resolve) =>
    parent.stdout.once('data', (text) => resolve(Number(text))),
  );
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
