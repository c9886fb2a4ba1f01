import { definitions, plans } from '../../nodes/registry.gen.ts';
import type { PipelineDocument, PipelineNode } from '../../shared/pipeline/document.ts';
import { checkGraph, type GraphReport } from '../../shared/pipeline/graph.ts';
import type { Problem } from '../../shared/pipeline/problem.ts';
import { compileNode, type NodeSetting } from './compile-node.ts';
import type { CompiledGraph, CompiledNode, CompileInputs, KindRegistry, PortRef } from './compiled-graph.ts';
import type { Oracle } from './oracle.ts';
import { bindValues } from './parameters.ts';
import { boundBatches } from './read-received.ts';

const builtIn: KindRegistry = { definitions, plans };

/**
 * A document as relations and SQL, with everything that is wrong with it. Nodes are taken in topological order; a
 * problem in one hides the columns of those after it, and never stops the others. Nothing is read but what tells the
 * columns of files, and nothing is written.
 */
export async function compileGraph(
  document: PipelineDocument,
  inputs: CompileInputs,
  oracle: Oracle,
): Promise<CompiledGraph> {
  const registry = inputs.registry ?? builtIn;
  const report = checkGraph(document, (kind) => own(registry.definitions, kind));
  const { parameters, problems: parameterProblems } = bindValues(document, inputs.parameters);
  const problems: Problem[] = [...report.problems, ...parameterProblems, ...clashes(document, registry)];
  const nodes: CompiledNode[] = [];
  const byId = new Map<string, CompiledNode>();
  const setting: NodeSetting = { inputs, oracle, registry, parameters, byId, problems };
  const wires = upstreamPorts(document, report, registry);
  const documentNodes = new Map(document.nodes.map((node) => [node.id, node]));
  for (const id of report.order) {
    const node = documentNodes.get(id) as PipelineNode;
    const compiled = await compileNode(node, wires.get(id) ?? {}, setting);
    nodes.push(compiled);
    byId.set(id, compiled);
  }
  // A small batch is a parameter like any other, but for its name, which no text of a user may use.
  return {
    document,
    nodes,
    byId,
    problems,
    parameters: { ...parameters, ...boundBatches(nodes, inputs.received) },
  };
}

/** Plain objects have more names than their own: a kind called "constructor" is unknown all the same. */
export const own = <Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

type Inputs = Readonly<Record<string, readonly (PortRef | undefined)[]>>;

/** Node -> input port -> the ports its rows come from; undefined where a disabled source stands there. */
function upstreamPorts(
  document: PipelineDocument,
  { wires, order }: GraphReport,
  registry: KindRegistry,
): ReadonlyMap<string, Inputs> {
  const disabled = new Map(
    document.nodes.filter((node) => node.disabled).map((node) => [node.id, node.kind]),
  );
  const resolved = new Map<string, Record<string, (PortRef | undefined)[]>>();
  for (const id of order) resolved.set(id, {});
  for (const { from, to } of [...wires].sort((left, right) => rank(order, left) - rank(order, right))) {
    const ports = resolved.get(to.node);
    if (!ports) continue;
    ports[to.port] ??= [];
    (ports[to.port] ?? [])[to.index] = passOver({ nodeId: from.node, port: from.port });
  }
  return resolved;

  /** The first input of a disabled node stands for all its outputs. Its wires are resolved before it is asked. */
  function passOver(ref: PortRef): PortRef | undefined {
    const kind = disabled.get(ref.nodeId);
    if (kind === undefined) return ref;
    const first = own(registry.definitions, kind)?.inputs[0]?.name ?? 'in';
    return resolved.get(ref.nodeId)?.[first]?.[0];
  }
}

const rank = (order: readonly string[], wire: { to: { node: string } }): number =>
  order.indexOf(wire.to.node);

/** A node called `a__bad` would have the table of the port `bad` of a node called `a`. */
function clashes(document: PipelineDocument, registry: KindRegistry): Problem[] {
  const ids = new Set(document.nodes.map((node) => node.id));
  return document.nodes.flatMap((node) =>
    (own(registry.definitions, node.kind)?.outputs ?? [])
      .map(({ name }) => `${node.id}__${name}`)
      .filter((table) => ids.has(table))
      .map((table) => ({
        code: 'ambiguous_node',
        severity: 'error' as const,
        nodeId: table,
        message: `"${table}" is also how an output of "${node.id}" is called. Give this node another id.`,
      })),
  );
}
