/** What one transaction of a sweep may take; somebody who asks something meanwhile waits about so long. */
const targetMilliseconds = 10;

/** How much is done in one turn. It follows the machine: a busy processor makes portions smaller. */
export interface Portion {
  readonly size: number;
  /** Does one portion of work and learns from the time that it took. */
  measure<Value>(work: () => Value): Value;
}

/** Never below `least`: each portion waits for the disk once, and tiny ones would do little else. */
export function createPortion(least: number, most: number): Portion {
  let size = least;
  return {
    get size() {
      return size;
    },
    measure(work) {
      const start = performance.now();
      const value = work();
      const wish = (size * targetMilliseconds) / Math.max(0.1, performance.now() - start);
      // Not at once: a single slow commit says little.
      size = Math.round(Math.min(most, Math.max(least, size / 2, Math.min(size * 1.5, wish))));
      return value;
    },
  };
}
