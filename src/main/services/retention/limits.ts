import type {
  RetentionAmount,
  RetentionCategory,
  RetentionSettings,
} from '../../../shared/contract/retention.ts';

const gibibyte = 1024 ** 3;

/** Generous: somebody who looks back a year finds the run, and a disk still does not fill up unseen. */
export const defaultRetention: RetentionSettings = {
  runDays: 365,
  runCount: 1_000_000,
  runBytes: null,
  logDays: 90,
  logBytes: 10 * gibibyte,
  versionDays: null,
  versionCount: 100,
  versionBytes: 100 * gibibyte,
  keptDays: 30,
  uploadDays: 7,
  // Files that a person made on purpose: nothing removes them unasked.
  exportDays: null,
  exportBytes: null,
  eventDays: 30,
  deliveryDays: 30,
  fireDays: 90,
  archiveFolder: null,
};

const dayMilliseconds = 86_400_000;

/** The time before which things are too old, or undefined where the limit is off. */
export function cutoff(now: number, days: number | null): string | undefined {
  return days === null ? undefined : new Date(now - days * dayMilliseconds).toISOString();
}

/** What was, or would be, removed. */
export interface Tally {
  add(category: RetentionCategory, count: number, bytes: number): void;
  amounts(): RetentionAmount[];
}

export function createTally(): Tally {
  const amounts = new Map<RetentionCategory, RetentionAmount>();
  return {
    add(category, count, bytes) {
      if (count === 0) return;
      const known = amounts.get(category) ?? { category, count: 0, bytes: 0 };
      amounts.set(category, { category, count: known.count + count, bytes: known.bytes + bytes });
    },
    amounts: () => [...amounts.values()],
  };
}
