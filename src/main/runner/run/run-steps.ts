import { reportError, SluiceError } from '../../../shared/errors/sluice-error.ts';
import { downstreamOf } from '../../../shared/pipeline/graph.ts';
import { partText } from '../../../shared/sources/source-part.ts';
import { portKey } from '../../compile/index.ts';
import { sizeText, TaskFailure } from '../failure.ts';
import type { Reporter } from '../run-task.ts';
import { blame } from './blame.ts';
import type { RunContext, StepFigures } from './context.ts';
import { learnScans, rowsOfNode } from './known-counts.ts';
import { whileWatched } from './live-figures.ts';
import { performStep } from './perform-step.ts';
import type { WorkStep } from './plan-steps.ts';
import { learnRejected } from './rejected.ts';
import { spreadCounts } from './row-counts.ts';
import { rowsText, timeText } from './run-log.ts';
import { untilNextTry } from './step-retry.ts';
import { withinLimit } from './step-timeout.ts';

/** Executes the statements of a run in order. Stops at the first that fails. */
export async function runSteps(
  context: RunContext,
  steps: readonly WorkStep[],
  reporter: Reporter,
): Promise<void> {
  let told = 0;
  for (const [at, step] of steps.entries()) {
    await oneStep(context, step, (percent) => {
      const whole = Math.floor((at * 100 + percent) / steps.length);
      if (whole <= told || whole >= 100) return;
      told = whole;
      reporter.progress(whole);
    });
  }
  reporter.progress(100);
}

async function oneStep(
  context: RunContext,
  step: WorkStep,
  onProgress: (percent: number) => void,
): Promise<void> {
  const { board, database } = context;
  database.throwIfCancelled();
  board.start(step.covers);
  for (let tries = 1; ; tries += 1) {
    const failed = await oneTry(context, step, onProgress);
    if (!failed) return;
    try {
      await untilNextTry(context, failed, tries);
    } catch (error) {
      throw tellFailure(context, step, error);
    }
    board.tryAgain(step.covers, failed.nodeId ?? step.target.nodeId, tries + 1);
  }
}

/** The failure of this try; undefined where it went well. Throws when the run was cancelled. */
async function oneTry(
  context: RunContext,
  step: WorkStep,
  onProgress: (percent: number) => void,
): Promise<TaskFailure | undefined> {
  const { board } = context;
  const started = performance.now();
  try {
    const perform = (): Promise<StepFigures> =>
      performStep(context, step, (percent) => {
        board.progress(step.covers, percent);
        onProgress(percent);
      });
    const figures = await withinLimit(context, step, () => whileWatched(context, step, perform));
    await settle(context, step, figures, performance.now() - started);
    onProgress(100);
    return undefined;
  } catch (error) {
    return failureOf(context, step, error);
  }
}

async function settle(
  context: RunContext,
  step: WorkStep,
  figures: StepFigures,
  took: number,
): Promise<void> {
  const { board, counts, database, graph, scope } = context;
  const { nodeId } = step.target;
  const spilled = database.profile.spilledBytes;
  counts.set(portKey(step.target), figures.rows);
  learnScans(context, step.covers);
  await learnRejected(context, step.covers);
  spreadCounts(graph, scope, counts);
  for (const covered of step.covers) {
    const rejectedRows = context.rejected.get(covered);
    const own = covered === nodeId ? { bytes: figures.bytes, milliseconds: Math.round(took) } : {};
    const found = { rows: rowsOfNode(context, covered), ...own, ...(rejectedRows ? { rejectedRows } : {}) };
    // What goes to a source is done when it is there, which is told by whoever brings it.
    if (isDelivery(context, covered)) board.learn(covered, found);
    else board.succeed(covered, found);
  }
  logStep(context, step, figures, took, spilled);
}

export const isDelivery = ({ graph }: Pick<RunContext, 'graph'>, nodeId: string): boolean =>
  graph.byId.get(nodeId)?.plan?.sink?.action.sink === 'write-source';

function logStep(
  { log, graph }: RunContext,
  step: WorkStep,
  figures: StepFigures,
  took: number,
  spilled: number,
): void {
  const { nodeId } = step.target;
  const fields = {
    rows: figures.rows,
    milliseconds: Math.round(took),
    ...(figures.bytes === undefined ? {} : { bytes: figures.bytes }),
  };
  const size = figures.bytes === undefined ? '' : ` (${sizeText(figures.bytes)})`;
  const action = graph.byId.get(nodeId)?.plan?.sink?.action;
  const verb =
    action?.sink === 'save-dataset'
      ? `${action.mode === 'append' ? 'Added' : 'Saved'} ${rowsText(figures.rows)} to the dataset "${action.name}"${size}`
      : action?.sink === 'write-file'
        ? `Wrote ${rowsText(figures.rows)} to ${action.file.path}${size}`
        : action?.sink === 'write-source'
          ? `Prepared ${rowsText(figures.rows)}${size} for ${partText(action.part)}`
          : step.kind === 'keep'
            ? `Computed and kept ${rowsText(figures.rows)}${size}`
            : `Computed ${rowsText(figures.rows)} for the steps that share them`;
  log('info', `${verb} in ${timeText(took)}.`, nodeId, fields);
  if (spilled > 0) {
    log('warn', `Memory was short: ${sizeText(spilled)} went to disk for a while.`, nodeId, {
      spilledBytes: spilled,
    });
  }
}

/** The failure of a statement, laid at its node. Throws when the run was cancelled: that has no failing node. */
async function failureOf(context: RunContext, step: WorkStep, error: unknown): Promise<TaskFailure> {
  context.database.throwIfCancelled();
  if (error instanceof TaskFailure) return error;
  const failed =
    error instanceof SluiceError
      ? new TaskFailure(reportError(error), step.target.nodeId)
      : await blame(context, step, error);
  context.database.throwIfCancelled();
  return failed;
}

/** The failure to end the run with, after its node was told. */
function tellFailure(context: RunContext, step: WorkStep, error: unknown): unknown {
  if (!(error instanceof TaskFailure) || context.database.cancelled) return new SluiceError('cancelled');
  const nodeId = error.nodeId ?? step.target.nodeId;
  context.board.fail(nodeId, error.report, downstreamOf(context.graph.document, nodeId));
  context.log('error', error.report.message, error.nodeId);
  return error;
}
