import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SluiceError } from '../../../shared/errors/sluice-error.ts';

/** Written last, so a folder without it is no backup. */
export const manifestName = 'manifest.json';
/** Names inside a backup; those of a home. */
export const storeName = 'sluice.db';
export const datasetsName = 'datasets';
export const receivedName = 'received';
export const filesName = 'files';
export const secretsName = 'secrets';

const newestFormat = 1;

/** A path inside the backup: plain segments with / between them, so that nothing can point out of it. */
const insidePath = z
  .string()
  .max(4096)
  .refine((path) => path.split('/').every((part) => !['', '.', '..'].includes(part) && !/[\\\0]/.test(part)));

const manifestSchema = z.object({
  format: z.int().min(1),
  /** The Sluice that wrote it. */
  version: z.string(),
  schemaVersion: z.int(),
  createdAt: z.string(),
  withFiles: z.boolean(),
  withSecrets: z.boolean(),
  files: z.array(
    z.object({ path: insidePath, bytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
});
export type BackupManifest = z.infer<typeof manifestSchema>;
export type BackedUpFile = BackupManifest['files'][number];

export const manifestText = (manifest: Omit<BackupManifest, 'format'>): string =>
  `${JSON.stringify({ format: newestFormat, ...manifest }, undefined, 1)}\n`;

/** Throws backup_unusable for a folder that holds no backup, or one of a later program. */
export function readManifest(folder: string): BackupManifest {
  let text: string;
  try {
    text = readFileSync(join(folder, manifestName), 'utf8');
  } catch {
    throw unusable(folder, `it has no ${manifestName}, so it is no backup or was never finished`);
  }
  const parsed = manifestSchema.safeParse(jsonOf(text));
  if (!parsed.success) throw unusable(folder, `its ${manifestName} cannot be read`);
  if (parsed.data.format > newestFormat) throw unusable(folder, 'a newer version of Sluice wrote it');
  return parsed.data;
}

export function unusable(folder: string, reason: string): SluiceError {
  return new SluiceError('backup_unusable', { folder, reason });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
