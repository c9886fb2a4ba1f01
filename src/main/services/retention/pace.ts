import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

/** How long a sweep steps back after each portion while runs wait for the engine. */
const busyMilliseconds = 40;

/** Thrown where a sweep is when Sluice stops. What was committed stays; the next sweep goes on. */
export class SweepStopped extends Error {
  override readonly name = 'SweepStopped';
}

/**
 * What keeps long work on the one thread of main from being felt: it is cut into portions of some milliseconds, and
 * between two of them everybody else has a turn.
 */
export interface Pace {
  turn(): Promise<void>;
  /** True once nothing may touch the store any more. */
  readonly stopped: boolean;
  stop(): void;
}

export function createPace(isBusy: () => boolean): Pace {
  let stopped = false;
  return {
    async turn() {
      if (!stopped) await (isBusy() ? sleep(busyMilliseconds) : nextTurn());
      if (stopped) throw new SweepStopped();
    },
    get stopped() {
      return stopped;
    },
    stop() {
      stopped = true;
    },
  };
}
