import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SubmitRun } from '../services/engine-ports.ts';
import { pipeline } from './testing/engine-kit.ts';
import { type HomeEngine, homeEngine } from './testing/home-engine.ts';

let root: string;
let home: HomeEngine;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sluice-home-'));
  home = await homeEngine(root);
  await writeFile(
    join(root, 'files', 'orders.csv'),
    'id,region,amount\n1,north,10\n2,south,20\n3,north,30\n',
  );
});
afterEach(async () => {
  await home.close();
  await rm(root, { recursive: true, force: true });
});

const orders = { kind: 'csv-file', config: { path: 'orders.csv' } };
const saving = pipeline({ orders, save: { kind: 'save-dataset', config: { name: 'orders' } } }, [
  'orders > save',
]);
const appending = pipeline(
  { orders, save: { kind: 'save-dataset', config: { name: 'orders', mode: 'append' } } },
  ['orders > save'],
);

function request(pipelineId: string, more: Partial<SubmitRun> = {}): SubmitRun {
  return {
    pipelineId,
    parameters: {},
    mode: 'fast',
    environment: 'live',
    trigger: 'window',
    cause: 'test',
    ...more,
  };
}

test('a submitted run is picked up by its event alone, and its version is whole', async () => {
  const { engine, services } = home;
  const { id } = services.pipelines.create(saving, 'window');
  const run = await engine.waitForEnd(services.runs.submit(request(id)).id);
  expect(run).toMatchObject({ status: 'succeeded', error: null, rowsWritten: 3, percent: 100 });
  const dataset = services.datasets.findByName('orders', 'live');
  const { path } = services.datasets.versionFile(dataset?.id ?? '');
  expect((await engine.page(path, { offset: 0, limit: 10 })).total).toBe(3);
  expect(await services.fsck.check()).toMatchObject({ lost: [], orphans: [], missing: [], duplicates: [] });
  expect(services.runs.get(run.id).steps.map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
});

test('parallel appends wait for one another: every one succeeds and no row is lost', async () => {
  const { engine, services } = home;
  const { id } = services.pipelines.create(appending, 'window');
  const replacing = services.pipelines.create({ ...saving, name: 'Replaces' }, 'window');
  const ids = Array.from({ length: 6 }, () => services.runs.submit(request(id)).id);
  const last = services.runs.submit(request(replacing.id)).id;
  const runs = await Promise.all([...ids, last].map((run) => engine.waitForEnd(run)));
  expect(runs.map(({ status }) => status)).toEqual(runs.map(() => 'succeeded'));
  const versions = services.datasets.get(services.datasets.findByName('orders', 'live')?.id ?? '').versions;
  expect(versions).toHaveLength(7);
  const appended = versions.filter(({ runId }) => runId !== last).map(({ rows }) => rows);
  const replacedAt = versions.findIndex(({ runId }) => runId === last);
  // Newest first: what came before the replacement grew from nothing, what came after grew from its three rows.
  expect(versions[replacedAt]?.rows).toBe(3);
  expect(appended).toEqual([
    ...Array.from({ length: replacedAt }, (_, at) => 3 * (replacedAt - at) + 3),
    ...Array.from({ length: 6 - replacedAt }, (_, at) => 3 * (6 - replacedAt - at)),
  ]);
  expect(await services.fsck.check()).toMatchObject({ lost: [], orphans: [], missing: [] });
});

test('an inspect run keeps rows that can be looked at, and the next one reuses them', async () => {
  const { engine, services } = home;
  const graph = (limit: number) =>
    pipeline(
      {
        orders,
        sorted: { kind: 'sort', config: { by: [{ column: 'amount', descending: true }] } },
        first: { kind: 'limit', config: { count: limit } },
        save: { kind: 'save-dataset', config: { name: 'inspected' } },
      },
      ['orders > sorted', 'sorted > first', 'first > save'],
    );
  const { id } = services.pipelines.create(graph(1), 'window');
  const first = await engine.waitForEnd(services.runs.submit(request(id, { mode: 'inspect' })).id);
  expect(first.error).toBeNull();
  services.pipelines.save(id, 1, graph(2), 'window');
  const second = await engine.waitForEnd(services.runs.submit(request(id, { mode: 'inspect' })).id);
  expect(second).toMatchObject({ status: 'succeeded', rowsWritten: 2 });
  const sorted = services.runs.get(second.id).steps.find(({ nodeId }) => nodeId === 'sorted');
  expect(sorted).toMatchObject({ status: 'reused', reusedFromRun: first.id });
  const kept = services.runs.keptRows(second.id, 'sorted');
  const { rows } = await engine.page(kept.path, { offset: 0, limit: 10 });
  expect(rows.map((row) => String(row[2]))).toEqual(['30', '20', '10']);
});

test('every run that was accepted before a kill -9 has one end after a restart, and no version is doubled', async () => {
  const { id } = home.services.pipelines.create(saving, 'window');
  await home.close();
  const accepted: string[] = [];
  for (let round = 0; round < 3; round += 1) accepted.push(...(await killedEngine(root, id, 1 + round * 2)));
  home = await homeEngine(root);
  const runs = await Promise.all(accepted.map((run) => home.engine.waitForEnd(run)));
  expect(runs.length).toBeGreaterThanOrEqual(3);
  for (const { status, error, attempt } of runs) {
    // Whom all three kills met has failed; everybody else was repeated.
    if (status !== 'succeeded')
      expect({ code: error?.code, attempt }).toEqual({ code: 'interrupted', attempt: 3 });
  }
  const dataset = home.services.datasets.findByName('orders', 'live');
  const versions = home.services.datasets.get(dataset?.id ?? '').versions;
  const makers = versions.map(({ runId }) => runId);
  expect(new Set(makers).size).toBe(makers.length);
  const stored = runs.filter(({ status }) => status === 'succeeded').map((run) => run.id);
  expect(stored.filter((run) => !makers.includes(run))).toEqual([]);
  expect(await home.services.fsck.check()).toMatchObject({
    integrity: 'ok',
    lost: [],
    missing: [],
    duplicates: [],
  });
  expect((await readdir(join(root, 'tmp'))).filter((name) => name.startsWith('task-'))).toEqual([]);
});

/** Starts an engine in a process of its own and kills it once it has accepted so many runs; answers their ids. */
async function killedEngine(folder: string, pipelineId: string, runs: number): Promise<string[]> {
  const program = join(import.meta.dirname, 'testing', 'lone-engine.ts');
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', program, folder, pipelineId, String(runs)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    if (text.split('\n').length > runs) child.kill('SIGKILL');
  });
  await ended(child);
  return text.split('\n').slice(0, -1);
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => child.once('close', () => resolve()));
