import { z } from 'zod';
import type { Diagnostics } from '../../shared/contract/diagnostics.ts';
import type { ServiceContext } from './service-context.ts';

const lookMilliseconds = 15_000;
const dayMilliseconds = 24 * 3_600_000;
const checkMilliseconds = 7 * dayMilliseconds;
/** A log of less is not worth an fsync of the file. */
const worthBytes = 256 * 1024;
/** Beyond this it is emptied at work too, long before its limit of 64 MB. */
const mostBytes = 32 * 1024 * 1024;
const settingName = 'store.checked';

const lastCheck = z.object({ at: z.string(), result: z.string() });

/** What keeps the store small and proven while the program lives. */
export interface StoreCare {
  /** `isIdle` says whether no run is queued or under way. */
  start(isIdle: () => boolean): void;
  stop(): void;
  /** One look, as it happens regularly: empties the log, checks the store when that is due. */
  look(isIdle: () => boolean): Promise<void>;
  diagnostics(): Diagnostics;
  /** What the owner must know about the store, as sentences. */
  warnings(): string[];
}

export function createStoreCare(context: ServiceContext): StoreCare {
  const { store, clock } = context;
  // After an unclean stop the start looked at the pages only; the indexes are compared as soon as nothing runs.
  let due = store.diagnostics().uncleanStart;
  let looking = false;
  let stopped = false;
  let timer: { cancel(): void } | undefined;
  let failure: string | undefined;

  function last(): Diagnostics['lastCheck'] {
    return lastCheck.safeParse(store.settings.get(settingName)).data ?? null;
  }

  function isDue(): boolean {
    const before = last();
    return due || before === null || clock.now() - Date.parse(before.at) > checkMilliseconds;
  }

  async function check(isIdle: () => boolean): Promise<void> {
    // Work that comes stops it: it begins again when that is over.
    const found = await store.inspect(() => !stopped && isIdle());
    failure = undefined;
    if (found === undefined || stopped) return;
    const result = found.integrity.slice(0, 2_000);
    store.write(() => store.settings.set(settingName, { at: context.now(), result }));
    due = false;
  }

  async function look(isIdle: () => boolean): Promise<void> {
    if (looking || stopped) return;
    looking = true;
    try {
      const { walBytes } = store.diagnostics();
      if (walBytes > mostBytes || (walBytes > worthBytes && isIdle())) store.checkpoint();
      if (isIdle() && isDue()) await check(isIdle).catch(remember);
    } finally {
      looking = false;
    }
  }

  /** A check that cannot be made stops nothing, but its owner must know. */
  function remember(error: unknown): void {
    failure = error instanceof Error ? error.message : String(error);
  }

  function wait(isIdle: () => boolean): void {
    timer = clock.after(lookMilliseconds, () => {
      // A failure of the store is told by the store itself; the next look comes all the same.
      void look(isIdle)
        .catch(() => undefined)
        .finally(() => {
          if (!stopped) wait(isIdle);
        });
    });
  }

  return {
    start: wait,
    stop() {
      stopped = true;
      timer?.cancel();
    },
    look,
    diagnostics() {
      const { sqlite, schemaVersion, connections, uncleanStart, bytes, walBytes, freeBytes } =
        store.diagnostics();
      return {
        sqlite,
        schemaVersion,
        connections: connections.map((connection) => ({ ...connection })),
        uncleanStart,
        storeBytes: bytes,
        walBytes,
        freeBytes,
        lastCheck: last(),
      };
    },
    warnings() {
      const found = last();
      const damage = found === null || found.result === 'ok' ? undefined : found.result.slice(0, 200);
      return [
        ...(damage === undefined
          ? []
          : [
              `The store is damaged (${damage}). Make a copy of the home folder, then restore a backup with "sluice restore".`,
            ]),
        ...(failure === undefined ? [] : [`The regular check of the store could not be made: ${failure}.`]),
      ];
    },
  };
}
