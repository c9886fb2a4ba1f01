import type { CompiledNode } from '../../compile/index.ts';
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
  const nodes = graph.nodes.map((node) => ({ nodeId: node.nodeId, ports: shownPorts(node) }));
  return { result: { nodes, problems: graph.problems } };
}

/** Without the port that only the node itself reads. */
const shownPorts = ({ ports, plan }: CompiledNode): CompiledNode['ports'] =>
  Object.fromEntries(Object.entries(ports).filter(([port]) => port !== plan?.check?.port));
