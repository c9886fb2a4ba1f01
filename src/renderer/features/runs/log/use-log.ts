import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { LogEntry } from '../../../../shared/contract/domain.ts';
import type { ErrorReport } from '../../../../shared/errors/sluice-error.ts';
import { client } from '../../../data/client.ts';
import { callError } from '../../../data/errors.ts';
import { onEventsReconnected, useAppEvent } from '../../../data/events.ts';
import { appendEntries, appendPage, emptyLog, type LogWindow, logLine, prependPage } from './log-window.ts';

export type LogLevel = LogEntry['level'];
const pageSize = 500;
const downloadPage = 5_000;
const rank: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };

export interface LogFilter {
  readonly runId: string;
  readonly level: LogLevel;
  readonly nodeId: string | undefined;
  /** Left out: of every attempt. */
  readonly attempt?: number | undefined;
  readonly search: string | undefined;
}

/** The filtered log of a run: read from its end, more at either side on request, and what is said meanwhile. */
export function useLog({ runId, level, nodeId, attempt, search }: LogFilter) {
  const [log, setLog] = useState<LogWindow>(emptyLog);
  const [total, setTotal] = useState<number>();
  const [error, setError] = useState<ErrorReport>();
  const [round, setRound] = useState(0);
  const loading = useRef(false);
  /** Said since the first page was asked for, until it is there: the page may have been read before that. */
  const said = useRef<LogEntry[] | undefined>(undefined);
  const filter = useMemo(
    () => ({ runId, level, nodeId, attempt, search: search?.trim() || undefined }),
    [runId, level, nodeId, attempt, search],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round reads the same filter again
  useEffect(() => {
    const stop = new AbortController();
    setError(undefined);
    said.current = [];
    client.runs.logs({ ...filter, limit: pageSize }, { signal: stop.signal }).then(
      (page) => {
        if (stop.signal.aborted) return;
        const last = page.entries.at(-1)?.id ?? -1;
        const since = (said.current ?? []).filter((entry) => entry.id > last && fits(entry, filter));
        said.current = undefined;
        setLog(appendEntries(prependPage(emptyLog, page.entries, pageSize), since));
        setTotal(page.total + since.length);
      },
      (reason: unknown) => {
        if (!stop.signal.aborted) setError(callError(reason));
      },
    );
    return () => stop.abort();
  }, [filter, round]);
  const reload = useCallback(() => setRound((before) => before + 1), []);
  useEffect(() => onEventsReconnected(reload), [reload]);

  useAppEvent('run.logged', ({ runId: of, entries }) => {
    if (of !== runId) return;
    said.current?.push(...entries);
    const fitting = entries.filter((entry) => fits(entry, filter));
    setLog((before) => appendEntries(before, fitting));
    setTotal((before) => (before ?? 0) + fitting.length);
  });

  const load = useCallback(async (read: () => Promise<void>) => {
    if (loading.current) return;
    loading.current = true;
    try {
      await read();
    } catch (reason) {
      setError(callError(reason));
    } finally {
      loading.current = false;
    }
  }, []);
  const first = log.entries[0]?.id;
  const last = log.entries.at(-1)?.id;
  const loadOlder = () =>
    load(async () => {
      if (first === undefined || log.atStart) return;
      const { entries } = await client.runs.logs({ ...filter, before: first, limit: pageSize });
      setLog((before) => prependPage(before, entries, pageSize));
    });
  const loadNewer = () =>
    load(async () => {
      if (last === undefined || log.atEnd) return;
      const { entries } = await client.runs.logs({ ...filter, after: last, limit: pageSize });
      setLog((before) => appendPage(before, entries, pageSize));
    });
  /** The nearest error before or after an entry; where it is not in memory, the window moves to it. */
  const findError = async (from: number, direction: 'before' | 'after'): Promise<number | undefined> => {
    const known = nearestError(log.entries, from, direction);
    if (known !== undefined) return known;
    if (direction === 'before' ? log.atStart : log.atEnd) return undefined;
    const edge = direction === 'before' ? first : last;
    const found = await client.runs.logs({ ...filter, level: 'error', [direction]: edge, limit: 1 });
    const target = found.entries[0]?.id;
    if (target === undefined) return undefined;
    const page = await client.runs.logs({ ...filter, before: target + 1, limit: pageSize });
    setLog({ entries: page.entries, atStart: page.entries.length < pageSize, atEnd: false });
    return target;
  };
  return { log, total, error, filter, loadOlder, loadNewer, findError, reload };
}

function fits(entry: LogEntry, filter: LogFilter): boolean {
  if (rank[entry.level] < rank[filter.level]) return false;
  if (filter.nodeId && entry.nodeId !== filter.nodeId) return false;
  if (filter.attempt !== undefined && entry.attempt !== filter.attempt) return false;
  return !filter.search || entry.message.toLowerCase().includes(filter.search.toLowerCase());
}

/** Id of the error next to `from` in one direction, among entries in order of id. */
export function nearestError(
  entries: readonly LogEntry[],
  from: number,
  direction: 'before' | 'after',
): number | undefined {
  const isError = ({ level }: LogEntry) => level === 'error';
  const found =
    direction === 'before'
      ? entries.findLast((entry) => entry.id < from && isError(entry))
      : entries.find((entry) => entry.id > from && isError(entry));
  return found?.id;
}

/** Every line that fits the filter, read from the start, as text. */
export async function wholeLog(filter: LogFilter): Promise<string> {
  const lines: string[] = [];
  for (let after = 0; ; ) {
    const { entries } = await client.runs.logs({ ...filter, after, limit: downloadPage });
    for (const entry of entries) lines.push(logLine(entry));
    const last = entries.at(-1);
    if (!last || entries.length < downloadPage) return `${lines.join('\n')}\n`;
    after = last.id;
  }
}
