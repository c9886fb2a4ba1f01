import { statfs } from 'node:fs/promises';
import type { Settings } from '../../shared/contract/domain.ts';
import type { RunnerLimits } from '../runner/protocol.ts';

/** Share of the free disk that one task may fill with what does not fit in memory. */
const spillShare = 0.8;
const spillFallback = 10 * 1024 ** 3;

/** The limits of a task that starts now. */
export async function taskLimits(settings: Settings, tmp: string): Promise<RunnerLimits> {
  return {
    memoryBytes: settings.runMemoryBytes,
    threads: settings.runThreads,
    spillBytes: await spillBytes(tmp),
  };
}

async function spillBytes(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return Math.floor(bavail * bsize * spillShare);
  } catch {
    return spillFallback;
  }
}
