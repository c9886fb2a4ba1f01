import { parseDuration } from '../kernel/time.ts';
import type { Backoff } from './document.ts';

const longestWait = 24 * 3_600_000;

/**
 * Milliseconds to wait before the next try, after so many failures (1 or more). Jitter takes up to half of the wait
 * away, so that runs that failed together do not come back together. `random` is from 0 up to 1.
 */
export function retryWait(policy: Backoff, failures: number, random = Math.random()): number {
  const delay = parseDuration(policy.delay) ?? 0;
  const most = policy.maxDelay === undefined ? longestWait : (parseDuration(policy.maxDelay) ?? longestWait);
  const grown = policy.backoff === 'fixed' ? delay : delay * 2 ** Math.min(failures - 1, 40);
  const wait = Math.min(grown, most);
  return Math.round(policy.jitter ? wait * (1 - random / 2) : wait);
}
