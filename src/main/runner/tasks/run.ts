import { reportError, SluiceError } from '../../../shared/errors/sluice-error.ts';
import type { Problem } from '../../../shared/pipeline/problem.ts';
import { type CompiledGraph, portKey } from '../../compile/index.ts';
import { compileTask } from '../compile-task.ts';
import type { Database } from '../database.ts';
import { BrokenRun, TaskFailure } from '../failure.ts';
import type { RunResult, RunTask } from '../protocol.ts';
import type { RunContext } from '../run/context.ts';
import { fileStamps, sameStamps } from '../run/file-stamps.ts';
import { finishCounts, knownCounts, rowsOfNode } from '../run/known-counts.ts';
import {
  isStoredRead,
  planSteps,
  type Scope,
  scopeUpTo,
  type WorkStep,
  wholeScope,
} from '../run/plan-steps.ts';
import { reportReused } from '../run/report-reused.ts';
import { findReusable, type Reusable, stepDigest } from '../run/reuse.ts';
import { createRunLog, rowsText, timeText } from '../run/run-log.ts';
import { isDelivery, runSteps } from '../run/run-steps.ts';
import { StepBoard } from '../run/step-board.ts';
import type { Reporter, TaskDone } from '../run-task.ts';

/** One run of a pipeline: everything it writes lies in scratch, whole and synced, when the result is handed back. */
export async function runPipelineTask(
  task: RunTask,
  database: Database,
  reporter: Reporter,
  compile: () => Promise<CompiledGraph> = () => compileTask(task, database),
): Promise<TaskDone<RunResult>> {
  const started = performance.now();
  const stamps = await fileStamps(task);
  const graph = await compile();
  const scope = task.upTo === undefined ? wholeScope(graph) : upToScope(graph, task.upTo);
  const context = await createContext(task, graph, scope, database, reporter);
  try {
    assertRunnable(context);
    const reusable = await findReusable(task, graph, scope, database, context.log);
    await runSteps(context, begin(context, reusable), reporter);
    await finishCounts(context);
    finishBoard(context);
  } catch (error) {
    context.board.stop();
    if (!sameStamps(stamps, await fileStamps(task))) dropKept(context);
    throw new BrokenRun(
      error,
      context.outputs.filter(({ output }) => output === 'kept'),
    );
  }
  if (!sameStamps(stamps, await fileStamps(task))) dropKept(context);
  const result = resultOf(context);
  const took = performance.now() - started;
  context.log(
    'info',
    `Done in ${timeText(took)}: ${rowsText(result.rowsRead)} read, ${rowsText(result.rowsWritten)} written.`,
    undefined,
    {
      milliseconds: Math.round(took),
      rowsRead: result.rowsRead,
      rowsWritten: result.rowsWritten,
    },
  );
  return { result, files: [...context.outputs, ...context.deliveries].map(({ path }) => path) };
}

function upToScope(graph: CompiledGraph, nodeId: string): Scope {
  if (!graph.document.nodes.some(({ id }) => id === nodeId))
    throw new SluiceError('not_found', { what: 'node', id: nodeId });
  return scopeUpTo(graph, nodeId);
}

async function createContext(
  task: RunTask,
  graph: CompiledGraph,
  scope: Scope,
  database: Database,
  reporter: Reporter,
): Promise<RunContext> {
  const digests = new Map(graph.nodes.map((node) => [node.nodeId, stepDigest(node, task.runId)]));
  const nodeIds = task.document.nodes.map(({ id }) => id);
  return {
    task,
    graph,
    scope,
    database,
    board: new StepBoard(nodeIds, digests, reporter.step),
    log: createRunLog(reporter.log),
    materialised: new Map(),
    counts: await knownCounts(task, graph, scope, database),
    outputs: [],
    deliveries: [],
    rejected: new Map(),
    stuck: reporter.stuck,
  };
}

/** A graph with an error anywhere in the run's scope starts nothing: half a result helps nobody. */
function assertRunnable({ graph, scope, board, log }: RunContext): void {
  const errors = graph.problems.filter(
    ({ severity, nodeId }) => severity === 'error' && (nodeId === undefined || isMeant(graph, scope, nodeId)),
  );
  for (const problem of graph.problems) {
    if (problem.severity === 'warning') log('warn', problem.message, problem.nodeId);
  }
  const [first] = errors;
  if (!first) return;
  const report = problemReport(first, errors.length);
  for (const { nodeId, message } of errors) {
    if (nodeId !== undefined)
      board.fail(nodeId, reportError(new SluiceError('invalid_pipeline', { reason: message })));
  }
  throw new TaskFailure(report, first.nodeId, graph.problems);
}

/** Nodes on a cycle are left out of the graph, yet their problems count. */
const isMeant = (graph: CompiledGraph, scope: Scope, nodeId: string): boolean =>
  scope.has(nodeId) || !graph.byId.has(nodeId);

function problemReport(first: Problem, count: number) {
  const more = count > 1 ? ` (and ${count - 1} more ${count === 2 ? 'problem' : 'problems'})` : '';
  // A message about a value of the config was written to stand beside its field.
  const field = first.code === 'invalid_config' && first.path?.length ? `, ${first.path.join('.')}` : '';
  const place = first.nodeId === undefined ? '' : `step "${first.nodeId}"${field}: `;
  return reportError(new SluiceError('invalid_pipeline', { reason: `${place}${first.message}${more}` }));
}

/** Takes over what can be reused and says what is left to do. */
function begin(context: RunContext, reusable: ReadonlyMap<string, Reusable>): WorkStep[] {
  const { task, graph, scope, log } = context;
  for (const [key, { table, kept }] of reusable) {
    context.materialised.set(key, table);
    context.counts.set(key, kept.rows);
  }
  const steps = planSteps(graph, scope, task.mode, new Set(reusable.keys()), task.upTo);
  log(
    'info',
    `Started ${task.mode === 'fast' ? 'a fast' : 'an inspect'} run of ${scope.size} ${scope.size === 1 ? 'step' : 'steps'}.`,
    undefined,
    {
      attempt: task.attempt,
      mode: task.mode,
      statements: steps.length,
    },
  );
  reportReused(context, steps, reusable);
  if (steps.length === 0 && reusable.size === 0)
    log('warn', 'No step saves or writes anything, so nothing was run.');
  return steps;
}

/** A source that is a Parquet file needs no statement of its own to be shown; whatever else is left was not needed. */
function finishBoard(context: RunContext): void {
  const { graph, scope, board, task } = context;
  for (const node of graph.nodes) {
    if (task.mode === 'inspect' && scope.has(node.nodeId) && isStoredRead(node)) {
      board.succeed(node.nodeId, { rows: rowsOfNode(context, node.nodeId) });
    }
  }
  board.finish();
}

/** A file that changed while it was read: what was kept may be of either content, so nobody may use it again. */
function dropKept({ outputs, log }: RunContext): void {
  const kept = outputs.filter(({ output }) => output === 'kept');
  if (kept.length === 0) return;
  for (const each of kept) outputs.splice(outputs.indexOf(each), 1);
  log('warn', 'A source file changed during the run; its rows are not kept for the next one.');
}

function resultOf({ graph, scope, counts, board, outputs, deliveries }: RunContext): RunResult {
  let rowsRead = 0;
  let rowsWritten = 0;
  for (const node of graph.nodes) {
    const isOver = board.statusOf(node.nodeId) === 'succeeded' || isDelivery({ graph }, node.nodeId);
    if (!scope.has(node.nodeId) || !isOver) continue;
    if (node.plan?.sink) rowsWritten += counts.get(portKey({ nodeId: node.nodeId, port: 'in' })) ?? 0;
    else if (Object.keys(node.inputs).length === 0) rowsRead += board.rowsOf(node.nodeId) ?? 0;
  }
  return { outputs, rowsRead, rowsWritten, ...(deliveries.length > 0 ? { deliveries } : {}) };
}
