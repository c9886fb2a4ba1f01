import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EngineKit, engineKit, isAlive, pipeline, until } from './testing/engine-kit.ts';

let kit: EngineKit;
beforeAll(async () => {
  kit = await engineKit();
  await kit.file('orders.csv', 'id,region,amount\n1,north,10\n2,south,20\n3,north,30\n');
});
afterAll(() => kit.close());

const orders = { kind: 'csv-file', config: { path: 'orders.csv' } };
const big = { kind: 'filter', config: { where: 'amount > 15' } };
const slow = {
  kind: 'sql',
  config: { sql: 'select count(*) as n from range(100000000) a, range(100000) b' },
};

test('a run publishes exactly the rows that its graph means', async () => {
  const document = pipeline({ orders, big, save: { kind: 'save-dataset', config: { name: 'big orders' } } }, [
    'orders > big',
    'big > save',
  ]);
  const run = await kit.run(document);
  expect(run.error).toBeNull();
  expect(run).toMatchObject({ status: 'succeeded', rowsWritten: 2 });
  const version = kit.services.current.get('big orders');
  const page = await kit.engine.page(version?.path ?? '', { offset: 0, limit: 10 });
  expect(page.rows.map((row) => row.map(String))).toEqual([
    ['2', 'south', '20'],
    ['3', 'north', '30'],
  ]);
  expect(kit.services.step(run.id, 'save')).toMatchObject({ status: 'succeeded' });
});

test('a file target is replaced in one step and keeps its mode', async () => {
  const target = join(kit.folders.files, 'out.csv');
  await writeFile(target, 'old', { mode: 0o640 });
  const document = pipeline({ orders, big, out: { kind: 'write-file', config: { path: 'out.csv' } } }, [
    'orders > big',
    'big > out',
  ]);
  const run = await kit.run(document);
  expect(run.status).toBe('succeeded');
  expect(await readFile(target, 'utf8')).toBe('id,region,amount\n2,south,20\n3,north,30\n');
  expect((await readdir(kit.folders.files)).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('a file outside the allowed folders is refused on its node before any process is asked', async () => {
  const launched = kit.launcher.processes.length;
  const before = kit.launcher.processes.map(({ pid }) => pid);
  const document = pipeline(
    {
      secret: { kind: 'csv-file', config: { path: '/etc/passwd' } },
      out: { kind: 'write-file', config: { path: 'x.csv' } },
    },
    ['secret > out'],
  );
  const run = await kit.run(document);
  expect(run).toMatchObject({ status: 'failed', error: { code: 'file_not_allowed' } });
  expect(run.error?.message).toContain('/etc/passwd');
  expect(kit.services.step(run.id, 'secret')).toMatchObject({ status: 'failed' });
  expect(kit.services.step(run.id, 'out')).toMatchObject({ status: 'skipped' });
  expect(kit.launcher.processes.slice(0, launched).map(({ pid }) => pid)).toEqual(before);
});

test('a target outside the allowed folders is refused too', async () => {
  const document = pipeline({ orders, out: { kind: 'write-file', config: { path: '/etc/out.csv' } } }, [
    'orders > out',
  ]);
  expect(await kit.run(document)).toMatchObject({ status: 'failed', error: { code: 'file_not_allowed' } });
});

test('a runner that is killed fails its run with the signal, and the next run works', async () => {
  const before = new Set(kit.launcher.processes);
  const id = kit.services.submit(
    pipeline({ slow, save: { kind: 'save-dataset', config: { name: 'n' } } }, ['slow > save']),
  );
  await until(() => kit.services.row(id).steps.size > 0);
  // Whoever of the processes has the task: an idle one that is killed with it is replaced.
  for (const runner of [...before, ...kit.launcher.processes])
    if (isAlive(runner.pid)) runner.kill('SIGKILL');
  const run = await kit.engine.waitForEnd(id);
  expect(run).toMatchObject({
    status: 'failed',
    error: { code: 'engine_crashed', details: { signal: 'SIGKILL' } },
  });
  const next = await kit.run(
    pipeline({ orders, save: { kind: 'save-dataset', config: { name: 'o' } } }, ['orders > save']),
  );
  expect(next).toMatchObject({ status: 'succeeded', rowsWritten: 3 });
});

test('cancelling a heavy query ends the run as cancelled, and nothing of it stays behind', async () => {
  const id = kit.services.submit(
    pipeline({ slow, save: { kind: 'save-dataset', config: { name: 'n' } } }, ['slow > save']),
  );
  await until(() => [...kit.services.row(id).steps.values()].some(({ status }) => status === 'running'));
  expect(kit.engine.cancel(id)).toBe('running');
  const run = await kit.engine.waitForEnd(id);
  expect(run).toMatchObject({ status: 'cancelled' });
  expect(kit.services.row(id).ends).toBe(1);
  await until(() => kit.engine.load().running === 0);
  expect((await readdir(kit.folders.tmp)).filter((name) => name.startsWith('task-'))).toEqual([]);
  expect(() => kit.engine.cancel(id)).toThrow('already ended');
});

test('a run that takes longer than its limit is stopped and says so', async () => {
  const document = pipeline({ slow, save: { kind: 'save-dataset', config: { name: 'n' } } }, ['slow > save']);
  const run = await kit.run(document, { timeoutMilliseconds: 500 });
  expect(run).toMatchObject({ status: 'failed', error: { code: 'timed_out' } });
});

test('a memory bomb fails its own run while others go on', async () => {
  const bomb = { kind: 'sql', config: { sql: 'select len(range(500000000)) as n' } };
  const id = kit.services.submit(
    pipeline({ bomb, save: { kind: 'save-dataset', config: { name: 'b' } } }, ['bomb > save']),
  );
  const other = await kit.run(
    pipeline({ orders, save: { kind: 'save-dataset', config: { name: 'p' } } }, ['orders > save']),
  );
  expect(other.status).toBe('succeeded');
  const run = await kit.engine.waitForEnd(id);
  expect(run.status).toBe('failed');
  expect(['out_of_memory', 'engine_crashed']).toContain(run.error?.code);
});

test('cancel and the end of a run race to one terminal state', async () => {
  const document = pipeline({ orders, save: { kind: 'save-dataset', config: { name: 'r' } } }, [
    'orders > save',
  ]);
  const ids: string[] = [];
  for (let round = 0; round < 25; round += 1) {
    const id = kit.services.submit(document);
    ids.push(id);
    await until(() => kit.services.row(id).summary.status !== 'queued');
    const wait = round * 3;
    await new Promise((resolve) => setTimeout(resolve, wait));
    let answered: string;
    try {
      answered = kit.engine.cancel(id);
    } catch {
      answered = 'ended';
    }
    const run = await kit.engine.waitForEnd(id);
    // Once a cancel was taken, the run does not succeed.
    expect(run.status).toBe(answered === 'ended' ? 'succeeded' : 'cancelled');
  }
  expect(ids.map((id) => kit.services.row(id).ends)).toEqual(ids.map(() => 1));
});

test('a commit that is refused leaves nothing of what was placed, and an old file comes back', async () => {
  await mkdir(join(kit.folders.files, 'stale'));
  const target = join(kit.folders.files, 'stale', 'kept.csv');
  await writeFile(target, 'old rows');
  const document = pipeline(
    {
      orders,
      save: { kind: 'save-dataset', config: { name: 'stale' } },
      old: { kind: 'write-file', config: { path: 'stale/kept.csv' } },
      fresh: { kind: 'write-file', config: { path: 'stale/new.csv' } },
    },
    ['orders > save', 'orders > old', 'orders > fresh'],
  );
  const versions = async () =>
    (await readdir(kit.folders.datasets, { recursive: true })).filter((name) => name.endsWith('.parquet'));
  const before = await versions();
  kit.services.faults.push(false);
  const id = kit.services.submit(document);
  await until(() => kit.services.faults.length === 0);
  await until(() => kit.engine.load().running === 0);
  expect(kit.services.row(id).ends).toBe(0);
  expect(await versions()).toEqual(before);
  expect(await readdir(join(kit.folders.files, 'stale'))).toEqual(['kept.csv']);
  expect(await readFile(target, 'utf8')).toBe('old rows');
});

test('a store that is full when the run ends fails the run as disk_full and takes the files back', async () => {
  kit.services.faults.push(Object.assign(new Error('full'), { code: 'SQLITE_FULL' }));
  const run = await kit.run(
    pipeline({ orders, save: { kind: 'save-dataset', config: { name: 'full' } } }, ['orders > save']),
  );
  expect(run).toMatchObject({ status: 'failed', error: { code: 'disk_full' } });
  expect(kit.services.current.has('full')).toBe(false);
});

test('an inspect run computes again only what was changed', async () => {
  const document = (limit: number) =>
    pipeline(
      {
        orders,
        totals: {
          kind: 'sql',
          config: { sql: 'select region, sum(amount) as total from input group by region order by region' },
        },
        top: { kind: 'sql', config: { sql: `select * from input limit ${limit}` } },
        save: { kind: 'save-dataset', config: { name: 'inspected' } },
      },
      ['orders > totals', 'totals > top', 'top > save'],
    );
  const first = await kit.run(document(1), { mode: 'inspect' });
  expect(first.error).toBeNull();
  expect(first.rowsWritten).toBe(1);
  const second = await kit.run(document(2), { mode: 'inspect' });
  expect(second).toMatchObject({ status: 'succeeded', rowsWritten: 2 });
  expect(kit.services.step(second.id, 'totals')).toMatchObject({ status: 'reused', reusedFromRun: first.id });
  expect(kit.services.step(second.id, 'top')).toMatchObject({ status: 'succeeded' });
});
