import { compileTask } from '../compile-task.ts';
import type { Database } from '../database.ts';
import type { SchemaTask, TaskResults } from '../protocol.ts';
import type { TaskDone } from '../run-task.ts';

/** Columns of every node, and everything that is wrong with the document. Reads no rows beyond what sniffing takes. */
export async function schemaTask(
  task: SchemaTask,
  database: Database,
): Promise<TaskDone<TaskResults['schema']>> {
  const graph = await compileTask(task, database);
  const nodes = graph.nodes.map(({ nodeId, ports }) => ({ nodeId, ports }));
  return { result: { nodes, problems: graph.problems } };
}
