import {
  type CompiledGraph,
  type PortRef,
  portKey,
  renderQuery,
  upstreamPorts,
} from '../../compile/index.ts';
import type { Database } from '../database.ts';
import { inputsOf, isStoredRead, outputsOf, type Scope } from './plan-steps.ts';

/** What is known of how many rows each port gave. */
export type RowCounts = Map<string, number>;

/** A kind that passes its rows on one for one has as many as its first input, and the other way round. */
export function spreadCounts(graph: CompiledGraph, scope: Scope, counts: RowCounts): void {
  const pairs = graph.nodes
    .filter(({ nodeId }) => scope.has(nodeId))
    .flatMap((node) => {
      const [first] = inputsOf(node);
      if (!first) return [];
      if (node.plan?.sink) return [[portKey(first), portKey({ nodeId: node.nodeId, port: 'in' })] as const];
      if (node.definition?.preservesRows !== true) return [];
      return outputsOf(node).map((port) => [portKey(first), portKey(port)] as const);
    });
  const share = ([from, to]: readonly [string, string]) => {
    const known = counts.get(from) ?? counts.get(to);
    if (known === undefined) return;
    if (!counts.has(from)) counts.set(from, known);
    if (!counts.has(to)) counts.set(to, known);
  };
  // Down in topological order, then up again: one pass each reaches everything on a chain.
  pairs.forEach(share);
  pairs.reverse().forEach(share);
  pairs.reverse().forEach(share);
}

/**
 * Counts the ports of an inspect run that nothing told the count of. Only over rows that are already in a columnar
 * file or a table, where a count costs milliseconds: a text file is never read again for it.
 */
export async function countTheRest(
  graph: CompiledGraph,
  ports: readonly PortRef[],
  database: Database,
  materialised: ReadonlyMap<string, string>,
  counts: RowCounts,
): Promise<void> {
  for (const port of ports) {
    if (counts.has(portKey(port)) || !isCheap(graph, port, materialised)) continue;
    const { sql, parameters } = renderQuery(graph, port, materialised);
    const rows = await database.count(`SELECT count(*) FROM (\n${sql}\n)`, { parameters });
    counts.set(portKey(port), rows);
  }
}

function isCheap(graph: CompiledGraph, port: PortRef, materialised: ReadonlyMap<string, string>): boolean {
  const above = [...upstreamPorts(graph, port, materialised), port];
  return above.every((each) => {
    if (materialised.has(portKey(each))) return true;
    const node = graph.byId.get(each.nodeId);
    // A source of text or of another system; a volatile step would give another count than the run saw.
    if (!node || (node.volatile && node.definition?.preservesRows !== true)) return false;
    return inputsOf(node).length > 0 || isStoredRead(node);
  });
}
