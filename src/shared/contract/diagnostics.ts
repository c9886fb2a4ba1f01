import { oc } from '@orpc/contract';
import { z } from 'zod';

/** A connection to the store, with its settings as SQLite itself reports them. */
const storeConnection = z.object({
  name: z.string(),
  journalMode: z.string(),
  /** 2 is FULL: a commit is on the disk before it is answered. */
  synchronous: z.int(),
  busyTimeout: z.int(),
  foreignKeys: z.int(),
  trustedSchema: z.int(),
  cellSizeCheck: z.int(),
  journalSizeLimit: z.int(),
});

export const diagnostics = z.object({
  sqlite: z.string(),
  schemaVersion: z.int(),
  connections: z.array(storeConnection),
  /** The owner before did not close the store, by a kill or a crash: it was recovered and checked at this start. */
  uncleanStart: z.boolean(),
  storeBytes: z.int(),
  /** The part of it that waits in the log; emptied whenever nothing runs. */
  walBytes: z.int(),
  /** Bytes of the store that hold nothing. */
  freeBytes: z.int(),
  /** The last full check of the store: weekly, and after every unclean stop. */
  lastCheck: z.object({ at: z.string(), result: z.string() }).nullable(),
});
export type Diagnostics = z.infer<typeof diagnostics>;

export const diagnosticsContract = {
  get: oc.input(z.object({}).default({})).output(diagnostics),
};
