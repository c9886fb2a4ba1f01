import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FromRunner, RunnerTask, ToRunner } from './protocol.ts';
import { Bench, pipeline } from './runner-test-kit.ts';

const entry = fileURLToPath(new URL('./main.ts', import.meta.url));
const runtime = fileURLToPath(new URL('../../../node_modules/node/bin/node', import.meta.url));

let bench: Bench;
const open: ChildProcess[] = [];
beforeAll(async () => {
  bench = await Bench.open();
  await bench.file('rows.csv', `a\n${Array.from({ length: 1000 }, (_none, at) => at).join('\n')}\n`);
});
afterEach(() => {
  for (const child of open.splice(0)) child.kill('SIGKILL');
});
afterAll(() => bench.close());

class Remote {
  readonly child: ChildProcess;
  readonly messages: FromRunner[] = [];
  #waiting: (() => void)[] = [];

  constructor() {
    this.child = fork(entry, [], {
      execPath: runtime,
      execArgv: [],
      env: {},
      serialization: 'advanced',
      cwd: bench.folder,
    });
    open.push(this.child);
    this.child.on('message', (message) => {
      const said = message as FromRunner;
      this.messages.push(...(said.type === 'batch' ? said.messages : [said]));
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  send(message: ToRunner | Record<string, unknown>): void {
    this.child.send(message);
  }

  async until<Type extends FromRunner['type']>(
    type: Type,
    matches: (message: Extract<FromRunner, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<FromRunner, { type: Type }>> {
    for (;;) {
      const found = this.messages.find(
        (message): message is Extract<FromRunner, { type: Type }> =>
          message.type === type && matches(message as Extract<FromRunner, { type: Type }>),
      );
      if (found) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  end(id: number) {
    return this.until('end', (message) => message.id === id);
  }
}

/** 10^12 pairs: far longer than any test waits. */
async function endless(): Promise<RunnerTask> {
  const sql = 'SELECT count(*) AS n FROM range(1000000) a(x), range(1000000) b(y) WHERE (x * y) % 7 = 3';
  return bench.runTask(
    pipeline(
      [
        ['rows', 'csv-file', { path: 'rows.csv' }],
        ['own', 'sql', { sql: `${sql} AND x + (SELECT max(a) FROM input) > 0` }],
        ['save', 'save-dataset', { name: 'd', mode: 'replace' }],
      ],
      ['rows > own', 'own > save'],
    ),
  );
}

const simple = () =>
  bench.runTask(
    pipeline(
      [
        ['rows', 'csv-file', { path: 'rows.csv' }],
        ['save', 'save-dataset', { name: 'd', mode: 'replace' }],
      ],
      ['rows > save'],
    ),
  );

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(20);
}

describe('a runner process', { timeout: 30_000 }, () => {
  it('says that it is ready, then answers each task with exactly one end, one after another', async () => {
    const remote = new Remote();
    expect(await remote.until('ready')).toMatchObject({ pid: remote.child.pid, duckdb: 'v1.5.6' });
    for (const id of [1, 2]) {
      remote.send({ type: 'task', id, task: await simple() });
      expect(await remote.end(id)).toMatchObject({ outcome: { ok: true }, reusable: true });
    }
    expect(remote.messages.filter(({ type }) => type === 'end')).toHaveLength(2);
    expect(
      remote.messages.filter((message) => message.type === 'step' && message.step.nodeId === 'save').length,
    ).toBeGreaterThan(2);
  });

  it('refuses a task that is not whole, and messages that are none, without ending', async () => {
    const remote = new Remote();
    await remote.until('ready');
    remote.send({ hello: 'there' });
    remote.send({ type: 'task', id: 7, task: { task: 'page', path: '' } });
    expect(await remote.end(7)).toMatchObject({ outcome: { ok: false, error: { code: 'invalid_input' } } });
    remote.send({ type: 'task', id: 8, task: await simple() });
    expect(await remote.end(8)).toMatchObject({ outcome: { ok: true } });
  });

  it('refuses a second task while it works on one', async () => {
    const remote = new Remote();
    await remote.until('ready');
    remote.send({ type: 'task', id: 1, task: await endless() });
    await remote.until('step');
    remote.send({ type: 'task', id: 2, task: await simple() });
    expect(await remote.end(2)).toMatchObject({ outcome: { ok: false } });
    remote.send({ type: 'cancel', id: 2 });
    remote.send({ type: 'cancel', id: 1 });
    expect(await remote.end(1)).toMatchObject({ outcome: { ok: false, error: { code: 'cancelled' } } });
  });

  it('stops a heavy query when it is cancelled, and marks what was under way', async () => {
    const remote = new Remote();
    await remote.until('ready');
    remote.send({ type: 'task', id: 1, task: await endless() });
    await remote.until('step', ({ step }) => step.nodeId === 'own' && step.status === 'running');
    await sleep(300);
    remote.send({ type: 'cancel', id: 1 });
    expect(await remote.end(1)).toMatchObject({ outcome: { ok: false, error: { code: 'cancelled' } } });
    const last = remote.messages.findLast(
      (message) => message.type === 'step' && message.step.nodeId === 'own',
    );
    expect(last).toMatchObject({ step: { status: 'cancelled' } });
    remote.send({ type: 'task', id: 2, task: await simple() });
    expect(await remote.end(2)).toMatchObject({ outcome: { ok: true } });
  });

  it('can be cancelled before its first statement', async () => {
    const remote = new Remote();
    await remote.until('ready');
    remote.send({ type: 'task', id: 1, task: await simple() });
    remote.send({ type: 'cancel', id: 1 });
    expect(await remote.end(1)).toMatchObject({ outcome: { ok: false, error: { code: 'cancelled' } } });
  });

  it('dies when its parent hangs up, in the middle of a query', async () => {
    const remote = new Remote();
    const { pid } = await remote.until('ready');
    remote.send({ type: 'task', id: 1, task: await endless() });
    await remote.until('step', ({ step }) => step.nodeId === 'own');
    const exit = once(remote.child, 'exit');
    remote.child.disconnect();
    expect((await exit)[1]).toBe('SIGKILL');
    expect(isAlive(pid)).toBe(false);
  });

  it('does not outlive a parent that was killed', async () => {
    const parentFile = join(bench.folder, 'parent.mjs');
    const task = JSON.stringify(await endless());
    await writeFile(
      parentFile,
      `import { fork } from 'node:child_process';
       const child = fork(${JSON.stringify(entry)}, [], { env: {}, serialization: 'advanced' });
       child.on('message', (message) => {
         if (message.type === 'ready') child.send({ type: 'task', id: 1, task: ${task} });
         const said = message.type === 'batch' ? message.messages : [message];
         if (said.some((each) => each.type === 'step' && each.step.nodeId === 'own')) process.send(child.pid);
       });`,
    );
    const parent = fork(parentFile, [], { execPath: runtime, execArgv: [] });
    open.push(parent);
    const [pid] = (await once(parent, 'message')) as [number];
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await gone(pid);
  });

  it('sees nothing of its parent’s environment', async () => {
    const remote = new Remote();
    await remote.until('ready');
    const document = pipeline(
      [
        ['rows', 'csv-file', { path: 'rows.csv' }],
        ['env', 'derive', { columns: [{ name: 'p', expression: "getenv('PATH')" }] }],
      ],
      ['rows > env'],
    );
    remote.send({
      type: 'task',
      id: 1,
      task: {
        ...(await bench.surroundings(document)),
        task: 'preview',
        nodeId: 'env',
        limit: 1,
        stats: false,
      },
    });
    const ended = await remote.end(1);
    expect(ended.outcome).toMatchObject({ ok: true, result: { rows: [] } });
  });
});
