import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { BackupReport } from '../../../shared/contract/backup.ts';
import { type CopyFacts, copyIntegrity, readCopy } from '../../store/store-copy.ts';
import { measure } from './copy-tree.ts';
import {
  type BackedUpFile,
  type BackupManifest,
  datasetsName,
  readManifest,
  receivedName,
  storeName,
  unusable,
} from './manifest.ts';

/** A backup that was read whole, and what it holds. */
export interface VerifiedBackup {
  readonly manifest: BackupManifest;
  readonly facts: CopyFacts;
}

/**
 * Reads a backup whole and changes nothing: every file's size and digest, the store's integrity, and a file for every
 * version that the store lists. `integrity` looks at the copy of the store. Throws backup_unusable with the first thing that is wrong.
 */
export async function verifyBackup(
  folder: string,
  integrity: (path: string) => string | Promise<string> = copyIntegrity,
): Promise<VerifiedBackup> {
  const manifest = readManifest(folder);
  const listed = new Map(manifest.files.map((file) => [file.path, file]));
  if (!listed.has(storeName)) throw unusable(folder, 'it lists no store');
  for (const file of manifest.files) await requireSame(folder, file);
  const facts = factsOf(folder);
  const found = await integrity(join(folder, storeName));
  if (found !== 'ok') throw unusable(folder, `its store is damaged (${found.slice(0, 500)})`);
  for (const { path, bytes, sha256 } of facts.versions) {
    const file = listed.get(`${datasetsName}/${path}`);
    const same = file?.bytes === bytes && (sha256 === null || file.sha256 === sha256);
    if (!same) throw unusable(folder, `the dataset file ${path} is missing or is not what was published`);
  }
  for (const { path, bytes, sha256 } of facts.received) {
    const file = listed.get(`${receivedName}/${path}`);
    const same = file?.bytes === bytes && (sha256 === null || file.sha256 === sha256);
    if (!same) throw unusable(folder, `the received records ${path} are missing or are not what was sent`);
  }
  return { manifest, facts };
}

export function reportOf(folder: string, { manifest, facts }: VerifiedBackup): BackupReport {
  return {
    folder,
    createdAt: manifest.createdAt,
    runs: facts.runs,
    pipelines: facts.pipelines,
    datasets: facts.datasets,
    versions: facts.versions.length,
    files: manifest.files.length,
    bytes: manifest.files.reduce((sum, { bytes }) => sum + bytes, 0),
    withFiles: manifest.withFiles,
    withSecrets: manifest.withSecrets,
  };
}

async function requireSame(folder: string, file: BackedUpFile): Promise<void> {
  const found = statSync(join(folder, ...file.path.split('/')), { throwIfNoEntry: false });
  if (!found?.isFile()) throw unusable(folder, `its file ${file.path} is gone`);
  if (found.size !== file.bytes)
    throw unusable(folder, `its file ${file.path} has ${found.size} bytes instead of ${file.bytes}`);
  if ((await measure(folder, file.path)).sha256 !== file.sha256)
    throw unusable(folder, `its file ${file.path} has other contents than were backed up`);
}

function factsOf(folder: string): CopyFacts {
  try {
    return readCopy(join(folder, storeName));
  } catch {
    throw unusable(folder, 'its store cannot be read');
  }
}
