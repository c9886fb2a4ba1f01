import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Bench, door, quickPipeline } from './bench.ts';
import { hasStrace } from './system-calls.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.clean());

const submits = 40;

if (!hasStrace) console.log('SKIPPED: the count of fsyncs, because strace is not installed.');

test.runIf(hasStrace)(
  'every accepted run is synced to the disk after its request came and before its answer left',
  async () => {
    const home = bench.home();
    const trace = join(home, 'trace.txt');
    // Only the main thread is watched, which is the one that SQLite runs in; -y names the file of each call.
    const under = ['strace', '-y', '-s', '48', '-e', 'trace=read,write,writev,fsync,fdatasync', '-o', trace];
    const served = await bench.serve(home, { under });
    const { connections } = await served.client.diagnostics.get({});
    expect(connections.map(({ synchronous }) => synchronous)).toEqual(connections.map(() => 2));
    const { accepted } = await door(served, quickPipeline('synced'));
    for (let tag = 1; tag <= submits; tag += 1) await accepted(tag);
    await served.product.stop();
    const syncs = syncsBetween(readFileSync(trace, 'utf8').split('\n'));
    expect(syncs).toHaveLength(submits);
    expect(Math.min(...syncs)).toBeGreaterThanOrEqual(1);
  },
);

/** For each request to start a run: how often the store was synced before its answer was written to the socket. */
function syncsBetween(lines: readonly string[]): number[] {
  const counts: number[] = [];
  let count: number | undefined;
  for (const line of lines) {
    if (/^read\(\d+<[^>]*>, "POST \/api\/pub\/v1\/dataflows/.test(line)) count = 0;
    else if (count !== undefined && /^f(data)?sync\(\d+<[^>]*sluice\.db/.test(line) && line.endsWith('= 0'))
      count += 1;
    else if (count !== undefined && /^writev?\(.*HTTP\/1\.1 200/.test(line)) {
      counts.push(count);
      count = undefined;
    }
  }
  return counts;
}
