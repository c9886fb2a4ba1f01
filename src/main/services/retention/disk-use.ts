import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { DiskUse } from '../../../shared/contract/retention.ts';
import type { ServiceContext } from '../service-context.ts';
import { filesBelow, sumOf } from './aged-files.ts';
import { archiveFolderName } from './archive.ts';

/** What takes the disk, by category, and what is left of it. */
export async function diskUse(
  { store, home }: ServiceContext,
  archiveFolder: string | null,
): Promise<DiskUse> {
  const { bytes, freeBytes } = store.diagnostics();
  const amounts = store.retention.amounts();
  const folder = async (path: string) => {
    const files = await filesBelow(path);
    return { bytes: sumOf(files), count: files.length };
  };
  const { bavail, blocks, bsize } = await statfs(home.root);
  const archive = archiveFolder === null ? undefined : await folder(join(archiveFolder, archiveFolderName));
  return {
    store: { bytes, free: freeBytes, runs: amounts.runs, logBytes: amounts.logBytes },
    datasets: {
      bytes: store.retention.versionBytes(),
      datasets: amounts.datasets,
      versions: amounts.versions,
    },
    kept: { bytes: store.kept.totalBytes(), count: amounts.kept },
    uploads: await folder(home.uploads),
    exports: await folder(home.exports),
    archive: archive && archiveFolder !== null ? { ...archive, folder: archiveFolder } : null,
    volume: { free: bavail * bsize, total: blocks * bsize },
    pinned: { runs: amounts.pinnedRuns, datasets: amounts.pinnedDatasets },
  };
}
