import { type ErrorReport, reportError, SluiceError } from '../../../shared/errors/sluice-error.ts';
import { parseDuration } from '../../../shared/kernel/time.ts';
import { TaskFailure } from '../failure.ts';
import type { RunContext } from './context.ts';
import type { WorkStep } from './plan-steps.ts';
import { timeText } from './run-log.ts';

/** How long an interrupted statement has to end by itself; a few functions of the engine never do. */
const graceMilliseconds = 2000;

/** The strictest limit of the nodes that a statement computes: what a fused node takes of it cannot be told apart. */
function limitOf({ task }: RunContext, { covers }: WorkStep): { nodeId: string; limit: number } | undefined {
  const limits = task.document.nodes.flatMap(({ id, timeout }) => {
    const limit = timeout === undefined || !covers.includes(id) ? undefined : parseDuration(timeout);
    return limit === undefined ? [] : [{ nodeId: id, limit }];
  });
  return limits.sort((left, right) => left.limit - right.limit)[0];
}

/** The catalogue's words speak of a run. */
function timedOut(nodeId: string, limit: string): ErrorReport {
  const message = `The step "${nodeId}" took longer than its limit of ${limit} and was stopped.`;
  return { ...reportError(new SluiceError('timed_out', { limit, nodeId })), message };
}

/**
 * Does a statement's work within the limits of its nodes. When the time is over the statement is interrupted, and its
 * node fails with `timed_out`. A statement that does not heed the interrupt costs the process: `stuck` ends the task.
 */
export async function withinLimit<Value>(
  context: RunContext,
  step: WorkStep,
  work: () => Promise<Value>,
): Promise<Value> {
  const strictest = limitOf(context, step);
  if (!strictest) return work();
  const { nodeId, limit } = strictest;
  const failure = new TaskFailure(timedOut(nodeId, timeText(limit)), nodeId);
  let over = false;
  let stuck: NodeJS.Timeout | undefined;
  const timer = setTimeout(() => {
    over = true;
    context.database.interrupt();
    stuck = setTimeout(() => context.stuck?.(failure), graceMilliseconds);
  }, limit);
  try {
    return await work();
  } catch (error) {
    throw over && !context.database.cancelled ? failure : error;
  } finally {
    clearTimeout(timer);
    clearTimeout(stuck);
    context.database.calm();
  }
}
