import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Bench, clientOf } from './bench.ts';
import { faultRound, faultTemplate, type IoFault, pickFaults } from './io-faults.ts';
import { hasStrace } from './system-calls.ts';

if (!hasStrace)
  console.log('SKIPPED: failing calls of the operating system, because strace is not installed.');

const seed = Number(process.env.CHAOS_SEED ?? 9);
/** A few that must be among them; more where the whole proof is wanted. */
const always: readonly IoFault[] = [
  { call: 'fsync', error: 'EIO', when: 30 },
  { call: 'pwrite64', error: 'ENOSPC', when: 60 },
];
const faults = [...always, ...pickFaults(seed, Number(process.env.CHAOS_ROUNDS ?? 1))];

test.runIf(hasStrace)(
  `a call that fails once never leads to a version that is not whole, seed ${seed}`,
  { timeout: 3_600_000 },
  async () => {
    const template = await faultTemplate();
    for (const fault of faults)
      expect((await faultRound(template, fault)).faults, JSON.stringify(fault)).toEqual([]);
    rmSync(template.home, { recursive: true });
  },
);

test.runIf(hasStrace)(
  'after a failed sync the store is opened again by the same command, and what was answered is there',
  async () => {
    const bench = new Bench();
    try {
      const home = bench.home();
      await (await bench.serve(home)).product.stop();
      // The main thread's twelfth: a start of a home that is there needs fewer, and what follows are commits of the store.
      const under = [
        'strace',
        '-f',
        '-qq',
        '-e',
        'trace=fsync',
        '-e',
        'inject=fsync:error=EIO:when=12',
        '-o',
        '/dev/null',
      ];
      const { product, url, client } = await bench.serve(home, { under });
      const answered: string[] = [];
      const { pid } = await client.system.info({});
      while (!/open again/.test(product.errors)) {
        const name = `key ${answered.length + 1}`;
        await client.keys.create({ name }).then(
          ({ id }) => answered.push(id),
          () => sleep(100),
        );
        if (answered.length > 50) throw new Error('the fault was never met');
      }
      const again = await clientOf(home);
      expect(await again.system.info({})).toMatchObject({ pid, url });
      expect((await again.keys.list({})).map(({ id }) => id)).toEqual(expect.arrayContaining(answered));
      expect(await again.system.fsck({})).toMatchObject({ integrity: 'ok' });
    } finally {
      await bench.clean();
    }
  },
);
