/**
 * Main has one thread, and the store answers in it. Long work is therefore cut into portions of some milliseconds, and
 * between two of them everybody else has a turn. How much fits into a portion is measured, not guessed: a cold cache, a
 * slow disk or a busy processor makes portions smaller.
 */

/** What one portion may take; somebody who asks something meanwhile waits about so long. */
const targetMilliseconds = 8;

const line: (() => void)[] = [];

/**
 * Resolves in a later turn of the event loop. All long work stands in one line, and each turn lets one of it go on: were
 * all let go at once, ten readers would keep everybody waiting ten times as long as one.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    line.push(resolve);
    if (line.length === 1) setImmediate(letOneGo);
  });
}

function letOneGo(): void {
  line.shift()?.();
  if (line.length > 0) setImmediate(letOneGo);
}

/** Pauses work that goes on and on in steps too small to be measured one by one, each time it has had its share. */
export function createShare(): { spent(): boolean; renew(): Promise<void> } {
  let since = performance.now();
  return {
    spent: () => performance.now() - since >= targetMilliseconds,
    async renew() {
      await nextTurn();
      since = performance.now();
    },
  };
}

export interface PortionSizes {
  /** Never less: each portion has its own cost (a wait for the disk, a search), and tiny ones would do little else. */
  readonly least: number;
  readonly most: number;
}

/** How much is done at once, in whatever the work counts. */
export interface Portions {
  readonly size: number;
  /** Does one portion of at most `size` and learns from the time that it took. */
  measure<Value>(work: (size: number) => Value): Value;
}

/** Begins with the least. */
export function createPortions({ least, most }: PortionSizes): Portions {
  let size = least;
  return {
    get size() {
      return size;
    },
    measure(work) {
      const begun = performance.now();
      const value = work(size);
      size = nextSize(size, performance.now() - begun, { least, most });
      return value;
    },
  };
}

/** Never at once by more than half or double: a single slow commit says little. */
export function nextSize(size: number, milliseconds: number, { least, most }: PortionSizes): number {
  const fitting = (size * targetMilliseconds) / Math.max(0.1, milliseconds);
  return Math.round(Math.min(most, Math.max(least, size / 2, Math.min(size * 2, fitting))));
}
