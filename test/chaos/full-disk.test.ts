import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Bench, door, quickPipeline, runOnce, type Served } from './bench.ts';
import { sluice } from './product.ts';
import { SeededRandom } from './random.ts';
import { SmallDisk } from './small-disk.ts';

const trial = SmallDisk.mount(64);
trial?.unmount();
if (!trial) console.log('SKIPPED: the full disk, because this user may not mount a file system of its own.');

const rounds = Number(process.env.CHAOS_ROUNDS ?? 3);
const seed = Number(process.env.CHAOS_SEED ?? 8);
const megabytes = 64;

let bench: Bench;
let disk: SmallDisk;
beforeEach(() => {
  bench = new Bench();
  disk = SmallDisk.mount(megabytes) as SmallDisk;
});
afterEach(async () => {
  await bench.clean();
  disk.unmount();
});

type Door = Awaited<ReturnType<typeof door>>;

/** Starts runs until one is refused: room inside the store's own files is used up first. */
async function startUntilRefused(
  { start }: Door,
  from: number,
): Promise<{ accepted: string[]; status: number }> {
  const accepted: string[] = [];
  for (let tag = from; ; tag += 1) {
    const answer = await start(tag);
    if (answer.kind === 'accepted') accepted.push(answer.runId);
    else return { accepted, status: 'status' in answer ? answer.status : 0 };
  }
}

async function statusAnswer({ url }: Served, { id, key }: Door, runId: string): Promise<number> {
  const address = `${url}/api/pub/v1/dataflows/${id}/runs/${runId}/status`;
  return (await fetch(address, { headers: { 'x-api-key': key } })).status;
}

describe.runIf(trial)('a full disk', () => {
  test(`new runs are refused, reads go on, and work resumes when there is room, seed ${seed}`, {
    timeout: 300_000,
  }, async () => {
    const home = join(disk.folder, 'home');
    const served = await bench.serve(home);
    const runs = await door(served, quickPipeline('full'));
    const random = new SeededRandom(seed);
    const first = await runs.accepted(1);
    for (let round = 1; round <= rounds; round += 1) {
      const before = await Promise.all([1, 2, 3, 4].map((tag) => runs.accepted(round * 100_000 + tag)));
      await sleep(random.below(400));
      disk.fill();
      const { accepted, status } = await startUntilRefused(runs, round * 100_000 + 10);
      expect(status).toBe(507);
      expect(await statusAnswer(served, runs, first)).toBe(200);
      expect((await served.client.runs.list({ limit: 1 })).runs).toHaveLength(1);
      expect(served.product.child.exitCode).toBe(null);
      disk.free();
      // The very request that was refused, and the ones accepted before the disk was full.
      while ((await runs.start(round * 100_000 + 99_999)).kind !== 'accepted') await sleep(50);
      for (const id of [...before, ...accepted]) {
        const { status: end, error } = await runOnce(served.client, id);
        expect(['succeeded', 'disk_full', 'publish_failed', 'engine_crashed']).toContain(error?.code ?? end);
      }
    }
    expect((await served.product.stop()).code).toBe(0);
    const fsck = await sluice(['fsck', '--home', home]);
    expect(fsck.code, fsck.out + fsck.err).toBe(0);
  });

  test('a start without one free byte gives up the ballast and serves', { timeout: 120_000 }, async () => {
    const home = join(disk.folder, 'home');
    const served = await bench.serve(home);
    const runs = await door(served, quickPipeline('cold'));
    const id = await runs.accepted(1);
    await runOnce(served.client, id);
    disk.fill();
    await served.product.kill();
    disk.fill();
    const again = await bench.serve(home);
    expect(await statusAnswer(again, runs, id)).toBe(200);
    const next = await runs.start(2, 'after', again.url);
    expect(next.kind).toBe('accepted');
  });
});
