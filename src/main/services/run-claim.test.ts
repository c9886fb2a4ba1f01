import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PipelineDocument } from '../../shared/pipeline/document.ts';
import { windowPriority } from './engine-ports.ts';
import { sampleDocument, submission, tempServices } from './testing/temp-services.ts';

const succeeded = { status: 'succeeded' } as const;

function withPipeline(extra: object = {}) {
  const bench = tempServices();
  const make = (name: string, parts: object = extra) =>
    bench.services.pipelines.create(sampleDocument(name, parts as Partial<PipelineDocument>), 'window').id;
  return { ...bench, make, pipelineId: make('Orders'), runs: bench.services.runs };
}

const api = (pipelineId: string, lane: string, extra = {}) =>
  submission(pipelineId, { trigger: 'api', lane, ...extra });

test('a thousand queued jobs of one key delay neither the Run button nor another key', () => {
  const { runs, make, store } = withPipeline();
  const [ingest, edited, other] = [make('Ingest'), make('Edited'), make('Other')];
  store.write(() => {
    for (let count = 0; count < 1000; count += 1) runs.submit(api(ingest, 'key:busy'));
  });
  // Two slots: both are busy with the key's jobs when the window and another key come.
  const working = [runs.claimNext(), runs.claimNext()];
  expect(working.map((run) => run?.pipelineId)).toEqual([ingest, ingest]);
  const pressed = runs.submit(submission(edited)).id;
  const quiet = runs.submit(api(other, 'key:quiet')).id;
  expect(runs.claimNext({ leastPriority: windowPriority })?.id).toBe(pressed);
  expect(runs.claimNext({ leastPriority: windowPriority })).toBeUndefined();
  // The next slot that falls free is the other key's, then the busy one goes on.
  runs.finish(working[0]?.id ?? '', 1, succeeded, []);
  expect(runs.claimNext()?.id).toBe(quiet);
  expect(runs.claimNext()?.pipelineId).toBe(ingest);
});

test('lanes take turns: each served least recently goes first', () => {
  const { runs, make } = withPipeline();
  const pipelines = ['A', 'B', 'C'].map((name) => make(name));
  const lanes = ['key:a', 'key:b', 'key:c'];
  for (const [at, lane] of lanes.entries())
    for (let count = 0; count < 4; count += 1) runs.submit(api(pipelines[at] ?? '', lane));
  const order: string[] = [];
  for (let turn = 0; turn < 12; turn += 1) {
    const run = runs.claimNext();
    order.push(lanes[pipelines.indexOf(run?.pipelineId ?? '')] ?? '');
    if (run) runs.finish(run.id, 1, succeeded, []);
  }
  expect(order).toEqual([...lanes, ...lanes, ...lanes, ...lanes]);
});

test('the lane with the fewest running runs goes first, the higher priority before all', () => {
  const { runs, make } = withPipeline();
  const [a, b] = [make('A'), make('B')];
  const [first, ...rest] = Array.from({ length: 3 }, () => runs.submit(api(a, 'key:a')).id);
  expect(runs.claimNext()?.id).toBe(first);
  const backfill = runs.submit(api(b, 'backfill:1', { priority: -100 })).id;
  const later = runs.submit(api(b, 'key:b')).id;
  const urgent = runs.submit(api(a, 'key:a', { priority: 5 })).id;
  expect([1, 2, 3, 4, 5, 6].map(() => runs.claimNext()?.id)).toEqual([
    urgent,
    later,
    ...rest,
    backfill,
    undefined,
  ]);
});

test('a bound on a lane holds it back and nobody else', () => {
  const { runs, make } = withPipeline();
  const [a, b] = [make('A'), make('B')];
  for (let count = 0; count < 3; count += 1) runs.submit(api(a, 'key:a'));
  const other = runs.submit(api(b, 'key:b')).id;
  const perLane = (lane: string) => (lane === 'key:a' ? 1 : 10);
  expect([1, 2, 3].map(() => runs.claimNext({ perLane })?.pipelineId)).toEqual([a, b, undefined]);
  expect(runs.summary(other)?.status).toBe('running');
});

test('a run that may not start yet holds back its lane of that pipeline, and says why', () => {
  const { runs, make } = withPipeline();
  const [a, b] = [make('A'), make('B')];
  const held = runs.submit(api(a, 'key:a')).id;
  runs.submit(api(a, 'key:a'));
  const free = runs.submit(api(b, 'key:b')).id;
  const mayStart = ({ document }: { document: PipelineDocument }) => document.name !== 'A';
  expect(runs.claimNext({ mayStart })?.id).toBe(free);
  expect(runs.claimNext({ mayStart })).toBeUndefined();
  expect(runs.get(held).waitsFor).toBe('dataset');
  expect(runs.claimNext()?.id).toBe(held);
});

test('a pipeline runs as many at a time as its document says, and the window passes the default alone', () => {
  const { runs, make, services } = withPipeline();
  services.settings.save({ concurrentRuns: 16 });
  const two = make('Two', { concurrency: { limit: 2 } });
  const ids = Array.from({ length: 3 }, () => runs.submit(submission(two)).id);
  expect([1, 2, 3].map(() => runs.claimNext()?.id)).toEqual([ids[0], ids[1], undefined]);
  expect(runs.get(ids[2] ?? '').waitsFor).toBe('pipeline');
  const free = make('Free');
  for (let count = 0; count < 5; count += 1) runs.submit(api(free, 'key:a'));
  expect([1, 2, 3, 4, 5].map(() => runs.claimNext()?.pipelineId)).toEqual([
    free,
    free,
    free,
    free,
    undefined,
  ]);
  const pressed = runs.submit(submission(free)).id;
  expect(runs.claimNext()?.id).toBe(pressed);
});

test('what a queued run waits for is told: a slot when all are taken, nothing when it is about to start', () => {
  const { runs, make, services } = withPipeline();
  services.settings.save({ concurrentRuns: 1 });
  const [a, b] = [make('A'), make('B')];
  runs.submit(api(a, 'key:a'));
  const { id } = runs.submit(api(b, 'key:b'));
  expect(runs.get(id).waitsFor).toBeNull();
  runs.claimNext();
  expect(runs.get(id).waitsFor).toBe('slot');
  expect(runs.get(runs.claimNext()?.id ?? '').waitsFor).toBeNull();
});

test('skip: a run that comes while as many are under way ends at once and says so', () => {
  const { runs, make, events } = withPipeline();
  const id = make('Skipping', { concurrency: { limit: 2, whenFull: 'skip' } });
  const [first, second] = [runs.submit(submission(id)), runs.submit(submission(id))];
  events.length = 0;
  const third = runs.submit(submission(id));
  expect(third).toMatchObject({ status: 'cancelled', error: { code: 'skipped' }, startedAt: null });
  expect(events.flatMap((event) => (event.type === 'run.changed' ? event.run.status : []))).toEqual([
    'cancelled',
  ]);
  runs.requestCancel(first.id);
  expect(runs.submit(submission(id)).status).toBe('queued');
  expect(runs.summary(second.id)?.status).toBe('queued');
});

test('replace: the oldest makes room, a queued one at once, a running one when it has stopped', () => {
  const { runs, make } = withPipeline();
  const id = make('Replacing', { concurrency: { limit: 1, whenFull: 'replace' } });
  const wanted: string[][] = [];
  const unsubscribe = runs.onStopWanted((runId, reason) => wanted.push([runId, reason]));
  const first = runs.submit(submission(id)).id;
  const second = runs.submit(submission(id)).id;
  expect(runs.summary(first)).toMatchObject({ status: 'cancelled', error: { code: 'replaced' } });
  runs.claimNext();
  const third = runs.submit(submission(id)).id;
  expect(wanted).toEqual([[second, 'replaced']]);
  expect(runs.claimNext()).toBeUndefined();
  runs.finish(second, 1, { status: 'cancelled' }, []);
  expect(runs.summary(second)).toMatchObject({ status: 'cancelled', error: { code: 'replaced' } });
  expect(runs.claimNext()?.id).toBe(third);
  unsubscribe();
});

test('whatever is queued, every claim takes a run that no startable run goes before', () => {
  const job = fc.record({
    lane: fc.nat(2),
    pipeline: fc.nat(2),
    priority: fc.constantFrom(-100, 0, 0, 100),
    wait: fc.constantFrom(0, 0, 0, 50),
  });
  const { runs, make, store, clock } = withPipeline();
  const limits = [1, 2, 3];
  const pipelines = limits.map((limit) => make(`P${limit}`, { concurrency: { limit } }));
  fc.assert(
    fc.property(fc.array(job, { maxLength: 25 }), (jobs) => {
      store.write(() => {
        for (const { lane, pipeline, priority, wait } of jobs) {
          const notBefore = wait > 0 ? new Date(clock.now() + wait).toISOString() : undefined;
          runs.submit(api(pipelines[pipeline] ?? '', `lane:${lane}`, { priority, notBefore }));
        }
      });
      const running = () => store.runs.occupied();
      const now = new Date(clock.now()).toISOString();
      const startable = () => {
        const busy = running();
        return store.runs
          .list({ statuses: ['queued'] }, undefined, 1000)
          .filter(({ notBefore }) => notBefore === null || notBefore <= now)
          .filter(
            ({ pipelineId }) =>
              busy.filter((run) => run.pipelineId === pipelineId).length <
              (limits[pipelines.indexOf(pipelineId)] ?? 0),
          );
      };
      for (;;) {
        const before = startable();
        const busy = running();
        const taken = runs.claimNext();
        if (!taken) {
          expect(before).toEqual([]);
          break;
        }
        const run = before.find(({ id }) => id === taken.id);
        const load = (lane: string) => busy.filter((other) => other.lane === lane).length;
        const best = Math.max(...before.map(({ priority }) => priority));
        const least = Math.min(
          ...before.filter(({ priority }) => priority === best).map(({ lane }) => load(lane)),
        );
        expect(run?.priority).toBe(best);
        expect(load(run?.lane ?? '')).toBe(least);
        const elders = before.filter(
          (other) =>
            other.lane === run?.lane && other.priority === run.priority && other.seq < (run?.seq ?? 0),
        );
        expect(elders).toEqual([]);
      }
      for (const { id, attempt } of store.runs.running()) runs.finish(id, attempt, succeeded, []);
      for (const { id } of store.runs.list({ statuses: ['queued'] }, undefined, 1000)) runs.requestCancel(id);
    }),
    { numRuns: 60 },
  );
});
