import type { DoorName, KeyPlan } from './domain.ts';

/** How often a key may ask, or how many of its requests and runs may be under way at once (`concurrent`). */
export interface PlanLimit {
  readonly limit: number;
  readonly window: 'minute' | 'hour' | 'day' | 'concurrent';
}

const perMinute = (limit: number): PlanLimit => ({ limit, window: 'minute' });
const perHour = (limit: number): PlanLimit => ({ limit, window: 'hour' });
const perDay = (limit: number): PlanLimit => ({ limit, window: 'day' });
const atOnce = (limit: number): PlanLimit => ({ limit, window: 'concurrent' });

/** The table of the DataPulse API, which also holds wherever a door's own document names no figure for a plan. */
const starter = [perMinute(60), perDay(10_000), atOnce(5)];
const professional = [perMinute(300), perDay(100_000), atOnce(15)];
const enterprise = [atOnce(50)];

const usual: Readonly<Record<KeyPlan, readonly PlanLimit[]>> = {
  standard: [perHour(1_000)],
  starter,
  professional,
  enterprise,
  unlimited: [],
};

/** The limits that apply to a key of a plan at a door, each of them on its own; none is no limit. */
export function planLimits(plan: KeyPlan, door: DoorName): readonly PlanLimit[] {
  if (plan === 'unlimited') return [];
  if (door === 'dataos') return [perMinute(100), perHour(1_000)];
  if (door === 'dataflow' && plan === 'enterprise') return [perHour(10_000), ...enterprise];
  if (door === 'datapulse' && plan === 'standard') return professional;
  return usual[plan];
}

/** How many runs of a key may run at once, whichever door they came by; undefined is as many as the machine takes. */
export function runsAtOnce(plan: KeyPlan): number | undefined {
  return planLimits(plan, 'datapulse').find(({ window }) => window === 'concurrent')?.limit;
}
