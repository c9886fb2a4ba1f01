import type { PlanLimit } from '../../shared/contract/plans.ts';

/** So many requests in a time: all at once, and then as they are given back one by one. */
export interface RateRule {
  readonly name: 'minute' | 'hour' | 'day';
  readonly limit: number;
  readonly milliseconds: number;
}

const lengths: Record<RateRule['name'], number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** No plan has no rule at all, so that every answer can say how it stands: a billion a day is never reached. */
const boundless: RateRule = { name: 'day', limit: 1_000_000_000, milliseconds: lengths.day };

export function rulesOf(limits: readonly PlanLimit[]): readonly RateRule[] {
  const rules = limits.flatMap(({ window, limit }) =>
    window === 'concurrent' ? [] : [{ name: window, limit, milliseconds: lengths[window] }],
  );
  return rules.length > 0 ? rules : [boundless];
}

/** Timers of those who wait exactly as long as they were told may be early by so much. */
const lenience = 5;

/**
 * The generic cell rate algorithm, with the whole limit as its burst. All it keeps is `freeAt`: the time when everything
 * that was used is given back. Times are milliseconds of one monotonic clock.
 */
export interface RateStanding {
  readonly remaining: number;
  /** Milliseconds until the whole limit is free again. */
  readonly freeIn: number;
}

/** Milliseconds until one more may come; 0 is now. */
export function waitFor(rule: RateRule, freeAt: number, now: number): number {
  const after = afterOne(rule, freeAt, now);
  const wait = after - rule.milliseconds - now;
  return wait <= lenience ? 0 : wait;
}

/** `freeAt` when one more has come. */
export function afterOne(rule: RateRule, freeAt: number, now: number): number {
  return Math.max(freeAt, now) + rule.milliseconds / rule.limit;
}

export function standingOf(rule: RateRule, freeAt: number, now: number): RateStanding {
  const freeIn = Math.max(0, freeAt - now);
  // Sums of many thirds end a hair beside the whole number.
  const remaining = Math.floor(((rule.milliseconds - freeIn) / rule.milliseconds) * rule.limit + 1e-6);
  return { remaining: Math.max(0, Math.min(rule.limit, remaining)), freeIn };
}
