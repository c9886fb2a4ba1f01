import type { Port } from '../../nodes/_kit/define-node.ts';
import type { RunStep } from '../../shared/contract/domain.ts';
import { type PipelineDocument, type PipelineNode, parseEndpoint } from '../../shared/pipeline/document.ts';
import { definitionOf } from './kinds.ts';

/** An end of a wire: a node and the name of one of its ports. */
export interface PortRef {
  readonly node: string;
  readonly port: string;
}

/** An edge of the document with both ports spelled out. */
export interface Wire {
  readonly id: string;
  /** Place in `document.edges`. */
  readonly index: number;
  readonly from: PortRef;
  readonly to: PortRef;
}

export interface Ports {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

export function nodeById(document: PipelineDocument, id: string): PipelineNode | undefined {
  return document.nodes.find((node) => node.id === id);
}

export function titleOf(node: PipelineNode): string {
  return node.title || definitionOf(node.kind)?.title || node.kind;
}

/** The ports of a node. A kind that is not known shows the ports its wires name, so that it keeps them. */
export function portsOf(document: PipelineDocument, node: PipelineNode): Ports {
  const definition = definitionOf(node.kind);
  if (definition) return definition;
  const named = (ends: readonly string[], first: string) => {
    const ports = ends.map(parseEndpoint).filter((end) => end.node === node.id);
    return [...new Set(ports.map((end) => end.port ?? first))].map((name) => ({
      name,
      label: name,
      many: true,
    }));
  };
  return {
    inputs: named(
      document.edges.map((edge) => edge.to),
      'in',
    ),
    outputs: named(
      document.edges.map((edge) => edge.from),
      'out',
    ),
  };
}

/** Every wire with its ports; wires of nodes that do not exist are left out. */
export function wiresOf(document: PipelineDocument): Wire[] {
  const nodes = new Map(document.nodes.map((node) => [node.id, node]));
  const seen = new Map<string, number>();
  const wires: Wire[] = [];
  document.edges.forEach((edge, index) => {
    const from = resolve(document, nodes, edge.from, 'outputs', 'out');
    const to = resolve(document, nodes, edge.to, 'inputs', 'in');
    if (!from || !to) return;
    const name = `${from.node}.${from.port}>${to.node}.${to.port}`;
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    wires.push({ id: count === 0 ? name : `${name}#${count}`, index, from, to });
  });
  return wires;
}

function resolve(
  document: PipelineDocument,
  nodes: ReadonlyMap<string, PipelineNode>,
  text: string,
  side: 'inputs' | 'outputs',
  fallback: string,
): PortRef | undefined {
  const end = parseEndpoint(text);
  const node = nodes.get(end.node);
  if (!node) return undefined;
  return { node: node.id, port: end.port ?? portsOf(document, node)[side][0]?.name ?? fallback };
}

/** How an end is written: the port is named only where the node has several on that side. */
export function endpointText(document: PipelineDocument, end: PortRef, side: 'inputs' | 'outputs'): string {
  const node = nodeById(document, end.node);
  const definition = node && definitionOf(node.kind);
  return definition && definition[side].length === 1 ? end.node : `${end.node}.${end.port}`;
}

/** Whether `end` can be reached from `start` along the wires; a node reaches itself. */
export function reaches(document: PipelineDocument, start: string, end: string): boolean {
  return downstreamOf(document, [start]).has(end);
}

export function downstreamOf(document: PipelineDocument, starts: Iterable<string>): Set<string> {
  return walk(starts, wiresOf(document), (wire) => [wire.from.node, wire.to.node]);
}

export function upstreamOf(document: PipelineDocument, starts: Iterable<string>): Set<string> {
  return walk(starts, wiresOf(document), (wire) => [wire.to.node, wire.from.node]);
}

function walk(
  starts: Iterable<string>,
  wires: readonly Wire[],
  step: (wire: Wire) => [string, string],
): Set<string> {
  const next = new Map<string, string[]>();
  for (const wire of wires) {
    const [here, there] = step(wire);
    next.set(here, [...(next.get(here) ?? []), there]);
  }
  const found = new Set(starts);
  const open = [...found];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const there of next.get(id) ?? []) {
      if (found.has(there)) continue;
      found.add(there);
      open.push(there);
    }
  }
  return found;
}

export type WireJudgement =
  | { readonly ok: true /** The wire that makes room: the input takes one only. */; readonly replaces?: Wire }
  | { readonly ok: false; readonly reason: string };

/** Whether a wire may be drawn, and if not, the word a person is told. */
export function judgeWire(document: PipelineDocument, from: PortRef, to: PortRef): WireJudgement {
  const source = nodeById(document, from.node);
  const target = nodeById(document, to.node);
  if (!source || !target) return { ok: false, reason: 'That step is gone.' };
  if (source.id === target.id) return { ok: false, reason: 'A step cannot feed itself.' };
  if (!portsOf(document, source).outputs.some((port) => port.name === from.port)) {
    return { ok: false, reason: `${titleOf(source)} gives no rows.` };
  }
  const port = portsOf(document, target).inputs.find((input) => input.name === to.port);
  if (!port) return { ok: false, reason: `${titleOf(target)} takes no rows.` };
  const arriving = wiresOf(document).filter((wire) => wire.to.node === to.node && wire.to.port === to.port);
  if (arriving.some((wire) => wire.from.node === from.node && wire.from.port === from.port)) {
    return { ok: false, reason: 'They are already connected.' };
  }
  if (reaches(document, target.id, source.id)) {
    return {
      ok: false,
      reason: `This would make a circle: ${titleOf(target)} already leads to ${titleOf(source)}.`,
    };
  }
  const [replaces] = arriving;
  return port.many || !replaces ? { ok: true } : { ok: true, replaces };
}

/** The input of `node` that a new wire should take: a free one first, then one that takes many, then the first. */
export function bestInput(document: PipelineDocument, nodeId: string): PortRef | undefined {
  const node = nodeById(document, nodeId);
  if (!node) return undefined;
  const { inputs } = portsOf(document, node);
  const taken = new Set(
    wiresOf(document)
      .filter((wire) => wire.to.node === nodeId)
      .map((wire) => wire.to.port),
  );
  const port =
    inputs.find((input) => !taken.has(input.name)) ?? inputs.find((input) => input.many) ?? inputs[0];
  return port && { node: nodeId, port: port.name };
}

export function firstOutput(document: PipelineDocument, nodeId: string): PortRef | undefined {
  const node = nodeById(document, nodeId);
  const port = node && portsOf(document, node).outputs[0];
  return port && { node: nodeId, port: port.name };
}

/** Rows that left a step by one of its outputs, where it tells: the first one's, and those put aside. */
export function rowsOfPort(
  step: Pick<RunStep, 'rows' | 'rejectedRows'> | undefined,
  outputs: readonly Port[],
  port: string,
): number | null {
  if (outputs[0]?.name === port) return step?.rows ?? null;
  return port === 'rejected' ? (step?.rejectedRows ?? null) : null;
}
