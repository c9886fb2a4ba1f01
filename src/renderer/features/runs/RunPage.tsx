import { useMutation } from '@tanstack/react-query';
import { CircleStop, RotateCw, Workflow } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useHashLocation } from 'wouter/use-hash-location';
import type { RunDetail, RunStep } from '../../../shared/contract/domain.ts';
import { client } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import {
  Badge,
  Button,
  buttonClass,
  ErrorState,
  ProgressBar,
  ResizablePanels,
  Skeleton,
  StatusBadge,
  Tabs,
  TopBar,
  toast,
} from '../../ui/index.ts';
import { RunDocument } from './RunDocument.tsx';
import { RunFacts } from './RunFacts.tsx';
import { RunLog } from './RunLog.tsx';
import { RunOutputs } from './RunOutputs.tsx';
import { RunRows } from './RunRows.tsx';
import { isActive, rootFailure, useRun } from './run-data.ts';
import { StepChart } from './StepChart.tsx';

type Tab = 'log' | 'rows' | 'outputs' | 'document';

/** One run: what caused it, its steps as they move, its log, its rows and what it published. One step has the focus. */
export function RunPage({ runId }: { runId: string }) {
  const query = useRun(runId);
  const crumbs = [{ label: 'Runs', href: '#/runs' }, { label: query.data?.pipelineName ?? '…' }];
  if (query.isLoadingError)
    return (
      <>
        <TopBar crumbs={crumbs} />
        <div className="flex-1 bg-panel">
          <ErrorState
            title={callError(query.error).message}
            where="The run could not be shown."
            onRetry={() => void query.refetch()}
          />
        </div>
      </>
    );
  if (!query.data)
    return (
      <>
        <TopBar crumbs={crumbs} />
        <div className="flex-1 bg-panel p-4">
          <Skeleton lines={12} />
        </div>
      </>
    );
  return <LoadedRun run={query.data} />;
}

function LoadedRun({ run }: { run: RunDetail }) {
  const [focus, setFocus] = useState<string>();
  const [tab, setTab] = useState<Tab>('log');
  const failure = rootFailure(run.steps);
  const failedNode = failure?.nodeId;
  // A failed run opens on what failed first; a person's own choice is not taken away.
  useEffect(() => {
    if (failedNode) setFocus((chosen) => chosen ?? failedNode);
  }, [failedNode]);
  const showLog = (nodeId: string) => {
    setFocus(nodeId);
    setTab('log');
  };
  return (
    <>
      <RunTopBar run={run} />
      <section className="flex min-h-0 flex-1 flex-col bg-panel">
        <div className="h-0.5 shrink-0 overflow-hidden">
          {isActive(run) && (
            <ProgressBar
              label="Progress of the run"
              className="h-0.5 rounded-none"
              value={run.status === 'running' && run.percent > 0 ? run.percent / 100 : undefined}
            />
          )}
        </div>
        <RunFacts run={run} />
        {run.error && run.status === 'failed' && <Failure run={run} step={failure} show={showLog} />}
        <ResizablePanels
          id="run"
          orientation="vertical"
          panels={[
            {
              id: 'steps',
              defaultSize: '45%',
              minSize: 120,
              content: <StepChart run={run} focus={focus} setFocus={setFocus} />,
            },
            {
              id: 'detail',
              minSize: 160,
              content: (
                <Tabs<Tab>
                  label="Run"
                  value={tab}
                  onChange={setTab}
                  className="h-full"
                  panelClass="flex min-h-0 flex-1 flex-col"
                  actions={
                    focus && (
                      <FocusActions
                        step={run.steps.find(({ nodeId }) => nodeId === focus)}
                        clear={() => setFocus(undefined)}
                      />
                    )
                  }
                  items={[
                    {
                      value: 'log',
                      label: 'Log',
                      content: <RunLog runId={run.id} nodeId={focus} active={isActive(run)} />,
                    },
                    { value: 'rows', label: 'Rows', content: <RunRows run={run} nodeId={focus} /> },
                    {
                      value: 'outputs',
                      label: 'Outputs',
                      badge: run.outputs.length || undefined,
                      content: <RunOutputs run={run} />,
                    },
                    { value: 'document', label: 'As it ran', content: <RunDocument run={run} /> },
                  ]}
                />
              ),
            },
          ]}
        />
      </section>
    </>
  );
}

function RunTopBar({ run }: { run: RunDetail }) {
  const [, navigate] = useHashLocation();
  const cancel = useMutation({
    mutationFn: () => client.runs.cancel({ id: run.id }),
    onError: (error) => toast.error('The run was not cancelled', { description: callError(error).message }),
  });
  const again = useMutation({
    mutationFn: () => client.runs.again({ id: run.id }),
    onSuccess: ({ id }) => navigate(`/runs/${id}`),
    onError: (error) => toast.error('The run was not started', { description: callError(error).message }),
  });
  return (
    <TopBar
      crumbs={[{ label: 'Runs', href: '#/runs' }, { label: run.pipelineName }]}
      aside={
        <>
          <StatusBadge
            status={run.status}
            label={run.status === 'running' && run.percent > 0 ? `Running ${run.percent} %` : undefined}
          />
          {run.environment === 'sandbox' && <Badge tone="violet">sandbox</Badge>}
        </>
      }
    >
      <a href={`#/pipelines/${run.pipelineId}`} className={buttonClass('ghost')}>
        <Workflow aria-hidden className="size-3.5" />
        Open pipeline
      </a>
      {isActive(run) ? (
        <Button icon={CircleStop} loading={cancel.isPending} onClick={() => cancel.mutate()}>
          Cancel
        </Button>
      ) : (
        <Button variant="primary" icon={RotateCw} loading={again.isPending} onClick={() => again.mutate()}>
          Run again
        </Button>
      )}
    </TopBar>
  );
}

interface FailureProps {
  readonly run: RunDetail;
  readonly step: RunStep | undefined;
  readonly show: (nodeId: string) => void;
}

function Failure({ run, step, show }: FailureProps) {
  const error = step?.error ?? run.error;
  return (
    <div className="border-b border-line px-4 py-2.5">
      <ErrorState
        variant="inline"
        title={error?.message ?? 'The run failed.'}
        where={step && `In the step “${step.title}” (${step.nodeId}).`}
        details={JSON.stringify({ run: run.id, revision: run.revision, step: step?.nodeId, error }, null, 2)}
        actions={
          step && (
            <>
              <Button size="sm" onClick={() => show(step.nodeId)}>
                Show its log
              </Button>
              <a href={`#/pipelines/${run.pipelineId}`} className={buttonClass('secondary', 'sm')}>
                Mend it in the editor
              </a>
            </>
          )
        }
      />
    </div>
  );
}

/** What can be done with the step in focus. */
function FocusActions({ step, clear }: { step: RunStep | undefined; clear: () => void }) {
  if (!step) return null;
  return (
    <>
      {step.reusedFromRun && (
        <a href={`#/runs/${step.reusedFromRun}`} className={buttonClass('ghost', 'sm')}>
          Run that kept its rows
        </a>
      )}
      <Button size="sm" variant="ghost" onClick={clear}>
        <span>
          Only <code className="font-mono text-data">{step.nodeId}</code>: show all steps
        </span>
      </Button>
    </>
  );
}
