import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Pause, Play, Rewind, Square } from 'lucide-react';
import type { Backfill, TriggerSummary } from '../../../shared/contract/triggers.ts';
import { ownZone, zoneTime } from '../../calendar/zones.ts';
import { awaiting } from '../../data/awaiting.ts';
import { client, orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { useAppEvent } from '../../data/events.ts';
import {
  Awaited,
  Button,
  EmptyState,
  formatCount,
  formatPlural,
  ProgressBar,
  StatusBadge,
  TimeText,
  toast,
} from '../../ui/index.ts';

/** Every backfill of a schedule, newest first, with its progress. */
export function BackfillList({ trigger }: { trigger: TriggerSummary }) {
  const { id: triggerId, config } = trigger;
  const zone = config.kind === 'cron' ? config.timezone : ownZone;
  const query = useQuery(orpc.triggers.backfills.queryOptions({ input: { triggerId } }));
  useAppEvent('run.changed', ({ run }) => {
    if (run.triggerId === triggerId) void query.refetch();
  });
  return (
    <Awaited {...awaiting(query)} where="The backfills could not be listed.">
      {() =>
        query.data?.length === 0 ? (
          <EmptyState icon={Rewind} title="No backfill yet">
            A backfill runs the pipeline for times of the past: after a new schedule, or when something went
            wrong for days.
          </EmptyState>
        ) : (
          <ul className="flex flex-col">
            {query.data?.map((each) => (
              <BackfillItem key={each.id} backfill={each} zone={zone} />
            ))}
          </ul>
        )
      }
    </Awaited>
  );
}

const looks = {
  running: { status: 'running', label: 'Running' },
  paused: { status: 'queued', label: 'Paused' },
  stopped: { status: 'cancelled', label: 'Stopped' },
  done: { status: 'succeeded', label: 'Done' },
} as const;

function BackfillItem({ backfill, zone }: { backfill: Backfill; zone: string }) {
  const cache = useQueryClient();
  const act = useMutation({
    mutationFn: (call: () => Promise<unknown>) => call(),
    onError: (error) => toast.error(callError(error).message),
    onSettled: () => cache.invalidateQueries({ queryKey: orpc.triggers.backfills.key() }),
  });
  const { id, status, total, active, succeeded, failed } = backfill;
  const ended = succeeded + failed;
  return (
    <li className="flex flex-col gap-2 border-b border-line px-4 py-3">
      <div className="flex items-center gap-3">
        <StatusBadge {...looks[status]} />
        <span className="min-w-0 truncate nums">
          {zoneTime(backfill.from, zone)} to {zoneTime(backfill.to, zone)}
          {zone !== ownZone && <span className="text-muted"> {zone}</span>}
        </span>
        <span className="ml-auto text-meta text-muted">
          <TimeText at={backfill.createdAt} style="relative" />
        </span>
        {status === 'running' && (
          <Button
            size="sm"
            icon={Pause}
            onClick={() => act.mutate(() => client.triggers.pauseBackfill({ id }))}
          >
            Pause
          </Button>
        )}
        {status === 'paused' && (
          <Button
            size="sm"
            icon={Play}
            onClick={() => act.mutate(() => client.triggers.resumeBackfill({ id }))}
          >
            Continue
          </Button>
        )}
        {(status === 'running' || status === 'paused') && (
          <Button
            size="sm"
            icon={Square}
            onClick={() => act.mutate(() => client.triggers.stopBackfill({ id }))}
          >
            Stop
          </Button>
        )}
      </div>
      <ProgressBar value={total === 0 ? 1 : ended / total} label={`${ended} of ${total} runs ended`} />
      <p className="flex gap-4 text-meta text-muted nums">
        <span>
          {formatCount(ended)} of {formatPlural(total, 'run')} ended
        </span>
        <span>{formatCount(succeeded)} succeeded</span>
        {failed > 0 && <span className="text-status-failed">{formatCount(failed)} failed or cancelled</span>}
        {(status === 'running' || status === 'paused') && (
          <span>
            {formatCount(active)} under way, at most {backfill.parallel} at a time
          </span>
        )}
      </p>
    </li>
  );
}
