import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { terminalStatuses } from '../../shared/contract/domain.ts';
import { openStore } from '../store/open-store.ts';
import { tempHome } from '../store/testing/temp-home.ts';
import { sampleDocument, tempServices } from './testing/temp-services.ts';

const url = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);

/** A process that owns the home, works the queue, and says each run that it has accepted or published. */
const script = `
  import { mkdirSync, writeFileSync } from 'node:fs';
  import { dirname } from 'node:path';
  import { lockHome } from ${url('../store/home-lock.ts')};
  import { homePaths } from ${url('../store/home-paths.ts')};
  import { openStore } from ${url('../store/open-store.ts')};
  import { createEventBus, createServices } from ${url('./index.ts')};
  const [, root, pipelineId] = process.argv;
  const home = homePaths(root);
  lockHome(home);
  const store = openStore(home, { ballastBytes: 0 });
  const { runs, datasets } = createServices({ store, home, events: createEventBus(), samplesFolder: '', documentText: {} });
  runs.recoverInterrupted();
  const base = { pipelineId, parameters: {}, mode: 'fast', environment: 'live', trigger: 'api', cause: 'test' };
  const columns = [{ name: 'a', type: 'INTEGER' }];
  for (;;) {
    process.stdout.write('accepted ' + runs.submit(base).id + '\\n');
    const run = runs.claimNext();
    runs.appendLogs(run.id, run.attempt, [{ time: new Date().toISOString(), level: 'info', message: 'x' }]);
    const place = datasets.reserve('D', 'live');
    mkdirSync(dirname(place.finalPath), { recursive: true });
    writeFileSync(place.finalPath, 'PAR1');
    const output = { output: 'dataset', nodeId: 'out', name: 'D', mode: 'replace', path: '', rows: 1, bytes: 4, columns };
    runs.finish(run.id, run.attempt, { status: 'succeeded' }, [{ ...place, output }]);
    process.stdout.write('published ' + run.id + '\\n');
    await new Promise((next) => setImmediate(next));
  }
`;

test('ten kills -9 at random moments lose no accepted run, publish none twice and leave no half work behind', async () => {
  const home = tempHome();
  const setup = openStore(home, { ballastBytes: 0 });
  const { id: pipelineId } = tempServices(home, setup).services.pipelines.create(
    sampleDocument('P', { retry: { attempts: 20, backoff: 'fixed', delay: '1s', jitter: false } }),
    'window',
  );
  setup.close();

  const said = { accepted: new Set<string>(), published: new Set<string>() };
  for (let round = 0; round < 10; round += 1) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, home.root, pipelineId], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const exited = once(child, 'exit');
    const target = said.accepted.size + 1 + Math.floor(Math.random() * 40);
    for await (const line of createInterface({ input: child.stdout })) {
      const [word, id] = line.split(' ');
      if ((word === 'accepted' || word === 'published') && id) said[word].add(id);
      if (said.accepted.size >= target) child.kill('SIGKILL');
    }
    expect((await exited)[1]).toBe('SIGKILL');
  }

  const bench = tempServices(home);
  const { runs, fsck, datasets } = bench.services;
  runs.recoverInterrupted();
  for (let run = runs.claimNext(); run; run = runs.claimNext()) {
    runs.finish(run.id, run.attempt, { status: 'succeeded' }, []);
  }
  const all = runs.list({ limit: 1000 }).runs;
  const found = new Map(all.map((run) => [run.id, run.status]));
  expect([...said.accepted].filter((id) => !found.has(id))).toEqual([]);
  expect(all.filter((run) => !terminalStatuses.includes(run.status))).toEqual([]);
  const versions = datasets.get(datasets.list()[0]?.id ?? '').versions;
  const publishedBy = versions.map((version) => version.runId);
  expect(new Set(publishedBy).size).toBe(versions.length);
  expect([...said.published].filter((id) => !publishedBy.includes(id))).toEqual([]);
  expect(await fsck.check()).toEqual({ integrity: 'ok', lost: [], orphans: [], missing: [], duplicates: [] });
}, 60_000);
