import type { Environment } from '../../../shared/contract/domain.ts';
import type {
  RetentionAmount,
  RetentionCategory,
  RetentionSettings,
} from '../../../shared/contract/retention.ts';

/** Where the sandbox is kept differently; what is left out is as everywhere. */
export interface SandboxRetention {
  /** For runs and for replaced versions. */
  readonly days?: number | null;
  readonly archiveFolder?: string | null;
}

export interface RetentionLimits extends RetentionSettings {
  readonly sandbox?: SandboxRetention;
}

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

/** The time before which runs, or versions, of an environment are too old. */
export function cutoffOf(
  limits: RetentionLimits,
  what: 'runDays' | 'versionDays',
  now: number,
): Record<Environment, string | undefined> {
  const { days = limits[what] } = limits.sandbox ?? {};
  return { live: cutoff(now, limits[what]), sandbox: cutoff(now, days) };
}

/** Where what goes of an environment is written first; null: nowhere. */
export function archiveFolderOf({ archiveFolder, sandbox }: RetentionLimits, of: Environment): string | null {
  return of === 'sandbox' && sandbox?.archiveFolder !== undefined ? sandbox.archiveFolder : archiveFolder;
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
