import { useQuery } from '@tanstack/react-query';
import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import { orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import {
  Button,
  ErrorState,
  formatCount,
  formatDuration,
  formatPlural,
  Popover,
  Skeleton,
  StatusBadge,
} from '../../ui/index.ts';
import { elapsed } from './run-data.ts';
import { useEngineLoad } from './run-list-data.ts';
import { useNow } from './use-now.ts';

const everyMilliseconds = 2_000;

/** How busy the engine is; behind it, what runs and what waits for what. */
export function EngineSlots() {
  const load = useEngineLoad();
  const [open, setOpen] = useState(false);
  if (!load) return null;
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label="What runs and what waits"
      className="w-[26rem] max-w-[calc(100vw-16px)]"
      trigger={
        <Button variant="ghost" size="sm" iconEnd={ChevronDown} className="text-muted nums">
          {load.running} of {load.slots} slots busy, {formatCount(load.queued)} queued
        </Button>
      }
    >
      <SlotsPanel slots={load.slots} />
    </Popover>
  );
}

function SlotsPanel({ slots }: { slots: number }) {
  const query = useQuery({
    ...orpc.history.load.queryOptions({ input: {} }),
    refetchInterval: everyMilliseconds,
    staleTime: 0,
  });
  const laneWord = useLaneWords();
  const now = useNow(true, 1000);
  if (query.isLoadingError)
    return (
      <ErrorState
        variant="inline"
        title="The slots could not be read"
        where={callError(query.error).message}
      />
    );
  if (!query.data) return <Skeleton lines={4} />;
  const { running, waiting } = query.data;
  return (
    <div className="flex max-h-[60vh] flex-col gap-3 overflow-y-auto">
      <section aria-label="Running">
        <h2 className="mb-1 text-meta font-medium text-muted">
          Running, {formatPlural(slots, 'slot')} in all
        </h2>
        {running.length === 0 && <p className="text-muted">Nothing runs.</p>}
        <ul>
          {running.map((run) => (
            <li key={run.runId}>
              <a
                href={`#/runs/${run.runId}`}
                className="flex h-7 items-center gap-2 rounded-sm px-1 hover:bg-hover"
              >
                <StatusBadge status="running" variant="icon" />
                <span className="min-w-0 flex-1 truncate" dir="auto" title={run.pipelineName}>
                  {run.pipelineName}
                </span>
                <span className="shrink-0 text-meta text-muted">{laneWord(run.lane)}</span>
                <span className="w-16 shrink-0 text-right text-meta text-muted nums">
                  {formatDuration(elapsed(run.startedAt, null, now) ?? 0)}
                </span>
              </a>
            </li>
          ))}
        </ul>
      </section>
      <section aria-label="Waiting">
        <h2 className="mb-1 text-meta font-medium text-muted">Waiting, the longest first</h2>
        {waiting.length === 0 && <p className="text-muted">Nothing waits.</p>}
        <ul>
          {waiting.map((group) => (
            <li key={group.pipelineId + group.lane}>
              <a
                href={`#/runs?pipeline=${group.pipelineId}&state=queued`}
                className="flex min-h-7 items-center gap-2 rounded-sm px-1 py-0.5 hover:bg-hover"
              >
                <StatusBadge status="queued" variant="icon" />
                <span className="min-w-0 flex-1">
                  <span className="block truncate" dir="auto" title={group.pipelineName}>
                    {group.pipelineName}
                  </span>
                  <span className="block text-meta text-muted">{waitWord(group, running, slots)}</span>
                </span>
                <span className="shrink-0 text-meta text-muted">{laneWord(group.lane)}</span>
                <span className="min-w-16 shrink-0 text-right text-meta nums">
                  {formatPlural(group.runs, 'run')}
                </span>
              </a>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

/** What the runs of one pipeline and lane wait for, as far as it can be told from outside the queue. */
function waitWord(
  { runs, notYet, pipelineId }: { runs: number; notYet: number; pipelineId: string },
  running: readonly { pipelineId: string }[],
  slots: number,
): string {
  if (notYet === runs) return 'for their time, or the next attempt';
  if (running.length >= slots) return 'for a free slot';
  if (running.some((run) => run.pipelineId === pipelineId)) return 'for the limit of its pipeline';
  return 'starting';
}

function useLaneWords(): (lane: string) => string {
  const { data: keys = [] } = useQuery(orpc.keys.list.queryOptions({ input: {} }));
  return (lane) => {
    const [kind, id] = lane.split(':', 2);
    if (kind === 'key') return keys.find((key) => key.id === id)?.name ?? 'a script';
    if (kind === 'window') return 'Run button';
    if (kind === 'cli') return 'command line';
    if (kind === 'trigger') return 'schedule or trigger';
    return kind === 'backfill' ? 'backfill' : '';
  };
}
