import type { ServiceClock } from './service-context.ts';

/** Gives a place back; more than once does nothing. */
export type Leave = () => void;

export interface LinePlace {
  readonly name: string;
  readonly limit: number;
}

export interface RateLines {
  /**
   * A place at each of some counters: at once where all have one free, else after a short wait in line. Undefined when the
   * line is too long, nothing was free in time, or the signal fired.
   */
  enter(places: readonly LinePlace[], signal?: AbortSignal): Leave | Promise<Leave | undefined>;
  underWay(name: string): number;
}

interface Waiting {
  readonly places: readonly LinePlace[];
  readonly settle: (leave: Leave | undefined) => void;
}

/** How long a request waits for one before it to end. */
const patience = 2_000;

/** Bounds how many requests are under way; those beyond wait in line for a moment, at most as many as may be under way. */
export function createRateLines(clock: Pick<ServiceClock, 'after'>): RateLines {
  const taken = new Map<string, number>();
  const line = new Set<Waiting>();

  const underWay = (name: string): number => taken.get(name) ?? 0;
  const free = (places: readonly LinePlace[]): boolean =>
    places.every(({ name, limit }) => underWay(name) < limit);
  const lengthAt = (name: string): number =>
    [...line].filter(({ places }) => places.some((place) => place.name === name)).length;

  function take(places: readonly LinePlace[]): Leave {
    for (const { name } of places) taken.set(name, underWay(name) + 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      for (const { name } of places) {
        const rest = underWay(name) - 1;
        if (rest > 0) taken.set(name, rest);
        else taken.delete(name);
      }
      callNext();
    };
  }

  function callNext(): void {
    for (const waiting of line) {
      if (!free(waiting.places)) continue;
      line.delete(waiting);
      waiting.settle(take(waiting.places));
    }
  }

  return {
    underWay,

    enter(places, signal) {
      const alone = places.every(({ name }) => lengthAt(name) === 0);
      if (free(places) && alone) return take(places);
      if (signal?.aborted || places.some(({ name, limit }) => lengthAt(name) >= limit))
        return Promise.resolve(undefined);
      return new Promise((resolve) => {
        const giveUp = (): void => waiting.settle(undefined);
        const timer = clock.after(patience, giveUp);
        const waiting: Waiting = {
          places,
          settle(leave) {
            line.delete(waiting);
            timer.cancel();
            signal?.removeEventListener('abort', giveUp);
            resolve(leave);
          },
        };
        line.add(waiting);
        signal?.addEventListener('abort', giveUp, { once: true });
      });
    },
  };
}
