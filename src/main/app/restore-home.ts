import { readdirSync } from 'node:fs';
import { mkdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { BackupReport } from '../../shared/contract/backup.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import { copySynced, measure, syncFolders } from '../services/backup/copy-tree.ts';
import { type BackupManifest, unusable } from '../services/backup/manifest.ts';
import { reportOf, type VerifiedBackup, verifyBackup } from '../services/backup/verify-backup.ts';
import { syncFolder } from '../services/durable-files.ts';
import { lockHome } from '../store/home-lock.ts';
import { homePaths } from '../store/home-paths.ts';
import { schemaVersion } from '../store/migrate.ts';

export interface RestoredHome {
  readonly report: BackupReport;
  readonly home: string;
  /** Where the home that was there before lies now. */
  readonly movedAside: string | undefined;
}

/**
 * Makes a home out of a backup. The backup is read whole before anything is touched; the new home is built beside its
 * place and takes it by one rename, so an interruption leaves the home as it was. Throws backup_unusable,
 * home_in_use, home_not_empty, home_newer.
 */
export async function restoreHome(
  backup: string,
  home: string,
  options: { readonly replace?: boolean } = {},
): Promise<RestoredHome> {
  const verified = await verifyBackup(backup);
  if (verified.facts.schemaVersion > schemaVersion)
    throw unusable(backup, 'a newer version of Sluice wrote its store. Update Sluice first');
  const occupied = entriesOf(home).length > 0;
  if (occupied && !options.replace) throw new SluiceError('home_not_empty', { home });
  const release = occupied ? holdHome(home) : () => undefined;
  try {
    const prepared = await prepare(backup, home, verified);
    // The lock's file moves with the old home; a system that refuses to move open files needs it closed first.
    release();
    const movedAside = await takePlace(prepared, home, occupied);
    return { report: reportOf(backup, verified), home, movedAside };
  } finally {
    release();
  }
}

/** The owner of a home that is in use would go on writing to a folder that was moved away. */
function holdHome(home: string): () => void {
  const lock = lockHome(homePaths(home));
  let held = true;
  return () => {
    if (held) lock.release();
    held = false;
  };
}

async function prepare(backup: string, home: string, { manifest }: VerifiedBackup): Promise<string> {
  const prepared = join(dirname(home), `.${basename(home)}.restoring`);
  await rm(prepared, { recursive: true, force: true });
  try {
    await mkdir(prepared, { recursive: true, mode: 0o700 });
    await copyChecked(backup, prepared, manifest);
    await syncFolders(prepared);
    return prepared;
  } catch (error) {
    await rm(prepared, { recursive: true, force: true }).catch(() => undefined);
    const full = ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');
    throw full ? new SluiceError('disk_full', {}, { cause: error }) : error;
  }
}

/** Copies, never links: the backup must outlive whatever happens to the home. What arrived is read back. */
async function copyChecked(backup: string, prepared: string, manifest: BackupManifest): Promise<void> {
  for (const { path, bytes, sha256 } of manifest.files) {
    const parts = path.split('/');
    await copySynced(join(backup, ...parts), join(prepared, ...parts));
    const arrived = await measure(prepared, path);
    if (arrived.bytes !== bytes || arrived.sha256 !== sha256)
      throw unusable(backup, `its file ${path} could not be read twice alike`);
  }
}

async function takePlace(prepared: string, home: string, occupied: boolean): Promise<string | undefined> {
  const time = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const movedAside = occupied ? `${home}.before-restore-${time}` : undefined;
  if (movedAside) await rename(home, movedAside);
  else await rmdir(home).catch(() => undefined);
  await rename(prepared, home);
  await syncFolder(dirname(home));
  return movedAside;
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    const reason = 'it is no folder that you may read';
    throw new SluiceError('home_unusable', { home: folder, reason }, { cause: error });
  }
}
