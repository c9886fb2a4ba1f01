import { ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import type { RunDetail } from '../../../../shared/contract/domain.ts';
import { Badge, CopyButton, formatCount, formatDuration, Popover, TimeText } from '../../../ui/index.ts';
import { elapsed, isActive, rowsSoFar } from '../run-data.ts';
import { useNow } from '../use-now.ts';
import { causeOf, parameterSource } from './cause.ts';

/** The head of a run in one line: pipeline, cause, waiting time apart from running time, rows, parameters, id. */
export function RunFacts({ run }: { run: RunDetail }) {
  const now = useNow(isActive(run));
  const began = run.attempts[0]?.startedAt ?? run.startedAt;
  const waited = elapsed(run.queuedAt, began ?? run.finishedAt, now);
  const ran = elapsed(run.startedAt, run.finishedAt, now);
  const rows = rowsSoFar(run);
  return (
    <dl className="flex shrink-0 gap-x-5 border-b border-line px-4 py-2">
      <Fact name="Pipeline">
        <a
          href={`#/pipelines/${run.pipelineId}`}
          title={`Open ${run.pipelineName} in the editor`}
          className="max-w-64 truncate rounded-sm text-accent-text hover:underline"
          dir="auto"
        >
          {run.pipelineName}
        </a>
        <span className="ml-1.5 shrink-0 text-muted">
          rev. {run.revision}
          {run.mode === 'inspect' ? '' : ', fast'}
        </span>
      </Fact>
      <Fact name="Started by">
        <Cause run={run} />
      </Fact>
      <Fact name="Accepted" fixed>
        <TimeText at={run.queuedAt} style="time" />
      </Fact>
      <Fact name="Waited" fixed>
        {duration(waited)}
      </Fact>
      <Fact name="Ran" fixed>
        {duration(ran)}
      </Fact>
      <Fact name="Rows read" fixed>
        {count(rows.read)}
      </Fact>
      <Fact name="Rows written" fixed>
        {count(rows.written)}
      </Fact>
      {run.attempt > 0 && (run.attempt > 1 || run.maxAttempts > 1) && (
        <Fact name="Attempt" fixed>
          {run.attempt} of {Math.max(run.maxAttempts, run.attempt)}
        </Fact>
      )}
      <ParameterFact run={run} />
      <Fact name="Run id" fixed>
        <span className="flex items-center gap-1 font-mono text-data" title={run.id}>
          {run.id.slice(0, 8)}…{run.id.slice(-4)}
          <CopyButton label="Copy the run’s id" text={run.id} />
        </span>
      </Fact>
    </dl>
  );
}

const duration = (milliseconds: number | undefined) =>
  milliseconds === undefined ? '–' : formatDuration(milliseconds);
const count = (rows: number | null) => (rows === null ? '–' : formatCount(rows));

function Cause({ run }: { run: RunDetail }) {
  const { text, href } = causeOf(run);
  if (!href)
    return (
      <span className="truncate" title={text}>
        {text}
      </span>
    );
  return (
    <a href={href} title={text} className="truncate rounded-sm text-accent-text hover:underline">
      {text}
    </a>
  );
}

/** The values that the run used; opened, one a line, each with where it came from. */
function ParameterFact({ run }: { run: RunDetail }) {
  const values = Object.entries(run.parameters);
  if (values.length === 0) return null;
  return (
    <Fact name="Parameters">
      <Popover
        label="Parameters of the run"
        className="max-h-80 w-96 overflow-auto"
        trigger={
          <button
            type="button"
            className="flex h-6 min-w-0 max-w-full items-center gap-1 rounded-sm font-mono text-data hover:bg-hover"
          >
            <span className="truncate">{values.map(([name, value]) => `${name} = ${value}`).join(', ')}</span>
            <ChevronDown aria-hidden className="size-3.5 shrink-0 text-muted" />
          </button>
        }
      >
        <dl className="grid grid-cols-[minmax(0,auto)_minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1.5">
          {values.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="truncate font-mono text-data text-muted" title={name}>
                {name}
              </dt>
              <dd className="font-mono text-data wrap-anywhere">{String(value)}</dd>
              <dd>
                <Badge>{parameterSource(run, name)}</Badge>
              </dd>
            </div>
          ))}
        </dl>
      </Popover>
    </Fact>
  );
}

/** `fixed` facts keep their width; the others give way when the line is full. */
function Fact({ name, fixed, children }: { name: string; fixed?: boolean; children: ReactNode }) {
  return (
    <div className={fixed ? 'shrink-0' : 'min-w-0'}>
      <dt className="text-meta whitespace-nowrap text-muted">{name}</dt>
      <dd className="flex h-6 min-w-0 items-center whitespace-nowrap nums">{children}</dd>
    </div>
  );
}
