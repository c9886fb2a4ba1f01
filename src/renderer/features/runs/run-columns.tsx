import { Pin } from 'lucide-react';
import type { RunSummary } from '../../../shared/contract/domain.ts';
import {
  Badge,
  formatCount,
  formatDuration,
  type ListColumn,
  StatusBadge,
  TimeText,
} from '../../ui/index.ts';
import { elapsed, isActive } from './run-data.ts';
import { RunLabels } from './run-labels.tsx';
import { runState } from './run-state.ts';
import { useNow } from './use-now.ts';

/** The columns of every list of runs: pipeline, state, cause, attempt, rows, how long it waited and ran, when. */
export const runColumns: ListColumn<RunSummary>[] = [
  {
    id: 'pipeline',
    title: 'Pipeline',
    width: 'minmax(200px, 3fr)',
    render: (run) => <Name run={run} />,
  },
  {
    id: 'status',
    title: 'State',
    width: '116px',
    render: (run) => {
      const { status, word, note } = runState(run);
      return (
        <span title={note}>
          <StatusBadge status={status} label={word} variant="plain" />
        </span>
      );
    },
  },
  {
    id: 'cause',
    title: 'Started by',
    width: 'minmax(90px, 1fr)',
    render: ({ cause, trigger }) => (
      <span className="truncate text-muted" title={`${trigger}: ${cause}`} dir="auto">
        {cause}
      </span>
    ),
  },
  {
    id: 'attempt',
    title: 'Attempt',
    width: '56px',
    align: 'end',
    render: ({ attempt }) => (
      <span className={attempt > 1 ? 'font-medium' : 'text-faint'}>{attempt > 0 ? attempt : '–'}</span>
    ),
  },
  {
    id: 'rows',
    title: 'Rows written',
    width: '92px',
    align: 'end',
    render: ({ rowsWritten }) =>
      rowsWritten === null ? <span className="text-faint">–</span> : formatCount(rowsWritten),
  },
  {
    id: 'waited',
    title: 'Waited',
    width: '80px',
    align: 'end',
    render: (run) => <Span of={run} from={run.queuedAt} to={run.startedAt ?? run.finishedAt} quiet />,
  },
  {
    id: 'took',
    title: 'Ran',
    width: '80px',
    align: 'end',
    render: (run) => <Span of={run} from={run.startedAt} to={run.finishedAt} />,
  },
  {
    id: 'when',
    title: 'When',
    width: '88px',
    align: 'end',
    render: ({ queuedAt }) => (
      <span className="text-muted">
        <TimeText at={queuedAt} style="relative" />
      </span>
    ),
  },
];

function Name({
  run: { pipelineName, environment, error, status, labels, pinned, note },
}: {
  run: RunSummary;
}) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      {pinned && (
        <span title="Pinned: kept whatever its age" className="shrink-0 text-accent-text">
          <Pin size={12} aria-hidden />
          <span className="sr-only">Pinned</span>
        </span>
      )}
      <span
        className="max-w-[60%] shrink-0 truncate font-medium"
        dir="auto"
        title={note ? `${pipelineName}\n${note}` : pipelineName}
      >
        {pipelineName}
      </span>
      {environment === 'sandbox' && <Badge tone="violet">sandbox</Badge>}
      <RunLabels labels={labels} shown={1} />
      {error && status === 'failed' && (
        <span className="min-w-0 flex-1 truncate text-status-failed" title={error.message}>
          {error.message}
        </span>
      )}
    </span>
  );
}

/** A stretch of a run's life, growing while it lasts. */
function Span(props: { of: RunSummary; from: string | null; to: string | null; quiet?: boolean }) {
  const open = isActive(props.of) && props.from !== null && props.to === null;
  const now = useNow(open, 1000);
  const took = open || props.to !== null ? elapsed(props.from, props.to, now) : undefined;
  if (took === undefined) return <span className="text-faint">–</span>;
  return <span className={props.quiet ? 'text-muted' : undefined}>{formatDuration(took)}</span>;
}
