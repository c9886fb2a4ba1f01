import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ErrorReport } from '../../shared/errors/sluice-error.ts';
import { manualClock, nodeClock } from '../platform/clock.ts';
import { memoryLog } from '../platform/log.ts';
import type { RunOutput, RunTask } from '../runner/protocol.ts';
import { sampleDocument, submission, tempServices } from '../services/testing/temp-services.ts';
import { createEngine } from './index.ts';
import { type RunnerScript, scriptedLauncher } from './testing/scripted-launcher.ts';

const digest = 'ab'.repeat(32);

async function engineWith(script: RunnerScript) {
  const clock = { ...manualClock(), ...nodeClock };
  const { services, home, bus } = tempServices(undefined, undefined, { clock });
  const tasks: RunTask[] = [];
  const log = memoryLog();
  const engine = createEngine({
    services,
    events: bus,
    folders: home,
    launchRunner: scriptedLauncher({
      ...script,
      work(task, voice) {
        tasks.push(task);
        return script.work(task, voice);
      },
    }),
    clock: nodeClock,
    log,
    settings: () => services.settings.get(),
    onLoad: () => {},
  });
  onTestFinished(() => engine.stop({ graceMs: 0 }));
  await engine.start();
  const { id: pipelineId } = services.pipelines.create(
    sampleDocument('P', { retry: { attempts: 2, backoff: 'fixed', delay: '1ms', jitter: false } }),
    'window',
  );
  const run = async () => {
    const { id } = services.runs.submit(submission(pipelineId, { mode: 'inspect' }));
    return engine.waitForEnd(id);
  };
  return { services, home, engine, tasks, run, pipelineId, log };
}

function keptOutput({ scratch }: RunTask): RunOutput {
  const path = join(scratch, 'src.parquet');
  writeFileSync(path, 'PAR1');
  const columns = [{ name: 'a', type: 'INTEGER' }];
  return { output: 'kept', nodeId: 'src', digest, path, rows: 1, bytes: 4, columns };
}

const wrong: ErrorReport = { code: 'run_failed', message: 'No such column.', details: {} };
const full: ErrorReport = { code: 'disk_full', message: 'The disk is full.', details: {} };

test('what an inspect run kept before it failed is offered to the next one', async () => {
  const { services, home, tasks, run, pipelineId } = await engineWith({
    work(task, { id, say }) {
      const outputs = [keptOutput(task)];
      say({ type: 'step', id, step: { nodeId: 'src', status: 'succeeded', digest } });
      say({ type: 'end', id, reusable: true, outcome: { ok: false, error: wrong, nodeId: 'out', outputs } });
    },
  });
  const first = await run();
  expect(first).toMatchObject({ status: 'failed', error: { code: 'run_failed' } });
  expect(services.runs.get(first.id).steps).toMatchObject([
    { nodeId: 'src', status: 'succeeded', hasRows: true },
    { nodeId: 'out', status: 'failed', error: { message: 'No such column.' } },
  ]);
  expect(existsSync(services.runs.keptRows(first.id, 'src').path)).toBe(true);
  await run();
  expect(tasks[1]?.kept).toMatchObject([{ digest, runId: first.id }]);
  expect(services.kept.candidates(pipelineId, 'live')).toHaveLength(1);
  expect(readdirSync(home.tmp).filter((name) => name.startsWith('task-'))).toEqual([]);
});

test('a cancelled inspect run keeps what was whole', async () => {
  const state: { task?: RunTask } = {};
  const { services, engine, pipelineId } = await engineWith({
    work(task, { id, say }) {
      state.task = task;
      say({ type: 'step', id, step: { nodeId: 'src', status: 'running' } });
    },
    cancelled({ id, say }) {
      const outputs = state.task ? [keptOutput(state.task)] : [];
      const error: ErrorReport = { code: 'cancelled', message: 'The run was cancelled.', details: {} };
      say({ type: 'end', id, reusable: true, outcome: { ok: false, error, outputs } });
    },
  });
  const { id } = services.runs.submit(submission(pipelineId, { mode: 'inspect' }));
  while (!state.task) await new Promise((resolve) => setImmediate(resolve));
  engine.cancel(id);
  expect(await engine.waitForEnd(id)).toMatchObject({ status: 'cancelled', error: { code: 'cancelled' } });
  expect(services.kept.candidates(pipelineId, 'live')).toMatchObject([{ digest, runId: id }]);
});

test('a runner that hands over more than kept rows with a failure publishes nothing of it', async () => {
  const { services, run } = await engineWith({
    work(task, { id, say }) {
      const kept = keptOutput(task);
      const about = { output: 'dataset', nodeId: 'out', name: 'D', mode: 'replace' } as const;
      const outputs = [{ ...kept, ...about }] as RunOutput[];
      say({ type: 'end', id, reusable: true, outcome: { ok: false, error: wrong, outputs } });
    },
  });
  expect(await run()).toMatchObject({ status: 'failed', error: { code: 'run_failed' } });
  expect(services.datasets.list()).toEqual([]);
});

test('a step that used up its own tries ends the run, though its cause could be mended', async () => {
  const { tasks, run } = await engineWith({
    work(_task, { id, say }) {
      const outcome = { ok: false, error: full, nodeId: 'src', exhausted: true } as const;
      say({ type: 'end', id, reusable: true, outcome });
    },
  });
  expect(await run()).toMatchObject({ status: 'failed', attempt: 1, error: { code: 'disk_full' } });
  expect(tasks).toHaveLength(1);
});

test('without that, the same failure is tried again as the pipeline says', async () => {
  const { tasks, run } = await engineWith({
    work(_task, { id, say }) {
      say({ type: 'end', id, reusable: true, outcome: { ok: false, error: full, nodeId: 'src' } });
    },
  });
  expect(await run()).toMatchObject({ status: 'failed', attempt: 2, error: { code: 'disk_full' } });
  expect(tasks.map(({ attempt }) => attempt)).toEqual([1, 2]);
});
