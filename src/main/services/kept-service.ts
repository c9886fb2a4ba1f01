import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../../shared/contract/domain.ts';
import { assert } from '../../shared/kernel/assert.ts';
import type { RunOutput } from '../runner/protocol.ts';
import type { StoredRun } from '../store/runs-repository.ts';
import type { PlacedOutput } from './engine-ports.ts';
import type { FileReaper } from './file-reaper.ts';
import type { ServiceContext } from './service-context.ts';
import type { KeptService } from './service-types.ts';

/** A runner is told of so many at most; each becomes a path that its process may read. */
const candidateLimit = 500;

type KeptOutputReport = Extract<RunOutput, { output: 'kept' }>;

export interface KeptKeeper {
  /** Makes a placed file reusable; inside the transaction that ends the run. */
  keep(run: StoredRun, placed: PlacedOutput, output: KeptOutputReport): void;
}

export function createKeptService(context: ServiceContext, reaper: FileReaper): KeptService & KeptKeeper {
  const { store, home } = context;
  const { kept } = store;

  function pathOf(environment: Environment, digest: string): string {
    // The digest comes from a runner and becomes a file name.
    assert(/^[0-9a-f]{16,128}$/.test(digest), 'a digest is lower-case hex');
    return join(home.kept, environment, `${digest}.parquet`);
  }

  return {
    candidates: (pipelineId, environment) =>
      kept.candidates(pipelineId, environment, candidateLimit).flatMap(({ digest, rows, bytes, runId }) => {
        const path = pathOf(environment, digest);
        return existsSync(path) ? [{ digest, path, rows, bytes, runId }] : [];
      }),

    finalPath(digest, environment) {
      const path = pathOf(environment, digest);
      mkdirSync(join(home.kept, environment), { recursive: true, mode: 0o700 });
      return path;
    },

    touch(digests, environment) {
      if (digests.length === 0) return;
      store.write(() => {
        for (const digest of digests) kept.touch(environment, digest, context.now());
      });
    },

    evict(limitBytes) {
      if (kept.totalBytes() <= limitBytes) return;
      store.write(() => {
        let total = kept.totalBytes();
        const pinned = store.retention.pinnedKept();
        for (const output of kept.all()) {
          if (total <= limitBytes) break;
          if (pinned.has(`${output.environment}/${output.digest}`)) continue;
          kept.remove(output.environment, output.digest);
          reaper.doom(pathOf(output.environment, output.digest));
          total -= output.bytes;
        }
      });
    },

    totalBytes: () => kept.totalBytes(),

    dropUnused: (before, limit) =>
      store.write(() => {
        const gone = store.retention.unusedKept(before, limit);
        for (const { environment, digest } of gone) {
          kept.remove(environment, digest);
          reaper.doom(pathOf(environment, digest));
        }
        return { count: gone.length, bytes: gone.reduce((sum, { bytes }) => sum + bytes, 0) };
      }),

    keep(run, placed, output) {
      const { environment, pipelineId, id: runId } = run;
      const { digest, nodeId, rows, bytes, columns } = output;
      assert(placed.finalPath === pathOf(environment, digest), 'a kept output lies where its digest says');
      kept.put({ environment, digest, pipelineId, runId, nodeId, rows, bytes, columns }, context.now());
      reaper.spare(placed.finalPath);
    },
  };
}
