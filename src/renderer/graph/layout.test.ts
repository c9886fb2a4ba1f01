import ELK from 'elkjs/lib/elk.bundled.js';
import { describe, expect, it } from 'vitest';
import { emptyDocument } from '../../shared/pipeline/document.ts';
import { layoutGraph, placesFrom } from './layout.ts';
import { freePlace, neighbour, nodeHeight, nodeWidth, placeAll, placeOf } from './places.ts';
import { withJoin } from './testing.ts';

describe('arranging', () => {
  it('puts every step right of what feeds it, on the grid, without overlap, keeping the top left', async () => {
    const { document } = withJoin();
    const places = placesFrom(document, await new ELK().layout(layoutGraph(document)));
    expect(places.size).toBe(document.nodes.length);
    const at = (id: string) => places.get(id) ?? { x: Number.NaN, y: Number.NaN };
    expect(at('filter').x).toBeGreaterThan(at('orders').x);
    expect(at('join').x).toBeGreaterThan(Math.max(at('sort').x, at('products').x));
    const all = [...places.values()];
    expect(Math.min(...all.map(({ x }) => x))).toBe(0);
    expect(all.every(({ x, y }) => x % 8 === 0 && y % 8 === 0)).toBe(true);
    for (const one of all)
      for (const other of all)
        if (one !== other)
          expect(Math.abs(one.x - other.x) >= nodeWidth || Math.abs(one.y - other.y) >= nodeHeight).toBe(
            true,
          );
  });

  it('asks only about the selected steps and the wires between them', () => {
    const graph = layoutGraph(withJoin().document, new Set(['filter', 'sort']));
    expect(graph.children?.map((child) => child.id)).toEqual(['filter', 'sort']);
    expect(graph.edges).toHaveLength(1);
  });
});

describe('places', () => {
  it('gives steps of a hand-written document columns by depth', () => {
    const node = (id: string, kind: string) => ({ id, kind, config: {} });
    const document = placeAll({
      ...emptyDocument('x'),
      nodes: [node('c', 'filter'), node('a', 'rows'), node('b', 'filter'), node('d', 'rows')],
      edges: [
        { from: 'a', to: 'b' },
        { from: 'b', to: 'c' },
      ],
    });
    const x = Object.fromEntries(document.nodes.map((each) => [each.id, placeOf(each).x]));
    expect(x).toEqual({ a: 0, b: 288, c: 576, d: 0 });
    expect(new Set(document.nodes.map((each) => String(each.at))).size).toBe(4);
  });

  it('ends on a document with a circle', () => {
    const node = (id: string) => ({ id, kind: 'filter', config: {} });
    const circle = {
      ...emptyDocument('x'),
      nodes: [node('a'), node('b')],
      edges: [
        { from: 'a', to: 'b' },
        { from: 'b', to: 'a' },
      ],
    };
    expect(placeAll(circle).nodes.every((each) => each.at)).toBe(true);
  });

  it('moves down from a taken place', () => {
    expect(freePlace(withJoin().document, { x: 0, y: 0 })).toEqual({ x: 0, y: 112 });
  });

  it('finds the nearest step straight ahead', () => {
    const { document } = withJoin();
    expect(neighbour(document.nodes, 'orders', 'right')).toBe('filter');
    expect(neighbour(document.nodes, 'orders', 'down')).toBe('products');
    expect(neighbour(document.nodes, 'orders', 'left')).toBeUndefined();
  });
});
