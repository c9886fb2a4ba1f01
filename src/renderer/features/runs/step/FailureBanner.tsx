import { Wrench } from 'lucide-react';
import type { RunDetail, RunStep } from '../../../../shared/contract/domain.ts';
import { buttonClass, ErrorState, formatPlural } from '../../../ui/index.ts';
import { editorAddress } from './editor-address.ts';
import { failuresOf } from './failure.ts';

interface FailureBannerProps {
  readonly run: RunDetail;
  readonly steps: readonly RunStep[];
  readonly setFocus: (nodeId: string) => void;
}

/** Why the run failed: the earliest failure in words, what did not happen because of it, and the ways on. */
export function FailureBanner({ run, steps, setFocus }: FailureBannerProps) {
  const [first, ...others] = failuresOf({ document: run.document, steps });
  const error = first?.step.error ?? run.error;
  const details = { run: run.id, revision: run.revision, step: first?.step.nodeId, error };
  return (
    <div className="shrink-0 border-b border-line px-4 py-2">
      <ErrorState
        variant="inline"
        title={error?.message ?? 'The run failed.'}
        where={
          <>
            {first && (
              <>
                In the step <StepLink step={first.step} setFocus={setFocus} />.{' '}
                <Impact steps={first.consequences} setFocus={setFocus} />
              </>
            )}
            {others.length > 0 && (
              <>
                {' '}
                {others.length === 1 ? 'Another step' : `${others.length} other steps`} failed by{' '}
                {others.length === 1 ? 'itself' : 'themselves'}:{' '}
                <StepList steps={others.map(({ step }) => step)} setFocus={setFocus} />.
              </>
            )}
          </>
        }
        details={JSON.stringify(details, null, 2)}
        actions={
          <a
            href={editorAddress(run.pipelineId, first?.step.nodeId)}
            className={buttonClass('secondary', 'sm')}
          >
            <Wrench aria-hidden className="size-3.5" />
            Mend it in the editor
          </a>
        }
      />
    </div>
  );
}

function Impact({ steps, setFocus }: { steps: readonly RunStep[]; setFocus: (nodeId: string) => void }) {
  if (steps.length === 0) return 'No other step depended on it.';
  return (
    <>
      Because of it {formatPlural(steps.length, 'step')} did not run:{' '}
      <StepList steps={steps} setFocus={setFocus} />.
    </>
  );
}

const mostNamed = 4;

function StepList({ steps, setFocus }: { steps: readonly RunStep[]; setFocus: (nodeId: string) => void }) {
  const more = steps.length - mostNamed;
  return (
    <>
      {steps.slice(0, mostNamed).map((step, index) => (
        <span key={step.nodeId}>
          {index > 0 && ', '}
          <StepLink step={step} setFocus={setFocus} />
        </span>
      ))}
      {more > 0 && ` and ${more} more`}
    </>
  );
}

function StepLink({ step, setFocus }: { step: RunStep; setFocus: (nodeId: string) => void }) {
  return (
    <button
      type="button"
      onClick={() => setFocus(step.nodeId)}
      className="rounded-sm text-accent-text underline-offset-2 hover:underline"
      dir="auto"
    >
      {step.title}
    </button>
  );
}
