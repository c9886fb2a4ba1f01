import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'vitest';
import { findFaketime } from '../scripts/kit/faketime.ts';
import { findServer } from '../src/main/app/find-server.ts';
import type { TriggerFire } from '../src/shared/contract/triggers.ts';
import { fakedClock } from './support/faketime.ts';
import { smallPipeline } from './support/temp-app.ts';

const library = findFaketime();
if (!library)
  console.log('SKIPPED: sleep and clock jumps of the real process, because libfaketime is not installed.');

const cli = join(import.meta.dirname, '../src/main/cli/main.ts');
const hour = 3600;
type Finished = (close: () => Promise<void> | void) => void;

/** Asks until it holds; what follows says what did not. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 40_000;
  while (!(await holds()) && performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 250));
}

/** The real server with a clock of its own. */
async function startServer(onTestFinished: Finished) {
  const home = mkdtempSync(join(tmpdir(), 'sluice-clock-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const clock = fakedClock(library ?? '', `${home}.clock`);
  onTestFinished(() => rmSync(`${home}.clock`, { force: true }));
  const server = spawn(process.execPath, [cli, 'serve', '--home', home, '--port', '0', '--json'], {
    env: { ...process.env, ...clock.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => ended(server));
  await new Promise((resolve) => server.stdout.once('data', resolve));
  const found = await findServer(home);
  if (!found) throw new Error('the server is not found');
  return { client: found.client, server, clock };
}

function ended(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (server.exitCode !== null || server.signalCode !== null) return resolve();
    server.once('exit', () => resolve());
    server.kill('SIGKILL');
  });
}

type Client = Awaited<ReturnType<typeof startServer>>['client'];

const firesOf = async (client: Client, id: string): Promise<TriggerFire[]> =>
  (await client.triggers.fires({ id, limit: 500 })).fires.reverse();

/** Hourly, half an hour away from now, so that only a jump leads to a slot. */
async function hourly(client: Client, missed: 'skip' | 'last' | 'all') {
  const pipeline = await client.pipelines.create({ document: smallPipeline(`hourly_${missed}`) });
  const minute = (new Date().getUTCMinutes() + 30) % 60;
  return client.triggers.create({
    pipelineId: pipeline.id,
    name: missed,
    config: { kind: 'cron', cron: `${minute} * * * *`, timezone: 'UTC', missed, overlap: 'queue' },
  });
}

/** Until the loop has looked after the jump. */
async function looked(client: Client): Promise<void> {
  const { lastCheckAt } = await client.triggers.status({});
  await until(async () => (await client.triggers.status({})).lastCheckAt !== lastCheckAt);
}

test.skipIf(!library).concurrent(
  'a sleep of eight hours fires exactly what each policy says',
  async ({ expect, onTestFinished }) => {
    const { client, server, clock } = await startServer(onTestFinished);
    const triggers = {
      skip: await hourly(client, 'skip'),
      last: await hourly(client, 'last'),
      all: await hourly(client, 'all'),
    };
    server.kill('SIGSTOP');
    clock.setOffset(8 * hour);
    server.kill('SIGCONT');
    await looked(client);
    const startedOf = async (id: string) =>
      (await firesOf(client, id)).filter(({ outcome }) => outcome === 'started').length;
    await until(async () => (await startedOf(triggers.all.id)) === 8);
    const told = async (missed: 'skip' | 'last' | 'all') =>
      (await firesOf(client, triggers[missed].id)).map(({ outcome }) => outcome);
    expect(await told('skip')).toEqual(Array.from({ length: 8 }, () => 'missed'));
    expect(await told('last')).toEqual([...Array.from({ length: 7 }, () => 'missed'), 'started']);
    expect(await told('all')).toEqual(Array.from({ length: 8 }, () => 'started'));
    for (const { id } of Object.values(triggers)) {
      const slots = (await firesOf(client, id)).map(({ slot }) => Date.parse(slot));
      expect(slots.slice(1).map((slot, at) => slot - (slots[at] ?? 0))).toEqual(
        Array.from({ length: 7 }, () => hour * 1000),
      );
    }
  },
  120_000,
);

test.skipIf(!library).concurrent(
  'a clock that jumps two hours ahead, back, and ahead again decides each slot once',
  async ({ expect, onTestFinished }) => {
    const { client, clock } = await startServer(onTestFinished);
    const { id } = await hourly(client, 'last');
    for (const offset of [2 * hour, 0, -2 * hour, 2 * hour]) {
      clock.setOffset(offset);
      await looked(client);
    }
    expect((await firesOf(client, id)).map(({ outcome }) => outcome)).toEqual(['missed', 'started']);
    clock.setOffset(4 * hour);
    await looked(client);
    expect((await firesOf(client, id)).map(({ outcome }) => outcome)).toEqual([
      'missed',
      'started',
      'missed',
      'started',
    ]);
    expect((await client.runs.list({ triggerId: id })).total).toBe(2);
  },
  240_000,
);
