import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { terminalStatuses } from '../../shared/contract/domain.ts';
import {
  placeDataset,
  placeKept,
  sampleDocument,
  submission,
  tempServices,
} from './testing/temp-services.ts';

const succeeded = { status: 'succeeded' } as const;
const digest = 'ab'.repeat(32);

function withPipeline(extra = {}) {
  const bench = tempServices();
  const { id } = bench.services.pipelines.create(sampleDocument('Orders', extra), 'window');
  return { ...bench, pipelineId: id, runs: bench.services.runs, bench };
}

const ingest = (pipelineId: string) => submission(pipelineId, { trigger: 'api', cause: 'script' });

test('a run goes from queued over running to its end, each announced once and in order', () => {
  const { runs, pipelineId, events, bench } = withPipeline();
  const { id } = runs.submit(submission(pipelineId));
  expect(runs.claimNext()).toMatchObject({ id, attempt: 1, pipelineId, upTo: undefined });
  runs.recordSteps(id, 1, [{ nodeId: 'src', status: 'running' }]);
  runs.recordSteps(id, 1, [{ nodeId: 'src', status: 'succeeded', rows: 4, milliseconds: 12 }]);
  runs.appendLogs(id, 1, [{ time: '2026-01-01T00:00:00.000Z', level: 'info', message: 'read' }]);
  expect(
    runs.finish(id, 1, { ...succeeded, rowsRead: 4, rowsWritten: 4 }, [placeDataset(bench, 'Sales')]),
  ).toBe(true);
  const detail = runs.get(id);
  expect(detail).toMatchObject({
    status: 'succeeded',
    percent: 100,
    rowsRead: 4,
    document: sampleDocument(),
  });
  expect(detail.steps).toMatchObject([
    { nodeId: 'src', title: 'My rows', status: 'succeeded', rows: 4, percent: 100, hasRows: false },
    { nodeId: 'out', title: 'Save dataset', status: 'skipped' },
  ]);
  expect(detail.outputs).toMatchObject([{ nodeId: 'out', kind: 'dataset', name: 'Sales', rows: 1 }]);
  const seen = events.flatMap((event) => {
    if (event.type === 'run.changed') return event.run.status;
    return event.type.startsWith('run.') || event.type === 'dataset.changed' ? event.type : [];
  });
  expect(seen).toEqual(['queued', 'running', 'dataset.changed', 'run.steps', 'run.logged', 'succeeded']);
});

test('reports gather for a moment and reach the windows as one event', () => {
  const { runs, pipelineId, events, clock } = withPipeline();
  const { id } = runs.submit(submission(pipelineId));
  runs.claimNext();
  events.length = 0;
  for (let percent = 0; percent <= 90; percent += 1) {
    runs.recordSteps(id, 1, [{ nodeId: 'src', status: 'running', percent }]);
    runs.recordPercent(id, 1, percent + 0.9);
  }
  expect(events).toEqual([]);
  clock.advance(1000);
  expect(events).toMatchObject([
    { type: 'run.steps', steps: [{ nodeId: 'src', percent: 90 }] },
    { type: 'run.changed', run: { id, percent: 90 } },
  ]);
});

test('what a stale attempt reports is dropped, and its end publishes nothing', () => {
  const { runs, pipelineId, bench, services } = withPipeline({ retry: { attempts: 2 } });
  const { id } = runs.submit(submission(pipelineId));
  runs.claimNext();
  // The process stops and another takes over the home.
  const second = tempServices(bench.home, bench.store);
  expect(second.services.runs.recoverInterrupted()).toEqual({ requeued: 1, failed: 0 });
  expect(second.services.runs.claimNext()).toMatchObject({ id, attempt: 2 });
  runs.recordSteps(id, 2, [{ nodeId: 'src', status: 'failed' }]);
  expect(runs.finish(id, 1, succeeded, [placeDataset(bench, 'Sales')])).toBe(false);
  expect(services.datasets.list()).toEqual([]);
  expect(second.services.runs.finish(id, 2, succeeded, [placeDataset(bench, 'Sales')])).toBe(true);
  expect(second.services.runs.finish(id, 2, succeeded, [])).toBe(false);
  expect(services.datasets.list()).toMatchObject([{ name: 'Sales', versionCount: 1 }]);
});

test('an interrupted run that may not be repeated fails with its reason; one asked to cancel is cancelled', () => {
  const { runs, pipelineId, bench } = withPipeline({ retry: { attempts: 1 } });
  const [first, second] = [runs.submit(submission(pipelineId)), runs.submit(submission(pipelineId))];
  runs.claimNext();
  runs.claimNext();
  expect(runs.requestCancel(second.id)).toBe('running');
  const leftover = placeDataset(bench, 'Half').finalPath;
  const cached = placeKept(bench, digest).finalPath;
  const restarted = tempServices(bench.home, bench.store);
  expect(restarted.services.runs.recoverInterrupted()).toEqual({ requeued: 0, failed: 2 });
  expect(runs.summary(first.id)).toMatchObject({ status: 'failed', error: { code: 'interrupted' } });
  expect(runs.summary(second.id)).toMatchObject({ status: 'cancelled' });
  expect([existsSync(leftover), existsSync(cached)]).toEqual([false, false]);
});

test('runs are claimed oldest first, at most four of one pipeline at a time', () => {
  const { runs, pipelineId, services } = withPipeline();
  const busy = Array.from({ length: 6 }, () => runs.submit(ingest(pipelineId)).id);
  const other = services.pipelines.create(sampleDocument('Other'), 'window').id;
  const late = runs.submit(ingest(other)).id;
  const claimed = Array.from({ length: 7 }, () => runs.claimNext()?.id);
  expect(claimed).toEqual([...busy.slice(0, 4), late, undefined, undefined]);
  runs.finish(busy[1] ?? '', 1, succeeded, []);
  expect(runs.claimNext()?.id).toBe(busy[4]);
  expect(runs.queuedCount()).toBe(1);
});

test('cancelling: a queued run ends at once, an ended one says how it ended', () => {
  const { runs, pipelineId } = withPipeline();
  const { id } = runs.submit(submission(pipelineId));
  expect(runs.requestCancel(id)).toBe('cancelled');
  expect(runs.claimNext()).toBeUndefined();
  expect(() => runs.requestCancel(id)).toThrow('The run has already ended as cancelled.');
});

test('a repeated request makes one run, another under the same key is refused, a day later the key is free', () => {
  const { runs, pipelineId, clock } = withPipeline();
  const request = submission(pipelineId, { idempotency: { key: 'k', requestDigest: 'd' } });
  const ids = Array.from({ length: 20 }, () => runs.submit(request).id);
  expect(new Set(ids).size).toBe(1);
  const other = { ...request, idempotency: { key: 'k', requestDigest: 'e' } };
  expect(() => runs.submit(other)).toThrow(expect.objectContaining({ code: 'idempotency_mismatch' }));
  expect(runs.list({ limit: 10 }).runs).toHaveLength(1);
  clock.advance(25 * 3_600_000);
  expect(runs.submit(other).id).not.toBe(ids[0]);
});

test.each([
  ['an empty pipeline', { nodes: [], edges: [] }, {}, 'invalid_pipeline'],
  ['an unknown step', {}, { upTo: 'nowhere' }, 'invalid_input'],
  ['an unknown revision', {}, { revision: 9 }, 'not_found'],
  ['a value nobody declared', {}, { parameters: { x: 1 } }, 'invalid_parameters'],
])('%s is refused and leaves no run', (_what, document, request, code) => {
  const { runs, pipelineId } = withPipeline(document);
  expect(() => runs.submit(submission(pipelineId, request))).toThrow(expect.objectContaining({ code }));
  expect(runs.list({ limit: 10 }).runs).toEqual([]);
});

test('a full queue refuses further runs until there is room', () => {
  const { runs, pipelineId, store } = withPipeline();
  store.write(() => {
    for (let count = 0; count < 10_000; count += 1) runs.submit(submission(pipelineId));
  });
  expect(() => runs.submit(submission(pipelineId))).toThrow(expect.objectContaining({ code: 'queue_full' }));
  runs.claimNext();
  expect(runs.submit(submission(pipelineId)).status).toBe('queued');
});

test('running again repeats revision, parameters, mode and step of a run', () => {
  const { runs, pipelineId, services } = withPipeline({ parameters: { n: { type: 'integer', default: 1 } } });
  const first = runs.submit(submission(pipelineId, { parameters: { n: 7 }, mode: 'inspect', upTo: 'src' }));
  services.pipelines.rename(pipelineId, 'Renamed', 'window');
  const again = runs.again(first.id, 'window');
  expect(again).toMatchObject({
    revision: 1,
    mode: 'inspect',
    pipelineName: 'Renamed',
    cause: `again: ${first.id}`,
  });
  expect(runs.get(again.id).parameters).toEqual({ n: 7 });
});

test('pages of the run list give every run once, newest first, whatever is added meanwhile', () => {
  const { runs, pipelineId } = withPipeline();
  const ids = Array.from({ length: 25 }, (_, index) =>
    runs.submit(submission(pipelineId, { environment: index % 5 === 0 ? 'sandbox' : 'live' })),
  ).map((run) => run.id);
  const seen: string[] = [];
  for (let cursor: string | undefined, page = 0; page < 10; page += 1) {
    const answer = runs.list({ limit: 7, cursor });
    seen.push(...answer.runs.map((run) => run.id));
    runs.submit(submission(pipelineId));
    if (answer.next === null) break;
    cursor = answer.next;
  }
  expect(seen).toEqual(ids.toReversed());
  expect(runs.list({ limit: 100, environment: 'sandbox' }).runs).toHaveLength(5);
  expect(runs.list({ limit: 10, search: ids[3] }).runs.map((run) => run.id)).toEqual([ids[3]]);
  expect(runs.list({ limit: 100, search: 'ORD' }).runs).toHaveLength(29);
  expect(runs.list({ limit: 9, statuses: ['failed', 'cancelled'] }).runs).toEqual([]);
  expect(() => runs.list({ limit: 1, cursor: 'nonsense' })).toThrow(
    expect.objectContaining({ code: 'invalid_input' }),
  );
});

test('logs page both ways, by level, node and text', async () => {
  const { runs, pipelineId } = withPipeline();
  const { id } = runs.submit(submission(pipelineId));
  runs.claimNext();
  const levels = ['debug', 'info', 'warn', 'error'] as const;
  runs.appendLogs(
    id,
    1,
    Array.from({ length: 100 }, (_, index) => ({
      time: new Date(index).toISOString(),
      level: levels[index % 4] ?? 'info',
      nodeId: index % 2 === 0 ? 'src' : undefined,
      message: `line ${index} 100%`,
      fields: { index },
    })),
  );
  const last = await runs.logs({ runId: id, limit: 10 });
  expect(last.total).toBe(100);
  expect(last.entries.map((entry) => entry.fields.index)).toEqual([90, 91, 92, 93, 94, 95, 96, 97, 98, 99]);
  const before = await runs.logs({ runId: id, limit: 3, before: last.entries[0]?.id });
  expect(before.entries.map((entry) => entry.fields.index)).toEqual([87, 88, 89]);
  const after = await runs.logs({ runId: id, limit: 2, after: before.entries[0]?.id });
  expect(after.entries.map((entry) => entry.fields.index)).toEqual([88, 89]);
  expect((await runs.logs({ runId: id, limit: 500, level: 'warn' })).total).toBe(50);
  expect((await runs.logs({ runId: id, limit: 500, nodeId: 'src' })).total).toBe(50);
  expect((await runs.logs({ runId: id, limit: 500, search: 'LINE 7 100%' })).entries).toHaveLength(1);
});

test('removing takes ended runs with everything of theirs and leaves the others and the datasets', () => {
  const { runs, pipelineId, bench, events, services } = withPipeline();
  const ended = runs.submit(submission(pipelineId)).id;
  runs.claimNext();
  runs.appendLogs(ended, 1, [{ time: new Date().toISOString(), level: 'info', message: 'x' }]);
  runs.finish(ended, 1, succeeded, [placeDataset(bench, 'Sales')]);
  const queued = runs.submit(submission(pipelineId)).id;
  expect(runs.remove([ended, queued])).toEqual({ removed: 1 });
  expect(events.at(-1)).toEqual({ type: 'run.removed', runId: ended });
  expect(() => runs.get(ended)).toThrow(expect.objectContaining({ code: 'not_found' }));
  expect(services.datasets.list()).toMatchObject([{ name: 'Sales' }]);
  expect(services.datasets.get(services.datasets.list()[0]?.id ?? '').versions).toMatchObject([
    { runId: null },
  ]);
});

test('rows that an inspect run kept can be found by run and step', () => {
  const { runs, pipelineId, bench } = withPipeline();
  const { id } = runs.submit(submission(pipelineId, { mode: 'inspect' }));
  runs.claimNext();
  runs.recordSteps(id, 1, [{ nodeId: 'src', status: 'succeeded', digest }]);
  const placed = placeKept(bench, digest);
  runs.finish(id, 1, succeeded, [placed]);
  expect(runs.get(id).steps[0]).toMatchObject({ hasRows: true });
  expect(runs.keptRows(id, 'src')).toMatchObject({ path: placed.finalPath, rows: 1 });
  expect(() => runs.keptRows(id, 'out')).toThrow(expect.objectContaining({ code: 'not_found' }));
});

test('however claims, ends, cancels and restarts fall together, every run ends exactly once', async () => {
  const step = fc.record({
    act: fc.constantFrom('submit', 'claim', 'finish', 'fail', 'cancel', 'stale', 'restart'),
    at: fc.nat(9),
  });
  const stores: ReturnType<typeof tempServices>['store'][] = [];
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 3 }), (script, attempts) => {
      const bench = tempServices();
      stores.push(bench.store);
      const { id: pipelineId } = bench.services.pipelines.create(
        sampleDocument('P', { retry: { attempts, backoff: 'fixed', delay: '1s', jitter: false } }),
        'window',
      );
      let runs = bench.services.runs;
      const ids: string[] = [];
      const attemptsSeen = new Map<string, number[]>();
      const ends = new Map<string, string>();
      const claim = () => {
        const run = runs.claimNext();
        if (run) attemptsSeen.set(run.id, [...(attemptsSeen.get(run.id) ?? []), run.attempt]);
      };
      const restart = () => {
        runs = tempServices(bench.home, bench.store).services.runs;
        runs.recoverInterrupted();
      };
      const end = (id: string, attempt: number, status: 'succeeded' | 'failed') => {
        if (runs.finish(id, attempt, { status }, [])) expect(ends.has(id)).toBe(false);
      };
      const watch = () => {
        for (const id of ids) {
          const status = runs.summary(id)?.status ?? 'lost';
          if (ends.has(id)) expect(status).toBe(ends.get(id));
          else if ((terminalStatuses as string[]).includes(status)) ends.set(id, status);
        }
      };
      for (const { act, at } of script) {
        const id = ids[at % Math.max(1, ids.length)] ?? '';
        const attempt = attemptsSeen.get(id)?.at(-1) ?? 0;
        if (act === 'submit') ids.push(runs.submit(submission(pipelineId)).id);
        else if (act === 'claim') claim();
        else if (act === 'restart') restart();
        else if (act === 'finish') end(id, attempt, 'succeeded');
        else if (act === 'fail') end(id, attempt, 'failed');
        else if (act === 'stale') expect(runs.finish(id, attempt - 1, succeeded, [])).toBe(false);
        else if (id && !ends.has(id)) runs.requestCancel(id);
        watch();
      }
      // Left alone, the engine drains the queue.
      restart();
      for (let turn = 0; turn < 200 && runs.queuedCount() > 0; turn += 1) {
        claim();
        for (const [id, seen] of attemptsSeen) end(id, seen.at(-1) ?? 0, 'succeeded');
        watch();
      }
      watch();
      expect([...ends.keys()].sort()).toEqual([...ids].sort());
      for (const seen of attemptsSeen.values()) expect(seen).toEqual(seen.map((_, index) => index + 1));
    }),
    { numRuns: 60 },
  );
  expect(await stores.at(-1)?.inspect()).toMatchObject({ integrity: 'ok' });
});
