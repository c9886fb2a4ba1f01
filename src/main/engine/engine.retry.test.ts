import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { PipelineDocument } from '../../shared/pipeline/document.ts';
import type { SubmitRun } from '../services/engine-ports.ts';
import { pipeline, until } from './testing/engine-kit.ts';
import { type HomeEngine, homeEngine } from './testing/home-engine.ts';

const request = (pipelineId: string, extra: Partial<SubmitRun> = {}): SubmitRun => ({
  pipelineId,
  parameters: {},
  mode: 'fast',
  environment: 'live',
  trigger: 'api',
  cause: 'test',
  ...extra,
});

const save = { kind: 'save-dataset', config: { name: 'n' } };
const slow = {
  kind: 'sql',
  config: { sql: 'select count(*) as n from range(100000000) a, range(100000) b' },
};
const endless = pipeline({ slow, save }, ['slow > save']);
const quick = pipeline({ rows: { kind: 'sql', config: { sql: 'select 1 as n' } }, save }, ['rows > save']);

async function home(): Promise<HomeEngine & { root: string; reopen(): Promise<HomeEngine> }> {
  const root = await mkdtemp(join(tmpdir(), 'sluice-retry-'));
  const open = [await homeEngine(root)];
  onTestFinished(async () => {
    await open.at(-1)?.close();
    await rm(root, { recursive: true, force: true });
  });
  const [first] = open as [HomeEngine];
  return {
    ...first,
    root,
    async reopen() {
      await open.at(-1)?.close();
      const next = await homeEngine(root);
      open.push(next);
      return next;
    },
  };
}

const create = ({ services }: HomeEngine, document: PipelineDocument): string =>
  services.pipelines.create(document, 'window').id;

/** The runner that has the task: the one whose end ends the attempt. */
function killRunners(here: HomeEngine): void {
  for (const { pid } of here.runners()) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It was gone already.
    }
  }
}

const isWorking = (here: HomeEngine, id: string, attempt: number) => (): boolean => {
  const run = here.services.runs.get(id);
  return run.attempt === attempt && run.steps.some(({ status }) => status === 'running');
};

test('a missing file is waited for as the policy says, and the next attempt publishes', async () => {
  const here = await home();
  const read = { kind: 'csv-file', config: { path: 'late.csv' } };
  const document = pipeline({ read, save }, ['read > save']);
  const retry = { attempts: 3, backoff: 'fixed', delay: '300ms', jitter: false } as const;
  const { id } = here.services.runs.submit(request(create(here, { ...document, retry })));
  await until(() => here.services.runs.summary(id)?.notBefore !== null);
  await writeFile(join(here.root, 'files', 'late.csv'), 'a\n1\n');
  expect(await here.engine.waitForEnd(id)).toMatchObject({ status: 'succeeded', rowsWritten: 1 });
  const { attempts } = here.services.runs.get(id);
  expect(attempts.at(0)).toMatchObject({ status: 'failed', error: { code: 'file_missing' } });
  expect(attempts.at(-1)).toMatchObject({ status: 'succeeded' });
  expect(attempts.length).toBeLessThanOrEqual(3);
});

test('a wait for the next attempt survives a restart', async () => {
  const here = await home();
  const read = { kind: 'csv-file', config: { path: 'late.csv' } };
  const document = pipeline({ read, save }, ['read > save']);
  const retry = { attempts: 2, backoff: 'fixed', delay: '2s', jitter: false } as const;
  const { id } = here.services.runs.submit(request(create(here, { ...document, retry })));
  await until(() => here.services.runs.summary(id)?.notBefore !== null);
  const due = here.services.runs.summary(id)?.notBefore;
  const next = await here.reopen();
  expect(next.services.runs.summary(id)).toMatchObject({ status: 'queued', attempt: 1, notBefore: due });
  await writeFile(join(here.root, 'files', 'late.csv'), 'a\n1\n');
  const run = await next.engine.waitForEnd(id);
  expect(run).toMatchObject({ status: 'succeeded', attempt: 2 });
  expect(run.startedAt ?? '').toMatch(/Z$/);
  expect(Date.parse(run.startedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(due ?? ''));
});

test('a run that loses its engine three times fails with the signal, and the next run works', async () => {
  const here = await home();
  const { id } = here.services.runs.submit(request(create(here, endless)));
  for (const attempt of [1, 2, 3]) {
    await until(isWorking(here, id, attempt));
    killRunners(here);
  }
  expect(await here.engine.waitForEnd(id)).toMatchObject({
    status: 'failed',
    attempt: 3,
    error: { code: 'engine_crashed', details: { signal: 'SIGKILL' } },
  });
  const { attempts } = here.services.runs.get(id);
  expect(attempts.map(({ error }) => error?.code)).toEqual(Array(3).fill('engine_crashed'));
  const after = here.services.runs.submit(request(create(here, quick)));
  expect(await here.engine.waitForEnd(after.id)).toMatchObject({ status: 'succeeded', attempt: 1 });
});

test('an orderly stop hands a run back, and the next start runs it again', async () => {
  const here = await home();
  const { id } = here.services.runs.submit(request(create(here, endless)));
  await until(isWorking(here, id, 1));
  const next = await here.reopen();
  await until(isWorking(next, id, 2));
  expect(next.services.runs.get(id).attempts).toMatchObject([
    { status: 'interrupted', error: { code: 'stopping' } },
    { status: 'running' },
  ]);
  next.engine.cancel(id);
  expect(await next.engine.waitForEnd(id)).toMatchObject({ status: 'cancelled' });
});

test('an attempt that takes too long is one of those that the policy allows', async () => {
  const here = await home();
  const retry = { attempts: 2, backoff: 'fixed', delay: '10ms', jitter: false } as const;
  const { id } = here.services.runs.submit(request(create(here, { ...endless, retry, timeout: '400ms' })));
  expect(await here.engine.waitForEnd(id)).toMatchObject({ status: 'failed', error: { code: 'timed_out' } });
  expect(here.services.runs.get(id).attempts).toMatchObject([
    { status: 'failed', error: { code: 'timed_out' } },
    { status: 'failed', error: { code: 'timed_out' } },
  ]);
});

test('the Run button starts at once though scripts hold every slot and the queue is long', async () => {
  const here = await home();
  here.services.settings.save({ concurrentRuns: 1 });
  const busy = create(here, endless);
  const ids = Array.from({ length: 20 }, () => here.services.runs.submit(request(busy)).id);
  await until(isWorking(here, ids[0] ?? '', 1));
  const pressed = here.services.runs.submit(request(create(here, quick), { trigger: 'window' })).id;
  expect(await here.engine.waitForEnd(pressed)).toMatchObject({ status: 'succeeded' });
  expect(here.services.runs.summary(ids[0] ?? '')?.status).toBe('running');
  expect(here.services.runs.summary(ids[1] ?? '')?.status).toBe('queued');
});

test('replace stops the process of the run that it replaces', async () => {
  const here = await home();
  const concurrency = { limit: 1, whenFull: 'replace' } as const;
  const pipelineId = create(here, { ...endless, concurrency });
  const first = here.services.runs.submit(request(pipelineId)).id;
  await until(isWorking(here, first, 1));
  const second = here.services.runs.submit(request(pipelineId)).id;
  expect(await here.engine.waitForEnd(first)).toMatchObject({
    status: 'cancelled',
    error: { code: 'replaced' },
  });
  await until(isWorking(here, second, 1));
  here.engine.cancel(second);
  expect(await here.engine.waitForEnd(second)).toMatchObject({ error: { code: 'cancelled' } });
});

test('a retry reuses what the failed run kept, and a run from a step on executes that step all the same', async () => {
  const here = await home();
  await writeFile(join(here.root, 'files', 'orders.csv'), 'id,amount\n1,10\n2,x\n3,30\n');
  const document = pipeline(
    {
      read: { kind: 'csv-file', config: { path: 'orders.csv' } },
      sorted: { kind: 'sort', config: { by: [{ column: 'id', descending: true }] } },
      bad: { kind: 'derive', config: { columns: [{ name: 'n', expression: 'cast(amount as integer)' }] } },
      save,
    },
    ['read > sorted', 'sorted > bad', 'bad > save'],
  );
  const { runs } = here.services;
  const statusOf = (id: string, nodeId: string) =>
    runs.get(id).steps.find((step) => step.nodeId === nodeId)?.status;
  const first = runs.submit(request(create(here, document), { mode: 'inspect' })).id;
  expect(await here.engine.waitForEnd(first)).toMatchObject({ status: 'failed' });
  expect(statusOf(first, 'sorted')).toBe('succeeded');
  const retried = runs.retryFailed(first, 'window').id;
  expect(await here.engine.waitForEnd(retried)).toMatchObject({ status: 'failed', originRun: first });
  expect(runs.get(retried).steps.find(({ nodeId }) => nodeId === 'sorted')).toMatchObject({
    status: 'reused',
    reusedFromRun: first,
  });
  const from = runs.runFrom(first, 'sorted', 'window').id;
  await here.engine.waitForEnd(from);
  expect(statusOf(from, 'sorted')).toBe('succeeded');
});
