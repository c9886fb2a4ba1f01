import { createPortions } from '../portions.ts';
import type { ServiceContext } from '../service-context.ts';
import { type Pace, SweepStopped } from './pace.ts';

/** Lines deleted, and pages given back, in one step: at least, and at most. */
const lines = { least: 200, most: 4000 };
const pages = { least: 32, most: 512 };
/** Less than this is left as it is: the store will soon use it again. */
const worthBytes = 1024 * 1024;

export interface LogDrain {
  /** Deletes the lines of removed runs and logs, then gives the space back to the disk. Never fails. */
  run(): Promise<void>;
}

/**
 * Deletes in small transactions what a removed run leaves behind: the lines of its log, which can be millions. They are
 * noted in the store with the removal, so a kill only puts the rest off to the next start.
 */
export function createLogDrain({ store }: ServiceContext, pace: Pace): LogDrain {
  let running: Promise<void> | undefined;
  let again = false;

  async function drain(): Promise<void> {
    const portions = createPortions(lines);
    for (let seq = store.retention.nextDoomedLog(); seq !== undefined; ) {
      const doomed = seq;
      portions.measure((size) => store.write(() => store.retention.removeLines(doomed, size)));
      await pace.turn();
      seq = store.retention.nextDoomedLog();
    }
  }

  /** Empty pages at the end of the file are cut off; the file itself is shorter after the checkpoint. */
  async function shrink(): Promise<void> {
    const { freeBytes, canShrink } = store.diagnostics();
    if (!canShrink || freeBytes < worthBytes) return;
    const portions = createPortions(pages);
    for (let left = Number.MAX_SAFE_INTEGER; ; ) {
      const now = portions.measure((size) => store.shrink(size));
      await pace.turn();
      if (now === 0 || now >= left) break;
      left = now;
    }
    store.checkpoint();
  }

  async function work(): Promise<void> {
    do {
      again = false;
      try {
        await drain();
        await shrink();
      } catch (error) {
        // A stop, or a store that takes no writes now (a full disk): the next run goes on.
        if (error instanceof SweepStopped) return;
      }
    } while (again);
  }

  return {
    run() {
      again = running !== undefined;
      running ??= work().finally(() => {
        running = undefined;
      });
      return running;
    },
  };
}
