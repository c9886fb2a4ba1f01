import { afterOne, type RateRule, standingOf, type ToldLimit, waitFor } from '../../services/index.ts';

/** Wrong keys that one source may try. */
const rule: RateRule = { name: 'minute', limit: 20, milliseconds: 60_000 };
const policies = [{ name: 'wrong-keys', limit: rule.limit, seconds: 60 }];
const maxSources = 10_000;

/**
 * Counts the wrong keys of each source, in memory. Only they are counted and refused: a right key is looked at first, so
 * that somebody else's guesses never turn it away.
 */
export class Strangers {
  readonly #monotonic: () => number;
  readonly #freeAt = new Map<string, number>();

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /** One more wrong key. Answers the seconds to wait when there were too many, else 0. */
  tried(source: string): number {
    const now = this.#monotonic();
    const freeAt = this.#freeAt.get(source) ?? 0;
    const wait = waitFor(rule, freeAt, now);
    if (wait > 0) return Math.max(1, Math.ceil(wait / 1000));
    this.#makeRoom(now);
    this.#freeAt.set(source, afterOne(rule, freeAt, now));
    return 0;
  }

  told(source: string): ToldLimit {
    const standing = standingOf(rule, this.#freeAt.get(source) ?? 0, this.#monotonic());
    return { name: 'wrong-keys', limit: rule.limit, ...standing, policies };
  }

  #makeRoom(now: number): void {
    if (this.#freeAt.size < maxSources) return;
    for (const [source, freeAt] of this.#freeAt) if (freeAt <= now) this.#freeAt.delete(source);
    const [oldest] = this.#freeAt.keys();
    if (this.#freeAt.size >= maxSources && oldest !== undefined) this.#freeAt.delete(oldest);
  }
}
