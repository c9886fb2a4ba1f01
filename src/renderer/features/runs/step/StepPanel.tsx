import { MousePointerClick } from 'lucide-react';
import type { ReactNode } from 'react';
import type { RunDetail, RunStep } from '../../../../shared/contract/domain.ts';
import { Button, buttonClass, EmptyState, formatPlural } from '../../../ui/index.ts';
import { InlineLog } from '../timeline/InlineLog.tsx';
import { editorAddress } from './editor-address.ts';
import { failuresOf, nodesInto } from './failure.ts';
import { StepFacts } from './StepFacts.tsx';
import { StepIcon } from './StepIcon.tsx';
import { StepSql } from './StepSql.tsx';

interface StepPanelProps {
  readonly run: RunDetail;
  readonly attempt: number;
  readonly steps: readonly RunStep[];
  readonly focus: string | undefined;
  readonly setFocus: (nodeId: string | undefined) => void;
  readonly showRows: (nodeId: string) => void;
  readonly live: boolean;
}

/** Everything about the step in focus side by side: figures, error, inputs and consequences; its log; its SQL. */
export function StepPanel({ run, attempt, steps, focus, setFocus, showRows, live }: StepPanelProps) {
  const step = steps.find(({ nodeId }) => nodeId === focus);
  if (!step)
    return (
      <EmptyState icon={MousePointerClick} title="Choose a step">
        Its figures, log, SQL, inputs and what depends on it are shown here.
      </EmptyState>
    );
  const byId = new Map(steps.map((one) => [one.nodeId, one]));
  const inputs = nodesInto(run.document, step.nodeId).flatMap((id) => byId.get(id) ?? []);
  const failure = failuresOf({ document: run.document, steps }).find(
    (one) => one.step.nodeId === step.nodeId,
  );
  return (
    <div className="grid min-h-0 flex-1 grid-cols-[minmax(260px,4fr)_minmax(280px,5fr)_minmax(280px,5fr)] divide-x divide-line">
      <Part title="Figures">
        <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-3">
          <StepFacts run={run} step={step} />
          {step.error && (
            <p
              role="note"
              className="mt-2 rounded-md bg-status-failed/8 px-2.5 py-1.5 text-status-failed wrap-anywhere"
            >
              {step.error.message}
            </p>
          )}
          <StepLinks title="Reads from" steps={inputs} setFocus={setFocus} showRows={showRows} />
          {failure && (
            <StepLinks
              title={`Because of it ${formatPlural(failure.consequences.length, 'step')} did not run`}
              steps={failure.consequences}
              setFocus={setFocus}
            />
          )}
          <div className="mt-3 flex flex-wrap gap-2">
            {step.status !== 'failed' && (
              <Button size="sm" onClick={() => showRows(step.nodeId)}>
                Show its rows
              </Button>
            )}
            <a href={editorAddress(run.pipelineId, step.nodeId)} className={buttonClass('secondary', 'sm')}>
              {step.status === 'failed' ? 'Mend it in the editor' : 'Open in the editor'}
            </a>
          </div>
        </div>
      </Part>
      <Part title="Its log">
        <InlineLog key={step.nodeId} run={run} attempt={attempt} nodeId={step.nodeId} live={live} />
      </Part>
      <Part title="Compiled SQL">
        <StepSql run={run} nodeId={step.nodeId} />
      </Part>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="flex min-h-0 min-w-0 flex-col">
      <h3 className="flex h-8 shrink-0 items-center px-4 text-meta font-medium text-muted">{title}</h3>
      {children}
    </section>
  );
}

interface StepLinksProps {
  readonly title: string;
  readonly steps: readonly RunStep[];
  readonly setFocus: (nodeId: string) => void;
  readonly showRows?: (nodeId: string) => void;
}

function StepLinks({ title, steps, setFocus, showRows }: StepLinksProps) {
  if (steps.length === 0) return null;
  return (
    <>
      <h4 className="mt-3 mb-1 text-meta text-muted">{title}</h4>
      <ul className="flex flex-col">
        {steps.map((step) => (
          <li key={step.nodeId} className="flex h-6 items-center gap-1.5">
            <StepIcon step={step} />
            <button
              type="button"
              onClick={() => setFocus(step.nodeId)}
              className="truncate rounded-sm text-accent-text hover:underline"
              dir="auto"
            >
              {step.title}
            </button>
            {showRows && (
              <Button size="sm" variant="ghost" className="ml-auto" onClick={() => showRows(step.nodeId)}>
                Rows
              </Button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
