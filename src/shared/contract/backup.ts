import { oc } from '@orpc/contract';
import { z } from 'zod';

/** What a backup holds, in numbers. */
export const backupReport = z.object({
  /** Absolute path of the backup's folder. */
  folder: z.string(),
  createdAt: z.string(),
  runs: z.int(),
  pipelines: z.int(),
  datasets: z.int(),
  versions: z.int(),
  /** Files in the folder, and their bytes together. */
  files: z.int(),
  bytes: z.int(),
  /** Whether the files folder and the secrets are in it. */
  withFiles: z.boolean(),
  withSecrets: z.boolean(),
});
export type BackupReport = z.infer<typeof backupReport>;

export const backupContract = {
  /**
   * Writes a whole, verified copy of the home while everything goes on. The folder must be new or empty, and outside
   * the home. Every run that was accepted before the call is in it.
   */
  create: oc
    .input(
      z.object({
        /** Absolute path. */
        folder: z.string().min(1),
        /** The files folder too: inputs of pipelines, written files, exports. */
        files: z.boolean().default(false),
        /** Secrets that are kept as files, as they are: whoever has the backup can read them. */
        secrets: z.boolean().default(false),
      }),
    )
    .output(backupReport),
  /** Reads a backup whole: sizes, digests, the store's integrity, a file for every version. Throws backup_unusable. */
  verify: oc.input(z.object({ folder: z.string().min(1) })).output(backupReport),
};
