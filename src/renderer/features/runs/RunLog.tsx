import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDownToLine, Download, ScrollText } from 'lucide-react';
import { type UIEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { LogEntry } from '../../../shared/contract/domain.ts';
import { client } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { useAppEvent } from '../../data/events.ts';
import { saveTextFile } from '../../data/save-file.ts';
import {
  CopyButton,
  EmptyState,
  ErrorState,
  formatPlural,
  IconButton,
  SearchInput,
  SegmentedControl,
} from '../../ui/index.ts';
import { appendEntries, emptyLog, type LogWindow, logLine, prependPage } from './log-window.ts';

const rowHeight = 22;
const pageSize = 500;
type Level = LogEntry['level'];

interface RunLogProps {
  readonly runId: string;
  /** The node that the page has in focus; the log then shows that node's lines only. */
  readonly nodeId: string | undefined;
  readonly active: boolean;
}

/** The log of a run: paged from disk, newest at the foot, following while the run speaks. */
export function RunLog({ runId, nodeId, active }: RunLogProps) {
  const [level, setLevel] = useState<Level>('info');
  const [search, setSearch] = useState('');
  const [follow, setFollow] = useState(true);
  const { log, total, error, loadOlder, reload } = useLog(runId, { level, nodeId, search });
  const lines = useCallback(() => log.entries.map(logLine).join('\n'), [log]);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-10 shrink-0 items-center gap-2 border-b border-line px-3">
        <SegmentedControl label="Least level" value={level} onChange={setLevel} options={levels} />
        <SearchInput value={search} onChange={setSearch} label="Search the log" />
        <span className="ml-auto text-meta text-muted nums">{formatPlural(total, 'line')}</span>
        <IconButton
          label={follow ? 'Stop following' : 'Follow the newest line'}
          icon={ArrowDownToLine}
          pressed={follow}
          onClick={() => setFollow(!follow)}
        />
        <CopyButton label="Copy the lines shown" text={lines} />
        <IconButton
          label="Download the lines shown"
          icon={Download}
          onClick={() => saveTextFile(`run-${runId}.log`, `${lines()}\n`)}
        />
      </div>
      {error ? (
        <ErrorState title={error.message} where="The log could not be read." onRetry={reload} />
      ) : (
        <LogLines log={log} follow={follow} setFollow={setFollow} loadOlder={loadOlder} active={active} />
      )}
    </div>
  );
}

const levels: { value: Level; label: string }[] = [
  { value: 'debug', label: 'All' },
  { value: 'info', label: 'Info' },
  { value: 'warn', label: 'Warnings' },
  { value: 'error', label: 'Errors' },
];
const rank: Record<Level, number> = { debug: 0, info: 1, warn: 2, error: 3 };

interface Filter {
  readonly level: Level;
  readonly nodeId: string | undefined;
  readonly search?: string | undefined;
}

function useLog(runId: string, { level, nodeId, search = '' }: Filter) {
  const [log, setLog] = useState<LogWindow>(emptyLog);
  const [total, setTotal] = useState(0);
  const [error, setError] = useState<{ message: string }>();
  const [round, setRound] = useState(0);
  const loading = useRef(false);
  const filter = useMemo(
    () => ({ runId, level, nodeId, search: search.trim() || undefined, limit: pageSize }),
    [runId, level, nodeId, search],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round reads the same filter again
  useEffect(() => {
    const stop = new AbortController();
    setError(undefined);
    client.runs.logs(filter, { signal: stop.signal }).then(
      (page) => {
        setLog(prependPage(emptyLog, page.entries, pageSize));
        setTotal(page.total);
      },
      (reason: unknown) => {
        if (!stop.signal.aborted) setError(callError(reason));
      },
    );
    return () => stop.abort();
  }, [filter, round]);

  useAppEvent('run.logged', ({ runId: of, entries }) => {
    if (of !== runId) return;
    const fitting = entries.filter((entry) => fits(entry, filter));
    setLog((before) => appendEntries(before, fitting));
    setTotal((before) => before + fitting.length);
  });

  const loadOlder = useCallback(async () => {
    const first = log.entries[0];
    if (!first || log.atStart || loading.current) return 0;
    loading.current = true;
    try {
      const page = await client.runs.logs({ ...filter, before: first.id });
      setLog((before) => prependPage(before, page.entries, pageSize));
      return page.entries.length;
    } finally {
      loading.current = false;
    }
  }, [filter, log]);
  return { log, total, error, loadOlder, reload: () => setRound((before) => before + 1) };
}

function fits(entry: LogEntry, filter: Filter): boolean {
  if (rank[entry.level] < rank[filter.level]) return false;
  if (filter.nodeId && entry.nodeId !== filter.nodeId) return false;
  return !filter.search || entry.message.toLowerCase().includes(filter.search.toLowerCase());
}

interface LogLinesProps {
  readonly log: LogWindow;
  readonly follow: boolean;
  readonly setFollow: (follow: boolean) => void;
  readonly loadOlder: () => Promise<number>;
  readonly active: boolean;
}

function LogLines({ log, follow, setFollow, loadOlder, active }: LogLinesProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const lines = useVirtualizer({
    count: log.entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 30,
  });
  const lastId = log.entries.at(-1)?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new last line is what moves the view
  useEffect(() => {
    if (follow && scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight;
  }, [follow, lastId]);

  const onScroll = async (event: UIEvent<HTMLDivElement>) => {
    const view = event.currentTarget;
    const atEnd = view.scrollHeight - view.scrollTop - view.clientHeight < rowHeight * 2;
    if (atEnd !== follow && !(atEnd && !active)) setFollow(atEnd);
    if (view.scrollTop < rowHeight * 20) {
      // Lines put in front must not move the ones being read.
      const added = await loadOlder();
      if (added > 0) view.scrollTop += added * rowHeight;
    }
  };
  if (log.entries.length === 0)
    return (
      <EmptyState icon={ScrollText} title={active ? 'Nothing said yet' : 'No lines'}>
        {active ? 'Lines appear here as the run speaks.' : 'No line of this run fits the filter.'}
      </EmptyState>
    );
  return (
    <div
      ref={scroller}
      onScroll={(event) => void onScroll(event)}
      role="log"
      aria-label="Run log"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      className="min-h-0 flex-1 overflow-auto py-1 font-mono text-data"
    >
      <div style={{ height: lines.getTotalSize(), position: 'relative' }}>
        {lines.getVirtualItems().map(({ index, start }) => {
          const entry = log.entries[index];
          return entry && <LogLine key={entry.id} entry={entry} top={start} />;
        })}
      </div>
    </div>
  );
}

const tint: Record<Level, string> = {
  debug: 'text-faint',
  info: 'text-muted',
  warn: 'text-status-warning',
  error: 'text-status-failed',
};

function LogLine({ entry, top }: { entry: LogEntry; top: number }) {
  const time = new Date(entry.time);
  const clock = `${time.toLocaleTimeString('en-GB')}.${String(time.getMilliseconds()).padStart(3, '0')}`;
  const fields = Object.entries(entry.fields);
  return (
    <div
      className="absolute inset-x-0 flex items-center gap-3 px-3 whitespace-pre hover:bg-hover"
      style={{ top, height: rowHeight }}
      title={logLine(entry)}
    >
      <span className="shrink-0 text-faint" title={entry.time}>
        {clock}
      </span>
      <span className={`w-10 shrink-0 uppercase ${tint[entry.level]}`}>{entry.level}</span>
      {entry.nodeId && <span className="shrink-0 text-accent-text">{entry.nodeId}</span>}
      <span className={entry.level === 'error' ? tint.error : 'text-ink'}>{entry.message}</span>
      {fields.length > 0 && (
        <span className="text-muted">{fields.map(([name, value]) => `${name}=${value}`).join(' ')}</span>
      )}
    </div>
  );
}
