import { expect, test } from 'vitest';
import { chaos, verdictLines } from './chaos.ts';
import { planKills } from './kill-plan.ts';

const seed = 20260;

test.runIf(process.platform === 'linux')(
  '20 kills of main and of runners at random moments: nothing is lost, doubled or left without an end',
  { timeout: 300_000 },
  async () => {
    console.log(`chaos seed ${seed}: npm run chaos -- --kills 10 --seed ${seed} --runs 60`);
    const verdict = await chaos({ kills: 10, seed, target: 'both', runs: 60, say: () => undefined });
    expect(verdict.faults, verdictLines(verdict, seed).join('\n')).toEqual([]);
    expect(verdict.campaign).toMatchObject({ mainKills: 10, runnerKills: 10 });
    expect(verdict).toMatchObject({ accepted: 60, proof: { lost: 0, duplicatedVersions: 0 } });
  },
);

test('a seed decides the kills, all of them', () => {
  const options = { kills: 200, target: 'both', runs: 1_000 } as const;
  expect(planKills({ ...options, seed: 7 })).toEqual(planKills({ ...options, seed: 7 }));
  expect(planKills({ ...options, seed: 7 })).not.toEqual(planKills({ ...options, seed: 8 }));
  const plan = planKills({ ...options, seed: 7 });
  expect(plan.filter(({ victim }) => victim === 'main')).toHaveLength(200);
  expect(plan.filter(({ victim }) => victim === 'runner')).toHaveLength(200);
});
