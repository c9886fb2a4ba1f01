import type { z } from 'zod';
import type { LogEntry } from '../../shared/contract/domain.ts';
import { terminalStatuses } from '../../shared/contract/domain.ts';
import type { historyContract } from '../../shared/contract/history.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { EventBus } from './event-bus.ts';
import type { LogReader } from './log-reader.ts';
import { createShare } from './portions.ts';
import type { ServiceContext } from './service-context.ts';

type FollowSchema = Extract<(typeof historyContract)['followLogs']['~orpc']['inputSchema'], z.ZodType>;
export type FollowInput = z.output<FollowSchema>;

/** Lines in memory for one reader, however slow it is. */
const pageLines = 500;

export type LogFollower = (input: FollowInput, signal?: AbortSignal) => AsyncGenerator<LogEntry, void>;

/**
 * The lines of a run as they are written. Events only wake it; what it sends it reads from disk behind the last id that
 * it sent, so no line is lost or repeated, whatever happens between, and a slow reader costs one page of memory.
 * Whether the run has ended is asked before the lines are read: what was written before the end is then sent.
 */
export function createLogFollower(
  context: ServiceContext,
  events: EventBus,
  reader: LogReader,
  flush: () => void,
): LogFollower {
  const { runs } = context.store;

  return async function* follow(input, signal) {
    const { runId, follow: goOn, after, tail, ...filter } = input;
    const first = runs.find(runId);
    if (!first) throw new SluiceError('not_found', { what: 'run', id: runId });
    const bell = createBell(events, runId, signal);
    const share = createShare();
    try {
      let from = after ?? 0;
      if (after === undefined && tail !== undefined) {
        flush();
        from = await startOfTail(first.seq, tail);
      }
      for (;;) {
        if (signal?.aborted) return;
        bell.quiet();
        const run = runs.find(runId);
        const over = !goOn || run === undefined || terminalStatuses.includes(run.status);
        flush();
        for (;;) {
          const page = await reader.after(first.seq, from, filter, pageLines, signal);
          for (const entry of page.entries) {
            yield entry;
            // Whoever takes the lines as quickly as they come works in the same turn, until the last of them.
            if (share.spent()) await share.renew();
          }
          from = page.reached;
          if (page.entries.length < pageLines) break;
        }
        if (over) return;
        await bell.rung();
      }
    } finally {
      bell.stop();
    }

    /** Only lines that were there when the reader came are the tail's; the newest of them is passed over by none. */
    async function startOfTail(seq: number, lines: number): Promise<number> {
      const newest = context.store.logs.newest(seq);
      if (lines === 0) return newest;
      let end = newest + 1;
      for (let left = lines; left > 0; ) {
        const page = await reader.before(seq, end, filter, Math.min(left, pageLines), signal);
        const oldest = page[0];
        if (!oldest) break;
        end = oldest.id;
        left -= page.length;
        if (share.spent()) await share.renew();
      }
      return end - 1;
    }
  };
}

/** Rings when something of the run may have changed; what rings while nobody waits is remembered. */
function createBell(events: EventBus, runId: string, signal: AbortSignal | undefined) {
  let ringing = false;
  let wake = (): void => undefined;
  const ring = (): void => {
    ringing = true;
    wake();
  };
  const unsubscribe = events.subscribe((event) => {
    const concerned =
      ((event.type === 'run.logged' || event.type === 'run.removed') && event.runId === runId) ||
      (event.type === 'run.changed' && event.run.id === runId && event.run.finishedAt !== null);
    if (concerned) ring();
  });
  signal?.addEventListener('abort', ring);
  return {
    quiet: () => {
      ringing = false;
    },
    rung: () =>
      new Promise<void>((resolve) => {
        if (ringing) return resolve();
        wake = resolve;
      }),
    stop: () => {
      unsubscribe();
      signal?.removeEventListener('abort', ring);
    },
  };
}
