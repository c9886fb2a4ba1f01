import { type PipelineNode, parseEndpoint } from '../../../../shared/pipeline/document.ts';

const columnWidth = 280;
const rowHeight = 130;

/** Places for nodes that have none: each to the right of all it reads from, below those that stand there already. */
export function layOut(nodes: readonly PipelineNode[], edges: readonly { from: string; to: string }[]) {
  const sources = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const target = parseEndpoint(to).node;
    sources.set(target, [...(sources.get(target) ?? []), parseEndpoint(from).node]);
  }
  const columns = new Map<string, number>();
  const columnOf = (id: string, trail: ReadonlySet<string> = new Set()): number => {
    const known = columns.get(id);
    if (known !== undefined) return known;
    // Wires of steps that were sent as they are may run in a circle; the check of the graph says so later.
    const next = new Set(trail).add(id);
    const before = (sources.get(id) ?? []).filter((other) => !next.has(other));
    const column = Math.max(-1, ...before.map((other) => columnOf(other, next))) + 1;
    columns.set(id, column);
    return column;
  };
  const filled = new Map<number, number>();
  return nodes.map((node): PipelineNode => {
    if (node.at) return node;
    const column = columnOf(node.id);
    const row = filled.get(column) ?? 0;
    filled.set(column, row + 1);
    return { ...node, at: [column * columnWidth, row * rowHeight] };
  });
}
