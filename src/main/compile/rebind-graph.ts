import type { ParameterValues } from '../../shared/pipeline/document.ts';
import type { CompiledGraph, CompiledNode, CompileInputs } from './compiled-graph.ts';
import { digestOf, type WireDigest } from './digest.ts';
import type { BoundParameters } from './oracle.ts';
import { bindValues } from './parameters.ts';
import { boundBatches } from './read-received.ts';

/**
 * A compiled graph with other parameter values: what compiling the document again would give, as long as the values
 * do not decide any columns (the caller asks the engine that). Undefined where a value does not fit its type.
 */
export function rebindGraph(
  graph: CompiledGraph,
  values: ParameterValues,
  received: CompileInputs['received'] = {},
): CompiledGraph | undefined {
  const { parameters: bound, problems } = bindValues(graph.document, values);
  if (problems.length > 0) return undefined;
  const parameters = { ...bound, ...boundBatches(graph.nodes, received) };
  const byId = new Map<string, CompiledNode>();
  for (const node of graph.nodes) byId.set(node.nodeId, rebindNode(node, parameters, byId));
  return { ...graph, nodes: [...byId.values()], byId, parameters };
}

/** `byId` holds the nodes before this one, already rebound. */
function rebindNode(
  node: CompiledNode,
  parameters: BoundParameters,
  byId: ReadonlyMap<string, CompiledNode>,
): CompiledNode {
  const parts = node.digestParts;
  if (!parts) return node;
  const inputs = Object.fromEntries(
    Object.entries(parts.inputs).map(([port, wires]) => [
      port,
      wires.map(([digest, from, name], at): WireDigest => {
        const above = node.inputs[port]?.[at];
        return [(above && byId.get(above.nodeId)?.digest) ?? digest, from, name];
      }),
    ]),
  );
  const used = Object.fromEntries(node.parameters.map((name) => [name, parameters[name]]));
  if (sameJson(inputs, parts.inputs) && sameJson(used, parts.parameters)) return node;
  const digestParts = { ...parts, inputs, parameters: used };
  return { ...node, digestParts, digest: digestOf(digestParts) };
}

const sameJson = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);
