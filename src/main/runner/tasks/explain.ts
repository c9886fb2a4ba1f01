import { type CompiledGraph, type CompiledNode, portKey, renderQuery } from '../../compile/index.ts';
import { compileTask } from '../compile-task.ts';
import type { Database } from '../database.ts';
import type { ExplainResult, ExplainTask } from '../protocol.ts';
import { planSteps, tableOf, wholeScope } from '../run/plan-steps.ts';
import type { TaskDone } from '../run-task.ts';

/** What a fast run would do, in words that a person can paste into DuckDB. */
export async function explainTask(task: ExplainTask, database: Database): Promise<TaskDone<ExplainResult>> {
  const graph = await compileTask(task, database);
  const nodes = graph.nodes.flatMap((node) => explained(node) ?? []);
  const runnable = !graph.problems.some(({ severity }) => severity === 'error');
  return { result: { nodes, statements: runnable ? statements(graph) : [], problems: graph.problems } };
}

function explained({
  nodeId,
  kind,
  digest,
  plan,
  sql,
}: CompiledNode): ExplainResult['nodes'][number] | undefined {
  if (!plan) return undefined;
  return { nodeId, kind, digest, plan, sql: Object.values(sql).join(';\n\n') };
}

function statements(graph: CompiledGraph): ExplainResult['statements'] {
  const materialised = new Map<string, string>();
  return planSteps(graph, wholeScope(graph), 'fast').map((step) => {
    const { sql } = renderQuery(graph, step.target, materialised);
    const { nodeId, port } = step.target;
    if (step.kind === 'sink') return { nodeIds: step.covers, sql };
    materialised.set(portKey({ nodeId, port }), tableOf(step.target));
    return { nodeIds: step.covers, sql: `CREATE TEMP TABLE ${tableOf(step.target)} AS\n${sql}` };
  });
}
