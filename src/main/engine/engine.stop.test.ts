import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { type EngineKit, engineKit, isAlive, pipeline, until } from './testing/engine-kit.ts';

const slow = {
  kind: 'sql',
  config: { sql: 'select count(*) as n from range(100000000) a, range(100000) b' },
};
const endless = pipeline({ slow, save: { kind: 'save-dataset', config: { name: 'n' } } }, ['slow > save']);

const working = (kit: EngineKit, id: string): boolean =>
  [...kit.services.row(id).steps.values()].some(({ status }) => status === 'running');

test('a stop leaves no process and no scratch file, and hands interrupted runs back', async () => {
  const kit = await engineKit();
  const ids = [kit.services.submit(endless), kit.services.submit(endless), kit.services.submit(endless)];
  await until(() => ids.slice(0, 2).every((id) => working(kit, id)));
  const preview = kit.engine
    .preview({
      document: endless,
      parameters: {},
      environment: 'live',
      nodeId: 'slow',
      limit: 10,
      stats: false,
    })
    .catch((error: { code: string }) => error.code);
  const waiting = kit.engine.waitForEnd(ids[0] ?? '').catch((error: { code: string }) => error.code);
  await kit.engine.stop({ graceMs: 100 });
  expect(await preview).toBe('stopping');
  expect(await waiting).toBe('stopping');
  expect(kit.launcher.processes.length).toBeGreaterThanOrEqual(2);
  expect(kit.launcher.processes.filter(({ pid }) => isAlive(pid))).toEqual([]);
  expect(ids.map((id) => kit.services.row(id).summary.status)).toEqual(['queued', 'queued', 'queued']);
  expect(await readdir(kit.folders.tmp)).toEqual([]);
  expect(
    await kit.engine
      .check({ document: endless, parameters: {}, environment: 'live' })
      .catch((error) => error.code),
  ).toBe('stopping');
  await kit.close();
});

test('a run that ends within the grace is stored as ended', async () => {
  const kit = await engineKit();
  const rows = { kind: 'sql', config: { sql: 'select count(*) as n from range(200000000)' } };
  const id = kit.services.submit(
    pipeline({ rows, save: { kind: 'save-dataset', config: { name: 'n' } } }, ['rows > save']),
  );
  await until(() => kit.services.row(id).summary.status === 'running');
  await kit.engine.stop({ graceMs: 7000 });
  expect(kit.services.row(id).summary.status).toBe('succeeded');
  await kit.close();
});

test.runIf(process.platform === 'linux')(
  'a runner that answers nothing any more is killed by a cancel',
  async () => {
    const kit = await engineKit();
    const id = kit.services.submit(endless);
    await until(() => working(kit, id));
    for (const { pid } of kit.launcher.processes) process.kill(pid, 'SIGSTOP');
    kit.engine.cancel(id);
    expect(await kit.engine.waitForEnd(id)).toMatchObject({ status: 'cancelled' });
    await kit.close();
    expect(kit.launcher.processes.filter(({ pid }) => isAlive(pid))).toEqual([]);
  },
);

test('no more runs execute at once than there are slots, and the load is told as it changes', async () => {
  const kit = await engineKit();
  kit.settings.concurrentRuns = 1;
  const ids = [kit.services.submit(endless), kit.services.submit(endless)];
  await until(() => working(kit, ids[0] ?? ''));
  expect(kit.engine.load()).toEqual({ running: 1, queued: 1, slots: 1 });
  expect(kit.engine.cancel(ids[1] ?? '')).toBe('cancelled');
  kit.engine.cancel(ids[0] ?? '');
  await kit.engine.waitForEnd(ids[0] ?? '');
  await until(() => kit.loads.at(-1)?.running === 0);
  expect(kit.loads).toContainEqual({ running: 1, queued: 1, slots: 1 });
  await kit.close();
});
