import { z } from 'zod';
import { freeNodeId } from '../../../../shared/kernel/ids.ts';
import {
  edgeSchema,
  nodeSchema,
  type PipelineDocument,
  parseEndpoint,
} from '../../../../shared/pipeline/document.ts';
import { type Point, placeOf, snap } from '../../../graph/places.ts';

/** Nodes travel between windows as text: this JSON, told from other text by its first key. */
const clipSchema = z.object({
  sluice: z.literal('nodes'),
  nodes: z.array(nodeSchema).min(1),
  edges: z.array(edgeSchema),
  /** Wires that came into the copied nodes from outside; used when pasting with outside wires. */
  outside: z.array(edgeSchema).default([]),
});
export type Clip = z.infer<typeof clipSchema>;

export function copyNodes(document: PipelineDocument, ids: ReadonlySet<string>): Clip | undefined {
  const nodes = document.nodes.filter((node) => ids.has(node.id));
  if (nodes.length === 0) return undefined;
  const inside = (end: string) => ids.has(parseEndpoint(end).node);
  return {
    sluice: 'nodes',
    nodes,
    edges: document.edges.filter((edge) => inside(edge.from) && inside(edge.to)),
    outside: document.edges.filter((edge) => !inside(edge.from) && inside(edge.to)),
  };
}

export const clipText = (clip: Clip): string => JSON.stringify(clip, null, 2);

/** The nodes in a text, or undefined when it is any other text. */
export function readClip(text: string): Clip | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return clipSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export interface PasteOptions {
  /** Where the top left of the pasted nodes goes; beside the originals when left out. */
  readonly at?: Point;
  readonly outsideWires?: boolean;
}

/** Adds the nodes of a clip under free ids. Ids that are free stay, so a paste into another pipeline changes no name. */
export function pasteClip(
  document: PipelineDocument,
  clip: Clip,
  { at, outsideWires = false }: PasteOptions = {},
): { document: PipelineDocument; ids: string[] } {
  const taken = new Set(document.nodes.map((node) => node.id));
  const names = new Map<string, string>();
  for (const node of clip.nodes) {
    const id = freeNodeId(node.id, taken);
    taken.add(id);
    names.set(node.id, id);
  }
  const shift = shiftOf(clip, at);
  const nodes = clip.nodes.map((node) => ({
    ...structuredClone(node),
    id: names.get(node.id) ?? node.id,
    config: renameTables(structuredClone(node.config), names),
    at: [snap(placeOf(node).x + shift.x), snap(placeOf(node).y + shift.y)] as [number, number],
  }));
  const known = new Set(document.nodes.map((node) => node.id));
  const outside = outsideWires ? clip.outside.filter((edge) => known.has(parseEndpoint(edge.from).node)) : [];
  const edges = [
    ...clip.edges.map((edge) => ({ from: renameEnd(edge.from, names), to: renameEnd(edge.to, names) })),
    ...outside.map((edge) => ({ from: edge.from, to: renameEnd(edge.to, names) })),
  ];
  return {
    document: { ...document, nodes: [...document.nodes, ...nodes], edges: [...document.edges, ...edges] },
    ids: nodes.map((node) => node.id),
  };
}

function shiftOf(clip: Clip, at: Point | undefined): Point {
  if (!at) return { x: 32, y: 32 };
  const places = clip.nodes.map(placeOf);
  return {
    x: at.x - Math.min(...places.map((place) => place.x)),
    y: at.y - Math.min(...places.map((place) => place.y)),
  };
}

function renameEnd(end: string, names: ReadonlyMap<string, string>): string {
  const { node, port } = parseEndpoint(end);
  const name = names.get(node) ?? node;
  return port === undefined ? name : `${name}.${port}`;
}

/** SQL steps name their inputs by node id: those of copied nodes follow the new ids, texts in quotes stay. */
function renameTables(
  config: Record<string, unknown>,
  names: ReadonlyMap<string, string>,
): Record<string, unknown> {
  if (typeof config.sql !== 'string') return config;
  const parts = config.sql.split(/('(?:[^']|'')*')/);
  const renamed = parts.map((part, index) =>
    index % 2 === 1 ? part : part.replace(/\b[a-z][a-z0-9_]*\b/g, (word) => names.get(word) ?? word),
  );
  return { ...config, sql: renamed.join('') };
}
