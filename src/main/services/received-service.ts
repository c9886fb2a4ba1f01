import { readdirSync, rmSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Environment } from '../../shared/contract/domain.ts';
import { newestBatch, type ReceivedInput } from '../../shared/plan/received.ts';
import type { HomePaths } from '../store/home-paths.ts';
import type { BatchFile, StoredBatch } from '../store/received-repository.ts';
import type { ReceivedShelf } from './engine-ports.ts';
import type { FileReaper } from './file-reaper.ts';
import type { ServiceContext } from './service-context.ts';

/** A batch of up to so many bytes lies in its row, whose commit makes it durable: no file, no sync of its own. */
export const inlineBytes = 64 * 1024;

export interface ReceivedService extends ReceivedShelf {
  /** Where the file of a new batch is to be written; whoever writes it syncs it and its folder before `accept`. */
  filePath(batch: Pick<BatchFile, 'id' | 'environment'>): string;
  newId(): string;
  /** Deletes the file of a batch that was not accepted, if it has one. */
  forget(batch: Pick<BatchFile, 'id' | 'environment'>): Promise<void>;
  /**
   * The row of a batch, for the run that `submit` makes with the batch's id as the parameter `batch`; in the transaction
   * under way or one of its own. Not `kept` where a repeated request was answered with its earlier run.
   */
  accept<Run extends { readonly id: string }>(
    batch: StoredBatch,
    submit: () => Run,
  ): { readonly run: Run; readonly kept: boolean };
  /** Removes some batches whose runs are gone, in a transaction; answers how many and their bytes. */
  prune(limit: number): { count: number; bytes: number };
  /** Files that no row names, and rows whose file is gone or not whole, in sentences. */
  faults(): { orphans: string[]; missing: string[] };
}

export function receivedPath(
  home: HomePaths,
  { environment, id }: Pick<BatchFile, 'id' | 'environment'>,
): string {
  return join(home.received, environment, `${id}.json`);
}

export function createReceivedService(context: ServiceContext, reaper: FileReaper): ReceivedService {
  const { store, home } = context;
  sweepUnaccepted(context);

  function toInput(batch: StoredBatch | undefined): ReceivedInput | undefined {
    if (!batch) return undefined;
    const { id: batchId, records, content } = batch;
    if (content === null) return { batchId, records, path: receivedPath(home, batch) };
    return { batchId, records, text: content.toString('utf8') };
  }

  return {
    filePath: (batch) => receivedPath(home, batch),
    newId: () => context.newId(),
    forget: (batch) => rm(receivedPath(home, batch), { force: true }).catch(() => undefined),

    accept: (batch, submit) =>
      store.write(() => {
        const run = submit();
        const kept = store.runs.find(run.id)?.parameters.batch === batch.id;
        if (kept) {
          store.received.insert(batch, context.now());
          store.received.bind(batch.id, run.id);
        }
        return { run, kept };
      }),

    find(source, batch, environment) {
      if (batch === newestBatch) return toInput(store.received.newest(source, environment));
      return toInput(store.received.find(batch, source, environment));
    },

    prune(limit) {
      return store.write(() => {
        const removed = store.received.removeUnbound(limit);
        for (const batch of removed) if (batch.isFile === 1) reaper.doom(receivedPath(home, batch));
        return { count: removed.length, bytes: removed.reduce((sum, { bytes }) => sum + bytes, 0) };
      });
    },

    faults() {
      const files = store.received.files();
      const known = new Set([...files.map((batch) => receivedPath(home, batch)), ...store.doomed.all()]);
      const begun = Date.now() - unfinishedMilliseconds;
      const orphans = batchFiles(home)
        // One that is being received has no row yet.
        .filter(
          (path) => !known.has(path) && (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) < begun,
        )
        .map((path) => `${relative(home.root, path)} belongs to no batch of received records.`);
      const missing = files.flatMap((batch) => {
        const found = statSync(receivedPath(home, batch), { throwIfNoEntry: false });
        if (found?.size === batch.bytes) return [];
        const fault = found ? `has ${found.size} bytes instead of ${batch.bytes}` : 'is gone';
        return [`The received batch ${batch.id}: its file ${fault}.`];
      });
      return { orphans, missing };
    },
  };
}

/** A request takes at most a minute. */
const unfinishedMilliseconds = 5 * 60_000;

const environments: readonly Environment[] = ['live', 'sandbox'];

function batchFiles(home: HomePaths): string[] {
  return environments.flatMap((environment) => {
    const folder = join(home.received, environment);
    try {
      return readdirSync(folder).map((name) => join(folder, name));
    } catch {
      return [];
    }
  });
}

/** At a start nothing is being received: what has no row was never accepted. */
function sweepUnaccepted({ store, home }: ServiceContext): void {
  const known = new Set(store.received.files().map((batch) => receivedPath(home, batch)));
  for (const path of batchFiles(home)) if (!known.has(path)) rmSync(path, { force: true });
}
