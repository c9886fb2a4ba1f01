/**
 * Retention: what goes when it is old, too much or too big, and what never does.
 *
 * - The newest fill a limit, the oldest go. A limit that is null is off.
 * - Never removed: pinned runs with their logs, steps, kept rows and published versions; all versions of a pinned
 *   dataset; the current version of any dataset; a version that a running or queued run reads.
 * - With an archive, what goes is first written there, synced and read back. When that fails, nothing is deleted.
 * - Work is cut into portions of some milliseconds, each a transaction. A kill leaves what was not yet removed, and
 *   files and log lines whose rows are gone are noted in the store until they are gone too.
 */
import type { DiskUse, RetentionAmount, RetentionSweep } from '../../shared/contract/retention.ts';
import { reportError } from '../../shared/errors/sluice-error.ts';
import type { EventBus } from './event-bus.ts';
import type { FileReaper } from './file-reaper.ts';
import type { ReceivedService } from './received-service.ts';
import { type Archive, ArchiveFailure, openArchive } from './retention/archive.ts';
import { diskUse } from './retention/disk-use.ts';
import { archiveFolderOf, createTally, type RetentionLimits } from './retention/limits.ts';
import { createLogDrain } from './retention/log-drain.ts';
import { createPace } from './retention/pace.ts';
import { previewSweep } from './retention/preview.ts';
import { type Archives, type Pruner, type SweepParts, sweep } from './retention/sweep.ts';
import type { ServiceContext } from './service-context.ts';
import type { KeptService } from './service-types.ts';

export type { Pruner } from './retention/sweep.ts';

type Cause = RetentionSweep['cause'];

export interface RetentionService {
  /** Cleans up some time after now, then every hour, when the engine is not busy. */
  start(): void;
  /** Cleans up and answers when it is done; joins the one under way. Failures are told in the answer. */
  clean(cause: Cause): Promise<RetentionSweep>;
  /** What `clean` would remove now. */
  preview(): Promise<RetentionAmount[]>;
  use(): Promise<DiskUse>;
  status(): { sweeping: boolean; nextAt: string | null; sweeps: RetentionSweep[] };
  /** Sentences for the owner: that the last clean-up failed. */
  warnings(): string[];
  addPruner(pruner: Pruner): void;
  /** Nothing touches the store after it. */
  stop(): void;
}

export interface RetentionParts {
  readonly events: EventBus;
  readonly kept: KeptService;
  readonly received: Pick<ReceivedService, 'prune'>;
  readonly reaper: FileReaper;
  readonly limits: () => RetentionLimits;
  readonly runningCount: () => number;
}

const minute = 60_000;
const firstAfter = minute;
const interval = 60 * minute;
/** A scheduled clean-up that finds the engine busy looks again so often before it starts all the same, slowly. */
const putOff = { times: 12, milliseconds: 5 * minute };

const cannotShrink =
  'The store comes from an earlier version and cannot give space back to the disk until the disk has room for a second copy of it at a start of Sluice.';

export function createRetentionService(context: ServiceContext, parts: RetentionParts): RetentionService {
  const { store, clock } = context;
  const pruners: Pruner[] = [];
  const isBusy = (): boolean => parts.runningCount() > 0 && store.runs.queuedCount() > 0;
  const pace = createPace(isBusy);
  const drain = createLogDrain(context, pace);
  let underWay: Promise<RetentionSweep> | undefined;
  let timer: { cancel(): void } | undefined;
  let nextAt: number | undefined;

  const unsubscribe = parts.events.subscribe((event) => {
    // Its log may hold a million lines, noted as doomed.
    if (event.type === 'run.removed' && !underWay) drainSoon();
  });

  let drainTimer: { cancel(): void } | undefined;
  function drainSoon(): void {
    drainTimer ??= clock.after(200, () => {
      drainTimer = undefined;
      void drain.run();
    });
  }

  function parted(): Omit<SweepParts, 'tally'> {
    return {
      context,
      limits: parts.limits(),
      kept: parts.kept,
      received: parts.received,
      reaper: parts.reaper,
      pruners,
      pace,
    };
  }

  async function clean(cause: Cause): Promise<RetentionSweep> {
    const startedAt = context.now();
    const tally = createTally();
    const before = store.diagnostics().bytes;
    const sweepParts = { ...parted(), tally };
    const opened = new Map<string, Archive>();
    let failure: unknown;
    try {
      await sweep(sweepParts, await openArchives(sweepParts.limits, opened));
    } catch (error) {
      failure = error;
    }
    if (!pace.stopped) await drain.run();
    // Whatever failed then failed because the store was closed under it.
    if (pace.stopped) return ended('stopped', 'Sluice stopped meanwhile.');
    return record(ended(...fate(failure)), failure);

    function ended(outcome: RetentionSweep['outcome'], message: string | null): RetentionSweep {
      const written = [...opened.values()].map((archive) => archive.written());
      return {
        startedAt,
        finishedAt: context.now(),
        cause,
        outcome,
        message,
        removed: tally.amounts(),
        archivedFiles: written.reduce((sum, { files }) => sum + files, 0),
        archivedBytes: written.reduce((sum, { bytes }) => sum + bytes, 0),
        freedBytes: outcome === 'stopped' ? 0 : Math.max(0, before - store.diagnostics().bytes),
      };
    }
  }

  /** Both environments may share one folder. */
  async function openArchives(limits: RetentionLimits, opened: Map<string, Archive>): Promise<Archives> {
    const open = async (folder: string | null): Promise<Archive | undefined> => {
      if (folder === null) return undefined;
      const archive = opened.get(folder) ?? (await openArchive(context, folder, pace));
      opened.set(folder, archive);
      return archive;
    };
    return {
      live: await open(archiveFolderOf(limits, 'live')),
      sandbox: await open(archiveFolderOf(limits, 'sandbox')),
    };
  }

  /** An hourly clean-up that had nothing to do leaves no trace. */
  function record(done: RetentionSweep, failure: unknown): RetentionSweep {
    const last = store.sweeps.list(1)[0];
    if (
      done.outcome === 'done' &&
      done.cause === 'schedule' &&
      done.removed.length === 0 &&
      last?.outcome === 'done'
    )
      return done;
    store.write(() => {
      store.sweeps.insert(done);
      // Told once, not every hour.
      if (failure instanceof ArchiveFailure && last?.outcome !== 'archive_failed') {
        const { folder, reason } = failure;
        context.record('storage.archive_failed', null, { folder, reason });
      }
      context.announce({ type: 'retention.swept' });
    });
    return done;
  }

  function cleanOnce(cause: Cause): Promise<RetentionSweep> {
    underWay ??= clean(cause).finally(() => {
      underWay = undefined;
    });
    return underWay;
  }

  function schedule(milliseconds: number, putOffs: number): void {
    nextAt = clock.now() + milliseconds;
    timer = clock.after(milliseconds, () => {
      if (isBusy() && putOffs < putOff.times) return schedule(putOff.milliseconds, putOffs + 1);
      // A failure is in the sweep's own record; one that cannot even be recorded is a store that takes no writes.
      void cleanOnce('schedule')
        .catch(() => undefined)
        .finally(() => schedule(interval, 0));
    });
  }

  return {
    start() {
      if (timer) return;
      void drain.run();
      schedule(firstAfter, 0);
    },
    clean: cleanOnce,
    preview: () => previewSweep(parted()),
    use: () => diskUse(context, parts.limits().archiveFolder),
    status: () => ({
      sweeping: underWay !== undefined,
      nextAt: nextAt === undefined ? null : new Date(nextAt).toISOString(),
      sweeps: store.sweeps.list(20),
    }),
    warnings() {
      const last = store.sweeps.list(1)[0];
      const failed = last?.message && last.outcome !== 'stopped';
      return [
        ...(failed ? [`The last clean-up failed: ${last.message}`] : []),
        ...(store.diagnostics().canShrink ? [] : [cannotShrink]),
      ];
    },
    addPruner: (pruner) => void pruners.push(pruner),
    stop() {
      pace.stop();
      timer?.cancel();
      drainTimer?.cancel();
      unsubscribe();
    },
  };
}

function fate(failure: unknown): [RetentionSweep['outcome'], string | null] {
  if (failure === undefined) return ['done', null];
  if (failure instanceof ArchiveFailure) return ['archive_failed', failure.message];
  return ['failed', reportError(failure).message];
}
