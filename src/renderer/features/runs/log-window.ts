import type { LogEntry } from '../../../shared/contract/domain.ts';

/**
 * The part of a run's log that is in memory: a contiguous stretch of entries in order of id. It starts at the end and
 * grows backward as a person scrolls up, forward as the run speaks. Its size is bounded: what falls out is read again.
 */
export interface LogWindow {
  readonly entries: readonly LogEntry[];
  /** Nothing older exists. */
  readonly atStart: boolean;
}

export const emptyLog: LogWindow = { entries: [], atStart: false };
export const mostEntries = 20_000;

/** Entries that the run said since; ones already known are passed over, so events may repeat. */
export function appendEntries(log: LogWindow, said: readonly LogEntry[]): LogWindow {
  const last = log.entries.at(-1)?.id ?? -1;
  const fresh = said.filter(({ id }) => id > last).sort((a, b) => a.id - b.id);
  if (fresh.length === 0) return log;
  const entries = [...log.entries, ...fresh];
  if (entries.length <= mostEntries) return { entries, atStart: log.atStart };
  return { entries: entries.slice(entries.length - mostEntries), atStart: false };
}

/** An older page in front; a short page is the start of the log. */
export function prependPage(log: LogWindow, page: readonly LogEntry[], asked: number): LogWindow {
  const first = log.entries[0]?.id ?? Number.POSITIVE_INFINITY;
  const older = page.filter(({ id }) => id < first);
  return { entries: [...older, ...log.entries], atStart: page.length < asked };
}

/** An entry as a line of a text file. */
export function logLine({ time, level, nodeId, message, fields }: LogEntry): string {
  const extra = Object.entries(fields).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
  return `${time} ${level.toUpperCase().padEnd(5)} ${nodeId ? `[${nodeId}] ` : ''}${message}${extra.join('')}`;
}
