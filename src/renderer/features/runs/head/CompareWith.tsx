import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { RunDetail, RunSummary } from '../../../../shared/contract/domain.ts';
import { orpc } from '../../../data/client.ts';
import { callError } from '../../../data/errors.ts';
import { hashAddress } from '../../../data/hash-query.ts';
import { Awaited, formatDuration, Popover, StatusBadge, TimeText } from '../../../ui/index.ts';
import { elapsed } from '../run-data.ts';
import { runState } from '../run-state.ts';

const listed = 30;

/** Chooses the run that this one is set beside: the one before it stands first. */
export function CompareWith({ run, trigger }: { run: RunDetail; trigger: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <Popover
      label="Compare with another run"
      open={open}
      onOpenChange={setOpen}
      align="end"
      className="w-96"
      trigger={trigger}
    >
      <Choices run={run} close={() => setOpen(false)} />
    </Popover>
  );
}

function Choices({ run, close }: { run: RunDetail; close: () => void }) {
  const query = useQuery(
    orpc.runs.list.queryOptions({ input: { pipelineId: run.pipelineId, limit: listed } }),
  );
  const others = (query.data?.runs ?? []).filter(({ id }) => id !== run.id);
  const earlier = others.filter(({ queuedAt }) => queuedAt < run.queuedAt);
  const later = others.filter(({ queuedAt }) => queuedAt >= run.queuedAt);
  return (
    <>
      <p className="mb-2 font-medium">Compare this run with</p>
      <Awaited
        pending={query.isPending}
        failure={query.isLoadingError ? callError(query.error).message : undefined}
        onRetry={() => void query.refetch()}
        lines={4}
      >
        {() =>
          others.length === 0 ? (
            <p className="text-muted">
              This is the only run of the pipeline. Run it once more, then compare the two.
            </p>
          ) : (
            <ul className="-mx-1.5 flex max-h-72 flex-col overflow-y-auto">
              {[...earlier, ...later].map((other, index) => (
                <li key={other.id}>
                  <Choice
                    run={other}
                    note={index === 0 && earlier.length > 0 ? 'the one before' : undefined}
                    href={hashAddress('#/runs/compare', { a: other.id, b: run.id })}
                    close={close}
                  />
                </li>
              ))}
            </ul>
          )
        }
      </Awaited>
    </>
  );
}

interface ChoiceProps {
  readonly run: RunSummary;
  readonly note: string | undefined;
  readonly href: string;
  readonly close: () => void;
}

function Choice({ run, note, href, close }: ChoiceProps) {
  const state = runState(run);
  const took = elapsed(run.startedAt, run.finishedAt);
  return (
    <a
      href={href}
      onClick={close}
      data-ring="inside"
      className="flex h-7 items-center gap-2 rounded-sm px-1.5 hover:bg-hover"
    >
      <StatusBadge variant="plain" status={state.status} label={state.word} />
      <span className="truncate text-muted">
        revision {run.revision}
        {note && `, ${note}`}
      </span>
      <span className="ml-auto shrink-0 text-muted nums">
        {took !== undefined && run.finishedAt && `${formatDuration(took)}, `}
        <TimeText at={run.queuedAt} style="relative" />
      </span>
    </a>
  );
}
