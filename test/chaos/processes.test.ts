import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Bench, busyPipeline, door, quickPipeline, runOnce, type Served } from './bench.ts';
import { isAlive, millisecondsToDie, type ProcessMark, runnersOf } from './processes.ts';
import { Product, sluice } from './product.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.clean());

/** More processor time than loading takes: hundredths of a second. */
const busyTicks = 250;

/** The runner that works on the one run under way: the one that uses the processors. */
async function busyRunner(served: Served, runId: string): Promise<ProcessMark> {
  await runOnce(served.client, runId, ({ status }) => status === 'running');
  for (;;) {
    const busy = runnersOf(served.product.home).find(({ ticks }) => ticks >= busyTicks);
    if (busy) return busy;
    await sleep(50);
  }
}

const scratchOf = (home: string): string[] =>
  readdirSync(join(home, 'tmp')).filter((name) => name.startsWith('task-'));

describe.runIf(process.platform === 'linux')('processes of a home', () => {
  test('a home has one owner: a second start leaves with 3, and after kill -9 the next start works', async () => {
    const home = bench.home();
    const { product } = await bench.serve(home);
    const second = new Product({ home });
    expect(await second.exited).toMatchObject({ code: 3 });
    expect(second.errors).toMatch(/already uses the folder/);
    for (let round = 0, current = product; round < 3; round += 1) {
      await current.kill();
      current = (await bench.serve(home)).product;
    }
  });

  test('a hundred equal requests at once make one run; another request under the same key is refused', async () => {
    const served = await bench.serve(bench.home());
    const { start } = await door(served, quickPipeline('same'));
    const answers = await Promise.all(Array.from({ length: 100 }, () => start(1, 'one key')));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ kind: 'accepted' });
    expect((await served.client.runs.list({})).total).toBe(1);
    expect(await start(2, 'one key')).toMatchObject({ kind: 'refused', status: 422 });
  });

  test('the same key answers with the same run after kill -9', async () => {
    const home = bench.home();
    const served = await bench.serve(home);
    const { start } = await door(served, quickPipeline('same'));
    const before = await start(1, 'one key');
    await served.product.kill();
    const { url } = await bench.serve(home);
    expect(await start(1, 'one key', url)).toEqual(before);
  });

  test('a cancelled run ends at once, with its process gone and nothing of it left', async () => {
    const home = bench.home();
    const served = await bench.serve(home);
    const { accepted } = await door(served, busyPipeline('cancelled', 1_000_000));
    const id = await accepted(1);
    const runner = await busyRunner(served, id);
    await served.client.runs.cancel({ id });
    expect(await runOnce(served.client, id)).toMatchObject({ status: 'cancelled' });
    while (scratchOf(home).length > 0) await sleep(20);
    // SQL of a user ran in it, so it never serves again.
    expect(await millisecondsToDie([runner], 10_000)).toBeDefined();
    expect(await served.client.datasets.list({})).toEqual([]);
    expect(readdirSync(join(home, 'datasets'))).toEqual([]);
  });

  test('runners die with a main that is killed, and the next start finishes their run', async () => {
    const home = bench.home();
    const served = await bench.serve(home);
    const { accepted } = await door(served, busyPipeline('killed', 150));
    const id = await accepted(1);
    await runOnce(served.client, id, ({ status }) => status === 'running');
    await sleep(300);
    await served.product.kill();
    expect(await millisecondsToDie(runnersOf(home), 5_000)).toBeDefined();
    const { client } = await bench.serve(home);
    expect(await runOnce(client, id)).toMatchObject({ status: 'succeeded', attempt: 2 });
    expect((await client.datasets.list({}))[0]).toMatchObject({ versionCount: 1 });
  });

  test('frozen runners are ended by the time limit of their run, and never publish beside a later attempt', async () => {
    const home = bench.home();
    const served = await bench.serve(home);
    const retry = { attempts: 5, backoff: 'fixed', delay: '10ms', jitter: false } as const;
    const { accepted } = await door(served, busyPipeline('frozen', 50, { timeout: '5s', retry }));
    const id = await accepted(1);
    await runOnce(served.client, id, ({ status }) => status === 'running');
    // The one that works and the one that waits for work: the next attempt may get that.
    const frozen = runnersOf(home);
    for (const { pid } of frozen) process.kill(pid, 'SIGSTOP');
    const ended = await runOnce(served.client, id);
    expect(ended).toMatchObject({ status: 'succeeded' });
    expect(ended.attempt).toBeGreaterThan(1);
    for (const { pid } of frozen.filter(isAlive)) process.kill(pid, 'SIGCONT');
    const [dataset] = await served.client.datasets.list({});
    expect((await served.client.datasets.get({ id: dataset?.id ?? '' })).versions).toHaveLength(1);
  });

  test('a file that crashes the engine fails its own run after three attempts, and the next runs go on', async () => {
    const home = bench.home();
    const served = await bench.serve(home);
    const depth = 100_000;
    writeFileSync(join(home, 'files', 'deep.json'), `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);
    const poison = quickPipeline('poison');
    const nodes = [
      { id: 'data', kind: 'json-file', config: { path: 'deep.json' } },
      ...poison.nodes.slice(1),
    ];
    const deep = await door(served, { ...poison, nodes });
    const other = await door(served, quickPipeline('others'));
    const id = await deep.accepted(1);
    const others = await Promise.all([1, 2, 3, 4, 5].map((tag) => other.accepted(tag)));
    const ended = await runOnce(served.client, id);
    expect(ended).toMatchObject({ status: 'failed', error: { code: 'engine_crashed' } });
    expect(ended.error?.message).toMatch(/SIG(SEGV|BUS|ABRT)/);
    expect(ended.attempt).toBeLessThanOrEqual(3);
    for (const run of others)
      expect(await runOnce(served.client, run)).toMatchObject({ status: 'succeeded' });
    expect(await runOnce(served.client, await other.accepted(6))).toMatchObject({
      status: 'succeeded',
      attempt: 1,
    });
    expect(served.product.child.exitCode).toBe(null);
  });

  test('nothing of earlier lives is left once a killed home was opened and closed again', async () => {
    const home = bench.home();
    const served = await bench.serve(home);
    const { accepted } = await door(served, busyPipeline('left', 1_000_000));
    await accepted(1);
    await sleep(500);
    await served.product.kill();
    const next = await bench.serve(home);
    expect((await next.product.stop()).code).toBe(0);
    expect(readdirSync(join(home, 'tmp'))).toEqual(['uploads']);
    expect((await sluice(['fsck', '--home', home])).code).toBe(0);
  });
});
