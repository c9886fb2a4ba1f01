import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { mkdir, open, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { SluiceError } from '../../../shared/errors/sluice-error.ts';
import { type CopyFacts, readCopy, sealCopy } from '../../store/store-copy.ts';
import { syncFolder } from '../durable-files.ts';
import type { FileReaper } from '../file-reaper.ts';
import type { ServiceContext } from '../service-context.ts';
import type { BackupRequest, BackupService } from '../service-types.ts';
import { copySynced, linkOrCopy, measure, plainFiles, syncFolders } from './copy-tree.ts';
import {
  datasetsName,
  filesName,
  manifestName,
  manifestText,
  receivedName,
  secretsName,
  storeName,
} from './manifest.ts';
import { reportOf, verifyBackup } from './verify-backup.ts';

const unfinishedSuffix = '.unfinished';

/**
 * Backups of a home in use. The store is copied first, by SQLite's own means and between the turns of everything else;
 * the dataset files that the copy lists come after it. They cannot be missing: a version's row is only ever committed
 * after its file is in place, and nothing is deleted while a backup is being made.
 */
export function createBackupService(
  context: ServiceContext,
  reaper: Pick<FileReaper, 'hold'>,
  version: string,
): BackupService {
  const { store, home } = context;
  let busy = false;

  async function write(folder: string, request: BackupRequest): Promise<void> {
    const createdAt = context.now();
    const facts = await copyStore(join(folder, storeName));
    for (const { path } of facts.versions) {
      const parts = path.split('/');
      await linkOrCopy(join(home.datasets, ...parts), join(folder, datasetsName, ...parts));
    }
    for (const { path } of facts.received) {
      const parts = path.split('/');
      await linkOrCopy(join(home.received, ...parts), join(folder, receivedName, ...parts));
    }
    // Files of the owner may be written to at any time: a link would let that change the backup.
    if (request.files) await copyAll(home.files, join(folder, filesName));
    if (request.secrets) await copyAll(home.secrets, join(folder, secretsName));
    const files = [];
    for (const path of (await plainFiles(folder)).sort()) files.push(await measure(folder, path));
    await writeSynced(
      join(folder, manifestName),
      manifestText({
        version,
        schemaVersion: facts.schemaVersion,
        createdAt,
        withFiles: request.files ?? false,
        withSecrets: request.secrets ?? false,
        files,
      }),
    );
    await syncFolders(folder);
  }

  async function copyStore(path: string): Promise<CopyFacts> {
    await store.copyTo(path);
    await sealCopy(path);
    return readCopy(path);
  }

  return {
    async create(request) {
      const folder = requirePlace(request.folder, home.root);
      if (busy) throw new SluiceError('invalid_input', { reason: 'A backup is being made already.' });
      busy = true;
      const release = reaper.hold();
      const unfinished = join(dirname(folder), `.${basename(folder)}${unfinishedSuffix}`);
      try {
        await rm(unfinished, { recursive: true, force: true });
        await mkdir(unfinished, { recursive: true, mode: 0o700 });
        await write(unfinished, request);
        const verified = await verifyBackup(unfinished, store.inspectCopy);
        // A backup under its own name is always a whole one.
        if (existsSync(folder)) await rmdir(folder);
        await rename(unfinished, folder);
        await syncFolder(dirname(folder));
        return reportOf(folder, verified);
      } catch (error) {
        await rm(unfinished, { recursive: true, force: true }).catch(() => undefined);
        throw worded(error, folder);
      } finally {
        release();
        busy = false;
      }
    },

    async verify(folder) {
      return reportOf(resolve(folder), await verifyBackup(resolve(folder), store.inspectCopy));
    },
  };
}

function requirePlace(folder: string, homeRoot: string): string {
  const refuse = (reason: string): never => {
    throw new SluiceError('invalid_input', { reason });
  };
  if (!isAbsolute(folder)) refuse(`Name the backup's folder by its whole path, not ${folder}.`);
  const place = resolve(folder);
  if (isInside(place, homeRoot))
    refuse(
      'A backup cannot lie in the home folder that it saves. Choose a folder outside, best on another disk.',
    );
  if (existsSync(place) && !isEmptyFolder(place))
    refuse(`The folder ${place} is not empty. Name a new one for this backup.`);
  return place;
}

/** Compared as the file system sees it: the way to the new folder may lead through links. */
function isInside(place: string, homeRoot: string): boolean {
  let known = place;
  while (!existsSync(known) && dirname(known) !== known) known = dirname(known);
  const real = join(realpathSync(known), relative(known, place));
  const way = relative(realpathSync(homeRoot), real);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

function isEmptyFolder(path: string): boolean {
  try {
    return readdirSync(path).length === 0;
  } catch {
    return false;
  }
}

async function copyAll(from: string, to: string): Promise<void> {
  for (const path of await plainFiles(from)) {
    const parts = path.split('/');
    await copySynced(join(from, ...parts), join(to, ...parts));
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A failure of the disk as a sentence; others pass as they are. */
function worded(error: unknown, folder: string): unknown {
  if (error instanceof SluiceError || !(error instanceof Error)) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (['ENOSPC', 'EDQUOT', 'SQLITE_FULL'].includes(code))
    return new SluiceError('disk_full', {}, { cause: error });
  if (!/^E[A-Z]+$/.test(code)) return error;
  const reason = `The backup could not be written to ${folder}: the operating system answered ${code}.`;
  return new SluiceError('invalid_input', { reason }, { cause: error });
}
