import { join } from 'node:path';
import type { Environment } from '../../../shared/contract/domain.ts';
import type { RetentionCategory, RetentionSettings } from '../../../shared/contract/retention.ts';
import type { AgedVersion, EndedRun } from '../../store/retention-repository.ts';
import type { FileReaper } from '../file-reaper.ts';
import { createPortions } from '../portions.ts';
import type { ReceivedService } from '../received-service.ts';
import type { ServiceContext } from '../service-context.ts';
import type { KeptService } from '../service-types.ts';
import { beyondLimits, filesBelow, removeFiles, sumOf } from './aged-files.ts';
import type { Archive } from './archive.ts';
import { cutoff, type RetentionLimits, type Tally } from './limits.ts';
import type { Pace } from './pace.ts';
import { planRuns, type RunVerdict } from './run-plan.ts';
import { createVersionGuard, planVersions } from './version-plan.ts';

/** Rows of another domain that age: it counts and deletes them, retention says when. */
export interface Pruner {
  readonly category: Extract<RetentionCategory, 'deliveries' | 'fires' | 'notices'>;
  count(before: string): number;
  /** Deletes at most `limit` of them, in a transaction of its own; answers how many. */
  prune(before: string, limit: number): number;
}

export interface SweepParts {
  readonly context: ServiceContext;
  readonly limits: RetentionLimits;
  readonly kept: KeptService;
  readonly received: Pick<ReceivedService, 'prune'>;
  readonly reaper: FileReaper;
  readonly pruners: readonly Pruner[];
  readonly pace: Pace;
  readonly tally: Tally;
}

/** What one transaction removes: as many as take little time. */
const atOnce = {
  runs: { least: 4, most: 100 },
  versions: { least: 1, most: 20 },
  kept: { least: 5, most: 100 },
  rows: { least: 100, most: 2000 },
};
/** Runs in one file of the archive. */
const runsInArchive = 500;

/** Where what goes of an environment is written first; undefined: nowhere. */
export type Archives = Record<Environment, Archive | undefined>;

const environments = ['live', 'sandbox'] as const;

/** Everything beyond the limits, in small steps. With an archive, nothing of a run or version goes that is not in it. */
export async function sweep(parts: SweepParts, archives: Archives): Promise<void> {
  await sweepRuns(parts, archives);
  await sweepReceived(parts);
  await sweepVersions(parts, archives);
  await sweepKept(parts);
  await sweepFiles(parts);
  await sweepRows(parts);
}

async function sweepRuns(parts: SweepParts, archives: Archives): Promise<void> {
  const { context, limits, pace } = parts;
  let waiting: RunVerdict[] = [];
  const settle = async (): Promise<void> => {
    const group = waiting;
    waiting = [];
    for (const goes of ['run', 'log'] as const) {
      const runs = group.filter((verdict) => verdict.goes === goes).map(({ run }) => run);
      if (runs.length === 0) continue;
      for (const environment of environments) {
        const own = runs.filter((run) => run.environment === environment);
        if (own.length > 0) await archives[environment]?.runs(own, goes === 'run' ? 'runs' : 'logs');
      }
      await removeRuns(parts, runs, goes);
    }
  };
  for await (const verdict of planRuns(context, limits, pace)) {
    waiting.push(verdict);
    if (waiting.length >= runsInArchive) await settle();
  }
  await settle();
}

async function removeRuns(
  { context, pace, tally }: SweepParts,
  runs: readonly EndedRun[],
  goes: RunVerdict['goes'],
): Promise<void> {
  const { store } = context;
  const portions = createPortions(atOnce.runs);

  function remove(run: EndedRun): void {
    if (goes === 'log') {
      if (store.retention.doomLog(run.seq, context.now())) tally.add('logs', 1, run.logBytes);
    } else if (store.retention.removeRun(run.seq)) {
      const { id: runId, pipelineId, environment } = run;
      context.record('run.removed', environment, { runId, pipelineId });
      context.announce({ type: 'run.removed', runId });
      tally.add('runs', 1, run.bytes + run.logBytes);
    }
  }

  for (let start = 0; start < runs.length; ) {
    const group = runs.slice(start, start + portions.size);
    portions.measure(() => store.write(() => group.forEach(remove)));
    start += group.length;
    await pace.turn();
  }
}

/** Records that were received for runs that are gone; counted with the runs. */
async function sweepReceived({ received, pace, tally }: SweepParts): Promise<void> {
  const portions = createPortions(atOnce.runs);
  for (;;) {
    const asked = portions.size;
    const gone = portions.measure(() => received.prune(asked));
    tally.add('runs', 0, gone.bytes);
    if (gone.count < asked) return;
    await pace.turn();
  }
}

async function sweepVersions(parts: SweepParts, archives: Archives): Promise<void> {
  const { context, reaper, pace, tally } = parts;
  const { store, home } = context;
  const versions = await planVersions(context, parts.limits, pace);
  const portions = createPortions(atOnce.versions);

  function remove(group: readonly AgedVersion[]): void {
    // Asked again in the transaction: a run may have started, or somebody pinned, while the archive was written.
    const mayGo = createVersionGuard(context);
    for (const { id } of group) {
      const version = store.retention.version(id);
      if (!version || !mayGo(version) || !store.retention.removeVersion(id)) continue;
      reaper.doom(join(home.datasets, ...version.path.split('/')));
      context.announce({ type: 'dataset.changed', datasetId: version.datasetId, change: 'pruned' });
      tally.add('versions', 1, version.bytes);
    }
  }

  for (let start = 0; start < versions.length; ) {
    const group = versions.slice(start, start + portions.size);
    for (const version of group) await archives[version.environment]?.version(version);
    portions.measure(() => store.write(() => remove(group)));
    start += group.length;
    await pace.turn();
  }
}

async function sweepKept({ context, limits, kept, pace, tally }: SweepParts): Promise<void> {
  const before = cutoff(context.clock.now(), limits.keptDays);
  if (before === undefined) return;
  const portions = createPortions(atOnce.kept);
  for (;;) {
    const asked = portions.size;
    const gone = portions.measure(() => kept.dropUnused(before, asked));
    tally.add('kept', gone.count, gone.bytes);
    if (gone.count < asked) return;
    await pace.turn();
  }
}

async function sweepFiles(parts: SweepParts): Promise<void> {
  for (const { category, files } of await agedFiles(parts)) {
    const gone = await removeFiles(files);
    parts.tally.add(category, gone.length, sumOf(gone));
  }
}

/** Files of people and of unfinished uploads that are beyond their limits. */
export async function agedFiles({ context, limits }: Pick<SweepParts, 'context' | 'limits'>) {
  const { home, clock } = context;
  const now = clock.now();
  const uploads = { before: cutoff(now, limits.uploadDays), bytes: null, now };
  const exports = { before: cutoff(now, limits.exportDays), bytes: limits.exportBytes, now };
  return [
    { category: 'uploads', files: beyondLimits(await filesBelow(home.uploads), uploads) },
    { category: 'exports', files: beyondLimits(await filesBelow(home.exports), exports) },
  ] as const;
}

async function sweepRows({ context, limits, pruners, pace, tally }: SweepParts): Promise<void> {
  const { store } = context;
  for (const { category, before, prune } of agingRows(context, limits, pruners)) {
    if (before === undefined) continue;
    const portions = createPortions(atOnce.rows);
    for (;;) {
      const asked = portions.size;
      const gone = portions.measure(() => store.write(() => prune(before, asked)));
      tally.add(category, gone.count, gone.bytes);
      if (gone.count < asked) break;
      await pace.turn();
    }
  }
}

/** Rows that only age: domain events, sent notices, and what the pruners of other domains name. */
export function agingRows(
  { store, clock }: ServiceContext,
  limits: RetentionSettings,
  pruners: readonly Pruner[],
) {
  const days = { deliveries: limits.deliveryDays, fires: limits.fireDays, notices: limits.eventDays };
  const told = Number(store.settings.get('notices.cursor') ?? Number.MAX_SAFE_INTEGER);
  return [
    {
      category: 'events' as const,
      before: cutoff(clock.now(), limits.eventDays),
      count: (before: string) => store.retention.countEvents(before, told),
      prune: (before: string, limit: number) => store.retention.removeEvents(before, told, limit),
    },
    ...pruners.map((pruner) => ({
      category: pruner.category,
      before: cutoff(clock.now(), days[pruner.category]),
      count: (before: string) => ({ count: pruner.count(before), bytes: 0 }),
      prune: (before: string, limit: number) => ({ count: pruner.prune(before, limit), bytes: 0 }),
    })),
  ];
}
