import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { terminalStatuses } from '../../shared/contract/domain.ts';
import { nodeClock } from '../platform/clock.ts';
import { memoryLog } from '../platform/log.ts';
import { sampleDocument, submission, tempServices } from '../services/testing/temp-services.ts';
import { createEngine } from './index.ts';
import { sayCancelled, scriptedLauncher } from './testing/scripted-launcher.ts';

/** Numbers from 0 up to 1 by a seed, so that a failure can be replayed. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** A runner that works for a few turns of the event loop, then publishes, fails or dies, and answers nearly every cancel. */
function racingLauncher(random: () => number) {
  return scriptedLauncher({
    async work(task, { id, say, die }) {
      say({ type: 'step', id, step: { nodeId: 'src', status: 'running' } });
      await turns(Math.floor(random() * 6));
      const fate = random();
      if (fate < 0.1) return die('SIGSEGV');
      if (fate < 0.25) {
        const code = fate < 0.18 ? 'disk_full' : 'run_failed';
        const error = { code, message: 'It went wrong.', details: {} } as const;
        return say({ type: 'end', id, reusable: true, outcome: { ok: false, error } });
      }
      const path = join(task.scratch, 'out.parquet');
      try {
        writeFileSync(path, 'PAR1');
      } catch {
        // The folder is gone when the task was cancelled or the process ended meanwhile.
        return;
      }
      const columns = [{ name: 'a', type: 'INTEGER' }];
      const about = { output: 'dataset', nodeId: 'out', name: 'D', mode: 'replace' } as const;
      const outputs = [{ ...about, path, rows: 1, bytes: 4, columns }];
      const result = { outputs, rowsRead: 1, rowsWritten: 1 };
      say({ type: 'end', id, reusable: true, outcome: { ok: true, result } });
    },
    cancelled: (voice) => {
      if (random() < 0.98) sayCancelled(voice);
    },
  });
}

test('a thousand races of cancel, finish, failure and crash: one terminal state each, and exactly its versions', async () => {
  const seed = Date.now() % 2 ** 31;
  const random = randomFrom(seed);
  const clock = { ...nodeClock, advance: () => {}, jump: () => {} };
  const { services, store, home, bus: events } = tempServices(undefined, undefined, { clock });
  const ends = new Map<string, number>();
  events.subscribe((event) => {
    if (event.type !== 'run.changed' || !terminalStatuses.includes(event.run.status)) return;
    ends.set(event.run.id, (ends.get(event.run.id) ?? 0) + 1);
  });
  mkdirSync(home.tmp, { recursive: true });
  const engine = createEngine({
    services,
    events,
    folders: home,
    launchRunner: racingLauncher(random),
    clock: nodeClock,
    log: memoryLog(),
    settings: () => services.settings.get(),
    onLoad: () => {},
  });
  services.settings.save({ concurrentRuns: 8 });
  onTestFinished(() => engine.stop({ graceMs: 0 }));
  await engine.start();
  const retry = { attempts: 2, backoff: 'fixed', delay: '1ms', jitter: false } as const;
  const { id: pipelineId } = services.pipelines.create(
    sampleDocument('Race', { retry, concurrency: { limit: 8, whenFull: 'queue' } }),
    'window',
  );

  const answers = new Map<string, string>();
  async function race(): Promise<void> {
    const { id } = services.runs.submit(submission(pipelineId));
    const ended = engine.waitForEnd(id);
    await turns(Math.floor(random() < 0.2 ? 30 + random() * 60 : random() * 14));
    try {
      answers.set(id, engine.cancel(id));
    } catch (error) {
      answers.set(id, (error as { code: string }).code);
    }
    const { status } = await ended;
    // A cancel that was taken is obeyed unless the work had failed by then; one that came late changed nothing.
    if (answers.get(id) === 'cancelled') expect(status).toBe('cancelled');
    if (answers.get(id) === 'running') expect(['cancelled', 'failed']).toContain(status);
  }
  for (let round = 0; round < 125; round += 1) await Promise.all(Array.from({ length: 8 }, race));

  const runs = store.runs.list({ pipelineId }, undefined, 2000);
  expect(runs, `seed ${seed}`).toHaveLength(1000);
  expect(runs.filter(({ status }) => !terminalStatuses.includes(status))).toEqual([]);
  expect([...ends.values()].filter((count) => count !== 1)).toEqual([]);
  const [dataset] = services.datasets.list();
  const versions = dataset ? services.datasets.get(dataset.id).versions : [];
  const winners = runs.filter(({ status }) => status === 'succeeded').map(({ id }) => id);
  expect(versions.map(({ runId }) => runId ?? '').sort()).toEqual([...winners].sort());
  const files = readdirSync(home.datasets, { recursive: true })
    .map((path) => basename(String(path)))
    .filter((name) => name.endsWith('.parquet'))
    .sort();
  expect(files).toEqual(versions.map(({ id }) => `${id}.parquet`).sort());
  for (const run of runs) {
    const attempts = store.attempts.list(run.seq);
    expect(attempts.map(({ attempt }) => attempt)).toEqual(attempts.map((_, index) => index + 1));
    expect(attempts).toHaveLength(run.attempt);
    expect(attempts.filter(({ status }) => status === 'running')).toEqual([]);
  }
  // The race was one: every kind of end was met.
  expect(new Set(runs.map(({ status }) => status)).size).toBe(3);
  expect(new Set(answers.values()).size).toBe(3);
  const told = store.events.after(0, 10_000).filter(({ type }) => /^run\.(succ|fail|canc)/.test(type));
  expect(told).toHaveLength(1000);
}, 120_000);
