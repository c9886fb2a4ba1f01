import { expect, test } from 'vitest';
import { fillOlderHome } from '../store/testing/older-home.ts';
import { tempHome, tempStore } from '../store/testing/temp-home.ts';
import { cronTimetable } from '../triggers/cron-timetable.ts';
import { sampleDocument, submission, tempServices } from './testing/temp-services.ts';

const schedule = { cron: '0 2 * * *', timezone: 'UTC', missed: 'all', overlap: 'skip' } as const;

function openOlder() {
  const home = tempHome();
  fillOlderHome(
    home,
    sampleDocument('Orders', {
      retry: { attempts: 3, backoff: 'fixed', delay: '1s', jitter: false },
      schedule,
    }),
  );
  const bench = tempServices(home, tempStore(home), { timetable: cronTimetable });
  return { ...bench, settled: bench.services.runs.recoverInterrupted() };
}

test('a home of version 1 keeps its runs, logs, datasets, kept rows and settings', async () => {
  const { services, settled } = openOlder();
  const { runs, datasets, settings } = services;
  expect(settled).toEqual({ requeued: 1, failed: 0 });
  expect(
    runs.list({ limit: 10 }).runs.map(({ id, status, attempt }) => `${id}: ${status} ${attempt}`),
  ).toEqual([
    'given up: cancelled 0',
    'put back: queued 1',
    'under way: queued 1',
    'broken: failed 2',
    'good: succeeded 1',
  ]);
  const good = runs.get('good');
  expect(good).toMatchObject({ labels: [], note: null, pinned: false, outputs: [{ name: 'Orders' }] });
  expect(good.steps.map(({ nodeId, status, hasRows }) => `${nodeId}: ${status} ${hasRows}`)).toEqual([
    'src: succeeded true',
    'out: succeeded false',
  ]);
  expect(runs.keptRows('good', 'src').rows).toBe(1);
  const log = await runs.logs({ runId: 'good', limit: 10 });
  expect(log.entries.map(({ id, message }) => `${id} ${message}`)).toEqual(['1 read', '3 slow', '9 written']);
  expect((await runs.logs({ runId: 'good', limit: 10, level: 'warn' })).total).toBe(1);
  expect(datasets.get('d')).toMatchObject({ name: 'Orders', pinned: false, versions: [{ runId: 'good' }] });
  expect(settings.get().concurrentRuns).toBe(3);
});

test('a home of version 1 is whole by every check, and its earlier attempts count', async () => {
  const { services } = openOlder();
  expect(await services.fsck.check()).toEqual({
    integrity: 'ok',
    lost: [],
    orphans: [],
    missing: [],
    duplicates: [],
  });
  expect(services.runs.get('broken').attempts.map(({ status }) => status)).toEqual(['interrupted', 'failed']);
  expect(services.runs.get('put back').attempts.map(({ error }) => error?.code)).toEqual(['interrupted']);
});

test('a home of version 1 goes on: its runs are claimed, new ones and their lines get new numbers', async () => {
  const { services, store, clock } = openOlder();
  const { runs } = services;
  const added = runs.submit(submission('p', { trigger: 'api' })).id;
  clock.advance(10_000);
  const claimed = [runs.claimNext(), runs.claimNext(), runs.claimNext()];
  expect(new Set(claimed.map((run) => run?.id))).toEqual(new Set(['under way', 'put back', added]));
  runs.appendLogs(added, 1, [{ time: '2026-02-01T00:00:00.000Z', level: 'info', message: 'new' }]);
  const { entries } = await runs.logs({ runId: added, limit: 10 });
  expect(entries[0]?.id).toBeGreaterThan(9);
  expect(runs.remove(['good'])).toEqual({ removed: 1 });
  expect(store.retention.nextDoomedLog()).toBe(1);
});

test('the schedule that stood in a document of version 1 fires from now on', () => {
  const { services, clock } = openOlder();
  services.adoptSchedules();
  services.adoptSchedules();
  const [trigger, ...others] = services.triggers.list();
  expect(others).toEqual([]);
  expect(trigger).toMatchObject({ pipelineId: 'p', origin: 'document', lastFire: null });
  expect(Date.parse(trigger?.nextFireAt ?? '')).toBeGreaterThan(clock.now());
});
