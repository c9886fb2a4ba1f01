import type { EndedRun } from '../../store/retention-repository.ts';
import { createPortions } from '../portions.ts';
import type { ServiceContext } from '../service-context.ts';
import { cutoff, cutoffOf, type RetentionLimits } from './limits.ts';
import type { Pace } from './pace.ts';

/** A run that goes whole, or only its log. */
export interface RunVerdict {
  readonly run: EndedRun;
  readonly goes: 'run' | 'log';
}

/** Runs looked at in one portion. */
const lookedAt = { least: 50, most: 1000 };

/**
 * Walks the ended runs, newest first, and names what is beyond the limits. Counts and bytes are of what stays, so a
 * limit is filled with the newest. Pinned runs stay and fill nothing.
 */
export async function* planRuns(
  { store, clock }: ServiceContext,
  limits: RetentionLimits,
  pace: Pace,
): AsyncGenerator<RunVerdict> {
  const oldestRuns = cutoffOf(limits, 'runDays', clock.now());
  const oldestLog = cutoff(clock.now(), limits.logDays);
  const stay = { count: 0, bytes: 0, logBytes: 0 };

  function runGoes(run: EndedRun): boolean {
    const oldestRun = oldestRuns[run.environment];
    if (oldestRun !== undefined && run.finishedAt < oldestRun) return true;
    if (limits.runCount !== null && stay.count >= limits.runCount) return true;
    return limits.runBytes !== null && stay.bytes + run.bytes > limits.runBytes;
  }

  function logGoes(run: EndedRun): boolean {
    if (run.logLines === 0) return false;
    if (oldestLog !== undefined && run.finishedAt < oldestLog) return true;
    return limits.logBytes !== null && stay.logBytes + run.logBytes > limits.logBytes;
  }

  const portions = createPortions(lookedAt);
  for (let before = Number.MAX_SAFE_INTEGER; ; ) {
    const asked = portions.size;
    const runs = portions.measure(() => store.retention.endedRuns(before, asked));
    for (const run of runs) {
      if (run.pinned === 1) continue;
      if (runGoes(run)) {
        yield { run, goes: 'run' };
        continue;
      }
      stay.count += 1;
      stay.bytes += run.bytes;
      if (logGoes(run)) yield { run, goes: 'log' };
      else stay.logBytes += run.logBytes;
    }
    const last = runs.at(-1);
    if (runs.length < asked || !last) return;
    before = last.seq;
    await pace.turn();
  }
}
