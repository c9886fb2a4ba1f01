import type { LogEntry } from '../../shared/contract/domain.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { LogFilter } from '../store/run-logs-repository.ts';
import type { StoredRun } from '../store/runs-repository.ts';
import { createPortions, nextTurn } from './portions.ts';
import type { ServiceContext } from './service-context.ts';
import type { LogsInput } from './service-types.ts';

/** Lines looked at in one turn of the event loop. A cold cache makes a line cost twenty times as much. */
const lookedAt = { least: 250, most: 20_000 };
/** Filters whose counts are remembered. */
const countsKept = 50;

export interface LogReader {
  /** A page of the lines that fit, oldest first, and how many fit in all. Stops when the signal fires. */
  page(input: LogsInput, signal?: AbortSignal): Promise<{ entries: LogEntry[]; total: number }>;
  /** Lines after an id, `limit` at most; `reached` is where the next call goes on. */
  after(
    runSeq: number,
    from: number,
    filter: LogFilter,
    limit: number,
    signal?: AbortSignal,
  ): Promise<{ entries: LogEntry[]; reached: number }>;
  before(
    runSeq: number,
    from: number | undefined,
    filter: LogFilter,
    limit: number,
    signal?: AbortSignal,
  ): Promise<LogEntry[]>;
}

/**
 * Reads logs of any length without keeping anybody waiting: between two pieces the event loop goes on. A count that was
 * made once is only continued with the lines written since.
 */
export function createLogReader(context: ServiceContext, flush: () => void): LogReader {
  const { logs, runs } = context.store;
  const portions = createPortions(lookedAt);
  const counts = new Map<string, { n: number; reached: number }>();

  async function walk(
    runSeq: number,
    start: number,
    direction: 'after' | 'before',
    filter: LogFilter,
    limit: number,
    signal: AbortSignal | undefined,
  ) {
    const entries: LogEntry[] = [];
    for (let from = start; ; ) {
      signal?.throwIfAborted();
      const wanted = limit - entries.length;
      const begun = from;
      const scan = portions.measure((budget) =>
        logs.scan(runSeq, filter, { from: begun, direction, limit: wanted, budget }),
      );
      entries.push(...scan.entries);
      from = scan.reached;
      if (scan.ended || entries.length >= limit) return { entries, reached: from };
      await nextTurn();
    }
  }

  async function count(run: StoredRun, filter: LogFilter, signal: AbortSignal | undefined): Promise<number> {
    const key = JSON.stringify([run.seq, filter]);
    const known = counts.get(key) ?? { n: 0, reached: 0 };
    let { n, reached } = known;
    for (;;) {
      signal?.throwIfAborted();
      const from = reached;
      const counted = portions.measure((budget) =>
        logs.count(run.seq, filter, { from, direction: 'after', budget }),
      );
      n += counted.n;
      reached = counted.reached;
      if (counted.ended) break;
      await nextTurn();
    }
    counts.delete(key);
    counts.set(key, { n, reached });
    const oldest = counts.keys().next().value;
    if (counts.size > countsKept && oldest !== undefined) counts.delete(oldest);
    return n;
  }

  return {
    async page({ runId, after, before, limit, ...filter }, signal) {
      flush();
      const run = runs.find(runId);
      if (!run) throw new SluiceError('not_found', { what: 'run', id: runId });
      const narrowed = Object.values(filter).some((value) => value !== undefined && value !== '');
      const [start, direction] =
        after === undefined
          ? ([before ?? Number.MAX_SAFE_INTEGER, 'before'] as const)
          : ([after, 'after'] as const);
      if (narrowed) await nextTurn();
      const { entries } = await walk(run.seq, start, direction, filter, limit, signal);
      if (direction === 'before') entries.reverse();
      return { entries, total: narrowed ? await count(run, filter, signal) : run.logLines };
    },

    after: (runSeq, from, filter, limit, signal) => walk(runSeq, from, 'after', filter, limit, signal),

    async before(runSeq, from, filter, limit, signal) {
      const start = from ?? Number.MAX_SAFE_INTEGER;
      const { entries } = await walk(runSeq, start, 'before', filter, limit, signal);
      return entries.reverse();
    },
  };
}
