import { receivedKey } from '../../../shared/plan/received.ts';
import { type CompiledGraph, type CompiledNode, type PortRef, portKey } from '../../compile/index.ts';
import type { Database } from '../database.ts';
import { openParquet } from '../parquet-file.ts';
import type { RunTask } from '../protocol.ts';
import type { RunContext } from './context.ts';
import { inputsOf, isStoredRead, outputsOf, type Scope } from './plan-steps.ts';
import { countTheRest, type RowCounts, spreadCounts } from './row-counts.ts';

/** Counts that need no run: rows in the document, datasets, and Parquet files, which carry theirs in the footer. */
export async function knownCounts(
  task: RunTask,
  graph: CompiledGraph,
  scope: Scope,
  database: Database,
): Promise<RowCounts> {
  const counts: RowCounts = new Map();
  for (const node of graph.nodes) {
    if (!scope.has(node.nodeId)) continue;
    for (const port of outputsOf(node)) {
      const rows = await sourceRows(task, node, port, database);
      if (rows !== undefined) counts.set(portKey(port), rows);
    }
  }
  return counts;
}

async function sourceRows(
  task: RunTask,
  node: CompiledNode,
  { port }: PortRef,
  database: Database,
): Promise<number | undefined> {
  const relation = node.plan?.outputs[port];
  if (relation?.rel === 'values') return relation.rows.length;
  if (relation?.rel === 'read-received')
    return task.received?.[receivedKey(relation.source, relation.batch)]?.records;
  if (relation?.rel === 'read-dataset') return task.datasets[relation.name]?.rows;
  const [file, another] = node.files;
  if (relation?.rel !== 'read-parquet' || file === undefined || another !== undefined) return undefined;
  try {
    return (await openParquet(database, file)).rows;
  } catch {
    database.throwIfCancelled();
    // The run itself will say what is wrong with the file.
    return undefined;
  }
}

/** What the profile of the last statement tells of the text files it read. */
export function learnScans(context: RunContext, nodeIds: readonly string[]): void {
  const { scans } = context.database.profile;
  for (const nodeId of nodeIds) {
    const node = context.graph.byId.get(nodeId);
    if (!node || inputsOf(node).length > 0 || isStoredRead(node)) continue;
    const read = scans.filter(({ file }) => node.files.includes(file)).map(({ rows }) => rows);
    const [rows] = read;
    // Two steps that read one file stop at different places only where a limit cuts them; then neither is known.
    if (rows === undefined || read.some((each) => each !== rows) || !isPlainRead(node)) continue;
    const [port] = outputsOf(node);
    if (port && !context.counts.has(portKey(port))) context.counts.set(portKey(port), rows);
  }
}

/** A scan's count is its node's only where the node does nothing else to the rows. */
function isPlainRead(node: CompiledNode): boolean {
  return Object.values(node.plan?.outputs ?? {}).every((relation) => {
    return relation.rel === 'read-csv' || (relation.rel === 'read-json' && !relation.options.recordsAt);
  });
}

/** After the last statement: counts that follow from others, and in an inspect run the few that must be asked for. */
export async function finishCounts(context: RunContext): Promise<void> {
  const { graph, scope, counts, task, database, materialised, board } = context;
  spreadCounts(graph, scope, counts);
  const ports = graph.nodes.filter(({ nodeId }) => scope.has(nodeId)).flatMap(outputsOf);
  if (task.mode === 'inspect') {
    await countTheRest(graph, ports, database, materialised, counts);
    spreadCounts(graph, scope, counts);
  }
  for (const { nodeId } of graph.nodes) {
    const rows = rowsOfNode(context, nodeId);
    if (rows !== undefined && board.rowsOf(nodeId) !== rows) board.learn(nodeId, { rows });
  }
}

export function rowsOfNode({ graph, counts }: RunContext, nodeId: string): number | undefined {
  const node = graph.byId.get(nodeId);
  if (!node) return undefined;
  if (node.plan?.sink) return counts.get(portKey({ nodeId, port: 'in' }));
  const [first] = outputsOf(node);
  return first && counts.get(portKey(first));
}
