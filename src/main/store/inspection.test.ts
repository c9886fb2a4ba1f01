import { openSync, writeSync } from 'node:fs';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openStore } from './open-store.ts';
import { tempHome, tempStore } from './testing/temp-home.ts';

test('a sound store is found sound, by a connection with the settings of every other', async () => {
  const store = tempStore();
  let seen: readonly object[] = [];
  const found = await store.inspect(() => {
    seen = store.diagnostics().connections;
    return true;
  });
  expect(found).toEqual({ integrity: 'ok', brokenAttempts: [], repeatedFires: [], repeatedDeliveries: [] });
  const [own, inspecting] = seen;
  expect(inspecting).toEqual({ ...own, name: 'inspection' });
  expect(store.diagnostics().connections).toHaveLength(1);
});

test('main answers and writes while the store is inspected', async () => {
  const store = tempStore();
  let turns = 0;
  const found = store.inspect();
  let over = false;
  void found.then(() => {
    over = true;
  });
  while (!over) {
    store.write(() => store.settings.set('turn', turns));
    turns += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(turns).toBeGreaterThan(5);
  expect(await found).toMatchObject({ integrity: 'ok' });
});

test('an inspection that is not to go on ends without an answer, and so do all when they are stopped', async () => {
  const store = tempStore();
  expect(await store.inspect(() => false)).toBeUndefined();
  const underWay = store.inspect();
  await store.stopInspections();
  expect(await underWay).toBeUndefined();
  expect(store.diagnostics().connections).toHaveLength(1);
});

test('a row that points at nothing, and a damaged page, are found', async () => {
  const home = tempHome();
  const store = tempStore(home);
  store.write(() => store.settings.set('big', 'x'.repeat(200_000)));
  const other = new Database(home.store);
  other.pragma('foreign_keys = OFF');
  other.exec("INSERT INTO run_steps (run_seq, attempt, node_id, status) VALUES (99, 1, 'a', 'succeeded')");
  other.close();
  expect((await store.inspect())?.integrity).toContain('run_steps row');
  store.checkpoint();
  writeSync(openSync(home.store, 'r+'), Buffer.alloc(4096, 0xff), 0, 4096, 4096 * 60);
  expect((await store.inspect())?.integrity).not.toBe('ok');
});

test('a thread that cannot work says so', async () => {
  const home = tempHome();
  const store = openStore(home, { ballastBytes: 0, inspector: new URL('data:text/javascript,') });
  await expect(store.inspect()).rejects.toThrow('could not be inspected');
  store.close();
});

test('a checkpoint does not wait for a reader, and empties the log once it is gone', async () => {
  const home = tempHome();
  const store = tempStore(home);
  store.write(() => store.settings.set('a', 'x'.repeat(500_000)));
  const reader = new Database(home.store, { readonly: true });
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM settings').get();
  store.write(() => store.settings.set('b', 'x'.repeat(500_000)));
  store.checkpoint();
  expect(store.diagnostics().walBytes).toBeGreaterThan(0);
  expect(store.diagnostics().connections[0]?.busyTimeout).toBe(5000);
  reader.close();
  store.checkpoint();
  expect(store.diagnostics().walBytes).toBe(0);
});
