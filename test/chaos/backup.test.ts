import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Bench, door, quickPipeline, runOnce } from './bench.ts';
import { sluice } from './product.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.clean());

/** More of them where the whole proof is wanted. */
const backups = Number(process.env.CHAOS_ROUNDS ?? 2);

const mostRuns = 50 * backups;

function idsIn(backup: string): Set<unknown> {
  const db = new Database(join(backup, 'sluice.db'), { readonly: true });
  try {
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(db.pragma('foreign_key_check')).toEqual([]);
    return new Set(db.prepare('SELECT id FROM runs').pluck().all());
  } finally {
    db.close();
  }
}

test('backups taken under load hold every run accepted before they began; a restored home serves on', async () => {
  const home = bench.home();
  const places = bench.home();
  const served = await bench.serve(home);
  const { accepted } = await door(served, quickPipeline('load'));
  const answered: string[] = [];
  let tag = 0;
  let going = true;
  const load = Array.from({ length: 4 }, async () => {
    // Bounded: the restored home executes what the backup found waiting.
    for (; going && tag < mostRuns; await sleep(10)) answered.push(await accepted(++tag));
  });
  for (let round = 1; round <= backups; round += 1) {
    await sleep(300);
    const before = [...answered];
    const folder = join(places, `backup-${round}`);
    const made = await sluice(['backup', folder, '--home', home, '--json']);
    expect(made, made.err).toMatchObject({ code: 0 });
    const ids = idsIn(folder);
    expect(before.filter((id) => !ids.has(id))).toEqual([]);
  }
  going = false;
  await Promise.all(load);
  const backup = join(places, `backup-${backups}`);
  const restored = join(places, 'restored');
  const done = await sluice(['restore', backup, '--home', restored, '--json']);
  expect(done, done.err).toMatchObject({ code: 0 });
  expect(existsSync(join(restored, 'owner.token'))).toBe(false);
  const again = await bench.serve(restored);
  for (const id of [...idsIn(backup)].slice(0, 5))
    expect(await runOnce(again.client, String(id))).toMatchObject({ status: 'succeeded' });
  while ((await again.client.system.info({})).queued > 0) await sleep(50);
  await again.product.stop();
  const fsck = await sluice(['fsck', '--home', restored]);
  expect(fsck.code, fsck.out).toBe(0);
}, 180_000);

test('a restore touches no home that is in use, occupied or of a damaged backup; --replace keeps what was there', async () => {
  const home = bench.home();
  const places = bench.home();
  const backup = join(places, 'backup');
  const served = await bench.serve(home);
  const { accepted } = await door(served, quickPipeline('kept'));
  await runOnce(served.client, await accepted(1));
  expect(await sluice(['backup', backup, '--home', home])).toMatchObject({ code: 0 });
  expect(await sluice(['restore', backup, '--home', home])).toMatchObject({ code: 1 });
  expect(await sluice(['restore', backup, '--home', home, '--replace'])).toMatchObject({ code: 3 });
  await served.product.stop();

  const spoilt = join(places, 'spoilt');
  expect(await sluice(['backup', spoilt, '--home', home])).toMatchObject({ code: 0 });
  appendFileSync(join(spoilt, 'sluice.db'), 'x');
  const before = readdirSync(home).sort();
  const refused = await sluice(['restore', spoilt, '--home', home, '--replace']);
  expect(refused).toMatchObject({
    code: 1,
    err: expect.stringMatching(/sluice\.db has \d+ bytes instead of \d+/),
  });
  expect(readdirSync(home).sort()).toEqual(before);

  const done = await sluice(['restore', backup, '--home', home, '--replace', '--json']);
  expect(done, done.err).toMatchObject({ code: 0 });
  const { movedAside } = JSON.parse(done.out) as { movedAside: string };
  expect(readFileSync(join(movedAside, 'owner.token'), 'utf8')).not.toBe('');
  expect((await sluice(['fsck', '--home', home])).code).toBe(0);
  rmSync(movedAside, { recursive: true });
}, 120_000);
