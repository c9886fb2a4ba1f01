import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { type HomePaths, homePaths, prepareHome } from '../../src/main/store/home-paths.ts';
import { schemaVersion } from '../../src/main/store/migrate.ts';
import { migrations } from '../../src/main/store/migrations.gen.ts';
import { openStore } from '../../src/main/store/open-store.ts';
import { SeededRandom } from './random.ts';

/** More of them where the whole proof is wanted. */
const rounds = Number(process.env.CHAOS_ROUNDS ?? 12);
const seed = Number(process.env.CHAOS_SEED ?? 14);
const runs = 3_000;

/** A home as the first version of the schema left it, with runs whose rows the migrations carry over. */
function oldHome(root: string): HomePaths {
  const home = homePaths(root);
  prepareHome(home);
  const db = new Database(home.store);
  db.pragma('journal_mode = WAL');
  db.exec(migrations[0]?.sql ?? '');
  db.exec(`PRAGMA user_version = 1;
    INSERT INTO pipelines (id, workspace_id, name, description, revision, node_count, created_at, updated_at)
      SELECT 'p', id, 'p', '', 1, 1, 't', 't' FROM workspaces;
    INSERT INTO pipeline_revisions (pipeline_id, revision, document, node_count, author, created_at)
      VALUES ('p', 1, '{}', 1, 'window', 't');
    INSERT INTO runs (id, pipeline_id, revision, environment, status, mode, "trigger", cause, attempt, parameters,
        queued_at, started_at, finished_at)
      WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < ${runs})
      SELECT 'r' || value, 'p', 1, 'live', 'succeeded', 'fast', 'api', '', 1, '{}', 't', 't', 't' FROM n;
    INSERT INTO run_steps (run_seq, node_id, status) SELECT seq, 'n', 'succeeded' FROM runs;`);
  db.close();
  return home;
}

/** Starts an opening of the home, kills it after a while from the moment it begins, and says whether it had finished. */
async function killWhileOpening(home: HomePaths, afterMilliseconds: number): Promise<boolean> {
  const args = [
    '--disable-warning=ExperimentalWarning',
    join(import.meta.dirname, 'open-and-wait.ts'),
    home.root,
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  await new Promise<void>((begun) =>
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      begun();
    }),
  );
  await sleep(afterMilliseconds);
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGKILL');
  await gone;
  return said.includes('opened');
}

function stateOf(home: HomePaths): { version: number; integrity: string } {
  const db = new Database(home.store);
  try {
    const version = Number(db.pragma('user_version', { simple: true }));
    return { version, integrity: String(db.pragma('integrity_check', { simple: true })) };
  } finally {
    db.close();
  }
}

test(`a kill at any moment of an upgrade leaves the old store or the new one, seed ${seed}`, {
  timeout: 600_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-upgrade-'));
  const template = oldHome(join(folder, 'template'));
  const random = new SeededRandom(seed);
  const found = new Set<number>();
  for (let round = 0; round < rounds; round += 1) {
    const home = homePaths(join(folder, `home-${round}`));
    cpSync(template.root, home.root, { recursive: true });
    await killWhileOpening(home, random.below(150));
    const { version, integrity } = stateOf(home);
    expect(integrity).toBe('ok');
    expect(version).toBeGreaterThanOrEqual(1);
    expect(version).toBeLessThanOrEqual(schemaVersion);
    found.add(version);
    const store = openStore(home, { ballastBytes: 0 });
    expect(await store.inspect()).toMatchObject({ integrity: 'ok' });
    expect(store.diagnostics().schemaVersion).toBe(schemaVersion);
    store.close();
    const db = new Database(home.store, { readonly: true });
    for (const table of ['runs', 'run_attempts', 'run_steps'])
      expect(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()).toEqual({ n: runs });
    db.close();
    rmSync(home.root, { recursive: true });
  }
  console.log(`versions found after the kills: ${[...found].sort().join(', ')}`);
  rmSync(folder, { recursive: true });
});
