import { readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ServiceContext } from './service-context.ts';

export interface StrayFile {
  readonly path: string;
  /** Unix milliseconds at which it was begun, as far as its name or the disk knows. */
  readonly begunAt: number;
}

/** Files in the datasets folder that no version names and nobody is about to delete. */
export function strayDatasetFiles({ store, home }: ServiceContext): StrayFile[] {
  const known = new Set([
    ...store.versions.allFiles().map(({ path }) => join(home.datasets, ...path.split('/'))),
    ...store.doomed.all(),
  ]);
  return filesBelow(home.datasets)
    .filter((path) => !known.has(path))
    .map((path) => ({ path, begunAt: timeOfId(basename(path)) ?? modifiedAt(path) }));
}

/** Files in the kept folder that no kept output names and nobody is about to delete. */
export function strayKeptFiles({ store, home }: ServiceContext): StrayFile[] {
  const known = new Set([
    ...store.kept.all().map(({ environment, digest }) => join(home.kept, environment, `${digest}.parquet`)),
    ...store.doomed.all(),
  ]);
  return filesBelow(home.kept)
    .filter((path) => !known.has(path))
    .map((path) => ({ path, begunAt: modifiedAt(path) }));
}

/**
 * Deletes what interrupted attempts had put in place and never committed. In the datasets folder only files begun
 * since then go: an older stranger may be all that is left of something, and fsck names it. The kept folder is a cache.
 */
export function sweepLeftovers(context: ServiceContext, interruptedSince: string | undefined): void {
  const since = interruptedSince === undefined ? Number.POSITIVE_INFINITY : Date.parse(interruptedSince);
  const leftovers = strayDatasetFiles(context).filter(({ begunAt }) => begunAt >= since);
  for (const { path } of [...leftovers, ...strayKeptFiles(context)]) rmSync(path, { force: true });
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** A UUIDv7 begins with the Unix milliseconds at which it was made (RFC 9562, 5.7). */
function timeOfId(name: string): number | undefined {
  const [, high, low] = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-/.exec(name) ?? [];
  return high === undefined ? undefined : Number.parseInt(`${high}${low}`, 16);
}

function modifiedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
