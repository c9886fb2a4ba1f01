import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';

export type NameLookup = (name: string, family: number) => Promise<LookupAddress[]>;

/** Milliseconds after which a name counts as slow. */
const slowAfter = 1_000;
const mostRemembered = 10_000;

/**
 * Names are looked up by threads that the whole process shares (files use them too), and a dead name server holds one
 * for many seconds. So few lookups run at once, and a name that was slow or failed queues apart from the good ones.
 */
export function createNameLookup(
  resolve: NameLookup = systemLookup,
  now = () => performance.now(),
): NameLookup {
  const slow = new Set<string>();
  const goodLane = createLane(2);
  const slowLane = createLane(1);

  async function timed(name: string, family: number): Promise<LookupAddress[]> {
    const start = now();
    try {
      const found = await resolve(name, family);
      if (now() - start < slowAfter) slow.delete(name);
      else slow.add(name);
      return found;
    } catch (error) {
      if (slow.size >= mostRemembered) slow.clear();
      slow.add(name);
      throw error;
    }
  }

  return (name, family) => (slow.has(name) ? slowLane : goodLane)(() => timed(name, family));
}

/** The system's own way, which knows its hosts file. */
const systemLookup: NameLookup = (name, family) => lookup(name, { all: true, family });

/** Runs at most `width` pieces of work at once, the others in their order. */
function createLane(width: number) {
  const waiting: (() => void)[] = [];
  let busy = 0;
  return async <Value>(work: () => Promise<Value>): Promise<Value> => {
    if (busy >= width) await new Promise<void>((go) => waiting.push(go));
    else busy += 1;
    try {
      return await work();
    } finally {
      // The place goes to the next in line, or is free.
      const next = waiting.shift();
      if (next) next();
      else busy -= 1;
    }
  };
}
