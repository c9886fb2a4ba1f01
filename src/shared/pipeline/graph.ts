import { type PipelineDocument, parseEndpoint } from './document.ts';
import type { Problem } from './problem.ts';

export interface GraphPort {
  readonly name: string;
  readonly label: string;
  /** Takes any number of wires, in the order of the document's edges. */
  readonly many?: boolean;
  readonly optional?: boolean;
}

export interface KindPorts {
  readonly inputs: readonly GraphPort[];
  readonly outputs: readonly GraphPort[];
}

/** The ports of a kind; undefined where the kind is unknown. */
export type PortsOf = (kind: string) => KindPorts | undefined;

/** An edge with both ends resolved to ports. */
export interface Wire {
  readonly from: { readonly node: string; readonly port: string };
  /** `index` counts the wires of the same port, in the document's order. */
  readonly to: { readonly node: string; readonly port: string; readonly index: number };
  /** Place of the edge in the document. */
  readonly edge: number;
}

export interface GraphReport {
  readonly problems: readonly Problem[];
  /** Sound wires only. */
  readonly wires: readonly Wire[];
  /** Node ids, each after all it reads from; nodes on a cycle, and what they feed, are left out. */
  readonly order: readonly string[];
}

type GraphDocument = Pick<PipelineDocument, 'nodes' | 'edges'>;

/** Everything that can be said about a graph without looking into its configs. Pure: the canvas uses it too. */
export function checkGraph(document: GraphDocument, portsOf: PortsOf): GraphReport {
  const problems: Problem[] = [...duplicateIds(document)];
  const wires = resolveWires(document, portsOf, problems);
  problems.push(...missingInputs(document, portsOf, wires));
  const order = topologicalOrder(document);
  for (const cycle of findCycles(document, new Set(order))) problems.push(cycleProblem(cycle));
  problems.push(...deadEnds(document, portsOf, wires));
  return { problems, wires, order };
}

/** The wires that a document's edges make, leaving out the unsound ones. */
export function wiresOf(document: GraphDocument, portsOf: PortsOf): readonly Wire[] {
  return resolveWires(document, portsOf, []);
}

/** Node ids so that each comes after all it reads from; ties in the document's order. Cycles are left out. */
export function topologicalOrder(document: GraphDocument): string[] {
  const links = neighbours(document);
  const waiting = new Map([...links.upstream].map(([id, from]) => [id, from.size]));
  const ready = [...waiting].filter(([, count]) => count === 0).map(([id]) => id);
  const order: string[] = [];
  for (let at = 0; at < ready.length; at += 1) {
    const id = ready[at] as string;
    order.push(id);
    for (const next of links.downstream.get(id) ?? []) {
      const left = (waiting.get(next) ?? 0) - 1;
      waiting.set(next, left);
      if (left === 0) ready.push(next);
    }
  }
  return order;
}

/** Ids of all nodes that a node's rows come from, itself excluded unless it lies on a cycle. */
export const upstreamOf = (document: GraphDocument, nodeId: string): Set<string> =>
  reach(neighbours(document).upstream, nodeId);

/** Ids of all nodes that a node's rows go to, itself excluded unless it lies on a cycle. */
export const downstreamOf = (document: GraphDocument, nodeId: string): Set<string> =>
  reach(neighbours(document).downstream, nodeId);

/** Whether a wire from one node to another would close a cycle. */
export const wouldCycle = (document: GraphDocument, from: string, to: string): boolean =>
  from === to || downstreamOf(document, to).has(from);

type Links = ReadonlyMap<string, ReadonlySet<string>>;

function neighbours(document: GraphDocument): { upstream: Links; downstream: Links } {
  const upstream = new Map<string, Set<string>>(document.nodes.map((node) => [node.id, new Set()]));
  const downstream = new Map<string, Set<string>>(document.nodes.map((node) => [node.id, new Set()]));
  for (const edge of document.edges) {
    const from = parseEndpoint(edge.from).node;
    const to = parseEndpoint(edge.to).node;
    if (!upstream.has(from) || !upstream.has(to)) continue;
    upstream.get(to)?.add(from);
    downstream.get(from)?.add(to);
  }
  return { upstream, downstream };
}

function reach(links: Links, start: string): Set<string> {
  const found = new Set<string>();
  const queue = [...(links.get(start) ?? [])];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    queue.push(...(links.get(id) ?? []));
  }
  return found;
}

function duplicateIds(document: GraphDocument): Problem[] {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { id } of document.nodes) (seen.has(id) ? twice : seen).add(id);
  return [...twice].map((id) =>
    problem('duplicate_node', id, `Two nodes have the id "${id}". Give one of them another id.`),
  );
}

function resolveWires(document: GraphDocument, portsOf: PortsOf, problems: Problem[]): Wire[] {
  const kinds = new Map(document.nodes.map((node) => [node.id, node.kind]));
  const taken = new Map<string, number>();
  const seen = new Set<string>();
  const wires: Wire[] = [];
  document.edges.forEach((edge, at) => {
    const name = `${edge.from} → ${edge.to}`;
    const from = parseEndpoint(edge.from);
    const to = parseEndpoint(edge.to);
    const missing = [from.node, to.node].find((id) => !kinds.has(id));
    if (missing !== undefined) {
      const text = `The wire ${name} ends at "${missing}", which is not in the pipeline. Remove the wire or add the node.`;
      problems.push({ code: 'unknown_node', severity: 'error', message: text });
      return;
    }
    const output = findPort('output', from, portsOf(kinds.get(from.node) as string), problems, name);
    const input = findPort('input', to, portsOf(kinds.get(to.node) as string), problems, name);
    if (!output || !input) return;
    const target = `${to.node}.${input.name}`;
    const index = taken.get(target) ?? 0;
    if (index > 0 && !input.many) {
      const text = `The input ${input.label || input.name} of ${to.node} takes one wire; ${name} is one too many. Remove it, or put a Union before.`;
      problems.push(problem('too_many_wires', to.node, text));
      return;
    }
    const key = `${from.node}.${output.name}>${target}`;
    if (seen.has(key))
      problems.push(problem('duplicate_wire', to.node, `The wire ${name} is there twice.`, 'warning'));
    seen.add(key);
    taken.set(target, index + 1);
    wires.push({
      from: { node: from.node, port: output.name },
      to: { node: to.node, port: input.name, index },
      edge: at,
    });
  });
  return wires;
}

/** The port an edge's end means; an end that names none means the only or first one. */
function findPort(
  side: 'input' | 'output',
  end: { node: string; port: string | undefined },
  ports: KindPorts | undefined,
  problems: Problem[],
  wire: string,
): GraphPort | undefined {
  // An unknown kind is a placeholder that keeps its wires, whatever their ports are called.
  if (!ports) return { name: end.port ?? (side === 'input' ? 'in' : 'out'), label: '', many: true };
  const own = side === 'input' ? ports.inputs : ports.outputs;
  const found = end.port === undefined ? own[0] : own.find((port) => port.name === end.port);
  if (found) return found;
  const other = side === 'input' ? ports.outputs : ports.inputs;
  const turned = end.port !== undefined && other.some((port) => port.name === end.port);
  const names = own.map((port) => port.name).join(', ');
  const text =
    own.length === 0
      ? `${end.node} has no ${side}, so the wire ${wire} cannot ${side === 'input' ? 'end' : 'start'} there. Remove it.`
      : turned
        ? `The wire ${wire} runs the wrong way at ${end.node}: ${end.port} is its ${side === 'input' ? 'output' : 'input'}. Turn it round.`
        : `${end.node} has no ${side} named "${end.port}". It has: ${names}.`;
  const code = own.length === 0 || turned ? 'wrong_direction' : 'unknown_port';
  problems.push(problem(code, end.node, text));
  return undefined;
}

function missingInputs(document: GraphDocument, portsOf: PortsOf, wires: readonly Wire[]): Problem[] {
  const wired = new Set(wires.map(({ to }) => `${to.node}.${to.port}`));
  return document.nodes.flatMap((node) => {
    if (node.disabled) return [];
    const required = portsOf(node.kind)?.inputs.filter((port) => !port.optional) ?? [];
    const missing = required.filter((port) => !wired.has(`${node.id}.${port.name}`));
    return missing.map((port) =>
      problem(
        'missing_input',
        node.id,
        `Nothing is wired to the input ${port.label || port.name}. Draw a wire to it.`,
      ),
    );
  });
}

/** A node with outputs none of which is used does no harm, but is seldom meant. */
function deadEnds(document: GraphDocument, portsOf: PortsOf, wires: readonly Wire[]): Problem[] {
  const used = new Set(wires.map(({ from }) => from.node));
  const sinks = document.nodes.filter((node) => !node.disabled && portsOf(node.kind)?.outputs.length === 0);
  if (sinks.length === 0) return [];
  return document.nodes.flatMap((node) => {
    if (node.disabled || used.has(node.id) || (portsOf(node.kind)?.outputs.length ?? 0) === 0) return [];
    const text = 'The rows of this node go nowhere: no output follows it. Wire it on, or remove it.';
    return [problem('dead_end', node.id, text, 'warning')];
  });
}

/** One way round each cycle that is left when all that can be ordered is gone. */
function findCycles(document: GraphDocument, ordered: ReadonlySet<string>): string[][] {
  const { upstream } = neighbours(document);
  const seen = new Set<string>();
  const cycles: string[][] = [];
  for (const { id } of document.nodes) {
    if (ordered.has(id) || seen.has(id)) continue;
    const path: string[] = [];
    let next: string | undefined = id;
    while (next !== undefined && !seen.has(next)) {
      seen.add(next);
      path.push(next);
      next = [...(upstream.get(next) ?? [])].find((from) => !ordered.has(from));
    }
    // Where the walk met itself a cycle begins; what led there only hangs below it.
    const start = next === undefined ? -1 : path.indexOf(next);
    if (start >= 0) cycles.push(path.slice(start).reverse());
  }
  return cycles;
}

function cycleProblem(cycle: readonly string[]): Problem {
  const round = [...cycle, cycle[0]].join(' → ');
  return problem('cycle', cycle[0] as string, `The wires run in a circle: ${round}. Remove one of them.`);
}

function problem(
  code: string,
  nodeId: string,
  message: string,
  severity: Problem['severity'] = 'error',
): Problem {
  return { code, severity, nodeId, message };
}
