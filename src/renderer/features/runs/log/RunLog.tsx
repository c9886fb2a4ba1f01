import {
  ArrowDownToLine,
  Braces,
  ChevronDown,
  ChevronUp,
  Download,
  ScrollText,
  WrapText,
} from 'lucide-react';
import { useCallback, useRef, useState } from 'react';
import { callError } from '../../../data/errors.ts';
import { saveTextFile } from '../../../data/save-file.ts';
import {
  CopyButton,
  EmptyState,
  ErrorState,
  formatPlural,
  IconButton,
  SearchInput,
  SegmentedControl,
  toast,
} from '../../../ui/index.ts';
import { LogLines } from './LogLines.tsx';
import { logLine } from './log-window.ts';
import { type LogLevel, useLog, wholeLog } from './use-log.ts';

interface RunLogProps {
  readonly runId: string;
  /** The node that the page has in focus; the log then shows that node's lines only. */
  readonly nodeId: string | undefined;
  /** Left out: of every attempt. */
  readonly attempt: number | undefined;
  readonly active: boolean;
  /** Retention has removed it. */
  readonly removed?: boolean;
}

/** The log of a run: paged from disk, newest at the foot, following while the run speaks. */
export function RunLog({ runId, nodeId, attempt, active, removed }: RunLogProps) {
  const [level, setLevel] = useState<LogLevel>('info');
  const [search, setSearch] = useState('');
  const [follow, setFollow] = useState(true);
  const [wrap, setWrap] = useState(false);
  const [raw, setRaw] = useState(false);
  const [current, setCurrent] = useState<number>();
  const { log, total, error, filter, loadOlder, loadNewer, findError, reload } = useLog({
    runId,
    level,
    nodeId,
    attempt,
    search,
  });
  const lines = useCallback(() => log.entries.map(logLine).join('\n'), [log]);
  const jump = async (direction: 'before' | 'after') => {
    const edge = direction === 'before' ? Number.MAX_SAFE_INTEGER : 0;
    try {
      const target = await findError(current ?? edge, direction);
      if (target === undefined)
        return void toast.info(`No error ${direction === 'before' ? 'above' : 'below'}`);
      setFollow(false);
      setCurrent(target);
    } catch (reason) {
      toast.error('The log could not be searched', { description: callError(reason).message });
    }
  };
  const toEnd = () => {
    if (!follow && !log.atEnd) reload();
    setFollow(!follow);
  };
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-10 shrink-0 items-center gap-2 border-b border-line px-4">
        <SegmentedControl label="Least level" value={level} onChange={setLevel} options={levels} />
        <SearchInput value={search} onChange={setSearch} label="Search the log" />
        <IconButton label="Previous error" icon={ChevronUp} onClick={() => void jump('before')} />
        <IconButton label="Next error" icon={ChevronDown} onClick={() => void jump('after')} />
        <span className="ml-auto text-meta whitespace-nowrap text-muted nums">
          {total === undefined ? '' : formatPlural(total, 'line')}
        </span>
        <IconButton
          label={raw ? 'Show fields apart' : 'Show raw lines'}
          icon={Braces}
          pressed={raw}
          onClick={() => setRaw(!raw)}
        />
        <IconButton
          label={wrap ? 'Keep each line on one row' : 'Wrap long lines'}
          icon={WrapText}
          pressed={wrap}
          onClick={() => setWrap(!wrap)}
        />
        <IconButton
          label={follow ? 'Stop following' : 'Follow the newest line'}
          icon={ArrowDownToLine}
          pressed={follow}
          onClick={toEnd}
        />
        <CopyButton label="Copy the loaded lines" text={lines} />
        <DownloadButton load={() => wholeLog(filter)} name={`run-${runId}.log`} />
      </div>
      {error && log.entries.length === 0 ? (
        <ErrorState title={error.message} where="The log could not be read." onRetry={reload} />
      ) : log.entries.length > 0 ? (
        <LogLines
          key={JSON.stringify(filter)}
          log={log}
          follow={follow}
          setFollow={setFollow}
          wrap={wrap}
          raw={raw}
          current={current}
          setCurrent={setCurrent}
          loadOlder={loadOlder}
          loadNewer={loadNewer}
          active={active}
        />
      ) : (
        total !== undefined && (
          <EmptyState
            icon={ScrollText}
            title={removed ? 'The log was removed by retention' : active ? 'Nothing said yet' : 'No lines'}
          >
            {removed
              ? 'Its days are over. Settings, Retention says how long logs are kept.'
              : active
                ? 'Lines appear here as the run speaks.'
                : level === 'debug' && !filter.search && !nodeId
                  ? 'The run ended before it said anything.'
                  : 'No line of this run fits the filter.'}
          </EmptyState>
        )
      )}
    </div>
  );
}

const levels: { value: LogLevel; label: string }[] = [
  { value: 'debug', label: 'All' },
  { value: 'info', label: 'Info' },
  { value: 'warn', label: 'Warnings' },
  { value: 'error', label: 'Errors' },
];

function DownloadButton({ load, name }: { load: () => Promise<string>; name: string }) {
  const [busy, setBusy] = useState(false);
  const asked = useRef(false);
  const download = async () => {
    if (asked.current) return;
    asked.current = true;
    setBusy(true);
    try {
      saveTextFile(name, await load());
    } catch (reason) {
      toast.error('The log was not downloaded', { description: callError(reason).message });
    } finally {
      asked.current = false;
      setBusy(false);
    }
  };
  return (
    <IconButton
      label="Download every line that fits the filter"
      icon={Download}
      loading={busy}
      onClick={() => void download()}
    />
  );
}
