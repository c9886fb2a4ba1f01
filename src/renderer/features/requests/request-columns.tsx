import type { RequestEntry } from '../../../shared/contract/requests.ts';
import { doorLook } from '../../access/doors.ts';
import {
  formatBytes,
  formatClock,
  formatDuration,
  formatTime,
  formatUtc,
  type ListColumn,
  StatusBadge,
} from '../../ui/index.ts';
import { statusStatus, targetParts } from './request-words.ts';

/** A request in one line. */
export const requestColumns: readonly ListColumn<RequestEntry>[] = [
  {
    id: 'time',
    title: 'Time',
    width: '104px',
    render: ({ time }) => <Time at={time} />,
  },
  {
    id: 'status',
    title: 'Answer',
    width: '62px',
    render: ({ status }) => (
      <StatusBadge status={statusStatus(status)} label={String(status)} variant="plain" />
    ),
  },
  {
    id: 'call',
    title: 'Call',
    width: 'minmax(220px, 4fr)',
    render: ({ method, target, message }) => {
      const { path, query } = targetParts(target);
      return (
        <span className="flex min-w-0 items-baseline gap-2 font-mono text-data" title={`${method} ${target}`}>
          <span className="w-12 shrink-0 font-medium">{method}</span>
          <span className="min-w-0 truncate" dir="ltr">
            {path}
            <span className="text-muted">{query}</span>
          </span>
          {message && (
            <span
              className="min-w-24 flex-1 truncate font-sans text-body text-muted"
              dir="auto"
              title={message}
            >
              {message}
            </span>
          )}
        </span>
      );
    },
  },
  {
    id: 'door',
    title: 'API',
    width: '104px',
    render: ({ door }) => <span className="truncate text-muted">{doorLook(door).title}</span>,
  },
  {
    id: 'key',
    title: 'Key',
    width: 'minmax(96px, 1fr)',
    render: ({ key }) =>
      key ? (
        <a
          href={`#/keys/${key.id}`}
          tabIndex={-1}
          dir="auto"
          title={`${key.name}, ${key.prefix}…`}
          className="block truncate rounded-sm text-left hover:underline"
        >
          {key.name}
        </a>
      ) : (
        <span className="text-faint">No valid key</span>
      ),
  },
  {
    id: 'took',
    title: 'Took',
    width: '72px',
    align: 'end',
    render: ({ milliseconds }) => <span className="text-muted">{took(milliseconds)}</span>,
  },
  {
    id: 'in',
    title: 'In',
    width: '64px',
    align: 'end',
    render: ({ bytesIn }) => <Size bytes={bytesIn} />,
  },
  {
    id: 'out',
    title: 'Out',
    width: '64px',
    align: 'end',
    render: ({ bytesOut }) => <Size bytes={bytesOut} />,
  },
];

/** Most answers take a few milliseconds: those keep a digit more. */
export function took(milliseconds: number): string {
  return milliseconds < 10 ? `${milliseconds.toFixed(1)} ms` : formatDuration(milliseconds);
}

const day = (at: string | number) => formatTime(at, 0).replace(/ \d\d:\d\d$/, '');

/** By the second and less, since requests come close together; the day where it is not today. */
function Time({ at }: { at: string }) {
  const isToday = day(at) === day(Date.now());
  return (
    <time dateTime={at} title={formatUtc(at)} className="truncate nums">
      {isToday ? formatClock(at) : formatTime(at)}
    </time>
  );
}

function Size({ bytes }: { bytes: number }) {
  if (bytes === 0) return <span className="text-faint">–</span>;
  return <span className="text-muted">{formatBytes(bytes)}</span>;
}
