import { statfs } from 'node:fs/promises';
import type { Settings } from '../../shared/contract/domain.ts';
import type { RunnerLimits } from '../runner/protocol.ts';

/** Share of the free disk that one task may fill with what does not fit in memory. */
const spillShare = 0.8;
const knownMilliseconds = 2000;
const spillFallback = 10 * 1024 ** 3;

/** The limits of a task that starts now. */
export async function taskLimits(settings: Settings, tmp: string): Promise<RunnerLimits> {
  return {
    memoryBytes: settings.runMemoryBytes,
    threads: settings.runThreads,
    spillBytes: await spillBytes(tmp),
  };
}

let known: { readonly folder: string; readonly bytes: number; readonly at: number } | undefined;

/** A guess for a task that may run for hours: what was free a moment ago serves as well. */
async function spillBytes(folder: string): Promise<number> {
  if (known?.folder === folder && performance.now() - known.at < knownMilliseconds) return known.bytes;
  try {
    const { bavail, bsize } = await statfs(folder);
    known = { folder, bytes: Math.floor(bavail * bsize * spillShare), at: performance.now() };
    return known.bytes;
  } catch {
    return spillFallback;
  }
}
