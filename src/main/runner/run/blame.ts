import { reportError } from '../../../shared/errors/sluice-error.ts';
import { readEngineError } from '../../compile/engine-error.ts';
import { locateError, type PortRef, renderQuery } from '../../compile/index.ts';
import { locatedReport, resourceFailure, TaskFailure } from '../failure.ts';
import type { RunContext } from './context.ts';
import type { WorkStep } from './plan-steps.ts';

/** How long the search for the failing node may take: the person waits for the answer. */
const searchMilliseconds = 20_000;

/**
 * The failure of a statement, laid at the node it belongs to. DuckDB says where for some errors only; for the others
 * the nodes of the fused statement are computed one after another, and the first that fails is the one.
 */
export async function blame(context: RunContext, step: WorkStep, error: unknown): Promise<TaskFailure> {
  const { graph, database, materialised } = context;
  const resource = resourceFailure(error, context.task.limits);
  if (resource) return new TaskFailure(reportError(resource), step.target.nodeId);
  const rendered = renderQuery(graph, step.target, materialised);
  const located = locateError(graph, error, rendered, database.lastStatement);
  if (located.nodeId !== undefined) return new TaskFailure(locatedReport(located), located.nodeId);
  const found = await firstFailing(context, step, error);
  const nodeId = found?.nodeId ?? step.target.nodeId;
  // Told as if the node had run alone, so that its columns and the place in its config are known.
  const alone = locateError(graph, found?.error ?? error, {
    sql: '',
    spans: [{ nodeId, port: '', start: 0, end: 0 }],
  });
  return new TaskFailure(locatedReport(alone), nodeId);
}

interface Failing {
  readonly nodeId: string;
  readonly error: unknown;
}

async function firstFailing(
  context: RunContext,
  step: WorkStep,
  original: unknown,
): Promise<Failing | undefined> {
  const until = performance.now() + searchMilliseconds;
  const { type } = readEngineError(original);
  for (const nodeId of step.covers) {
    if (performance.now() > until || context.database.cancelled) return undefined;
    const failed = await failsAlone(context, portOf(context, nodeId, step.target));
    if (failed !== undefined && readEngineError(failed).type === type) return { nodeId, error: failed };
  }
  return undefined;
}

function portOf({ graph }: RunContext, nodeId: string, target: PortRef): PortRef {
  if (nodeId === target.nodeId) return target;
  const [port = 'out'] = Object.keys(graph.byId.get(nodeId)?.ports ?? {});
  return { nodeId, port };
}

/** The error of computing a port's every value, or undefined. The hash keeps the optimiser from leaving any out. */
async function failsAlone(context: RunContext, port: PortRef): Promise<unknown> {
  try {
    const { sql, parameters } = renderQuery(context.graph, port, context.materialised);
    await context.database.count(`SELECT max(hash(whole)) FROM (\n${sql}\n) AS whole`, { parameters });
    return undefined;
  } catch (error) {
    return error;
  }
}
