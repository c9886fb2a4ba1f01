import { Worker } from 'node:worker_threads';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { ConnectionSettings } from './connection.ts';
import type { ConsistencyRepository } from './consistency-repository.ts';

/** What a look at every page and every row found. */
export interface StoreInspection {
  /** "ok", or what `integrity_check` and `foreign_key_check` found. */
  readonly integrity: string;
  readonly brokenAttempts: ReturnType<ConsistencyRepository['runsWithBrokenAttempts']>;
  readonly repeatedFires: ReturnType<ConsistencyRepository['repeatedFires']>;
  readonly repeatedDeliveries: ReturnType<ConsistencyRepository['repeatedDeliveries']>;
}

export interface InspectionTask {
  readonly path: string;
  /** Of a sealed copy only the integrity is looked at. */
  readonly sealed: boolean;
  /** 1 in its first place: end after the table under way. */
  readonly stop: Int32Array;
}

export type FromInspection =
  | { readonly type: 'opened'; readonly settings: ConnectionSettings }
  | { readonly type: 'table'; readonly name: string }
  | { readonly type: 'done'; readonly found: StoreInspection }
  | { readonly type: 'stopped' }
  | { readonly type: 'failed'; readonly reason: string };

export interface Inspections {
  /**
   * Inspects the store in a thread. `goOn` is asked after each table; once it says no, or `stop` was called, the answer is
   * undefined. Throws when the thread could not do its work.
   */
  inspect(goOn?: () => boolean): Promise<StoreInspection | undefined>;
  /** The same for a sealed copy of a store: its `integrity`. */
  inspectCopy(copy: string): Promise<string>;
  /** The connections to the store of those under way. */
  connections(): readonly ConnectionSettings[];
  /** Resolves when none has the store open any more. SQLite cannot be interrupted within a table. */
  stop(): Promise<void>;
}

interface Inspection {
  readonly stop: () => void;
  readonly ended: Promise<unknown>;
  settings?: ConnectionSettings;
}

export function createInspections(path: string, entry: string | URL): Inspections {
  const underWay = new Set<Inspection>();

  async function start(
    task: Pick<InspectionTask, 'path' | 'sealed'>,
    goOn: () => boolean = () => true,
  ): Promise<StoreInspection | undefined> {
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const halt = (): void => void Atomics.store(stop, 0, 1);
    const worker = new Worker(entry, {
      workerData: { ...task, stop } satisfies InspectionTask,
      name: 'inspection',
    });
    let last: FromInspection | undefined;
    const ended = new Promise<void>((resolve, reject) => {
      worker.on('error', reject).on('exit', () => resolve());
    });
    const inspection: Inspection = { stop: halt, ended: ended.catch(() => undefined) };
    worker.on('message', (message: FromInspection) => {
      last = message;
      if (message.type === 'opened') inspection.settings = message.settings;
      if (!goOn()) halt();
    });
    underWay.add(inspection);
    try {
      await ended;
    } finally {
      underWay.delete(inspection);
    }
    // It may have come to its end before it saw that it was to stop: nobody waits for the answer any more.
    if (last?.type !== 'failed' && Atomics.load(stop, 0) === 1) return undefined;
    if (last?.type === 'done') return last.found;
    throw new Error(
      `the store could not be inspected: ${last?.type === 'failed' ? last.reason : 'the thread ended'}`,
    );
  }

  return {
    inspect: (goOn) => start({ path, sealed: false }, goOn),
    async inspectCopy(copy) {
      const found = await start({ path: copy, sealed: true });
      if (!found) throw new SluiceError('stopping');
      return found.integrity;
    },
    connections: () => [...underWay].flatMap(({ settings }) => settings ?? []),
    async stop() {
      for (const { stop } of underWay) stop();
      await Promise.all([...underWay].map(({ ended }) => ended));
    },
  };
}
