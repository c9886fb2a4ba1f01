import { portKey, upstreamPorts } from '../../compile/index.ts';
import type { RunContext } from './context.ts';
import { outputsOf, type WorkStep } from './plan-steps.ts';
import type { Reusable } from './reuse.ts';
import { rowsText } from './run-log.ts';

/**
 * Tells which nodes an inspect run does not execute: those whose kept rows are used or would be, and those above
 * them, whose work is contained in a kept result. A node that some statement still needs is not among them.
 */
export function reportReused(
  context: RunContext,
  steps: readonly WorkStep[],
  reusable: ReadonlyMap<string, Reusable>,
): void {
  const executed = new Set(steps.flatMap(({ covers }) => covers));
  const { graph, scope, board, log } = context;
  for (const node of graph.nodes) {
    if (!scope.has(node.nodeId) || executed.has(node.nodeId)) continue;
    const own = outputsOf(node).flatMap((port) => reusable.get(portKey(port)) ?? [])[0];
    if (!own) continue;
    const { rows, bytes, runId } = own.kept;
    board.reuse(node.nodeId, { rows, bytes, reusedFromRun: runId });
    log('info', `Used the ${rowsText(rows)} that an earlier run kept.`, node.nodeId, {
      rows,
      reusedFromRun: runId,
    });
  }
  const contained = containedIn(context, reusable);
  for (const node of graph.nodes) {
    const runId = contained.get(node.nodeId);
    if (scope.has(node.nodeId) && !executed.has(node.nodeId) && runId)
      board.reuse(node.nodeId, { reusedFromRun: runId });
  }
}

/** Node -> the run whose kept result its work is part of. */
function containedIn(
  { graph }: RunContext,
  reusable: ReadonlyMap<string, Reusable>,
): ReadonlyMap<string, string> {
  const contained = new Map<string, string>();
  for (const { port, kept } of reusable.values()) {
    for (const above of upstreamPorts(graph, port)) contained.set(above.nodeId, kept.runId);
  }
  return contained;
}
