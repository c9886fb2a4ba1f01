import { SeededRandom } from './random.ts';

export type Target = 'main' | 'runners' | 'both';

/** When and at whom one kill is aimed; all of it follows from the seed. */
export interface PlannedKill {
  /** It is due once so many runs were accepted. */
  readonly afterAccepted: number;
  readonly victim: 'main' | 'runner';
  /**
   * `work`: some time into the work. `submit`: while requests are on their way. `start`: while the product starts
   * again after the kill before.
   */
  readonly moment: 'work' | 'submit' | 'start';
  readonly delayMilliseconds: number;
  /** Which of the runners that live then, as a fraction of their number. */
  readonly pick: number;
}

const longestDelay = { work: 1_200, submit: 15, start: 700 };

/** `kills` for each victim that the target names, spread over the runs. */
export function planKills(options: {
  readonly seed: number;
  readonly kills: number;
  readonly target: Target;
  readonly runs: number;
}): PlannedKill[] {
  const random = new SeededRandom(options.seed);
  const victims =
    options.target === 'both'
      ? (['main', 'runner'] as const)
      : [options.target === 'main' ? ('main' as const) : ('runner' as const)];
  const plan = victims.flatMap((victim) =>
    Array.from({ length: options.kills }, (_none, at) => {
      const moment = victim === 'runner' ? 'work' : momentOf(random.next());
      return {
        afterAccepted: Math.floor(((at + random.next()) * options.runs * 0.95) / options.kills),
        victim,
        moment,
        delayMilliseconds: Math.floor(random.next() * longestDelay[moment]),
        pick: random.next(),
      };
    }),
  );
  return plan.sort((a, b) => a.afterAccepted - b.afterAccepted);
}

function momentOf(chance: number): PlannedKill['moment'] {
  if (chance < 0.6) return 'work';
  return chance < 0.85 ? 'submit' : 'start';
}
