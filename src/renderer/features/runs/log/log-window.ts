import type { LogEntry } from '../../../../shared/contract/domain.ts';

/**
 * The part of a run's log that is in memory: a contiguous stretch of entries in order of id. It starts at the end,
 * grows at either side as a person scrolls, and forward as the run speaks. Its size is bounded: what falls out at the
 * far side is read again.
 */
export interface LogWindow {
  readonly entries: readonly LogEntry[];
  /** Nothing older exists. */
  readonly atStart: boolean;
  /** Nothing newer exists, so what the run says next follows on. */
  readonly atEnd: boolean;
}

export const emptyLog: LogWindow = { entries: [], atStart: false, atEnd: true };
export const mostEntries = 20_000;

/** Entries that the run said since; ones already known are passed over, so events may repeat. */
export function appendEntries(log: LogWindow, said: readonly LogEntry[]): LogWindow {
  // A window that does not reach the end would get a hole; the entries are read when a person comes there.
  if (!log.atEnd) return log;
  const last = log.entries.at(-1)?.id ?? -1;
  const fresh = said.filter(({ id }) => id > last).sort((a, b) => a.id - b.id);
  return fresh.length === 0 ? log : withoutOldest({ ...log, entries: [...log.entries, ...fresh] });
}

/** An older page in front; a short page is the start of the log. */
export function prependPage(log: LogWindow, page: readonly LogEntry[], asked: number): LogWindow {
  const first = log.entries[0]?.id ?? Number.POSITIVE_INFINITY;
  const entries = [...page.filter(({ id }) => id < first), ...log.entries];
  const atStart = page.length < asked;
  if (entries.length <= mostEntries) return { entries, atStart, atEnd: log.atEnd };
  return { entries: entries.slice(0, mostEntries), atStart, atEnd: false };
}

/** A newer page behind; a short page is the end of the log. */
export function appendPage(log: LogWindow, page: readonly LogEntry[], asked: number): LogWindow {
  const last = log.entries.at(-1)?.id ?? -1;
  const entries = [...log.entries, ...page.filter(({ id }) => id > last)];
  return withoutOldest({ entries, atStart: log.atStart, atEnd: page.length < asked });
}

function withoutOldest(log: LogWindow): LogWindow {
  if (log.entries.length <= mostEntries) return log;
  return { ...log, entries: log.entries.slice(log.entries.length - mostEntries), atStart: false };
}

/** An entry as a line of a text file. */
export function logLine({ time, level, nodeId, message, fields }: LogEntry): string {
  const extra = Object.entries(fields).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
  return `${time} ${level.toUpperCase().padEnd(5)} ${nodeId ? `[${nodeId}] ` : ''}${message}${extra.join('')}`;
}
