import type { z } from 'zod';
import { type DoorName, doorNames, type KeyPlan, type KeySummary } from '../../shared/contract/domain.ts';
import type { keyLimit } from '../../shared/contract/keys.ts';
import { planLimits } from '../../shared/contract/plans.ts';
import { isPlan } from './key-rights.ts';
import { createRateLines, type Leave } from './rate-lines.ts';
import { afterOne, type RateRule, rulesOf, standingOf, waitFor } from './rate-rule.ts';
import type { ServiceContext } from './service-context.ts';
import { writeIfPossible } from './write-if-possible.ts';

export type KeyLimit = z.infer<typeof keyLimit>;

/** What a caller is told of a limit: the tightest one of those that hold for it. */
export interface ToldLimit {
  readonly name: string;
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds until all of it is free again. */
  readonly freeIn: number;
  /** All that hold, the told one first. */
  readonly policies: readonly {
    readonly name: string;
    readonly limit: number;
    readonly seconds: number | null;
  }[];
}

export type Admission =
  | { readonly admitted: true; readonly told: ToldLimit; readonly leave: Leave }
  /** `seconds` is whole and at least 1: who waits exactly so long is let in, unless another takes its place. */
  | { readonly admitted: false; readonly told: ToldLimit; readonly seconds: number };

/** A key, and the one that made it: the requests of both count against the maker's limits. */
export type RatedKeys = readonly KeySummary[];

export interface RateLimits {
  /** Takes one request of each limit of the plan at a door, and a place among those under way. */
  admit(keys: RatedKeys, door: DoorName, signal?: AbortSignal): Promise<Admission> | Admission;
  standings(key: KeySummary): KeyLimit[];
  /** Notes where all limits stand exactly, for a stop. */
  flush(): void;
}

interface RateState {
  /** Monotonic milliseconds. */
  freeAt: number;
  /** What the store says; ahead of `freeAt`, so that a kill never gives a request back. */
  notedAt: number;
}

interface Rated {
  readonly keyId: string;
  readonly rule: RateRule;
  readonly state: RateState;
}

/** Of a limit, so much is noted ahead: what a kill may cost, and how seldom the store is written. */
const aheadShare = 0.05;

/**
 * Limits by key and door. Counting is in memory on the monotonic clock; the store is told some requests ahead, so that
 * after a kill a key finds its limits as they were or a little more used up, never fuller. A request that is refused
 * writes nothing.
 */
export function createRateLimits(context: ServiceContext): RateLimits {
  const { store, clock } = context;
  const known = new Map<string, Map<string, RateState>>();
  const lines = createRateLines(clock);

  function statesOf(keyId: string): Map<string, RateState> {
    const states = known.get(keyId) ?? load(keyId);
    known.set(keyId, states);
    return states;
  }

  /** The wall clock may have been set meanwhile: nobody is shut out for longer than a limit's own time. */
  function load(keyId: string): Map<string, RateState> {
    const now = clock.monotonic();
    const rows = store.rates.of(keyId).map(({ door, rule, freeAt }) => {
      const at = now + (freeAt - clock.now());
      return [`${door} ${rule}`, { freeAt: at, notedAt: at }] as const;
    });
    return new Map(rows);
  }

  function rated(key: KeySummary, door: DoorName): Rated[] {
    const states = statesOf(key.id);
    return rulesOf(planLimits(planOf(key), door)).map((rule) => {
      const place = `${door} ${rule.name}`;
      const state = states.get(place) ?? { freeAt: 0, notedAt: 0 };
      const latest = clock.monotonic() + rule.milliseconds;
      state.freeAt = Math.min(state.freeAt, latest);
      // Noted while the wall clock was elsewhere: the next request notes it anew.
      if (state.notedAt > latest + rule.milliseconds) state.notedAt = 0;
      states.set(place, state);
      return { keyId: key.id, rule, state };
    });
  }

  function take(limits: readonly Rated[], door: DoorName, now: number): void {
    const due: Rated[] = [];
    for (const each of limits) {
      const { rule, state } = each;
      state.freeAt = afterOne(rule, state.freeAt, now);
      if (state.freeAt <= state.notedAt) continue;
      state.notedAt = state.freeAt + (rule.milliseconds / rule.limit) * Math.ceil(rule.limit * aheadShare);
      due.push(each);
    }
    if (due.length === 0) return;
    // Not waited for: it shares the commit of this turn of the event loop, a moment after the answer at the latest.
    void store
      .together(() => {
        for (const each of due) note(each, door, each.state.notedAt);
      })
      .catch(() => undefined);
  }

  function note({ keyId, rule }: Rated, door: string, at: number): void {
    const freeAt = Math.round(clock.now() + (at - clock.monotonic()));
    store.rates.set(keyId, { door, rule: rule.name, freeAt });
  }

  function admit(keys: RatedKeys, door: DoorName, signal?: AbortSignal): Promise<Admission> | Admission {
    const now = clock.monotonic();
    const limits = keys.flatMap((key) => rated(key, door));
    const wait = Math.max(...limits.map(({ rule, state }) => waitFor(rule, state.freeAt, now)));
    if (wait > 0) {
      const seconds = Math.max(1, Math.ceil(wait / 1000));
      return { admitted: false, seconds, told: toldOf(limits, now, keys, door) };
    }
    take(limits, door, now);
    const told = toldOf(limits, now, keys, door);
    const places = keys.flatMap((key) => {
      const atOnce = concurrencyOf(key, door);
      return atOnce === undefined ? [] : [{ name: `${key.id} ${door}`, limit: atOnce }];
    });
    const entered = lines.enter(places, signal);
    if (typeof entered === 'function') return { admitted: true, told, leave: entered };
    return entered.then((leave): Admission => {
      if (leave) return { admitted: true, told, leave };
      const limit = Math.min(...places.map((place) => place.limit));
      return { admitted: false, seconds: 1, told: fullLine(told, limit) };
    });
  }

  return {
    admit,

    standings(key) {
      const now = clock.monotonic();
      return doorNames.flatMap((door) => {
        const states = new Map(
          rated(key, door).map(({ rule, state }) => [rule.name as string, { rule, state }]),
        );
        return planLimits(planOf(key), door).map(({ limit, window }): KeyLimit => {
          const found = states.get(window);
          if (!found) {
            const remaining = Math.max(0, limit - lines.underWay(`${key.id} ${door}`));
            return { door, limit, window, remaining, resetsAt: null };
          }
          const { remaining, freeIn } = standingOf(found.rule, found.state.freeAt, now);
          const resetsAt = freeIn > 0 ? new Date(clock.now() + freeIn).toISOString() : null;
          return { door, limit, window, remaining, resetsAt };
        });
      });
    },

    flush() {
      const now = clock.monotonic();
      const used = [...known].flatMap(([keyId, states]) =>
        [...states]
          .filter(([, { freeAt, notedAt }]) => freeAt > now || notedAt > now)
          .map(([place, { freeAt }]) => ({ keyId, place, freeAt })),
      );
      if (used.length === 0) return;
      writeIfPossible(() =>
        store.write(() => {
          for (const { keyId, place, freeAt } of used) {
            const [door = '', rule = ''] = place.split(' ');
            store.rates.set(keyId, { door, rule, freeAt: Math.round(clock.now() + freeAt - now) });
          }
        }),
      );
    },
  };
}

/** A plan of a later version of Sluice is the ordinary one here. */
const planOf = ({ plan }: KeySummary): KeyPlan => (isPlan(plan) ? plan : 'standard');

const concurrencyOf = (key: KeySummary, door: DoorName): number | undefined =>
  planLimits(planOf(key), door).find(({ window }) => window === 'concurrent')?.limit;

/** The limit with the least left is told; of two alike the shorter one, which is given back sooner. */
function toldOf(limits: readonly Rated[], now: number, keys: RatedKeys, door: DoorName): ToldLimit {
  const [first, ...rest] = limits
    .map(({ rule, state }) => ({ rule, ...standingOf(rule, state.freeAt, now) }))
    .sort((a, b) => a.remaining - b.remaining || a.rule.milliseconds - b.rule.milliseconds);
  if (!first) throw new Error('Internal error: a key without any limit');
  const policies = [first, ...rest].map(({ rule }) => ({
    name: rule.name,
    limit: rule.limit,
    seconds: rule.milliseconds / 1000,
  }));
  const atOnce = keys.map((key) => concurrencyOf(key, door)).filter((limit) => limit !== undefined);
  const lines = atOnce.length > 0 ? [{ name: 'concurrent', limit: Math.min(...atOnce), seconds: null }] : [];
  return {
    name: first.rule.name,
    limit: first.rule.limit,
    remaining: first.remaining,
    freeIn: first.freeIn,
    policies: [...distinct(policies), ...lines],
  };
}

/** A key and its maker often have the same limits: one is told. */
function distinct(policies: ToldLimit['policies']): ToldLimit['policies'] {
  const seen = new Set<string>();
  return policies.filter(({ name }) => !seen.has(name) && seen.add(name));
}

/** Refused because too many are under way: that limit is told, not one that still has room. */
function fullLine(told: ToldLimit, limit: number): ToldLimit {
  const others = told.policies.filter(({ name }) => name !== 'concurrent');
  const policies = [{ name: 'concurrent', limit, seconds: null }, ...others];
  return { name: 'concurrent', limit, remaining: 0, freeIn: 1000, policies };
}
