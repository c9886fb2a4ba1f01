import { useInfiniteQuery } from '@tanstack/react-query';
import { History } from 'lucide-react';
import type { TriggerFire } from '../../../shared/contract/triggers.ts';
import { ownZone, zoneTime } from '../../calendar/zones.ts';
import { awaiting } from '../../data/awaiting.ts';
import { orpc } from '../../data/client.ts';
import { useAppEvent } from '../../data/events.ts';
import { Awaited, DataList, EmptyState, type ListColumn, StatusBadge } from '../../ui/index.ts';
import { causeOf, outcomeLook } from './trigger-words.ts';

interface FireHistoryProps {
  readonly triggerId: string;
  readonly backfillId?: string;
}

/** What became of every time, newest first; runs are linked. */
export function FireHistory({ triggerId, backfillId }: FireHistoryProps) {
  const query = useInfiniteQuery(
    orpc.triggers.fires.infiniteOptions({
      input: (before: number | undefined) => ({ id: triggerId, limit: 100, before, backfillId }),
      initialPageParam: undefined as number | undefined,
      getNextPageParam: ({ next }) => next ?? undefined,
    }),
  );
  useAppEvent('run.changed', ({ run }) => {
    if (run.triggerId === triggerId) void query.refetch();
  });
  return (
    <Awaited {...awaiting(query)} where="The history could not be read.">
      {() => (
        <DataList
          label="History"
          items={(query.data?.pages ?? []).flatMap(({ fires }) => fires)}
          getId={({ id }) => String(id)}
          columns={columns}
          onOpen={({ runId, runStatus }) => {
            if (runId && runStatus) location.assign(`#/runs/${runId}`);
          }}
          isDim={({ outcome }) => outcome === 'skipped' || outcome === 'missed'}
          onEndReached={() => {
            if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
          }}
          empty={
            <EmptyState icon={History} title="It has not fired yet">
              Every time that it fires, or should have, stands here with its run.
            </EmptyState>
          }
        />
      )}
    </Awaited>
  );
}

const columns: ListColumn<TriggerFire>[] = [
  {
    id: 'due',
    title: 'Due',
    width: '220px',
    render: ({ dueAt, slots }) => (
      <span className="truncate nums">
        <time dateTime={dueAt} title={dueAt}>
          {zoneTime(dueAt, ownZone, true)}
        </time>
        {slots !== 1 && <span className="text-muted"> and later</span>}
      </span>
    ),
  },
  {
    id: 'outcome',
    title: 'Outcome',
    width: '110px',
    render: ({ outcome }) => <StatusBadge {...outcomeLook[outcome]} variant="plain" />,
  },
  {
    id: 'run',
    title: 'Run',
    width: '150px',
    render: ({ runId, runStatus }) =>
      runId === null ? (
        <span className="text-muted">None</span>
      ) : runStatus === null ? (
        <span className="text-muted">Removed since</span>
      ) : (
        <StatusBadge status={runStatus} variant="plain" />
      ),
  },
  {
    id: 'reason',
    title: 'Because',
    width: 'minmax(160px, 1fr)',
    render: ({ reason, slot }) => (
      <span dir="auto" className="block truncate text-muted" title={reason ?? slot}>
        {reason ?? causeOf(slot)}
      </span>
    ),
  },
];
