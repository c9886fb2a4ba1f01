import type { RetentionAmount } from '../../../shared/contract/retention.ts';
import { sumOf } from './aged-files.ts';
import { createTally, cutoff } from './limits.ts';
import { planRuns } from './run-plan.ts';
import { agedFiles, agingRows, type SweepParts } from './sweep.ts';
import { planVersions } from './version-plan.ts';

/** What a sweep would remove now, by the plans that the sweep itself follows. Nothing is changed. */
export async function previewSweep(
  parts: Omit<SweepParts, 'tally' | 'reaper' | 'kept'>,
): Promise<RetentionAmount[]> {
  const { context, limits, pruners, pace } = parts;
  const { store, clock } = context;
  const tally = createTally();
  for await (const { run, goes } of planRuns(context, limits, pace)) {
    if (goes === 'run') tally.add('runs', 1, run.bytes + run.logBytes);
    else tally.add('logs', 1, run.logBytes);
  }
  for (const { bytes } of await planVersions(context, limits, pace)) tally.add('versions', 1, bytes);
  const keptBefore = cutoff(clock.now(), limits.keptDays);
  if (keptBefore !== undefined) {
    for (const { bytes } of store.retention.unusedKept(keptBefore, 100_000)) tally.add('kept', 1, bytes);
  }
  for (const { category, files } of await agedFiles(parts)) tally.add(category, files.length, sumOf(files));
  for (const { category, before, count } of agingRows(context, limits, pruners)) {
    if (before === undefined) continue;
    const amount = count(before);
    tally.add(category, amount.count, amount.bytes);
    await pace.turn();
  }
  return tally.amounts();
}
