import { statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { VersionFile } from '../store/dataset-versions-repository.ts';
import type { StoreInspection } from '../store/inspection.ts';
import { digestOfFile } from './durable-files.ts';
import { createShare, nextTurn } from './portions.ts';
import type { ReceivedService } from './received-service.ts';
import type { ServiceContext } from './service-context.ts';
import type { FsckService } from './service-types.ts';
import { type StrayFile, strayDatasetFiles, strayKeptFiles } from './stray-files.ts';

/**
 * Proves a home folder whole. Safe while runs are under way: what this process is working on right now is neither
 * lost nor orphaned.
 */
export function createFsckService(
  context: ServiceContext,
  ownedRunIds: () => readonly string[],
  received: Pick<ReceivedService, 'faults'>,
): FsckService {
  const { store, home } = context;

  function lostRuns(): string[] {
    const owned = new Set(ownedRunIds());
    return store.runs
      .running()
      .filter((run) => !owned.has(run.id))
      .map(
        (run) => `Run ${run.id} is marked as running, but nobody works on it. Restart Sluice to settle it.`,
      );
  }

  function orphans(): string[] {
    const owned = new Set(ownedRunIds());
    const starts = store.runs
      .running()
      .flatMap((run) => (owned.has(run.id) ? Date.parse(run.startedAt ?? '') : []));
    // A run under way has put files in place that its end has not committed yet.
    const inProgressSince = Math.min(...starts);
    const isOrphan = ({ begunAt }: StrayFile): boolean => !(begunAt >= inProgressSince);
    return [...strayDatasetFiles(context), ...strayKeptFiles(context)]
      .filter(isOrphan)
      .map(({ path }) => `${relative(home.root, path)} belongs to no dataset or kept output.`);
  }

  async function missing(files: readonly VersionFile[]): Promise<string[]> {
    const faults: string[] = [];
    const share = createShare();
    for (const file of files) {
      if (share.spent()) await share.renew();
      const fault = await fileFault(join(home.datasets, ...file.path.split('/')), file);
      if (fault) faults.push(`${nameOf(file)}: ${fault}`);
    }
    return faults;
  }

  return {
    async check() {
      const found = await store.inspect();
      if (!found) throw new SluiceError('stopping');
      const files = store.versions.allFiles();
      await nextTurn();
      const batches = received.faults();
      const stray = [...orphans(), ...batches.orphans];
      await nextTurn();
      return {
        integrity: found.integrity,
        lost: [...lostRuns(), ...brokenAttempts(found)],
        orphans: stray,
        missing: [...(await missing(files)), ...batches.missing],
        duplicates: [...duplicates(files), ...repeats(found)],
      };
    },
  };
}

function brokenAttempts({ brokenAttempts }: StoreInspection): string[] {
  return brokenAttempts.map(
    ({ id, attempt, found }) =>
      `Run ${id} has ended after ${attempt} attempts, but ${found} are noted or one of them has no end.`,
  );
}

function repeats({ repeatedFires, repeatedDeliveries }: StoreInspection): string[] {
  return [
    ...repeatedFires.map(
      ({ triggerId, slot, times }) => `Trigger ${triggerId} fired ${times} times for ${slot}.`,
    ),
    ...repeatedDeliveries.map(
      ({ webhookId, eventId, times }) =>
        `Event ${eventId} is put down ${times} times for the webhook ${webhookId}.`,
    ),
  ];
}

async function fileFault(path: string, expected: VersionFile): Promise<string | undefined> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return `its file datasets/${expected.path} is gone.`;
  if (found.size !== expected.bytes) {
    return `its file datasets/${expected.path} has ${found.size} bytes instead of ${expected.bytes}.`;
  }
  if (expected.sha256 === null || (await digestOfFile(path)) === expected.sha256) return undefined;
  return `its file datasets/${expected.path} has other contents than were published.`;
}

/** The store's own constraints forbid these; they are looked for all the same, since a damaged index forgets. */
function duplicates(files: readonly VersionFile[]): string[] {
  const seen = new Map<string, VersionFile>();
  return files.flatMap((file) => {
    const marks = [`id ${file.id}`, `file ${file.path}`, `number ${file.datasetId} ${file.number}`];
    const twin = marks.map((mark) => seen.get(mark)).find((other) => other !== undefined);
    for (const mark of marks) seen.set(mark, file);
    return twin ? [`${nameOf(file)} is there twice (also as ${nameOf(twin)}).`] : [];
  });
}

function nameOf(file: VersionFile): string {
  return `Version ${file.number} of "${file.datasetName}" (${file.id})`;
}
