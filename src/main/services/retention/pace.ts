import { setTimeout as sleep } from 'node:timers/promises';
import { nextTurn } from '../portions.ts';

/** How long a sweep steps back after each portion while runs wait for the engine. */
const busyMilliseconds = 40;

/** Thrown where a sweep is when Sluice stops. What was committed stays; the next sweep goes on. */
export class SweepStopped extends Error {
  override readonly name = 'SweepStopped';
}

/** What a sweep does between two portions of its work: it lets everybody else have a turn. */
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
