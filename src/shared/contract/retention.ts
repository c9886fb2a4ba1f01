import { oc } from '@orpc/contract';
import { z } from 'zod';
import { isoTime } from '../kernel/time.ts';

const mebibyte = 1024 * 1024;
const days = z.int().min(1).max(36_500).nullable();
const bytes = z
  .int()
  .min(mebibyte)
  .max(2 ** 50)
  .nullable();
const count = z.int().min(1).max(1_000_000_000).nullable();

/**
 * How long things stay. Each limit is null where it is off; no number means "no limit". What a pinned run or dataset
 * needs, the current version of a dataset, and a version that a running or queued run reads are never removed.
 */
export const retentionSettings = z.object({
  /** Runs that ended longer ago, and all but the newest so many, and the oldest beyond so many bytes. */
  runDays: days,
  runCount: count,
  runBytes: bytes,
  /** Logs of runs that stay. */
  logDays: days,
  logBytes: bytes,
  /** Versions of datasets: by age, by number in one dataset, by bytes of all datasets together. */
  versionDays: days,
  versionCount: count,
  versionBytes: bytes,
  /** Kept step results that nothing used for so long; their bytes are `keptBytes`. */
  keptDays: days,
  /** Uploads that were begun and not finished. */
  uploadDays: days,
  exportDays: days,
  exportBytes: bytes,
  eventDays: days,
  /** What webhooks were sent, and what triggers fired. */
  deliveryDays: days,
  fireDays: days,
  /** Runs and versions are written here before they are deleted; null deletes them without. */
  archiveFolder: z.string().nullable(),
});
export type RetentionSettings = z.infer<typeof retentionSettings>;

export const retentionCategory = z.enum([
  'runs',
  'logs',
  'versions',
  'kept',
  'uploads',
  'exports',
  'events',
  'notices',
  'deliveries',
  'fires',
]);
export type RetentionCategory = z.infer<typeof retentionCategory>;

/** Things of one category. `bytes` is what they take by their own account, not what the file shrinks by. */
export const retentionAmount = z.object({ category: retentionCategory, count: z.int(), bytes: z.int() });
export type RetentionAmount = z.infer<typeof retentionAmount>;

export const retentionSweep = z.object({
  startedAt: isoTime,
  finishedAt: isoTime,
  cause: z.enum(['schedule', 'window', 'cli']),
  /** `archive_failed`: nothing was deleted that is not archived. `stopped`: Sluice stopped meanwhile. */
  outcome: z.enum(['done', 'archive_failed', 'failed', 'stopped']),
  /** Why it did not end well: a sentence. */
  message: z.string().nullable(),
  removed: z.array(retentionAmount),
  archivedFiles: z.int(),
  archivedBytes: z.int(),
  /** By how much the store's file shrank. */
  freedBytes: z.int(),
});
export type RetentionSweep = z.infer<typeof retentionSweep>;

export const diskUse = z.object({
  /** Runs, logs, events and all else in the store's file, with its log; `free` is the part that holds nothing. */
  store: z.object({ bytes: z.int(), free: z.int(), runs: z.int(), logBytes: z.int() }),
  datasets: z.object({ bytes: z.int(), datasets: z.int(), versions: z.int() }),
  kept: z.object({ bytes: z.int(), count: z.int() }),
  uploads: z.object({ bytes: z.int(), count: z.int() }),
  exports: z.object({ bytes: z.int(), count: z.int() }),
  /** Null when nothing is archived. */
  archive: z.object({ bytes: z.int(), count: z.int(), folder: z.string() }).nullable(),
  volume: z.object({ free: z.int(), total: z.int() }),
  pinned: z.object({ runs: z.int(), datasets: z.int() }),
});
export type DiskUse = z.infer<typeof diskUse>;

export const retentionContract = {
  use: oc.input(z.object({}).default({})).output(diskUse),
  /** What a clean-up would remove now. Nothing is changed. */
  preview: oc.input(z.object({}).default({})).output(z.array(retentionAmount)),
  /** Cleans up and answers when it is done; joins the clean-up under way. */
  clean: oc.input(z.object({}).default({})).output(retentionSweep),
  /** The clean-up under way, and those before it that removed something or failed, newest first. */
  status: oc.input(z.object({}).default({})).output(
    z.object({
      sweeping: z.boolean(),
      /** When the next one starts by itself. */
      nextAt: isoTime.nullable(),
      sweeps: z.array(retentionSweep),
    }),
  ),
};
