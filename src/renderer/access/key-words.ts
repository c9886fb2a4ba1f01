import type { KeyPlan, KeySummary } from '../../shared/contract/domain.ts';
import { type PlanLimit, planLimits } from '../../shared/contract/plans.ts';
import { formatCount, type Option, type Status } from '../ui/index.ts';
import { doors } from './doors.ts';

export type KeyState = 'active' | 'expiring' | 'expired' | 'revoked';

/** So long before its end a key is said to expire soon. */
const soonMilliseconds = 7 * 24 * 3600 * 1000;

export function keyState(key: Pick<KeySummary, 'revokedAt' | 'expiresAt'>, now = Date.now()): KeyState {
  if (key.revokedAt) return 'revoked';
  if (!key.expiresAt) return 'active';
  const left = Date.parse(key.expiresAt) - now;
  if (left <= 0) return 'expired';
  return left <= soonMilliseconds ? 'expiring' : 'active';
}

/** It is still let in. */
export const isLiveKey = (key: Pick<KeySummary, 'revokedAt' | 'expiresAt'>, now = Date.now()): boolean =>
  !['revoked', 'expired'].includes(keyState(key, now));

export const keyLooks: Readonly<Record<KeyState, { readonly status: Status; readonly word: string }>> = {
  active: { status: 'succeeded', word: 'Active' },
  expiring: { status: 'warning', word: 'Expires soon' },
  expired: { status: 'stale', word: 'Expired' },
  revoked: { status: 'cancelled', word: 'Revoked' },
};

/** Scopes as a person says them: "DataFlow v2: jobs and data; Execution: start pipelines". */
export function scopeText(scopes: readonly string[]): string {
  if (scopes.includes('all')) return 'Everything';
  const known = new Set<string>();
  const told = doors.flatMap(({ door, title, verbs }) => {
    const words = Object.entries(verbs).flatMap(([verb, word]) => {
      const scope = `${door}:${verb}`;
      if (!scopes.includes(scope)) return [];
      known.add(scope);
      return [word];
    });
    return words.length === 0 ? [] : [`${title}: ${words.join(', ')}`];
  });
  return [...told, ...scopes.filter((scope) => !known.has(scope))].join('; ');
}

const windowWords: Readonly<Record<PlanLimit['window'], string>> = {
  minute: 'a minute',
  hour: 'an hour',
  day: 'a day',
  concurrent: 'at once',
};

/** "300 a minute, 100,000 a day, 15 at once"; "no limit" where there is none. */
export function limitsText(limits: readonly PlanLimit[]): string {
  if (limits.length === 0) return 'no limit';
  return limits.map(({ limit, window }) => `${formatCount(limit)} ${windowWords[window]}`).join(', ');
}

export const planOptions: readonly Option<KeyPlan>[] = [
  { value: 'standard', label: 'Standard', note: 'for a script' },
  { value: 'starter', label: 'Starter', note: 'the least' },
  { value: 'professional', label: 'Professional', note: 'for a service' },
  { value: 'enterprise', label: 'Enterprise', note: 'for many at once' },
  { value: 'unlimited', label: 'Unlimited', note: 'no limits, for you alone' },
];

export const planWord = (plan: string): string =>
  planOptions.find(({ value }) => value === plan)?.label ?? plan;

/** A plan's limits, doors with the same ones in one line, in the order of the doors. */
export function planLines(plan: KeyPlan): readonly { readonly doors: string; readonly limits: string }[] {
  const lines = new Map<string, string[]>();
  for (const { door, title } of doors) {
    const text = limitsText(planLimits(plan, door));
    lines.set(text, [...(lines.get(text) ?? []), title]);
  }
  if (lines.size === 1) return [...lines.keys()].map((limits) => ({ doors: 'Every API', limits }));
  return [...lines].map(([limits, titles]) => ({ doors: titles.join(', '), limits }));
}
