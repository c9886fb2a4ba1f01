import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EngineKit, engineKit, isAlive, pipeline, until } from './testing/engine-kit.ts';

let kit: EngineKit;
beforeEach(async () => {
  kit = await engineKit();
  await kit.file('rows.csv', 'a\n1\n2\n');
});
afterEach(async () => {
  await kit.close();
  expect(alive()).toEqual([]);
});

const alive = () => kit.launcher.processes.filter(({ pid }) => isAlive(pid)).map(({ pid }) => pid);
const vetted = pipeline({ rows: { kind: 'csv-file', config: { path: 'rows.csv' } } });
const raw = pipeline({ rows: { kind: 'sql', config: { sql: 'select 1 as a' } } });
const preview = (document: typeof vetted, limit = 5) =>
  kit.engine.preview({
    document,
    parameters: {},
    environment: 'live',
    nodeId: 'rows',
    limit,
    stats: false,
  });

test('tasks of vetted kinds share processes: a busy time does not launch one each', async () => {
  for (let count = 0; count < 8; count += 1) expect((await preview(vetted)).rows).toHaveLength(2);
  expect(kit.launcher.processes.length).toBeLessThanOrEqual(2);
});

test('a process that ran SQL of a user is not used again, and another waits in its place', async () => {
  await until(() => kit.launcher.processes.length === 1);
  const [first] = kit.launcher.processes;
  expect((await preview(raw)).rows).toHaveLength(1);
  await until(() => !isAlive(first?.pid ?? 0));
  await until(() => alive().length === 1);
  expect((await preview(vetted)).rows).toHaveLength(2);
});

test('a spare process that dies while it waits is replaced without anyone noticing', async () => {
  await until(() => alive().length === 1);
  const [spare] = kit.launcher.processes;
  process.kill(spare?.pid ?? 0, 'SIGKILL');
  await new Promise((resolve) => spare?.onExit(resolve));
  expect((await preview(vetted)).rows).toHaveLength(2);
});

test('a task that was sent to a process just killed goes to another one', async () => {
  for (let round = 0; round < 5; round += 1) {
    await until(() => alive().length >= 1);
    // No wait for the exit to be told: the pool still takes these for alive. Another limit is another question.
    for (const pid of alive()) process.kill(pid, 'SIGKILL');
    expect((await preview(vetted, 10 + round)).rows).toHaveLength(2);
  }
});

test('after a change of the memory setting no task runs under the old limit', async () => {
  await preview(vetted);
  await until(() => alive().length >= 1);
  const old = alive();
  kit.settings.runMemoryBytes *= 2;
  expect((await preview(vetted)).rows).toHaveLength(2);
  await until(() => alive().every((pid) => !old.includes(pid)));
});

test('a stop in the middle of launches leaves no process', async () => {
  const asked = Promise.allSettled(Array.from({ length: 3 }, () => preview(vetted)));
  await kit.engine.stop({ graceMs: 0 });
  expect((await asked).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
});
