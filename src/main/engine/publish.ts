import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { appendFile, chmod, copyFile, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Environment } from '../../shared/contract/domain.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { RunOutput } from '../runner/protocol.ts';
import type { EngineServices, PlacedOutput } from '../services/engine-ports.ts';
import { blame } from './task-failure.ts';

const fsyncLater = promisify(fsync);

/** Suffix of files that wait beside their final place; one that a crash left behind is swept at start. */
export const asideSuffix = '.sluice-part';

/** An output whose bytes are safe on the disk, under a name beside its final one; a dataset version has that already. */
export interface StagedOutput extends PlacedOutput {
  readonly aside: string;
}

export interface PublishContext {
  readonly services: EngineServices;
  readonly environment: Environment;
  readonly pipelineId: string | undefined;
  /** Folders that the run's key opens to it. */
  readonly folders?: readonly string[];
  /** The folder that all outputs must come from. */
  readonly scratch: string;
}

/**
 * First half of publishing, the slow one: each output is moved beside its final place (copied where that is
 * another file system) and synced. A dataset version is put under its final name at once: the name is new and
 * means nothing before the commit, and so the folder is synced while others have their turn. Nothing is visible yet.
 * On any error what was moved is deleted; an error of fsync is final, since the kernel may have dropped the pages it
 * could not write.
 */
export async function stageOutputs(
  outputs: readonly RunOutput[],
  context: PublishContext,
): Promise<StagedOutput[]> {
  const staged: StagedOutput[] = [];
  try {
    for (const output of outputs) staged.push(await stageOutput(output, context));
    return staged;
  } catch (error) {
    await discardStaged(staged);
    throw error;
  }
}

/** Deletes what was staged and not committed. */
export async function discardStaged(staged: readonly StagedOutput[]): Promise<void> {
  await Promise.all(staged.map(({ aside }) => rm(aside, { force: true }).catch(() => undefined)));
}

async function stageOutput(output: RunOutput, context: PublishContext): Promise<StagedOutput> {
  try {
    assertOwnFile(output.path, context.scratch);
    const place = reservePlace(output, context);
    if (output.output === 'dataset') {
      const { sha256 } = output;
      await placeVersion(output.path, place.finalPath);
      return { ...place, aside: place.finalPath, ...(sha256 === undefined ? {} : { sha256 }) };
    }
    if (output.output === 'file') await noteAsides(context.scratch, dirname(place.finalPath));
    const aside = await stageFile(output.path, place.finalPath);
    return { ...place, aside };
  } catch (error) {
    throw blame(publishError(error), output.nodeId);
  }
}

/** The runner says where its output lies; it is believed only for plain files that lie directly in its own scratch folder. */
function assertOwnFile(path: string, scratch: string): void {
  const own =
    dirname(path) === scratch &&
    lstatSync(scratch).isDirectory() &&
    basename(path) !== '..' &&
    lstatSync(path).isFile();
  if (own) return;
  throw new SluiceError('publish_failed', {
    reason: 'the engine process named a file that is not its own.',
  });
}

/**
 * Gives a version its final name, and makes bytes and name safe in one wait for the disk. The runner has synced large
 * files itself.
 */
async function placeVersion(path: string, finalPath: string): Promise<void> {
  try {
    await moveVersion(path, finalPath);
    await Promise.all([syncLater(finalPath, 'r+'), syncFolderLater(dirname(finalPath))]);
  } catch (error) {
    await rm(finalPath, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function moveVersion(path: string, finalPath: string): Promise<void> {
  try {
    renameSync(path, finalPath);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EXDEV') {
      renameSync(await stageFile(path, finalPath), finalPath);
    } else if (code === 'ENOENT') {
      await makeFolder(dirname(finalPath));
      renameSync(path, finalPath);
    } else {
      throw error;
    }
  }
}

function reservePlace(
  output: RunOutput,
  { services, environment, pipelineId, folders }: PublishContext,
): PlacedOutput {
  switch (output.output) {
    case 'dataset':
      return { output, ...services.datasets.reserve(output.name, environment, pipelineId) };
    case 'kept':
      return { output, finalPath: services.kept.finalPath(output.digest, environment) };
    case 'file':
      return { output, finalPath: services.files.resolveWrite(output.target, pipelineId, folders) };
  }
}

/** Beside a scratch folder, out of its runner's reach: the folders outside the home that unfinished files may lie in. */
export const asidesNote = (scratch: string): string => `${scratch}.asides`;

/** So that the next start finds what a kill leaves there. A target may lie in any folder that the owner granted. */
async function noteAsides(scratch: string, folder: string): Promise<void> {
  noted.add(scratch);
  await appendFile(asidesNote(scratch), `${JSON.stringify(folder)}\n`, { mode: 0o600 });
}

/** Scratch folders of this process that have a note. */
const noted = new Set<string>();

/** The scratch folder's work is over, and so is that of its note. */
export async function dropAsidesNote(scratch: string): Promise<void> {
  if (noted.delete(scratch)) await rm(asidesNote(scratch), { force: true }).catch(() => undefined);
}

/** Moves a file beside its final place and syncs it; answers where it waits. */
export async function stageFile(path: string, finalPath: string): Promise<string> {
  const folder = dirname(finalPath);
  await makeFolder(folder);
  const aside = join(folder, `.${randomUUID()}${asideSuffix}`);
  try {
    await moveFile(path, aside);
    // A file that is replaced keeps who may read it.
    const mode = await stat(finalPath).then(
      (old) => old.mode & 0o777,
      () => undefined,
    );
    if (mode !== undefined) await chmod(aside, mode);
    const file = await open(aside, 'r+');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    return aside;
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** A folder is only there after a power cut when the one above it was synced. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  const top = dirname(first);
  for (let above = dirname(folder); above.length >= top.length; above = dirname(above)) {
    syncFolder(above);
    if (above === dirname(above)) return;
  }
}

async function moveFile(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (errorCode(error) !== 'EXDEV') throw error;
    await copyFile(from, to);
    await rm(from, { force: true });
  }
}

/** Outputs at their final places that no commit stands for yet. */
export interface PlacedFiles {
  readonly placed: readonly PlacedOutput[];
  /** The commit was refused: puts everything back as it was. */
  undo(): void;
  /** The commit holds: forgets what was replaced. */
  settle(): void;
}

/**
 * Second half: renames, and syncs the folders. Synchronous on purpose, as is the commit that must follow in the
 * same turn: nothing else of this process can come between the check of the attempt, the rename and the commit.
 */
export function placeStaged(staged: readonly StagedOutput[]): PlacedFiles {
  const done: Placement[] = [];
  const undo = (): void => {
    for (const entry of done.splice(0).reverse()) undoOne(entry);
  };
  try {
    for (const output of staged) done.push(placeOne(output));
    const moved = staged.filter(({ aside, finalPath }) => aside !== finalPath);
    for (const folder of new Set(moved.map(({ finalPath }) => dirname(finalPath)))) syncFolder(folder);
  } catch (error) {
    undo();
    throw publishError(error);
  }
  return {
    placed: staged.map(({ aside: _aside, ...placed }) => placed),
    undo,
    settle: () => {
      for (const { backup } of done) if (backup) removeQuietly(backup);
    },
  };
}

interface Placement {
  readonly finalPath: string;
  readonly existed: boolean;
  readonly backup: string | undefined;
}

function placeOne({ aside, finalPath, output }: StagedOutput): Placement {
  if (aside === finalPath) return { finalPath, existed: false, backup: undefined };
  const existed = existsSync(finalPath);
  // A kept output that is there already has the same rows: its digest says so. It need not be kept aside.
  const backup = existed && output.output !== 'kept' ? linkBackup(finalPath) : undefined;
  try {
    renameSync(aside, finalPath);
  } catch (error) {
    if (backup) rmSync(backup, { force: true });
    throw error;
  }
  return { finalPath, existed, backup };
}

function undoOne({ finalPath, backup, existed }: Placement): void {
  if (backup) renameSync(backup, finalPath);
  else if (!existed) rmSync(finalPath, { force: true });
}

/** A second name for the old file; undefined on file systems without hard links, where a whole new file stays. */
function linkBackup(finalPath: string): string | undefined {
  const backup = join(dirname(finalPath), `.${randomUUID()}${asideSuffix}`);
  try {
    linkSync(finalPath, backup);
    return backup;
  } catch {
    return undefined;
  }
}

/** After the commit nothing may fail any more: a name that stays is only untidy. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Left for the owner of the folder to see.
  }
}

function syncFolder(folder: string): void {
  // Windows cannot open a folder for this; NTFS journals the rename.
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** The same without keeping everybody waiting. */
async function syncFolderLater(folder: string): Promise<void> {
  if (process.platform !== 'win32') await syncLater(folder, 'r');
}

async function syncLater(path: string, flags: 'r' | 'r+'): Promise<void> {
  const handle = openSync(path, flags);
  try {
    await fsyncLater(handle);
  } finally {
    closeSync(handle);
  }
}

/** For one file outside a run (an export): staged and placed at once. */
export async function publishFile(path: string, finalPath: string, scratch: string): Promise<void> {
  try {
    await noteAsides(scratch, dirname(finalPath));
    const aside = await stageFile(path, finalPath);
    renameSync(aside, finalPath);
    syncFolder(dirname(finalPath));
  } catch (error) {
    throw publishError(error);
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'the folder may not be written to. Change its permissions, or choose another.',
  EPERM: 'the folder may not be written to. Change its permissions, or choose another.',
  EROFS: 'the disk is read-only. Choose a folder on another one.',
  EISDIR: 'there is a folder of that name. Choose another name.',
  ENOTDIR: 'a part of the path is a file, not a folder. Choose another path.',
  ENAMETOOLONG: 'the name is too long. Choose a shorter one.',
  EIO: 'the disk reported an error. Check the disk, then run again.',
};

/** A failure of the file system in words; other errors pass as they are. */
export function publishError(error: unknown): unknown {
  const code = errorCode(error);
  if (error instanceof SluiceError || code === undefined) return error;
  if (['ENOSPC', 'EDQUOT', 'SQLITE_FULL'].includes(code))
    return new SluiceError('disk_full', {}, { cause: error });
  const reason = reasons[code] ?? `the operating system answered ${code}.`;
  return new SluiceError('publish_failed', { reason }, { cause: error });
}

function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : undefined;
}

export const isAside = (path: string): boolean => basename(path).endsWith(asideSuffix);
