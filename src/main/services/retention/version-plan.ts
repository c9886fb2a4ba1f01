import type { AgedVersion } from '../../store/retention-repository.ts';
import { createPortions } from '../portions.ts';
import type { ServiceContext } from '../service-context.ts';
import { cutoffOf, type RetentionLimits } from './limits.ts';
import type { Pace } from './pace.ts';

const lookedAt = { least: 50, most: 1000 };

/**
 * Whether a version may go at all. The current one never does, nor what is pinned, nor what a run may be reading: one
 * that runs has read whatever was current since it started, and one that waits names old versions by their id.
 */
export function createVersionGuard({ store }: ServiceContext): (version: AgedVersion) => boolean {
  const named = new Set<string>();
  for (const document of store.retention.documentsInUse()) {
    for (const [id] of document.matchAll(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/gi)) {
      named.add(id.toLowerCase());
    }
  }
  const since = new Map(store.retention.runningSince().map((row) => [row.environment, row.since]));
  return (version) => {
    if (version.isCurrent === 1 || version.pinned === 1 || version.replacedAt === null) return false;
    if (named.has(version.id)) return false;
    const runningSince = since.get(version.environment);
    return runningSince === undefined || version.replacedAt < runningSince;
  };
}

/**
 * The versions beyond the limits, oldest first. Age and number decide first; bytes only over what these leave, so that
 * nothing goes for want of space that another's removal gives.
 */
export async function planVersions(
  context: ServiceContext,
  limits: RetentionLimits,
  pace: Pace,
): Promise<AgedVersion[]> {
  const { store, clock } = context;
  const mayGo = createVersionGuard(context);
  const oldestVersions = cutoffOf(limits, 'versionDays', clock.now());
  const lowest = new Map<string, number | undefined>();
  const going: AgedVersion[] = [];
  const staying: AgedVersion[] = [];

  function isOneTooMany({ datasetId, number }: AgedVersion): boolean {
    if (limits.versionCount === null) return false;
    if (!lowest.has(datasetId))
      lowest.set(datasetId, store.retention.lowestOfNewest(datasetId, limits.versionCount));
    const bound = lowest.get(datasetId);
    return bound !== undefined && number < bound;
  }

  for await (const version of walk(context, pace)) {
    if (!mayGo(version)) continue;
    const oldest = oldestVersions[version.environment];
    const tooOld = oldest !== undefined && version.createdAt < oldest;
    (tooOld || isOneTooMany(version) ? going : staying).push(version);
  }
  return limits.versionBytes === null ? going : [...going, ...beyondBytes(limits.versionBytes)];

  function beyondBytes(limit: number): AgedVersion[] {
    const gone = going.reduce((sum, { bytes }) => sum + bytes, 0);
    let excess = store.retention.versionBytes() - gone - limit;
    return staying.filter(({ bytes }) => {
      if (excess <= 0) return false;
      excess -= bytes;
      return true;
    });
  }
}

async function* walk({ store }: ServiceContext, pace: Pace): AsyncGenerator<AgedVersion> {
  const portions = createPortions(lookedAt);
  for (let after = { createdAt: '', id: '' }; ; ) {
    const asked = portions.size;
    const versions = portions.measure(() => store.retention.versionsAfter(after, asked));
    yield* versions;
    const last = versions.at(-1);
    if (versions.length < asked || !last) return;
    after = { createdAt: last.createdAt, id: last.id };
    await pace.turn();
  }
}
