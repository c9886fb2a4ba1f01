import { expect, test } from 'vitest';
import { sampleDocument, submission, tempServices } from './testing/temp-services.ts';

const idle = () => true;
const busy = () => false;

function withLog() {
  const bench = tempServices();
  const { id } = bench.services.pipelines.create(sampleDocument(), 'window');
  const write = () => {
    while (bench.store.diagnostics().walBytes < 400_000) bench.services.runs.submit(submission(id));
  };
  return { ...bench, write };
}

test('the log of the store is emptied when nothing runs, and left alone while something does', async () => {
  const { services, store, write } = withLog();
  write();
  await services.care.look(busy);
  expect(store.diagnostics().walBytes).toBeGreaterThan(0);
  await services.care.look(idle);
  expect(services.care.diagnostics().walBytes).toBeLessThan(100_000);
});

test('the store is checked whole once, then again a week later, and never while something runs', async () => {
  const { services, clock } = withLog();
  await services.care.look(busy);
  expect(services.care.diagnostics().lastCheck).toBeNull();
  await services.care.look(idle);
  const first = services.care.diagnostics().lastCheck;
  expect(first).toEqual({ at: expect.any(String), result: 'ok' });
  clock.advance(6 * 24 * 3_600_000);
  await services.care.look(idle);
  expect(services.care.diagnostics().lastCheck).toEqual(first);
  clock.advance(2 * 24 * 3_600_000);
  await services.care.look(idle);
  expect(services.care.diagnostics().lastCheck?.at).not.toBe(first?.at);
});

test('work that comes while the store is checked stops the check, which begins again later', async () => {
  const { services } = withLog();
  let looks = 0;
  await services.care.look(() => {
    looks += 1;
    return looks < 4;
  });
  expect(services.care.diagnostics().lastCheck).toBeNull();
  await services.care.look(idle);
  expect(services.care.diagnostics().lastCheck?.result).toBe('ok');
});

test('every connection is told with the settings that it really has', () => {
  const { connections } = tempServices().services.care.diagnostics();
  expect(connections.length).toBeGreaterThan(0);
  for (const connection of connections)
    expect(connection).toMatchObject({
      journalMode: 'wal',
      synchronous: 2,
      foreignKeys: 1,
      trustedSchema: 0,
    });
});
