import { type PipelineDocument, type PipelineNode, parseEndpoint } from '../../shared/pipeline/document.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Pixels of the canvas at 100 %. */
export const nodeWidth = 216;
export const nodeHeight = 60;
export const grid = 8;
/** From one node to the next in a row, and to the next row. */
export const stepX = 288;
export const stepY = 112;

export const snap = (value: number): number => Math.round(value / grid) * grid;

export const placeOf = (node: PipelineNode): Point => ({ x: node.at?.[0] ?? 0, y: node.at?.[1] ?? 0 });

/** The wished place, or the nearest one below it where no node lies. */
export function freePlace({ nodes }: Pick<PipelineDocument, 'nodes'>, wish: Point): Point {
  let place = wish;
  const covers = (node: PipelineNode) =>
    Math.abs(placeOf(node).x - place.x) < nodeWidth + 16 &&
    Math.abs(placeOf(node).y - place.y) < nodeHeight + 24;
  for (let tries = 0; tries <= nodes.length && nodes.some(covers); tries += 1) {
    place = { x: place.x, y: place.y + stepY };
  }
  return place;
}

/**
 * Nodes without a place (documents made by a program) get one: in columns by their depth when none has a place,
 * else the nearest free one. Pure and quick; `arrange` does it better on request.
 */
export function placeAll(document: PipelineDocument): PipelineDocument {
  if (document.nodes.every((node) => node.at)) return document;
  const depth = depths(document);
  const used = new Map<number, number>();
  // Where none has a place yet, the columns keep them apart by themselves.
  const given = document.nodes.filter((node) => node.at);
  const taken = given.slice();
  const nodes = document.nodes.map((node) => {
    if (node.at) return node;
    const column = depth.get(node.id) ?? 0;
    const row = used.get(column) ?? 0;
    used.set(column, row + 1);
    const wish = { x: column * stepX, y: row * stepY };
    const { x, y } = given.length === 0 ? wish : freePlace({ nodes: taken }, wish);
    const here: PipelineNode = { ...node, at: [x, y] };
    taken.push(here);
    return here;
  });
  return { ...document, nodes };
}

/** Length of the longest way to each node; nodes of a circle stop counting after as many rounds as there are nodes. */
function depths(document: PipelineDocument): Map<string, number> {
  const depth = new Map(document.nodes.map((node) => [node.id, 0]));
  const edges = document.edges.map(
    ({ from, to }) => [parseEndpoint(from).node, parseEndpoint(to).node] as const,
  );
  for (let round = 0; round < document.nodes.length; round += 1) {
    let moved = false;
    for (const [from, to] of edges) {
      const least = (depth.get(from) ?? 0) + 1;
      if ((depth.get(to) ?? 0) >= least || least > document.nodes.length) continue;
      depth.set(to, least);
      moved = true;
    }
    if (!moved) break;
  }
  return depth;
}

export type Direction = 'left' | 'right' | 'up' | 'down';

/** The nearest node in a direction: what lies straight ahead wins over what is merely close. */
export function neighbour(
  nodes: readonly PipelineNode[],
  from: string,
  direction: Direction,
): string | undefined {
  const start = nodes.find((node) => node.id === from);
  if (!start) return undefined;
  const origin = placeOf(start);
  let best: { id: string; cost: number } | undefined;
  for (const node of nodes) {
    if (node.id === from) continue;
    const place = placeOf(node);
    const [ahead, aside] = split(place.x - origin.x, place.y - origin.y, direction);
    if (ahead <= 0 || Math.abs(aside) > ahead * 3) continue;
    const cost = ahead + Math.abs(aside) * 2;
    if (!best || cost < best.cost) best = { id: node.id, cost };
  }
  return best?.id;
}

function split(dx: number, dy: number, direction: Direction): [ahead: number, aside: number] {
  switch (direction) {
    case 'left':
      return [-dx, dy];
    case 'right':
      return [dx, dy];
    case 'up':
      return [-dy, dx];
    case 'down':
      return [dy, dx];
  }
}
