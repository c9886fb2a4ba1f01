import type { Environment, RunStatus, RunStep } from '../../shared/contract/domain.ts';
import type { PipelineDocument } from '../../shared/pipeline/document.ts';
import type { StepReport, StepStatus } from '../runner/protocol.ts';
import type { KeptOutputsRepository } from '../store/kept-outputs-repository.ts';
import type { StoredStep } from '../store/run-steps-repository.ts';

const endedStatuses: ReadonlySet<StepStatus> = new Set([
  'succeeded',
  'reused',
  'failed',
  'skipped',
  'cancelled',
]);

function emptyStep(nodeId: string, attempt: number): StoredStep {
  return {
    nodeId,
    attempt,
    tries: 1,
    status: 'pending',
    rows: null,
    rejectedRows: null,
    bytes: null,
    milliseconds: null,
    percent: null,
    startedAt: null,
    finishedAt: null,
    reusedFromRun: null,
    digest: null,
    error: null,
  };
}

/** What is known of a step after a report: a figure that the report leaves out stays as it was. */
export function mergeStep(
  before: StoredStep | undefined,
  report: StepReport,
  { attempt, now }: { attempt: number; now: string },
): StoredStep {
  const known = Object.fromEntries(Object.entries(report).filter(([, value]) => value !== undefined));
  // Figures of the moment are those of this report, or none.
  const { live: _past, ...past } = before ?? emptyStep(report.nodeId, attempt);
  const step = { ...past, ...known, nodeId: report.nodeId } as StoredStep;
  const ended = endedStatuses.has(report.status);
  const finishedAt = ended ? (step.finishedAt ?? now) : null;
  const percent = report.status === 'succeeded' ? 100 : step.percent;
  return { ...step, percent, finishedAt, startedAt: step.startedAt ?? startOf(step, finishedAt, now) };
}

function startOf(step: StoredStep, finishedAt: string | null, now: string): string | null {
  if (step.status === 'running') return now;
  // A node inside a fused statement reports once, at its end; where its time is known its start is too.
  if (finishedAt === null || step.milliseconds === null) return null;
  return new Date(Date.parse(finishedAt) - step.milliseconds).toISOString();
}

/** How a step ends that was still open when its run ended. */
export function settleStep(
  step: StoredStep,
  run: Extract<RunStatus, 'succeeded' | 'failed' | 'cancelled'>,
  now: string,
) {
  if (step.status === 'pending') return { ...step, status: 'skipped' } as const;
  if (step.status !== 'running') return step;
  const { live: _past, ...rest } = step;
  return { ...rest, status: run, finishedAt: now } as const;
}

export interface StepView {
  readonly document: PipelineDocument;
  readonly environment: Environment;
}

/** The steps that no report named. */
export interface Unreported {
  readonly attempt: number;
  readonly status: StepStatus;
}

/** Steps as they are shown: in the order of the document, with titles, and whether rows were kept. */
export function presentSteps(
  steps: readonly StoredStep[],
  view: StepView,
  kept: KeptOutputsRepository,
  kindTitle: (kind: string) => string | undefined,
): RunStep[] {
  const digests = steps.flatMap((step) => step.digest ?? []);
  const present = digests.length > 0 ? kept.present(view.environment, digests) : new Set<string>();
  const nodes = new Map(view.document.nodes.map((node) => [node.id, node]));
  return steps.map(({ digest, ...step }) => {
    const node = nodes.get(step.nodeId);
    const kind = node?.kind ?? 'unknown';
    return {
      ...step,
      kind,
      title: node?.title ?? kindTitle(kind) ?? spacedKind(kind),
      hasRows: digest !== null && present.has(digest),
    };
  });
}

/** A step for every node of the document, reported or not, in the document's order. */
export function completeSteps(
  steps: readonly StoredStep[],
  document: PipelineDocument,
  { attempt, status }: Unreported,
): StoredStep[] {
  const reported = new Map(steps.map((step) => [step.nodeId, step]));
  return document.nodes.map(({ id }) => reported.get(id) ?? { ...emptyStep(id, attempt), status });
}

/** "save-dataset" -> "Save dataset": for kinds that nobody gave a title. */
function spacedKind(kind: string): string {
  const words = kind.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
