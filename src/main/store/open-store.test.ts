import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { Connection } from './connection.ts';
import { isSafeSqlite, openStore } from './open-store.ts';
import { tempHome, tempStore } from './testing/temp-home.ts';

const fullSettings = {
  name: 'store',
  journalMode: 'wal',
  synchronous: 2,
  busyTimeout: 5000,
  foreignKeys: 1,
  trustedSchema: 0,
  cellSizeCheck: 1,
  journalSizeLimit: 64 * 1024 * 1024,
};

test('a new store and one opened again have the same durable settings', () => {
  const home = tempHome();
  const first = openStore(home, { ballastBytes: 0 });
  expect(first.diagnostics().connections).toEqual([fullSettings]);
  first.close();
  // The library alone would open a file that is WAL already with synchronous = NORMAL.
  const second = tempStore(home);
  expect(second.diagnostics().connections).toEqual([fullSettings]);
  expect(second.diagnostics().uncleanStart).toBe(false);
});

test('opening twice migrates once and leaves the schema of the snapshot', async () => {
  const home = tempHome();
  openStore(home, { ballastBytes: 0 }).close();
  const once = schemaOf(home.store);
  openStore(home, { ballastBytes: 0 }).close();
  expect(schemaOf(home.store)).toBe(once);
  await expect(once).toMatchFileSnapshot('./schema.snapshot.sql');
});

test('the bundled migrations are those of the folder', () => {
  const script = join(import.meta.dirname, '../../../scripts/build-migrations.ts');
  expect(() => execFileSync(process.execPath, [script, '--check'])).not.toThrow();
});

test.each(['closed', 'killed'])(
  'a store of a newer program that was %s is refused and not one byte changes',
  (how) => {
    const home = tempHome();
    openStore(home, { ballastBytes: 0 }).close();
    const newer = new Database(home.store);
    newer.pragma('user_version = 999');
    if (how === 'killed') {
      // What a kill leaves: the new version stands in the log only.
      for (const ending of ['', '-wal']) copyFileSync(home.store + ending, `${home.store}.copy${ending}`);
    }
    newer.close();
    if (how === 'killed') {
      for (const ending of ['', '-wal']) copyFileSync(`${home.store}.copy${ending}`, home.store + ending);
    }
    const before = [digest(home.store), digest(`${home.store}-wal`)];
    expect(() => openStore(home)).toThrow(expect.objectContaining({ code: 'home_newer' }));
    expect([digest(home.store), digest(`${home.store}-wal`)]).toEqual(before);
  },
);

test('a store that was not closed is checked before it is used', async () => {
  const home = tempHome();
  const store = openStore(home, { ballastBytes: 0 });
  store.write(() => store.settings.set('a', 1));
  for (const ending of ['', '-wal']) copyFileSync(home.store + ending, join(home.tmp, `copy.db${ending}`));
  store.close();
  for (const ending of ['', '-wal']) copyFileSync(join(home.tmp, `copy.db${ending}`), home.store + ending);
  const again = tempStore(home);
  expect(again.diagnostics().uncleanStart).toBe(true);
  expect(again.settings.get('a')).toBe(1);
  expect(await again.inspect()).toMatchObject({ integrity: 'ok' });
});

test('a transaction that throws leaves nothing and announces nothing', () => {
  const store = tempStore();
  const announced: string[] = [];
  const attempt = () =>
    store.write(() => {
      store.settings.set('a', 1);
      store.afterCommit(() => announced.push('undone'));
      throw new Error('stop');
    });
  expect(attempt).toThrow('stop');
  store.write(() => {
    store.write(() => store.settings.set('b', 2));
    store.afterCommit(() => announced.push('committed'));
    expect(announced).toEqual([]);
  });
  expect([store.settings.get('a'), store.settings.get('b'), announced]).toEqual([
    undefined,
    2,
    ['committed'],
  ]);
});

test('a change outside a transaction is refused', () => {
  expect(() => tempStore().settings.set('a', 1)).toThrow(/inside a transaction/);
});

test('on a full disk a write is refused whole, reads go on, and writes work again once there is room', () => {
  const connection = new Connection(tempHome().store);
  connection.script('CREATE TABLE t (a TEXT)');
  const fill = (size: number) =>
    connection.write(() => connection.run('INSERT INTO t VALUES (@a)', { a: 'x'.repeat(size) }));
  fill(10);
  // SQLite answers a page limit exactly as it answers a disk without space.
  connection.pragma('max_page_count = 4');
  expect(() => fill(1_000_000)).toThrow(expect.objectContaining({ code: 'disk_full' }));
  expect(connection.all('SELECT length(a) AS n FROM t')).toEqual([{ n: 10 }]);
  connection.pragma('max_page_count = 100000');
  fill(1_000_000);
  expect(connection.get('SELECT count(*) AS n FROM t')).toEqual({ n: 2 });
  connection.close();
});

test('the ballast holds space and is made once', () => {
  const home = tempHome();
  openStore(home, { ballastBytes: 1_500_000 }).close();
  const { size, mtimeMs, blocks } = statSync(home.ballast);
  expect(size).toBe(1_500_000);
  expect(blocks * 512).toBeGreaterThanOrEqual(size);
  openStore(home, { ballastBytes: 1_500_000 }).close();
  expect(statSync(home.ballast).mtimeMs).toBe(mtimeMs);
});

test.each([
  ['3.51.2', false],
  ['3.51.3', true],
  ['3.52.0', true],
  ['3.7.17', false],
  ['4.0.0', true],
])('SQLite %s is taken: %s', (version, safe) => expect(isSafeSqlite(version)).toBe(safe));

function schemaOf(path: string): string {
  const db = new Database(path, { readonly: true });
  const rows = db.prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name').all();
  const version = db.pragma('user_version', { simple: true });
  db.close();
  return `-- version ${version}\n${rows.map((row) => `${(row as { sql: string }).sql};\n`).join('\n')}`;
}

function digest(path: string): string {
  return existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'none';
}

test('the store itself refuses to change a revision, to delete one alone, and to move an ended run', () => {
  const home = tempHome();
  openStore(home, { ballastBytes: 0 }).close();
  const db = new Database(home.store);
  db.pragma('foreign_keys = ON');
  db.exec(`
    INSERT INTO pipelines SELECT 'p', id, NULL, 'P', '', 1, 0, NULL, '', '', NULL FROM workspaces;
    INSERT INTO pipeline_revisions VALUES ('p', 1, '{}', 0, 'window', '');
    INSERT INTO runs (id, pipeline_id, revision, environment, status, mode, "trigger", cause, parameters, queued_at, finished_at)
    VALUES ('r', 'p', 1, 'live', 'failed', 'fast', 'api', '', '{}', '', '')`);
  expect(() => db.exec("UPDATE pipeline_revisions SET document = '[]'")).toThrow('a revision never changes');
  expect(() => db.exec('DELETE FROM pipeline_revisions')).toThrow('a revision is never deleted alone');
  expect(() => db.exec("UPDATE runs SET status = 'succeeded'")).toThrow('a run ends once');
  expect(() => db.exec('UPDATE runs SET finished_at = NULL')).toThrow(/CHECK/);
  db.exec('DELETE FROM runs; DELETE FROM pipelines');
  expect(db.prepare('SELECT count(*) AS n FROM pipeline_revisions').get()).toEqual({ n: 0 });
  db.close();
});

test('a store of before it could shrink is converted once, at its start, with all that is in it', async () => {
  const home = tempHome();
  const first = openStore(home, { ballastBytes: 0 });
  expect(first.diagnostics().canShrink).toBe(true);
  first.write(() => first.settings.set('a', 'x'.repeat(100_000)));
  first.close();
  const old = new Database(home.store);
  // As a store was made before: no page of it knows its parent.
  old.pragma('journal_mode = DELETE');
  old.pragma('auto_vacuum = NONE');
  old.exec('VACUUM');
  expect(old.pragma('auto_vacuum', { simple: true })).toBe(0);
  old.close();
  const store = tempStore(home);
  expect(store.diagnostics()).toMatchObject({ canShrink: true, connections: [fullSettings] });
  expect(store.settings.get('a')).toBe('x'.repeat(100_000));
  expect(await store.inspect()).toMatchObject({ integrity: 'ok' });
});

test('empty pages are given back in steps, and the file is smaller after a checkpoint', async () => {
  const home = tempHome();
  const store = tempStore(home);
  for (let n = 0; n < 40; n += 1) store.write(() => store.settings.set(`big ${n}`, 'x'.repeat(100_000)));
  store.checkpoint();
  const full = statSync(home.store).size;
  for (let n = 0; n < 40; n += 1) store.write(() => store.settings.set(`big ${n}`, ''));
  const free = store.diagnostics().freeBytes;
  expect(free).toBeGreaterThan(3_000_000);
  const left = store.shrink(100);
  expect(left).toBeGreaterThan(0);
  expect(store.diagnostics().freeBytes).toBeLessThan(free);
  while (store.shrink(200) > 0);
  store.checkpoint();
  expect(statSync(home.store).size).toBeLessThan(full - 3_000_000);
  expect(await store.inspect()).toMatchObject({ integrity: 'ok' });
});
