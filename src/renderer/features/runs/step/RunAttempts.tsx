import type { RunDetail } from '../../../../shared/contract/domain.ts';
import {
  DataList,
  EmptyState,
  formatDuration,
  formatUtc,
  type Status,
  StatusBadge,
} from '../../../ui/index.ts';
import { clockText } from '../clock.ts';
import { elapsed, isActive } from '../run-data.ts';
import { useNow } from '../use-now.ts';

type Attempt = RunDetail['attempts'][number];

interface RunAttemptsProps {
  readonly run: RunDetail;
  readonly attempt: number;
  readonly setAttempt: (attempt: number) => void;
}

/** Every attempt with its state, duration and cause. The chosen one is what Gantt, graph, table and log show. */
export function RunAttempts({ run, attempt, setAttempt }: RunAttemptsProps) {
  const now = useNow(isActive(run), 1000);
  return (
    <DataList
      label="Attempts"
      items={run.attempts}
      getId={(one) => String(one.attempt)}
      currentId={String(attempt)}
      onOpen={(one) => setAttempt(one.attempt)}
      rowHeight={32}
      columns={[
        {
          id: 'number',
          title: 'Attempt',
          width: '64px',
          render: (one) => <span className="nums">{one.attempt}</span>,
        },
        { id: 'state', title: 'State', width: '120px', render: (one) => <AttemptState attempt={one} /> },
        {
          id: 'started',
          title: 'Started',
          width: '80px',
          render: ({ startedAt }) => (
            <span className="text-muted nums" title={formatUtc(startedAt)}>
              {clockText(startedAt)}
            </span>
          ),
        },
        {
          id: 'took',
          title: 'Took',
          width: '88px',
          align: 'end',
          render: ({ startedAt, finishedAt }) => (
            <span className="text-muted">{formatDuration(elapsed(startedAt, finishedAt, now) ?? 0)}</span>
          ),
        },
        {
          id: 'cause',
          title: 'Cause',
          width: 'minmax(200px, 1fr)',
          render: ({ error, retryAt }) => (
            <span title={error?.message}>
              {error?.message}
              {retryAt && <span className="text-muted"> Next attempt at {clockText(retryAt)}.</span>}
            </span>
          ),
        },
      ]}
      empty={
        <EmptyState title="No attempt yet">
          An attempt begins when the run gets a free slot. Attempts that follow by the pipeline’s retry policy
          are listed here, each with its own steps and log.
        </EmptyState>
      }
    />
  );
}

const looks: Record<Attempt['status'], { status: Status; word?: string }> = {
  running: { status: 'running' },
  succeeded: { status: 'succeeded' },
  failed: { status: 'failed' },
  cancelled: { status: 'cancelled' },
  interrupted: { status: 'failed', word: 'Interrupted' },
};

function AttemptState({ attempt }: { attempt: Attempt }) {
  const { status, word } = looks[attempt.status];
  return <StatusBadge variant="plain" status={status} label={word} />;
}
