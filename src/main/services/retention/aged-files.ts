import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface AgedFile {
  readonly path: string;
  readonly bytes: number;
  /** Unix milliseconds. */
  readonly changedAt: number;
}

/** A file changed since may still be written or just being fetched. */
const quietMilliseconds = 3_600_000;

/** All files below a folder, oldest first; what vanishes meanwhile is left out, and so is what is no plain file. */
export async function filesBelow(folder: string): Promise<AgedFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files: AgedFile[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const found = await stat(path).catch(() => undefined);
    if (found) files.push({ path, bytes: found.size, changedAt: found.mtimeMs });
  }
  return files.sort((a, b) => a.changedAt - b.changedAt);
}

/** The files that are older than the time, and the oldest beyond the bytes. */
export function beyondLimits(
  files: readonly AgedFile[],
  limits: { before: string | undefined; bytes: number | null; now: number },
): AgedFile[] {
  const before = limits.before === undefined ? Number.NEGATIVE_INFINITY : Date.parse(limits.before);
  let excess = limits.bytes === null ? 0 : sumOf(files) - limits.bytes;
  return files.filter(({ bytes, changedAt }) => {
    if (changedAt > limits.now - quietMilliseconds) return false;
    if (changedAt >= before && excess <= 0) return false;
    excess -= bytes;
    return true;
  });
}

export function sumOf(files: readonly AgedFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Answers those that really went. */
export async function removeFiles(files: readonly AgedFile[]): Promise<AgedFile[]> {
  const gone: AgedFile[] = [];
  for (const file of files) {
    await rm(file.path).then(
      () => gone.push(file),
      () => undefined,
    );
  }
  return gone;
}
