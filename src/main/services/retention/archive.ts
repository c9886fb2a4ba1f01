import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AgedVersion, EndedRun } from '../../store/retention-repository.ts';
import { digestOfFile, syncFolder } from '../durable-files.ts';
import { safeFileName } from '../path-rules.ts';
import type { ServiceContext } from '../service-context.ts';
import type { Pace } from './pace.ts';

/** Below the folder that the owner chose, so that nothing else in it is mistaken for the archive. */
export const archiveFolderName = 'sluice-archive';

/** The archive could not be written, or did not hold afterwards what was written: nothing may be deleted. */
export class ArchiveFailure extends Error {
  override readonly name = 'ArchiveFailure';
  readonly folder: string;
  readonly reason: string;
  constructor(folder: string, cause: unknown) {
    const reason = reasonOf(cause);
    super(`The archive in ${folder} could not be written: ${reason}. Nothing was deleted.`, { cause });
    this.folder = folder;
    this.reason = reason;
  }
}

export interface Archive {
  /** Whole runs with their logs as one NDJSON file; on disk, read back and compared when it resolves. */
  runs(runs: readonly EndedRun[], kind: 'runs' | 'logs'): Promise<void>;
  /** A copy of a version's Parquet file, with what is known of it beside it. */
  version(version: AgedVersion): Promise<void>;
  written(): { files: number; bytes: number };
}

const linesAtOnce = 500;

export async function openArchive(context: ServiceContext, chosen: string, pace: Pace): Promise<Archive> {
  const root = join(chosen, archiveFolderName);
  const total = { files: 0, bytes: 0 };
  let parts = 0;

  async function guard<Value>(work: () => Promise<Value>): Promise<Value> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Error && error.name === 'SweepStopped') throw error;
      throw new ArchiveFailure(chosen, error);
    }
  }

  async function place(path: string, write: (file: HashedFile) => Promise<void>): Promise<string> {
    const { bytes, sha256 } = await writeVerified(path, write);
    total.files += 1;
    total.bytes += bytes;
    return sha256;
  }

  async function writeRun(file: HashedFile, run: EndedRun): Promise<void> {
    const { retention } = context.store;
    const rows = retention.wholeRun(run.seq).map(({ type, row }) => line(type, row));
    await file.write(rows.join(''));
    for (let after = 0; ; ) {
      const lines = retention.lines(run.seq, after, linesAtOnce);
      await file.write(lines.map((entry) => line('log', { run_id: run.id, ...entry })).join(''));
      await pace.turn();
      const last = lines.at(-1);
      if (lines.length < linesAtOnce || !last) return;
      after = last.id;
    }
  }

  // The folder itself must be there: a disk that is not mounted is no reason to fill the one below it.
  await guard(async () => {
    if (!(await stat(chosen)).isDirectory()) throw new Error('it is no folder');
    await mkdir(root, { recursive: true, mode: 0o700 });
    await probe(root);
  });

  return {
    runs: (runs, kind) =>
      guard(async () => {
        const at = context.now();
        parts += 1;
        const name = `${kind}-${at.replace(/[:.]/g, '-')}-${String(parts).padStart(4, '0')}.ndjson`;
        await place(join(root, 'runs', at.slice(0, 7), name), async (file) => {
          for (const run of runs) await writeRun(file, run);
        });
      }),

    version: (version) =>
      guard(async () => {
        const source = join(context.home.datasets, ...version.path.split('/'));
        const name = `${safeFileName(version.datasetName)}-${version.datasetId.slice(-8)}`;
        const target = join(root, 'datasets', name, `${version.number}-${version.id}.parquet`);
        const sha256 = await place(target, async (file) => {
          for await (const chunk of createReadStream(source, { highWaterMark: 1024 * 1024 })) {
            await file.write(chunk as Buffer);
          }
        });
        if (version.sha256 !== null && version.sha256 !== sha256)
          throw new Error(`version ${version.number} of "${version.datasetName}" is damaged on disk`);
        await place(target.replace(/parquet$/, 'json'), (file) => file.write(factsText(version, sha256)));
      }),

    written: () => ({ ...total }),
  };
}

interface HashedFile {
  write(content: string | Buffer): Promise<void>;
}

/** Written aside, synced, renamed, its folder synced, then read back: what is to be deleted afterwards is surely here. */
async function writeVerified(
  path: string,
  write: (file: HashedFile) => Promise<void>,
): Promise<{ bytes: number; sha256: string }> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const aside = `${path}.part`;
  const hash = createHash('sha256');
  const handle = await open(aside, 'w', 0o600);
  let bytes = 0;
  try {
    await write({
      async write(content) {
        const data = typeof content === 'string' ? Buffer.from(content) : content;
        hash.update(data);
        bytes += data.length;
        await handle.appendFile(data);
      },
    });
    await handle.sync();
  } catch (error) {
    await closeAndRemove(handle, aside);
    throw error;
  }
  await handle.close();
  const sha256 = hash.digest('hex');
  if ((await digestOfFile(aside)) !== sha256) throw new Error('what was written does not read back the same');
  await rename(aside, path);
  await syncFolder(dirname(path));
  return { bytes, sha256 };
}

async function closeAndRemove(handle: FileHandle, path: string): Promise<void> {
  await handle.close().catch(() => undefined);
  await rm(path, { force: true }).catch(() => undefined);
}

/** Finds out before anything is planned that the folder takes nothing. */
async function probe(folder: string): Promise<void> {
  const path = join(folder, '.writable');
  const handle = await open(path, 'w', 0o600);
  try {
    await handle.writeFile('ok');
    await handle.sync();
  } finally {
    await closeAndRemove(handle, path);
  }
}

const jsonColumns = new Set(['parameters', 'error', 'fields', 'labels']);

/** A row of the store as one line, its JSON columns opened; what the store uses inside only is left out. */
function line(type: string, row: Record<string, unknown>): string {
  const { seq: _seq, run_seq: _run, ...rest } = row;
  const entries = Object.entries(rest).map(([name, value]) => [
    name,
    jsonColumns.has(name) && typeof value === 'string' ? (JSON.parse(value) as unknown) : value,
  ]);
  return `${JSON.stringify({ type, ...Object.fromEntries(entries) })}\n`;
}

function factsText(version: AgedVersion, sha256: string): string {
  const { id, datasetId, datasetName, environment, number, rows, bytes, createdAt, runId } = version;
  const columns = JSON.parse(version.columns) as unknown;
  const facts = {
    id,
    datasetId,
    datasetName,
    environment,
    number,
    rows,
    bytes,
    sha256,
    createdAt,
    runId,
    columns,
  };
  return `${JSON.stringify(facts, null, 2)}\n`;
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'its disk is full',
  EDQUOT: 'its disk is full',
  EACCES: 'Sluice may not write there',
  EPERM: 'Sluice may not write there',
  EROFS: 'its disk is read-only',
  ENOENT: 'the folder is not there',
  ENOTDIR: 'a part of its path is a file',
  EIO: 'its disk failed',
};

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return reasons[code ?? ''] ?? message ?? String(error);
}
