import type { z } from 'zod';
import { type DoorName, doorNames } from '../../shared/contract/domain.ts';
import type { keysContract, keyUsePoint } from '../../shared/contract/keys.ts';
import type { UseCount, UseRow, UseSpan } from '../store/key-use-repository.ts';
import type { ServiceContext } from './service-context.ts';
import type { ParsedInput } from './service-types.ts';
import { writeIfPossible } from './write-if-possible.ts';

export type UsageSpan = ParsedInput<(typeof keysContract)['usage']>['span'];
type UsePoint = z.infer<typeof keyUsePoint>;

export type UseOutcome = 'accepted' | 'refused' | 'limited';

export interface Usage {
  readonly points: UsePoint[];
  readonly pointSeconds: number;
  readonly byDoor: (UseCount & { door: DoorName })[];
}

/** Counts what comes in with each key, in memory; a batch is written once a minute, away from any request. */
export interface KeyUse {
  /** A genuine key came; `now` is Unix milliseconds. */
  touch(keyId: string, now: number): void;
  /** When a key was last used, as far as it is not written yet. */
  lastUsed(keyId: string): number | undefined;
  count(keyId: string, door: DoorName, outcome: UseOutcome): void;
  usage(keyId: string, span: UsageSpan): Usage;
  /** The last 24 hours of all keys that were used. */
  recent(): { id: string; requests: number[]; refused: number; limited: number }[];
  flush(): void;
  /** Writes what is left; counts nothing after it. */
  stop(): void;
}

const minute = 60;
const hour = 3600;
const day = 24 * hour;

/** A chart's length, the width of its points, and the rows it is made of, in seconds. */
const spans: Record<UsageSpan, { length: number; point: number; rows: UseSpan }> = {
  hour: { length: hour, point: minute, rows: minute },
  day: { length: day, point: 15 * minute, rows: minute },
  week: { length: 7 * day, point: 2 * hour, rows: hour },
  month: { length: 30 * day, point: 6 * hour, rows: hour },
};

/** How long rows stay: a little longer than the charts that are made of them. */
const lives: Record<UseSpan, number> = { [minute]: 2 * day, [hour]: 32 * day };
const pruneLimit = 2_000;

const none: UseCount = { requests: 0, refused: 0, limited: 0 };

export function createKeyUse({ store, clock }: ServiceContext): KeyUse {
  const { keyUse } = store;
  /** Not written yet, by key, minute and door. */
  let pending = new Map<string, UseRow>();
  const touched = new Map<string, number>();
  const unwritten = new Set<string>();
  let timer: { cancel(): void } | undefined;
  let stopped = false;

  const seconds = (): number => Math.floor(clock.now() / 1000);

  function arm(): void {
    if (!stopped) timer ??= clock.after(minute * 1000, flush);
  }

  function flush(): void {
    timer?.cancel();
    timer = undefined;
    const rows = [...pending.values()];
    const used = [...unwritten];
    if (rows.length + used.length === 0) return;
    pending = new Map();
    unwritten.clear();
    writeIfPossible(() =>
      store.write(() => {
        for (const row of rows) {
          keyUse.add(row);
          keyUse.add({ ...row, seconds: hour, at: startOf(row.at, hour) });
        }
        for (const id of used) store.keys.setLastUsed(id, new Date(touched.get(id) ?? 0).toISOString());
        for (const span of [minute, hour] as const) keyUse.prune(span, seconds() - lives[span], pruneLimit);
      }),
    );
    // What was written is in the row; the memory of it would only grow.
    for (const id of used) touched.delete(id);
  }

  /** Rows of a span, those that are only in memory included. */
  function rowsOf(written: readonly UseRow[], span: UseSpan, from: number, keyId?: string): UseRow[] {
    const waiting = [...pending.values()]
      .filter((row) => (keyId === undefined || row.keyId === keyId) && row.at >= from)
      .map((row) => ({ ...row, seconds: span, at: startOf(row.at, span) }));
    return [...written, ...waiting];
  }

  return {
    flush,

    touch(keyId, now) {
      touched.set(keyId, Math.max(now, touched.get(keyId) ?? 0));
      unwritten.add(keyId);
      arm();
    },

    lastUsed: (keyId) => touched.get(keyId),

    count(keyId, door, outcome) {
      const at = startOf(seconds(), minute);
      const place = `${keyId} ${at} ${door}`;
      const row = pending.get(place) ?? { keyId, seconds: minute, at, door, ...none };
      pending.set(place, {
        ...row,
        requests: row.requests + 1,
        refused: row.refused + (outcome === 'refused' ? 1 : 0),
        limited: row.limited + (outcome === 'limited' ? 1 : 0),
      });
      arm();
    },

    usage(keyId, span) {
      const { length, point, rows: kind } = spans[span];
      const from = startOf(seconds(), point) - length + point;
      const rows = rowsOf(keyUse.of(keyId, kind, from), kind, from, keyId);
      const points = Array.from({ length: length / point }, (_none, index) => {
        const at = from + index * point;
        const within = rows.filter((row) => row.at >= at && row.at < at + point);
        return { at: new Date(at * 1000).toISOString(), ...sum(within) };
      });
      const byDoor = doorNames
        .map((door) => ({ door, ...sum(rows.filter((row) => row.door === door)) }))
        .filter(({ requests }) => requests > 0);
      return { points, pointSeconds: point, byDoor };
    },

    recent() {
      const from = startOf(seconds(), hour) - 23 * hour;
      const byKey = Map.groupBy(rowsOf(keyUse.since(hour, from), hour, from), ({ keyId }) => keyId);
      return [...byKey].map(([id, rows]) => {
        const requests = Array<number>(24).fill(0);
        for (const row of rows) {
          const place = (row.at - from) / hour;
          requests[place] = (requests[place] ?? 0) + row.requests;
        }
        const { refused, limited } = sum(rows);
        return { id, requests, refused, limited };
      });
    },

    stop() {
      flush();
      stopped = true;
    },
  };
}

const startOf = (at: number, span: number): number => at - (at % span);

function sum(rows: readonly UseCount[]): UseCount {
  return rows.reduce(
    (total, { requests, refused, limited }) => ({
      requests: total.requests + requests,
      refused: total.refused + refused,
      limited: total.limited + limited,
    }),
    none,
  );
}
