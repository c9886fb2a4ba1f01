import type { Column } from '../../../shared/kernel/columns.ts';
import type { BoundParameters, CompiledGraph, Oracle } from '../../compile/index.ts';
import type { RunTask } from '../protocol.ts';
import { batchShapes } from '../received/ready-batches.ts';
import { planSteps, wholeScope } from '../run/plan-steps.ts';

/** Longer documents are not worth comparing at every run. */
const longestDocument = 1_000_000;
/** With more rows than these a run is long enough not to notice the opening of its session, and has progress to show. */
const mostRows = 200_000;

/** Columns that a question with parameters was answered with, when its document was compiled. */
export interface AskedColumns {
  readonly sql: string;
  readonly columns: readonly Column[];
}

/** A compiled document that may be executed again without being compiled. */
export interface WarmPlan {
  readonly graph: CompiledGraph;
  /** What has to be answered the same with the next run's parameters for the graph to hold. */
  readonly asked: readonly AskedColumns[];
}

/**
 * What two runs must have in common for the second to use what the first one left: the whole document, the version of
 * each dataset, the columns of received records, and the limits. Parameter values and records are not part of it. Undefined for runs that are always done from
 * scratch: those that keep rows or do a part only, and those that were granted a file, which may change at any time.
 */
export function planKey(task: RunTask): string | undefined {
  if (task.mode !== 'fast' || task.upTo !== undefined || task.from !== undefined) return undefined;
  const { document, files, refusedFiles, datasets, received = {}, limits } = task;
  if (Object.keys(files).length > 0 || Object.keys(refusedFiles).length > 0) return undefined;
  const text = JSON.stringify(document);
  if (text.length > longestDocument) return undefined;
  const batches = batchShapes(received);
  if (!batches) return undefined;
  return JSON.stringify([text, datasets, batches, limits.memoryBytes, limits.threads]);
}

/**
 * Whether a graph may be executed again on a session of its own: each of its statements is a single COPY of vetted
 * expressions over rows of the document, parameters and dataset versions. Nothing is created in the session, so nothing
 * can remain there; nothing depends on the time or on chance.
 */
export function isRepeatable(task: RunTask, graph: CompiledGraph): boolean {
  if (graph.problems.some(({ severity }) => severity === 'error')) return false;
  const scope = wholeScope(graph);
  const nodes = graph.nodes.filter(({ nodeId }) => scope.has(nodeId));
  const plain = nodes.every((node) => {
    if (!node.plan || node.volatile || node.definition?.vetted !== true) return false;
    if (node.plan.sink?.action.sink === 'save-dataset' && node.plan.sink.action.mode === 'append')
      return false;
    if (node.plan.sink?.action.sink === 'write-source') return false;
    return node.files.length === 0;
  });
  const rows = Object.values(task.datasets).reduce((sum, dataset) => sum + dataset.rows, 0);
  const steps = planSteps(graph, scope, 'fast');
  return plain && rows <= mostRows && steps.length > 0 && steps.every(({ kind }) => kind === 'sink');
}

/** An oracle that notes what it was asked with parameters; answers that no parameter can change are left out. */
export function notingOracle(oracle: Oracle): { oracle: Oracle; asked: readonly AskedColumns[] } {
  const asked: AskedColumns[] = [];
  return {
    asked,
    oracle: {
      ...oracle,
      async describe(sql, parameters) {
        const columns = await oracle.describe(sql, parameters);
        if (sql.includes('$')) asked.push({ sql, columns });
        return columns;
      },
    },
  };
}

/** Whether the engine answers as it did, now that the parameters have other values. */
export async function stillHolds(
  asked: readonly AskedColumns[],
  parameters: BoundParameters,
  ask: (sql: string, parameters: BoundParameters) => Promise<readonly Column[]>,
): Promise<boolean> {
  for (const { sql, columns } of asked) {
    const now = await ask(sql, parameters);
    if (JSON.stringify(now) !== JSON.stringify(columns)) return false;
  }
  return true;
}
