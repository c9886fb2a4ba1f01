import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { TriggerConfig, TriggerFire, TriggerSettings } from '../../shared/contract/triggers.ts';
import { manualClock } from '../platform/clock.ts';
import { type ServicesBench, sampleDocument, tempServices } from '../services/testing/temp-services.ts';
import { cronTimetable } from './cron-timetable.ts';
import { createTriggers, type Triggers } from './index.ts';

const silent = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
};
const minute = 60_000;
const hour = 3_600_000;

interface Bench extends ServicesBench {
  readonly loop: Triggers;
  /** The process dies and another one takes over: nothing but the store is left. */
  kill(): Bench;
  pipelineId: string;
}

function openBench(start: string, before?: ServicesBench): Bench {
  const clock = before?.clock ?? manualClock(Date.parse(start));
  const services = tempServices(before?.home, before?.store, {
    timetable: cronTimetable,
    clock,
  });
  const loop = createTriggers({
    services: services.services,
    events: services.bus,
    clock,
    log: silent as never,
  });
  loop.start();
  onTestFinished(() => loop.stop());
  const pipelineId =
    before === undefined
      ? services.services.pipelines.create(
          sampleDocument('Nightly', {
            parameters: { day: { type: 'text', default: '' }, before: { type: 'text', default: '' } },
          }),
          'window',
        ).id
      : (before as Bench).pipelineId;
  const bench: Bench = {
    ...services,
    loop,
    pipelineId,
    kill: () => {
      void loop.stop();
      return openBench(start, bench);
    },
  };
  return bench;
}

const schedule = (
  extra: Partial<Extract<TriggerConfig, { kind: 'cron' }>> = {},
  settings: Partial<TriggerSettings> = {},
): TriggerSettings => ({
  name: 'Nightly',
  config: {
    kind: 'cron',
    cron: '0 * * * *',
    timezone: 'UTC',
    missed: 'last',
    overlap: 'queue',
    jitterSeconds: 0,
    ...extra,
  },
  parameters: {},
  environment: 'live',
  startAt: null,
  endAt: null,
  ...settings,
});

async function makeSchedule(bench: Bench, settings: TriggerSettings): Promise<string> {
  return (await bench.services.triggers.create(bench.pipelineId, settings)).id;
}

const firesOf = (bench: Bench, id: string): TriggerFire[] =>
  bench.services.triggers.fires({ triggerId: id, limit: 10_000 }).reverse();
const told = (fires: readonly TriggerFire[]) =>
  fires.map(({ slot, outcome }) => `${slot.slice(5, 16)} ${outcome}`);

/** Ends every run that there is, as the engine would. */
function endRuns({ services }: Bench): void {
  for (let run = services.runs.claimNext(); run; run = services.runs.claimNext()) {
    services.runs.finish(run.id, run.attempt, { status: 'succeeded' }, []);
  }
}

test('a schedule fires at its slots, with the slot in its parameters, and says so in the run', async () => {
  let bench = openBench('2026-11-20T10:00:30Z');
  const id = await makeSchedule(
    bench,
    schedule(
      { cron: '0 2 * * *', timezone: 'Europe/Berlin' },
      { parameters: { day: '{slot.date}', before: 'since {previous_slot}' } },
    ),
  );
  expect(bench.services.triggers.get(id).nextFireAt).toBe('2026-11-21T01:00:00.000Z');
  bench.clock.advance(24 * hour);
  bench = bench.kill();
  const [fire, ...others] = firesOf(bench, id);
  expect(others).toEqual([]);
  expect(fire).toMatchObject({ slot: '2026-11-21T01:00:00.000Z', outcome: 'started', runStatus: 'queued' });
  const run = bench.services.runs.get(fire?.runId ?? '');
  expect(run).toMatchObject({
    trigger: 'schedule',
    triggerId: id,
    cause: 'Schedule Nightly, 2026-11-21 02:00 Europe/Berlin',
    parameters: { day: '2026-11-21', before: 'since 2026-11-20T01:00:00.000Z' },
  });
});

test.each([
  [
    'skip',
    [
      '21 09:00 missed',
      '21 10:00 missed',
      '21 11:00 missed',
      '21 12:00 missed',
      '21 13:00 missed',
      '21 14:00 missed',
      '21 15:00 missed',
      '21 16:00 missed',
    ],
  ],
  [
    'last',
    [
      '21 09:00 missed',
      '21 10:00 missed',
      '21 11:00 missed',
      '21 12:00 missed',
      '21 13:00 missed',
      '21 14:00 missed',
      '21 15:00 missed',
      '21 16:00 started',
    ],
  ],
  [
    'all',
    [
      '21 09:00 started',
      '21 10:00 waiting',
      '21 11:00 waiting',
      '21 12:00 waiting',
      '21 13:00 waiting',
      '21 14:00 waiting',
      '21 15:00 waiting',
      '21 16:00 waiting',
    ],
  ],
] as const)('after eight hours of sleep the policy %s decides each hour', async (missed, expected) => {
  const bench = openBench('2026-11-21T08:30:00Z');
  const id = await makeSchedule(bench, schedule({ missed, overlap: 'skip' }));
  bench.clock.jump(8 * hour);
  bench.clock.advance(15_000);
  expect(told(firesOf(bench, id))).toEqual(expected.map((line) => `11-${line.replace(' ', 'T')}`));
  for (let round = 0; round < 10; round += 1) {
    endRuns(bench);
    bench.clock.advance(100);
  }
  expect(firesOf(bench, id).filter(({ outcome }) => outcome === 'waiting')).toEqual([]);
  expect(firesOf(bench, id).filter(({ runId }) => runId !== null)).toHaveLength(
    { skip: 0, last: 1, all: 8 }[missed],
  );
});

test('a slot that is due at the wake-up makes up for all that was missed under `last`', async () => {
  const bench = openBench('2026-11-21T08:30:00Z');
  const id = await makeSchedule(bench, schedule());
  bench.clock.jump(2 * hour - 30 * minute);
  bench.clock.advance(15_000);
  expect(told(firesOf(bench, id))).toEqual(['11-21T09:00 missed', '11-21T10:00 started']);
});

test('a clock that jumps two hours ahead and back fires no slot twice and none in between', async () => {
  const bench = openBench('2026-11-21T08:59:00Z');
  const id = await makeSchedule(bench, schedule({ missed: 'last', overlap: 'queue' }));
  bench.clock.advance(2 * minute);
  bench.clock.jump(2 * hour);
  bench.clock.advance(15_000);
  bench.clock.jump(-2 * hour);
  bench.clock.advance(3 * hour);
  const fires = firesOf(bench, id);
  expect(told(fires).map((line) => line.split(' ')[0])).toEqual([
    '11-21T09:00',
    '11-21T10:00',
    '11-21T11:00',
    '11-21T12:00',
  ]);
  expect(fires[1]?.outcome).toBe('missed');
});

test('more missed slots than are looked at are one line of the history, and the newest thousand are made up', async () => {
  const bench = openBench('2026-11-21T00:00:30Z');
  const id = await makeSchedule(bench, schedule({ cron: '*/10 * * * * *', missed: 'all' }));
  bench.clock.jump(8 * hour);
  bench.clock.advance(15_000);
  const fires = firesOf(bench, id);
  expect(fires[0]).toMatchObject({
    outcome: 'missed',
    slots: null,
    reason: expect.stringMatching(/More than 1,000 slots/),
  });
  expect(fires.slice(1).length).toBeGreaterThanOrEqual(1000);
  expect(new Set(fires.map(({ slot }) => slot)).size).toBe(fires.length);
});

test('overlap: skip leaves a slot out, queue has it wait, replace ends the run before it', async () => {
  for (const overlap of ['skip', 'queue', 'replace'] as const) {
    const bench = openBench('2026-11-21T08:59:30Z');
    const id = await makeSchedule(bench, schedule({ cron: '* * * * *', overlap }));
    bench.clock.advance(minute);
    const running = bench.services.runs.claimNext();
    bench.clock.advance(minute);
    const [first, second] = firesOf(bench, id);
    expect(first?.runId).toBe(running?.id);
    expect(second?.outcome).toBe({ skip: 'skipped', queue: 'waiting', replace: 'waiting' }[overlap]);
    bench.services.runs.finish(
      running?.id ?? '',
      1,
      { status: overlap === 'replace' ? 'cancelled' : 'succeeded' },
      [],
    );
    bench.clock.advance(1000);
    const after = firesOf(bench, id)[1];
    expect(after?.outcome).toBe(overlap === 'skip' ? 'skipped' : 'started');
    if (overlap === 'replace') expect(bench.services.runs.get(first?.runId ?? '').status).toBe('cancelled');
  }
});

test('a pause passes slots over, and a resume makes up none of them', async () => {
  const bench = openBench('2026-11-21T08:30:00Z');
  const id = await makeSchedule(bench, schedule({ missed: 'all' }));
  bench.services.triggers.pause(id);
  expect(bench.services.triggers.get(id)).toMatchObject({ nextFireAt: null });
  bench.clock.advance(3 * hour);
  bench.services.triggers.resume(id);
  bench.clock.advance(hour);
  expect(told(firesOf(bench, id))).toEqual(['11-21T12:00 started']);
});

test('start and end bound the slots, the end itself left out', async () => {
  const bench = openBench('2026-11-21T08:30:00Z');
  const settings = { startAt: '2026-11-21T10:00:00.000Z', endAt: '2026-11-21T12:00:00.000Z' };
  const id = await makeSchedule(bench, schedule({}, settings));
  expect(bench.services.triggers.get(id).nextFireAt).toBe('2026-11-21T10:00:00.000Z');
  bench.clock.advance(6 * hour);
  expect(told(firesOf(bench, id)).map((line) => line.slice(0, 11))).toEqual(['11-21T10:00', '11-21T11:00']);
  expect(bench.services.triggers.get(id).nextFireAt).toBeNull();
});

test('jitter moves a run by the same time whenever it is asked, within its bound', async () => {
  const bench = openBench('2026-11-21T08:31:30Z');
  const id = await makeSchedule(
    bench,
    schedule({ cron: '*/5 * * * *', jitterSeconds: 60, overlap: 'queue' }),
  );
  const waits: number[] = [];
  for (let round = 0; round < 12; round += 1) {
    bench.clock.advance(5 * minute);
    const fire = firesOf(bench, id).at(-1);
    const run = fire?.runId && bench.services.runs.get(fire.runId);
    if (run && run.notBefore !== null) waits.push(Date.parse(run.notBefore) - Date.parse(fire.slot));
    endRuns(bench);
  }
  expect(waits.length).toBeGreaterThan(8);
  expect(Math.max(...waits)).toBeLessThanOrEqual(60_000);
  expect(new Set(waits).size).toBeGreaterThan(4);
});

test('whatever happens (kills, jumps, sleeps), every slot is decided exactly once', async () => {
  const act = fc.oneof(
    fc.record({ act: fc.constant('advance' as const), by: fc.integer({ min: 1_000, max: 50 * minute }) }),
    fc.record({ act: fc.constant('jump' as const), by: fc.integer({ min: -2 * hour, max: 3 * hour }) }),
    fc.record({ act: fc.constantFrom('kill' as const, 'end runs' as const), by: fc.constant(0) }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('0 * * * *', '*/7 * * * *', '30 2,3 * * *', '15 30 * * * *'),
      fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/Santiago'),
      fc.constantFrom(
        '2026-03-29T00:20:10Z',
        '2026-10-25T00:20:10Z',
        '2026-04-04T14:00:00Z',
        '2026-11-01T05:00:00Z',
      ),
      fc.constantFrom('skip' as const, 'last' as const, 'all' as const),
      fc.constantFrom('queue' as const, 'skip' as const, 'replace' as const),
      fc.array(act, { minLength: 3, maxLength: 14 }),
      async (cron, timezone, start, missed, overlap, acts) => {
        let bench = openBench(start);
        const id = await makeSchedule(bench, schedule({ cron, timezone, missed, overlap }));
        let latest = Date.parse(start);
        for (const { act: what, by } of acts) {
          if (what === 'advance') bench.clock.advance(by);
          if (what === 'jump') bench.clock.jump(by);
          if (what === 'kill') bench = bench.kill();
          if (what === 'end runs') endRuns(bench);
          // What the loop did not live to see is not owed.
          bench.clock.advance(15_100);
          latest = Math.max(latest, bench.clock.now());
        }
        const fires = firesOf(bench, id);
        const owed = cronTimetable.between(
          cron,
          timezone,
          { after: Date.parse(start), upTo: latest },
          100_000,
        ).slots;
        const slots = fires.map(({ slot }) => slot).sort();
        expect(new Set(slots).size).toBe(slots.length);

        expect(slots).toEqual(owed.map((slot) => new Date(slot).toISOString()).sort());
        const started = fires.filter(({ outcome }) => outcome === 'started');
        const runs = bench.services.runs.list({ limit: 1000 }).runs;
        expect(runs).toHaveLength(started.length);
        expect(new Set(started.map(({ runId }) => runId)).size).toBe(started.length);
        if (missed === 'all') expect(fires.filter(({ outcome }) => outcome === 'missed')).toEqual([]);
        await bench.loop.stop();
      },
    ),
    { numRuns: 30 },
  );
});

test('a backfill counts first, runs a few at a time behind everything, pauses, goes on after a kill, and stops', async () => {
  let bench = openBench('2026-11-21T08:30:00Z');
  const id = await makeSchedule(
    bench,
    schedule({ cron: '0 2 * * *', timezone: 'Europe/Berlin' }, { parameters: { day: '{slot.date}' } }),
  );
  const range = {
    triggerId: id,
    from: '2026-11-01T00:00:00.000Z',
    to: '2026-11-11T00:00:00.000Z',
    skipDone: false,
  };
  expect(bench.services.triggers.backfills.count(range)).toMatchObject({
    total: 10,
    first: '2026-11-01T01:00:00.000Z',
  });
  const { id: backfillId } = bench.services.triggers.backfills.start({ ...range, parallel: 2 });
  const now = () => bench.services.triggers.backfills.list(id)[0];
  expect(now()).toMatchObject({ total: 10, done: 2, active: 2, status: 'running' });
  const [run] = bench.services.runs.list({ limit: 10 }).runs;
  expect(run).toMatchObject({
    priority: -100,
    cause: expect.stringMatching(/^Backfill of Schedule Nightly, 2026-11-0/),
  });
  endRuns(bench);
  bench.services.triggers.backfills.pause(backfillId);
  bench.clock.advance(minute);
  expect(now()).toMatchObject({ done: 2, active: 0, succeeded: 2, status: 'paused' });
  bench = bench.kill();
  bench.services.triggers.backfills.resume(backfillId);
  for (let round = 0; round < 3; round += 1) {
    endRuns(bench);
    bench.clock.advance(1000);
  }
  expect(now()).toMatchObject({ done: 10, active: 2, status: 'running' });
  endRuns(bench);
  bench.clock.advance(1000);
  expect(now()).toMatchObject({ done: 10, active: 0, succeeded: 10, status: 'done' });
  const days = bench.services.runs
    .list({ limit: 100 })
    .runs.map((each) => bench.services.runs.get(each.id).parameters.day);
  expect([...days].sort()).toEqual(
    Array.from({ length: 10 }, (_, day) => `2026-11-${String(day + 1).padStart(2, '0')}`),
  );
  expect(firesOf(bench, id)).toEqual([]);

  expect(bench.services.triggers.backfills.count({ ...range, skipDone: true })).toMatchObject({
    total: 0,
    leftOut: 10,
  });
  const second = bench.services.triggers.backfills.start({ ...range, parallel: 3 });
  const stopped = bench.services.triggers.backfills.stop(second.id);
  expect(stopped).toMatchObject({ status: 'stopped', active: 0, failed: 3 });
  bench.clock.advance(minute);
  expect(now()).toMatchObject({ done: 3 });
});

test('a backfill that waits for its runs says nothing until one of them ends', async () => {
  const bench = openBench('2026-11-21T08:30:00Z');
  const id = await makeSchedule(bench, schedule({ cron: '0 2 * * *' }));
  let told = 0;
  bench.bus.subscribe((event) => {
    if (event.type === 'trigger.changed' && event.change === 'updated') told += 1;
  });
  const range = { triggerId: id, from: '2026-11-01T00:00:00.000Z', to: '2026-11-05T00:00:00.000Z' };
  bench.services.triggers.backfills.start({ ...range, skipDone: false, parallel: 4 });
  bench.clock.advance(minute);
  const before = told;
  // What it says wakes the loop that looks at it: else it would wake itself for ever.
  bench.clock.advance(minute);
  expect(told).toBe(before);
  endRuns(bench);
  bench.clock.advance(1000);
  expect(told).toBeGreaterThan(before);
  expect(bench.services.triggers.backfills.list(id)).toMatchObject([{ status: 'done', succeeded: 4 }]);
});

test('a backfill passes over what is done, also what others did since it began', async () => {
  const bench = openBench('2026-11-21T08:30:00Z');
  const { backfills } = bench.services.triggers;
  const id = await makeSchedule(bench, schedule({ cron: '0 2 * * *' }));
  const day = (number: number) => `2026-11-${String(number).padStart(2, '0')}T00:00:00.000Z`;
  const part = (from: number, to: number) => ({
    triggerId: id,
    from: day(from),
    to: day(to),
    skipDone: true,
  });
  const finish = () => {
    for (let round = 0; round < 12; round += 1) {
      endRuns(bench);
      bench.clock.advance(1000);
    }
  };
  backfills.start({ ...part(3, 5), parallel: 2 });
  finish();
  const { id: wide } = backfills.start({ ...part(1, 11), parallel: 1 });
  backfills.start({ ...part(7, 9), parallel: 2 });
  finish();
  expect(backfills.list(id).find((each) => each.id === wide)).toMatchObject({ total: 8, status: 'done' });
  const slots = bench.services.runs.list({ limit: 100 }).runs.map(({ cause }) => cause);
  expect(slots).toHaveLength(10);
  expect(new Set(slots).size).toBe(10);
});

test('the schedule of a document becomes a trigger with the save, changes with it, and goes with it', () => {
  const bench = openBench('2026-11-21T08:30:00Z');
  const { pipelines, triggers } = bench.services;
  const withSchedule = (cron: string) =>
    sampleDocument('Orders', {
      schedule: { cron, timezone: 'UTC', missed: 'last', overlap: 'skip', jitter: '90s' },
    });
  const { id, revision } = pipelines.create(withSchedule('0 9 * * *'), 'window');
  const made = triggers.list({ pipelineId: id });
  expect(made).toMatchObject([
    {
      name: 'Orders',
      origin: 'document',
      nextFireAt: '2026-11-21T09:00:00.000Z',
      config: { jitterSeconds: 90 },
    },
  ]);
  const triggerId = made[0]?.id ?? '';
  expect(() => triggers.update(triggerId, schedule())).toThrow(/stands in its pipeline/);

  triggers.pause(triggerId);
  const second = pipelines.save(id, revision, withSchedule('0 10 * * *'), 'window');
  expect(triggers.get(triggerId)).toMatchObject({
    pausedAt: expect.any(String),
    config: { cron: '0 10 * * *' },
  });
  triggers.resume(triggerId);
  const broken = pipelines.save(id, second.revision, withSchedule('61 * * * *'), 'window');
  expect(triggers.get(triggerId)).toMatchObject({
    nextFireAt: null,
    problem: expect.stringMatching(/cannot be read/),
  });
  expect(bench.services.checkSchedule(withSchedule('61 * * * *'))).toMatchObject([
    { code: 'invalid_schedule', path: ['schedule', 'cron'] },
  ]);
  expect(bench.services.checkSchedule(withSchedule('0 1 * * *'))).toEqual([]);

  pipelines.save(id, broken.revision, sampleDocument('Orders'), 'window');
  expect(triggers.list({ pipelineId: id })).toEqual([]);
  const types = bench.store.events
    .after(0, 1000)
    .filter(({ resourceId }) => resourceId === triggerId)
    .map(({ type, resourceType }) => `${type} ${resourceType}`);
  expect(types).toEqual([
    'resource.created schedule',
    ...Array.from({ length: 4 }, () => 'resource.updated schedule'),
    'resource.deleted schedule',
  ]);
});

test('triggers of a removed pipeline sleep, and make up nothing when it is brought back', async () => {
  const bench = openBench('2026-11-21T08:30:00Z');
  const id = await makeSchedule(bench, schedule({ missed: 'all' }));
  bench.services.pipelines.remove([bench.pipelineId], 'window');
  expect(bench.services.triggers.list()).toEqual([]);
  bench.clock.advance(3 * hour);
  bench.services.pipelines.restore([bench.pipelineId], 'window');
  bench.clock.advance(hour);
  expect(told(firesOf(bench, id))).toEqual(['11-21T12:00 started']);
});

test('run now and test say what they do; a test writes nothing', async () => {
  const bench = openBench('2026-11-21T08:30:00Z');
  const id = await makeSchedule(bench, schedule({}, { parameters: { day: '{slot.date}' } }));
  expect(bench.services.triggers.test(id)).toEqual({
    slot: '2026-11-21T09:00:00.000Z',
    outcome: 'started',
    reason: null,
    parameters: { day: '2026-11-21' },
    problem: null,
  });
  expect(firesOf(bench, id)).toEqual([]);
  const fire = bench.services.triggers.runNow(id);
  expect(bench.services.runs.get(fire.runId ?? '').cause).toBe('Schedule Nightly, run now');
  expect(bench.services.triggers.test(id)).toMatchObject({ outcome: 'waiting' });
});
