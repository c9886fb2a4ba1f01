import { freeNodeId } from '../../shared/kernel/ids.ts';
import type { PipelineDocument, PipelineNode } from '../../shared/pipeline/document.ts';
import { definitionOf } from './kinds.ts';
import { freePlace, type Point, placeOf, snap, stepX, stepY } from './places.ts';
import {
  bestInput,
  downstreamOf,
  endpointText,
  firstOutput,
  judgeWire,
  nodeById,
  type PortRef,
  portsOf,
  type Wire,
  wiresOf,
} from './ports.ts';

/** Pure edits of a document: each answers a new one, or the same reference when nothing changes. */

export interface NewNode {
  readonly kind: string;
  readonly at: Point;
  readonly config?: Record<string, unknown>;
  readonly title?: string;
}

export interface Added {
  readonly document: PipelineDocument;
  readonly id: string;
}

export function addNode(document: PipelineDocument, { kind, at, config, title }: NewNode): Added {
  const definition = definitionOf(kind);
  const id = freeNodeId(title ?? kind, new Set(document.nodes.map((node) => node.id)));
  const node: PipelineNode = {
    id,
    kind,
    config: structuredClone({ ...(definition?.defaults as Record<string, unknown> | undefined), ...config }),
    at: [snap(at.x), snap(at.y)],
    ...(definition && { v: definition.version }),
    ...(title && { title }),
  };
  return { document: { ...document, nodes: [...document.nodes, node] }, id };
}

/** Adds a node to the right of another and wires it to it where both have a port for it. */
export function addAfter(
  document: PipelineDocument,
  kind: string,
  after: string | undefined,
  config?: Record<string, unknown>,
): Added {
  const previous = after === undefined ? undefined : nodeById(document, after);
  const place = previous?.at ? { x: previous.at[0] + stepX, y: previous.at[1] } : { x: 0, y: 0 };
  const added = addNode(document, { kind, at: freePlace(document, place), config });
  const from = previous && firstOutput(added.document, previous.id);
  const to = from && bestInput(added.document, added.id);
  return from && to ? { ...added, document: connect(added.document, from, to) } : added;
}

/** Adds a node where a wire was let go, wired to the port that the wire came from. */
export function addAtWireEnd(
  document: PipelineDocument,
  kind: string,
  origin: PortRef,
  side: 'source' | 'target',
  at: Point,
): Added {
  const added = addNode(document, { kind, at });
  const other =
    side === 'source' ? bestInput(added.document, added.id) : firstOutput(added.document, added.id);
  if (!other) return added;
  const document2 =
    side === 'source' ? connect(added.document, origin, other) : connect(added.document, other, origin);
  return { ...added, document: document2 };
}

/** Adds a node in the middle of a wire. */
export function addOnWire(document: PipelineDocument, kind: string, wire: Wire, at: Point): Added {
  const from = nodeById(document, wire.from.node);
  const x = from ? Math.max(at.x, placeOf(from).x + stepX) : at.x;
  const added = addNode(document, { kind, at: { x, y: at.y } });
  return { ...added, document: putOnWire(added.document, added.id, wire) };
}

/** Leads a wire through a node that has an input and an output; makes room to its right when it is too tight. */
export function putOnWire(document: PipelineDocument, nodeId: string, wire: Wire): PipelineDocument {
  const input = bestInput(document, nodeId);
  const output = firstOutput(document, nodeId);
  if (!input || !output || wire.from.node === nodeId || wire.to.node === nodeId) return document;
  const cut = removeWires(besideSource(document, nodeId, wire.from.node), [wire.id]);
  const first = connect(cut, wire.from, input);
  const both = connect(first, output, wire.to);
  return first === cut || both === first ? document : makeRoom(both, nodeId, wire.to.node);
}

/** A node that was dropped over the one it now follows is moved clear of it. */
function besideSource(document: PipelineDocument, nodeId: string, sourceId: string): PipelineDocument {
  const node = nodeById(document, nodeId);
  const source = nodeById(document, sourceId);
  if (!node || !source) return document;
  const place = placeOf(node);
  const least = placeOf(source).x + stepX;
  if (place.x >= least || Math.abs(place.y - placeOf(source).y) >= stepY) return document;
  return moveNodes(document, new Map([[nodeId, { x: least, y: place.y }]]));
}

/** Moves a node and what follows it to the right when the one put before it would touch it. */
function makeRoom(document: PipelineDocument, nodeId: string, followerId: string): PipelineDocument {
  const node = nodeById(document, nodeId);
  const follower = nodeById(document, followerId);
  if (!node || !follower) return document;
  const missing = placeOf(node).x + stepX - placeOf(follower).x;
  const overlaps = Math.abs(placeOf(node).y - placeOf(follower).y) < stepY;
  if (missing <= 0 || missing > stepX || !overlaps) return document;
  const after = downstreamOf(document, [followerId]);
  const moved = document.nodes.filter((each) => after.has(each.id) && placeOf(each).x >= placeOf(follower).x);
  return moveNodes(
    document,
    new Map(moved.map((each) => [each.id, { x: placeOf(each).x + missing, y: placeOf(each).y }])),
  );
}

/** Draws a wire; an input that takes one gives up the wire it had. The same document when it may not be. */
export function connect(document: PipelineDocument, from: PortRef, to: PortRef): PipelineDocument {
  const judgement = judgeWire(document, from, to);
  if (!judgement.ok) return document;
  const kept = document.edges.filter((_edge, index) => index !== judgement.replaces?.index);
  const edge = { from: endpointText(document, from, 'outputs'), to: endpointText(document, to, 'inputs') };
  return { ...document, edges: [...kept, edge] };
}

export function removeWires(document: PipelineDocument, ids: Iterable<string>): PipelineDocument {
  const gone = new Set(ids);
  const indexes = new Set(
    wiresOf(document)
      .filter((wire) => gone.has(wire.id))
      .map((wire) => wire.index),
  );
  if (indexes.size === 0) return document;
  return { ...document, edges: document.edges.filter((_edge, index) => !indexes.has(index)) };
}

/** Removes nodes and their wires. `heal` joins what came before a removed node to what came after it. */
export function removeNodes(
  document: PipelineDocument,
  ids: Iterable<string>,
  heal = false,
): PipelineDocument {
  let result = document;
  for (const id of ids) result = removeNode(result, id, heal);
  return result;
}

function removeNode(document: PipelineDocument, id: string, heal: boolean): PipelineDocument {
  if (!nodeById(document, id)) return document;
  const wires = wiresOf(document);
  const touching = wires.filter((wire) => wire.from.node === id || wire.to.node === id);
  const before = touching.find((wire) => wire.to.node === id);
  const after = touching.filter((wire) => wire.from.node === id);
  const without = removeWires(
    document,
    touching.map((wire) => wire.id),
  );
  const result = { ...without, nodes: without.nodes.filter((node) => node.id !== id) };
  if (!heal || !before) return result;
  return after.reduce((healed, wire) => connect(healed, before.from, wire.to), result);
}

export function moveNodes(document: PipelineDocument, places: ReadonlyMap<string, Point>): PipelineDocument {
  let moved = false;
  const nodes = document.nodes.map((node) => {
    const place = places.get(node.id);
    if (!place) return node;
    const at: [number, number] = [Math.round(place.x), Math.round(place.y)];
    if (node.at?.[0] === at[0] && node.at[1] === at[1]) return node;
    moved = true;
    return { ...node, at };
  });
  return moved ? { ...document, nodes } : document;
}

export type NodePatch = Partial<Pick<PipelineNode, 'title' | 'note' | 'disabled' | 'config'>>;

/** Sets fields of nodes; undefined and empty ones are left out of the document. */
export function patchNodes(
  document: PipelineDocument,
  ids: Iterable<string>,
  patch: NodePatch,
): PipelineDocument {
  const chosen = new Set(ids);
  const nodes = document.nodes.map((node) => (chosen.has(node.id) ? tidyNode({ ...node, ...patch }) : node));
  return chosen.size === 0 ? document : { ...document, nodes };
}

function tidyNode(node: PipelineNode): PipelineNode {
  const { title, note, disabled, ...rest } = node;
  return { ...rest, ...(title && { title }), ...(note && { note }), ...(disabled && { disabled }) };
}

export function setConfig(
  document: PipelineDocument,
  id: string,
  config: Record<string, unknown>,
): PipelineDocument {
  const kept = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
  return patchNodes(document, [id], { config: kept });
}

/** Makes a node another kind, keeping its place, its title and the wires its new ports can take. */
export function replaceKind(document: PipelineDocument, id: string, kind: string): PipelineDocument {
  const node = nodeById(document, id);
  const definition = definitionOf(kind);
  if (!node || !definition) return document;
  const wires = wiresOf(document).filter((wire) => wire.from.node === id || wire.to.node === id);
  const bare = removeWires(
    document,
    wires.map((wire) => wire.id),
  );
  const config = structuredClone(definition.defaults) as Record<string, unknown>;
  const changed = tidyNode({ ...node, kind, v: definition.version, config });
  const swapped = { ...bare, nodes: bare.nodes.map((other) => (other.id === id ? changed : other)) };
  return wires.reduce((result, wire) => {
    const ports = portsOf(result, changed);
    if (wire.to.node === id) {
      const to = ports.inputs.some((port) => port.name === wire.to.port) ? wire.to : bestInput(result, id);
      return to ? connect(result, wire.from, to) : result;
    }
    const from = ports.outputs.some((port) => port.name === wire.from.port)
      ? wire.from
      : firstOutput(result, id);
    return from ? connect(result, from, wire.to) : result;
  }, swapped);
}

/** Wires the nodes one after the other, in the given order. */
export function connectInOrder(document: PipelineDocument, ids: readonly string[]): PipelineDocument {
  return ids.slice(1).reduce((result, id, index) => {
    const from = firstOutput(result, ids[index] ?? '');
    const to = bestInput(result, id);
    return from && to ? connect(result, from, to) : result;
  }, document);
}
