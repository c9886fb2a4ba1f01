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
import { useNow } from './use-now.ts';

/** The columns of every list of runs: pipeline, state, cause, rows, time it took, when. */
export const runColumns: ListColumn<RunSummary>[] = [
  {
    id: 'pipeline',
    title: 'Pipeline',
    width: 'minmax(200px, 3fr)',
    render: ({ pipelineName, environment, error, status }) => (
      <span className="flex min-w-0 items-center gap-2">
        <span className="truncate font-medium" dir="auto" title={pipelineName}>
          {pipelineName}
        </span>
        {environment === 'sandbox' && <Badge tone="violet">sandbox</Badge>}
        {error && status === 'failed' && (
          <span className="min-w-0 flex-1 truncate text-status-failed" title={error.message}>
            {error.message}
          </span>
        )}
      </span>
    ),
  },
  {
    id: 'status',
    title: 'State',
    width: '130px',
    render: ({ status, percent }) => (
      <StatusBadge
        status={status}
        label={status === 'running' && percent > 0 ? `Running ${percent} %` : undefined}
        variant="plain"
      />
    ),
  },
  {
    id: 'cause',
    title: 'Started by',
    width: 'minmax(100px, 1fr)',
    render: ({ cause, trigger }) => (
      <span className="truncate text-muted" title={`${trigger}: ${cause}`}>
        {cause}
      </span>
    ),
  },
  {
    id: 'rows',
    title: 'Rows written',
    width: '110px',
    align: 'end',
    render: ({ rowsWritten }) =>
      rowsWritten === null ? (
        <span className="text-faint">–</span>
      ) : (
        <span className="nums">{formatCount(rowsWritten)}</span>
      ),
  },
  {
    id: 'took',
    title: 'Took',
    width: '90px',
    align: 'end',
    render: (run) => <Took run={run} />,
  },
  {
    id: 'when',
    title: 'When',
    width: '120px',
    align: 'end',
    render: ({ queuedAt }) => (
      <span className="text-muted">
        <TimeText at={queuedAt} style="relative" />
      </span>
    ),
  },
];

/** How long a run took, or takes by now. */
function Took({ run }: { run: RunSummary }) {
  const now = useNow(isActive(run) && run.startedAt !== null, 1000);
  const took = elapsed(run.startedAt, run.finishedAt, now);
  return <span className="nums text-muted">{took === undefined ? '–' : formatDuration(took)}</span>;
}
