import { ChartGantt, Table2, TriangleAlert, Workflow, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { RunDetail, RunStep } from '../../../shared/contract/domain.ts';
import { awaiting } from '../../data/awaiting.ts';
import { callError } from '../../data/errors.ts';
import {
  Awaited,
  Button,
  type MenuItems,
  ProgressBar,
  ResizablePanels,
  SegmentedControl,
  Select,
  Tabs,
  TopBar,
} from '../../ui/index.ts';
import { RunGraph } from './graph/RunGraph.tsx';
import { RunFacts } from './head/RunFacts.tsx';
import { RunNotes } from './head/RunNotes.tsx';
import { RunTopBar } from './head/RunTopBar.tsx';
import { useRunVerbs } from './head/use-run-verbs.ts';
import { RunLog } from './log/RunLog.tsx';
import { RunOutputs } from './outputs/RunOutputs.tsx';
import { isActive, useRun, useSteps } from './run-data.ts';
import { FailureBanner } from './step/FailureBanner.tsx';
import { failuresOf } from './step/failure.ts';
import { RunAttempts } from './step/RunAttempts.tsx';
import { RunDocument } from './step/RunDocument.tsx';
import { RunRows } from './step/RunRows.tsx';
import { StepPanel } from './step/StepPanel.tsx';
import { StepTable } from './step/StepTable.tsx';
import { stepMenu } from './step/step-menu.ts';
import { Gantt } from './timeline/Gantt.tsx';
import { type RunFocus, type RunView, useRunFocus } from './use-run-focus.ts';

type Tab = 'step' | 'log' | 'rows' | 'outputs' | 'attempts' | 'document';

/** One run: what caused it, its steps as they move, its log, its rows and what it published. One step has the focus. */
export function RunPage({ runId }: { runId: string }) {
  const query = useRun(runId);
  if (query.data) return <LoadedRun run={query.data} />;
  return (
    <>
      <TopBar
        crumbs={[{ label: 'Runs', href: '#/runs' }, { label: query.isLoadingError ? 'Not shown' : '…' }]}
      />
      <div className="flex-1 bg-panel">
        <Awaited {...awaiting(query)} where="The run could not be shown." lines={12}>
          {() => null}
        </Awaited>
      </div>
    </>
  );
}

function LoadedRun({ run }: { run: RunDetail }) {
  const focus = useRunFocus();
  const verbs = useRunVerbs(run);
  const attempt = focus.attempt ?? Math.max(1, run.attempt);
  const { steps, pending, error, retry } = useSteps(run, attempt);
  const [chosenTab, setTab] = useState<Tab>();
  const failed = run.status === 'failed';
  useOpenOnFailure(run, steps, focus);
  const showRows = (nodeId: string) => {
    focus.setNode(nodeId);
    setTab('rows');
  };
  const menu = (step: RunStep): MenuItems =>
    stepMenu(run, step, {
      verbs,
      show: (tab) => {
        focus.setNode(step.nodeId);
        setTab(tab);
      },
    });
  return (
    <>
      <RunTopBar run={run} verbs={verbs} focus={focus.node} />
      <section className="flex min-h-0 flex-1 flex-col bg-panel">
        <Progress run={run} />
        <RunFacts run={run} />
        <LastAttempt run={run} show={focus.setAttempt} />
        {failed && run.error && <FailureBanner run={run} steps={run.steps} setFocus={focus.setNode} />}
        <ResizablePanels
          id="run"
          orientation="vertical"
          panels={[
            {
              id: 'steps',
              defaultSize: '48%',
              minSize: 120,
              content: (
                <div className="flex h-full min-h-0 flex-col">
                  <ViewBar run={run} focus={focus} attempt={attempt} steps={steps} />
                  <div className="min-h-0 flex-1">
                    <Awaited
                      pending={pending}
                      failure={error ? callError(error).message : undefined}
                      where="The steps of this attempt could not be read."
                      onRetry={retry}
                    >
                      {() => <View run={run} attempt={attempt} steps={steps} focus={focus} menu={menu} />}
                    </Awaited>
                  </div>
                </div>
              ),
            },
            {
              id: 'detail',
              minSize: 160,
              content: (
                <Tabs<Tab>
                  label="Run"
                  value={chosenTab ?? (failed && focus.node ? 'step' : 'log')}
                  onChange={setTab}
                  className="h-full"
                  panelClass="flex min-h-0 flex-1 flex-col"
                  items={[
                    {
                      value: 'log',
                      label: 'Log',
                      content: (
                        <RunLog
                          runId={run.id}
                          nodeId={focus.node}
                          attempt={run.attempts.length > 1 ? focus.attempt : undefined}
                          active={isActive(run)}
                          removed={run.logRemovedAt !== null}
                        />
                      ),
                    },
                    {
                      value: 'step',
                      label: 'Step',
                      content: (
                        <StepPanel
                          run={run}
                          attempt={attempt}
                          steps={steps}
                          focus={focus.node}
                          setFocus={focus.setNode}
                          showRows={showRows}
                          live={isActive(run)}
                        />
                      ),
                    },
                    { value: 'rows', label: 'Rows', content: <RunRows run={run} nodeId={focus.node} /> },
                    {
                      value: 'outputs',
                      label: 'Outputs',
                      badge: run.outputs.length || undefined,
                      content: <RunOutputs run={run} />,
                    },
                    {
                      value: 'attempts',
                      label: 'Attempts',
                      badge: run.attempts.length > 1 ? run.attempts.length : undefined,
                      content: <RunAttempts run={run} attempt={attempt} setAttempt={focus.setAttempt} />,
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

/** A failed run opens on what failed first; a person's own choice, or a link's, is not taken away. */
function useOpenOnFailure(run: RunDetail, steps: readonly RunStep[], { node, setNode }: RunFocus): void {
  const [opened, setOpened] = useState(node !== undefined);
  const failedNode =
    run.status === 'failed' ? failuresOf({ document: run.document, steps })[0]?.step.nodeId : undefined;
  useEffect(() => {
    if (opened || failedNode === undefined) return;
    setOpened(true);
    if (node === undefined) setNode(failedNode);
  }, [opened, failedNode, node, setNode]);
}

/** While a run waits for its next attempt: why the one before failed. */
function LastAttempt({ run, show }: { run: RunDetail; show: (attempt: number) => void }) {
  const last = run.attempts.findLast(({ status }) => status === 'failed' || status === 'interrupted');
  if (!isActive(run) || !last?.error) return null;
  return (
    <div
      role="status"
      className="flex h-8 shrink-0 items-center gap-2 border-b border-line bg-status-warning/8 px-4"
    >
      <TriangleAlert aria-hidden className="size-3.5 shrink-0 text-status-warning" />
      <span className="min-w-0 truncate" title={last.error.message}>
        Attempt {last.attempt} failed: {last.error.message}
      </span>
      {run.attempt !== last.attempt && (
        <Button size="sm" variant="ghost" className="ml-auto" onClick={() => show(last.attempt)}>
          Show it
        </Button>
      )}
    </div>
  );
}

function Progress({ run }: { run: RunDetail }) {
  return (
    <div className="h-0.5 shrink-0 overflow-hidden">
      {isActive(run) && (
        <ProgressBar
          label="Progress of the run"
          className="h-0.5 rounded-none"
          value={run.status === 'running' && run.percent > 0 ? run.percent / 100 : undefined}
        />
      )}
    </div>
  );
}

const views: { value: RunView; label: string; icon: typeof Workflow }[] = [
  { value: 'gantt', label: 'Gantt', icon: ChartGantt },
  { value: 'graph', label: 'Graph', icon: Workflow },
  { value: 'table', label: 'Table', icon: Table2 },
];

interface ViewProps {
  readonly run: RunDetail;
  readonly attempt: number;
  readonly steps: readonly RunStep[];
  readonly focus: RunFocus;
}

/** Which picture of the steps, of which attempt, and the step that everything below speaks of. */
function ViewBar({ run, attempt, steps, focus }: ViewProps) {
  const step = steps.find(({ nodeId }) => nodeId === focus.node);
  return (
    <div className="flex h-10 shrink-0 items-center gap-3 border-b border-line px-4">
      <SegmentedControl label="Steps as" value={focus.view} onChange={focus.setView} options={views} />
      {run.attempts.length > 1 && (
        <div className="w-32 shrink-0">
          <Select
            aria-label="Attempt"
            value={String(attempt)}
            onChange={(next) => focus.setAttempt(Number(next) === run.attempt ? undefined : Number(next))}
            options={run.attempts.map((one) => ({
              value: String(one.attempt),
              label: `Attempt ${one.attempt}`,
              note: one.status,
            }))}
          />
        </div>
      )}
      <RunNotes run={run} />
      {step && (
        <Button
          size="sm"
          iconEnd={X}
          className="max-w-80 min-w-0"
          aria-label={`Show all steps, not only ${step.title}`}
          onClick={() => focus.setNode(undefined)}
        >
          <span className="truncate">
            Only <span className="font-medium">{step.title}</span>
          </span>
        </Button>
      )}
    </div>
  );
}

function View({ menu, ...props }: ViewProps & { menu: (step: RunStep) => MenuItems }) {
  const { run, attempt, steps, focus } = props;
  const common = { run, steps, focus: focus.node, setFocus: focus.setNode, menu };
  if (focus.view === 'graph')
    return <RunGraph {...common} document={run.document} label="Graph of the run" />;
  if (focus.view === 'table') return <StepTable {...common} />;
  return <Gantt {...common} attempt={attempt} />;
}
