import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { reportError, SluiceError } from '../../shared/errors/sluice-error.ts';
import type { PipelineDocument } from '../../shared/pipeline/document.ts';
import {
  placeDataset,
  placeKept,
  sampleDocument,
  submission,
  tempServices,
} from './testing/temp-services.ts';

const succeeded = { status: 'succeeded' } as const;
const failed = (code: ConstructorParameters<typeof SluiceError>[0], details = {}) =>
  ({ status: 'failed', error: reportError(new SluiceError(code, details)) }) as const;
const steady = { backoff: 'fixed', delay: '10s', jitter: false } as const;

function withPipeline(extra: object = {}) {
  const bench = tempServices();
  const document = sampleDocument('Orders', extra as Partial<PipelineDocument>);
  const { id: pipelineId } = bench.services.pipelines.create(document, 'window');
  return { ...bench, bench, pipelineId, runs: bench.services.runs };
}

test('a failure that another attempt can mend waits its time in the queue, then is tried again', () => {
  const { runs, pipelineId, clock, events } = withPipeline({ retry: { attempts: 2, ...steady } });
  const { id } = runs.submit(submission(pipelineId));
  runs.claimNext();
  const started = clock.now();
  expect(runs.finish(id, 1, failed('disk_full'), [])).toBe(true);
  const due = new Date(started + 10_000).toISOString();
  expect(runs.get(id)).toMatchObject({
    status: 'queued',
    attempt: 1,
    notBefore: due,
    startedAt: null,
    error: null,
    waitsFor: 'time',
    maxAttempts: 2,
    attempts: [{ attempt: 1, status: 'failed', error: { code: 'disk_full' }, retryAt: due }],
  });
  expect(events.filter(({ type }) => type === 'run.changed').at(-1)).toMatchObject({
    run: { status: 'queued' },
  });
  expect(runs.claimNext()).toBeUndefined();
  expect(runs.nextDue()).toBe(started + 10_000);
  clock.advance(9_999);
  expect(runs.claimNext()).toBeUndefined();
  clock.advance(1);
  // A look at the queue that was made just before sees the moment still to come: nothing falls between the two.
  expect(runs.nextDue(started + 9_999)).toBe(started + 10_000);
  expect(runs.nextDue()).toBeUndefined();
  expect(runs.claimNext()).toMatchObject({ id, attempt: 2 });
  runs.finish(id, 2, failed('disk_full'), []);
  expect(runs.get(id)).toMatchObject({
    status: 'failed',
    error: { code: 'disk_full' },
    attempts: [
      { attempt: 1, status: 'failed' },
      { attempt: 2, status: 'failed', retryAt: null },
    ],
  });
});

test('each attempt has its own steps and log, and the run shows those of the newest', async () => {
  const { runs, pipelineId, clock } = withPipeline({ retry: { attempts: 2, ...steady } });
  const { id } = runs.submit(submission(pipelineId));
  runs.claimNext();
  runs.recordSteps(id, 1, [{ nodeId: 'src', status: 'succeeded', rows: 5 }]);
  runs.recordSteps(id, 1, [{ nodeId: 'out', status: 'running' }]);
  runs.finish(id, 1, failed('publish_failed', { reason: 'no room' }), []);
  expect(runs.get(id).steps).toMatchObject([
    { nodeId: 'src', attempt: 1, rows: 5 },
    { nodeId: 'out', attempt: 1, status: 'failed' },
  ]);
  clock.advance(10_000);
  runs.claimNext();
  expect(runs.get(id).steps).toMatchObject([
    { nodeId: 'src', attempt: 2, status: 'pending' },
    { nodeId: 'out', attempt: 2, status: 'pending' },
  ]);
  runs.recordSteps(id, 2, [{ nodeId: 'src', status: 'succeeded', rows: 6, tries: 3 }]);
  runs.appendLogs(id, 2, [{ time: '2026-01-01T00:00:00.000Z', level: 'info', message: 'second' }]);
  expect(runs.steps(id, 1)).toMatchObject([{ rows: 5 }, { status: 'failed' }]);
  expect(runs.steps(id, 2)).toMatchObject([{ rows: 6, tries: 3 }, { status: 'pending' }]);
  expect(() => runs.steps(id, 3)).toThrow(expect.objectContaining({ code: 'not_found' }));
  const first = await runs.logs({ runId: id, attempt: 1, limit: 10 });
  expect(first.entries.map(({ message }) => message)).toEqual(['Attempt 2 follows in 10 s.']);
  const second = await runs.logs({ runId: id, attempt: 2, limit: 10 });
  expect(second.entries.map(({ message }) => message)).toEqual(['second']);
});

test('data errors, refusals and steps that used up their own tries are not tried again', () => {
  const { runs, pipelineId } = withPipeline({ retry: { attempts: 5, ...steady } });
  const outcomes = [
    failed('run_failed', { reason: 'no such column' }),
    failed('file_not_allowed', { path: '/etc' }),
    { ...failed('disk_full'), exhausted: true },
  ];
  for (const outcome of outcomes) {
    const { id } = runs.submit(submission(pipelineId));
    runs.claimNext();
    runs.finish(id, 1, outcome, []);
    expect(runs.summary(id)).toMatchObject({ status: 'failed', error: { code: outcome.error.code } });
  }
});

test('a run that kills its engine is failed after three times, with the signal, and harms no other', () => {
  const { runs, pipelineId, clock, services } = withPipeline();
  const poison = runs.submit(submission(pipelineId)).id;
  const other = services.pipelines.create(sampleDocument('Other'), 'window').id;
  for (const attempt of [1, 2, 3]) {
    clock.advance(60_000);
    expect(runs.claimNext()).toMatchObject({ id: poison, attempt });
    const neighbour = runs.submit(submission(other)).id;
    expect(runs.claimNext()?.id).toBe(neighbour);
    runs.finish(poison, attempt, failed('engine_crashed', { signal: 'SIGSEGV' }), []);
    runs.finish(neighbour, 1, succeeded, []);
    expect(runs.summary(neighbour)?.status).toBe('succeeded');
  }
  expect(runs.get(poison)).toMatchObject({
    status: 'failed',
    error: { code: 'engine_crashed', details: { signal: 'SIGSEGV' } },
    attempts: [{ attempt: 1 }, { attempt: 2 }, { attempt: 3, retryAt: null }],
  });
});

test('after a kill a run is put back in its old place, and three kills under it end it as interrupted', () => {
  const { runs, pipelineId, bench } = withPipeline({ concurrency: { limit: 1, whenFull: 'queue' } });
  const first = runs.submit(submission(pipelineId)).id;
  const second = runs.submit(submission(pipelineId)).id;
  let alive = runs;
  for (const attempt of [1, 2, 3]) {
    expect(alive.claimNext()).toMatchObject({ id: first, attempt });
    alive.recordSteps(first, attempt, [{ nodeId: 'src', status: 'running' }]);
    alive.flush();
    alive = tempServices(bench.home, bench.store).services.runs;
    expect(alive.recoverInterrupted()).toEqual(
      attempt < 3 ? { requeued: 1, failed: 0 } : { requeued: 0, failed: 1 },
    );
    expect(alive.steps(first, attempt)[0]).toMatchObject({
      status: 'failed',
      error: { code: 'interrupted' },
    });
  }
  expect(alive.get(first)).toMatchObject({
    status: 'failed',
    error: { code: 'interrupted' },
    attempts: Array(3).fill({ status: 'interrupted', error: { code: 'interrupted' } }),
  });
  expect(alive.claimNext()).toMatchObject({ id: second, attempt: 1 });
});

test('an orderly stop hands runs back, as often as it happens; one asked to cancel is cancelled', () => {
  const { runs, pipelineId } = withPipeline();
  const { id } = runs.submit(submission(pipelineId));
  for (const attempt of [1, 2, 3, 4, 5]) {
    expect(runs.claimNext()).toMatchObject({ id, attempt });
    runs.finish(id, attempt, failed('stopping'), []);
    expect(runs.summary(id)).toMatchObject({ status: 'queued', notBefore: null });
  }
  runs.claimNext();
  runs.requestCancel(id);
  runs.finish(id, 6, failed('stopping'), []);
  expect(runs.get(id)).toMatchObject({
    status: 'cancelled',
    error: { code: 'cancelled' },
    attempts: { length: 6, 5: { status: 'interrupted' } },
  });
});

test('a run that may not be repeated is failed as interrupted by an orderly stop', () => {
  const { runs, pipelineId } = withPipeline({ retry: { attempts: 1 } });
  const { id } = runs.submit(submission(pipelineId));
  runs.claimNext();
  runs.finish(id, 1, failed('stopping'), []);
  expect(runs.get(id)).toMatchObject({
    status: 'failed',
    error: { code: 'interrupted' },
    attempts: [{ status: 'interrupted', error: { code: 'stopping' } }],
  });
});

test('a run that was asked to cancel is not tried again when it fails first', () => {
  const { runs, pipelineId } = withPipeline({ retry: { attempts: 5, ...steady } });
  const { id } = runs.submit(submission(pipelineId));
  runs.claimNext();
  runs.requestCancel(id);
  runs.finish(id, 1, failed('disk_full'), []);
  expect(runs.summary(id)).toMatchObject({ status: 'failed', error: { code: 'disk_full' } });
});

test('a run that waits for its next attempt can be cancelled', () => {
  const { runs, pipelineId, clock } = withPipeline({ retry: { attempts: 5, ...steady } });
  const { id } = runs.submit(submission(pipelineId));
  runs.claimNext();
  runs.finish(id, 1, failed('timed_out', { limit: '1 s' }), []);
  expect(runs.requestCancel(id)).toBe('cancelled');
  clock.advance(3_600_000);
  expect(runs.claimNext()).toBeUndefined();
  expect(runs.get(id)).toMatchObject({
    status: 'cancelled',
    attempts: [{ status: 'failed', error: { code: 'timed_out' } }],
  });
});

test('an attempt that comes back after another has published is refused, whatever it brings', () => {
  const { runs, pipelineId, bench, services, clock } = withPipeline({ retry: { attempts: 9, ...steady } });
  const { id } = runs.submit(submission(pipelineId));
  runs.claimNext();
  // Attempt 1 hangs; the home is taken over, attempt 2 publishes, then attempt 1 wakes up.
  const second = tempServices(bench.home, bench.store);
  second.services.runs.recoverInterrupted();
  second.services.runs.claimNext();
  const winner = placeDataset(bench, 'Sales');
  expect(second.services.runs.finish(id, 2, succeeded, [winner])).toBe(true);
  const late = placeDataset(bench, 'Sales');
  for (const outcome of [succeeded, failed('disk_full'), failed('stopping')])
    expect(runs.finish(id, 1, outcome, outcome === succeeded ? [late] : [])).toBe(false);
  runs.recordSteps(id, 1, [{ nodeId: 'src', status: 'failed' }]);
  runs.appendLogs(id, 1, [{ time: '2026-01-01T00:00:00.000Z', level: 'info', message: 'zombie' }]);
  runs.flush();
  clock.advance(60_000);
  expect(runs.get(id)).toMatchObject({ status: 'succeeded', attempt: 2, steps: [{ status: 'skipped' }, {}] });
  const [dataset] = services.datasets.list();
  expect(dataset).toMatchObject({ versionId: winner.versionId, versionCount: 1 });
});

test('a failed inspect run keeps what was whole, so that the next one reuses it', () => {
  const { runs, pipelineId, bench, services } = withPipeline();
  const { id } = runs.submit(submission(pipelineId, { mode: 'inspect' }));
  runs.claimNext();
  const digest = 'cd'.repeat(32);
  runs.recordSteps(id, 1, [{ nodeId: 'src', status: 'succeeded', digest }]);
  const kept = placeKept(bench, digest);
  expect(runs.finish(id, 1, failed('run_failed', { reason: 'x' }), [kept])).toBe(true);
  expect(services.kept.candidates(pipelineId, 'live')).toMatchObject([{ digest, runId: id }]);
  expect(runs.keptRows(id, 'src').path).toBe(kept.finalPath);
  expect(existsSync(kept.finalPath)).toBe(true);
});
