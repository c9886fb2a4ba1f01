import { ChevronRight } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { LogEntry } from '../../../../shared/contract/domain.ts';
import { CopyButton, cx, formatClock, formatUtc } from '../../../ui/index.ts';
import { logLine } from './log-window.ts';

const tint: Record<LogEntry['level'], string> = {
  debug: 'text-faint',
  info: 'text-muted',
  warn: 'text-status-warning',
  error: 'text-status-failed',
};

interface LogLineProps {
  readonly index: number;
  readonly measure: (element: HTMLElement | null) => void;
  readonly entry: LogEntry;
  readonly top: number;
  readonly wrap: boolean;
  readonly raw: boolean;
  readonly open: boolean;
  readonly current: boolean;
  readonly tabbable: boolean;
  readonly toggle: () => void;
}

/** One line: time, level, step, message, fields; opened, the whole message and every field on a row of its own. */
export function LogLine(props: LogLineProps) {
  const { index, measure, entry, top, wrap, raw, open, current, tabbable, toggle } = props;
  const fields = Object.entries(entry.fields);
  const [firstLine = ''] = entry.message.split('\n');
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (open) element.current?.scrollIntoView({ block: 'nearest' });
  }, [open]);
  return (
    <div
      ref={(node) => {
        element.current = node;
        measure(node);
      }}
      data-index={index}
      style={{ transform: `translateY(${top}px)` }}
      className={cx(
        'group/line absolute top-0 left-0 min-w-full',
        (wrap || open) && 'w-full',
        current ? 'bg-accent-soft' : 'hover:bg-hover',
      )}
    >
      <div className="flex min-h-[22px] items-start gap-3 pr-4 pl-0.5 leading-[22px]">
        <button
          type="button"
          data-line={entry.id}
          data-ring="inside"
          tabIndex={tabbable ? 0 : -1}
          aria-expanded={open}
          aria-label={`Details of: ${firstLine}`}
          onClick={toggle}
          className="flex h-[22px] shrink-0 items-center rounded-xs text-muted"
        >
          <ChevronRight
            aria-hidden
            className={cx(
              'size-3.5 transition-transform',
              open
                ? 'rotate-90'
                : 'opacity-0 group-hover/line:opacity-100 group-focus-within/line:opacity-100',
            )}
          />
          {!raw && <span title={formatUtc(entry.time)}>{formatClock(entry.time)}</span>}
        </button>
        {raw ? (
          <span
            className={cx('text-ink', wrap ? 'min-w-0 whitespace-pre-wrap wrap-anywhere' : 'whitespace-pre')}
          >
            {logLine(entry)}
          </span>
        ) : (
          <Structured entry={entry} whole={wrap || open} fields={open ? [] : fields} />
        )}
      </div>
      {open && <LineDetails entry={entry} />}
    </div>
  );
}

interface StructuredProps {
  readonly entry: LogEntry;
  readonly whole: boolean;
  readonly fields: readonly (readonly [string, unknown])[];
}

/** Level, step, message and fields, each in its own tone. */
function Structured({ entry, whole, fields }: StructuredProps) {
  const [firstLine = '', ...more] = entry.message.split('\n');
  return (
    <>
      <span className={`w-10 shrink-0 uppercase ${tint[entry.level]}`}>{entry.level}</span>
      {entry.nodeId && <span className="shrink-0 text-accent-text">{entry.nodeId}</span>}
      <span
        className={cx(
          entry.level === 'error' ? tint.error : 'text-ink',
          whole ? 'min-w-0 whitespace-pre-wrap wrap-anywhere' : 'whitespace-pre',
        )}
      >
        {whole ? entry.message : `${firstLine}${more.length > 0 ? ' …' : ''}`}
        {fields.length > 0 && (
          <span className="ml-3 text-muted">
            {fields.map(([name, value]) => `${name}=${String(value)}`).join(' ')}
          </span>
        )}
      </span>
    </>
  );
}

function LineDetails({ entry }: { entry: LogEntry }) {
  const rows: [string, string][] = [
    ['time', formatUtc(entry.time)],
    ...(entry.attempt > 1 ? [['attempt', String(entry.attempt)] as [string, string]] : []),
    ...Object.entries(entry.fields).map(([name, value]): [string, string] => [name, String(value)]),
  ];
  return (
    <div className="flex items-start gap-4 pt-0.5 pr-4 pb-2 pl-4">
      <dl className="grid min-w-0 grid-cols-[max-content_minmax(0,1fr)] gap-x-4">
        {rows.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="wrap-anywhere">{value}</dd>
          </div>
        ))}
      </dl>
      <span className="ml-auto flex shrink-0 gap-1">
        <CopyButton withText variant="ghost" label="Copy line" text={logLine(entry)} />
        <CopyButton withText variant="ghost" label="Copy JSON" text={() => JSON.stringify(entry, null, 2)} />
      </span>
    </div>
  );
}
