import type { ReactNode } from 'react';
import type { RunDetail, RunStep } from '../../../../shared/contract/domain.ts';
import { definitionOf } from '../../../graph/kinds.ts';
import { formatBytes, formatClock, formatCount, formatDuration, formatUtc } from '../../../ui/index.ts';
import { isActive } from '../run-data.ts';
import { useNow } from '../use-now.ts';
import { StepIcon } from './StepIcon.tsx';
import { stepFigures } from './step-figures.ts';

/** The figures of one step, those that are known. */
export function StepFacts({ run, step }: { run: RunDetail; step: RunStep }) {
  const now = useNow(isActive(run) && step.status === 'running', 1000);
  const figures = stepFigures(run.document, run.steps, now).find((one) => one.step.nodeId === step.nodeId);
  return (
    <dl className="grid grid-cols-[max-content_minmax(0,1fr)] items-center gap-x-4 gap-y-0.5">
      <Fact name="Step">
        <span className="font-medium" dir="auto">
          {step.title}
        </span>{' '}
        <span className="font-mono text-data text-muted">{step.nodeId}</span>
      </Fact>
      <Fact name="Kind">{definitionOf(step.kind)?.title ?? step.kind}</Fact>
      <Fact name="State">
        <StepIcon step={step} variant="plain" />
        {step.reusedFromRun && (
          <a
            href={`#/runs/${step.reusedFromRun}?node=${step.nodeId}`}
            className="ml-2 rounded-sm text-accent-text hover:underline"
          >
            run that kept its rows
          </a>
        )}
      </Fact>
      {figures && figures.rowsIn !== null && <Fact name="Rows in">{formatCount(figures.rowsIn)}</Fact>}
      {step.rows !== null && <Fact name="Rows out">{formatCount(step.rows)}</Fact>}
      {step.rejectedRows ? (
        <Fact name="Rejected">
          <span className="text-status-warning">{formatCount(step.rejectedRows)}</span>
        </Fact>
      ) : null}
      {figures && figures.rowsPerSecond !== null && (
        <Fact name="Rows a second">{formatCount(figures.rowsPerSecond)}</Fact>
      )}
      {step.bytes !== null && <Fact name="Size">{formatBytes(step.bytes)}</Fact>}
      {step.startedAt && (
        <Fact name="Started">
          <span title={formatUtc(step.startedAt)}>{formatClock(step.startedAt)}</span>
        </Fact>
      )}
      {step.milliseconds !== null && step.status !== 'reused' && (
        <Fact name="Time">{formatDuration(step.milliseconds)}</Fact>
      )}
      {step.live?.rowsScanned !== undefined && (
        <Fact name="Rows read so far">{formatCount(step.live.rowsScanned)}</Fact>
      )}
      {step.live?.bytesWritten !== undefined && (
        <Fact name="Written so far">{formatBytes(step.live.bytesWritten)}</Fact>
      )}
      {step.live && <Fact name="Memory">{formatBytes(step.live.memoryBytes)}</Fact>}
      {step.tries > 1 && <Fact name="Tries">{step.tries}</Fact>}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 truncate nums">{children}</dd>
    </>
  );
}
