import { type ReactNode, useEffect, useState } from 'react';
import type { RunDetail } from '../../../shared/contract/domain.ts';
import { CopyButton, formatCount, formatDuration, TimeText } from '../../ui/index.ts';
import { elapsed, isActive } from './run-data.ts';

const triggers: Record<RunDetail['trigger'], string> = {
  window: 'Window',
  api: 'API',
  cli: 'Command line',
  schedule: 'Schedule',
  webhook: 'Webhook',
};

/** The head of a run: cause, revision, parameters, waiting time apart from running time, rows. */
export function RunFacts({ run }: { run: RunDetail }) {
  const now = useNow(isActive(run));
  const waited = elapsed(run.queuedAt, run.startedAt ?? run.finishedAt, now);
  const ran = elapsed(run.startedAt, run.finishedAt, now);
  const parameters = Object.entries(run.parameters);
  return (
    <dl className="flex shrink-0 flex-wrap gap-x-8 gap-y-2 border-b border-line px-4 py-2.5">
      <Fact name="Started by">{startedBy(run)}</Fact>
      <Fact name="Revision">
        {run.revision}
        {run.mode === 'inspect' ? ', keeping step results' : ', fast'}
      </Fact>
      <Fact name="Accepted">
        <TimeText at={run.queuedAt} style="time" />
      </Fact>
      <Fact name="Waited">{waited === undefined ? '–' : formatDuration(waited)}</Fact>
      <Fact name="Ran">{ran === undefined ? '–' : formatDuration(ran)}</Fact>
      <Fact name="Rows read">{run.rowsRead === null ? '–' : formatCount(run.rowsRead)}</Fact>
      <Fact name="Rows written">{run.rowsWritten === null ? '–' : formatCount(run.rowsWritten)}</Fact>
      {run.attempt > 1 && <Fact name="Attempt">{run.attempt}</Fact>}
      {parameters.length > 0 && (
        <Fact name="Parameters">
          <span className="font-mono text-data">
            {parameters.map(([name, value]) => `${name} = ${String(value)}`).join(', ')}
          </span>
        </Fact>
      )}
      <Fact name="Run id">
        <span className="flex items-center gap-1 font-mono text-data">
          {run.id}
          <CopyButton label="Copy the run’s id" text={run.id} />
        </span>
      </Fact>
    </dl>
  );
}

function startedBy({ trigger, cause }: RunDetail): string {
  return triggers[trigger] === cause ? cause : `${triggers[trigger]}: ${cause}`;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-meta text-muted">{name}</dt>
      <dd className="flex min-h-6 items-center nums">
        <span className="truncate">{children}</span>
      </dd>
    </div>
  );
}

/** The present moment, renewed a few times a second while something moves. */
export function useNow(moving: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!moving) return;
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [moving]);
  return now;
}
