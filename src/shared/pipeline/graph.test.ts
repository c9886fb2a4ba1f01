import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkGraph,
  downstreamOf,
  type KindPorts,
  topologicalOrder,
  upstreamOf,
  wouldCycle,
} from './graph.ts';

const one = { name: 'in', label: 'Rows' };
const kinds: Record<string, KindPorts> = {
  source: { inputs: [], outputs: [{ name: 'out', label: 'Rows' }] },
  step: {
    inputs: [one],
    outputs: [
      { name: 'out', label: 'Rows' },
      { name: 'rejected', label: 'Rejected' },
    ],
  },
  join: {
    inputs: [
      { name: 'left', label: 'Left' },
      { name: 'right', label: 'Right' },
    ],
    outputs: [{ name: 'out', label: 'Rows' }],
  },
  union: { inputs: [{ name: 'in', label: 'Rows', many: true }], outputs: [{ name: 'out', label: 'Rows' }] },
  sink: { inputs: [one], outputs: [] },
};

function check(nodes: Record<string, string>, ...edges: string[]) {
  return checkGraph(graph(nodes, ...edges), (kind) => kinds[kind]);
}

function graph(nodes: Record<string, string>, ...edges: string[]) {
  return {
    nodes: Object.entries(nodes).map(([id, kind]) => ({ id, kind, config: {} })),
    edges: edges.map((edge) => {
      const [from = '', to = ''] = edge.split(' > ');
      return { from, to };
    }),
  };
}

const codes = (report: ReturnType<typeof check>) => report.problems.map(({ code, nodeId }) => [code, nodeId]);

describe('checkGraph', () => {
  it('finds nothing wrong with a sound graph, and orders it', () => {
    const report = check(
      { out: 'sink', j: 'join', a: 'source', b: 'source' },
      'a > j.left',
      'b > j.right',
      'j > out',
    );
    expect(report.problems).toEqual([]);
    expect(report.order).toEqual(['a', 'b', 'j', 'out']);
    expect(report.wires[1]).toEqual({
      from: { node: 'b', port: 'out' },
      to: { node: 'j', port: 'right', index: 0 },
      edge: 1,
    });
  });

  it('numbers the wires of a port that takes many', () => {
    const report = check({ a: 'source', b: 'source', u: 'union' }, 'b > u', 'a > u');
    expect(report.wires.map(({ from, to }) => [from.node, to.index])).toEqual([
      ['b', 0],
      ['a', 1],
    ]);
  });

  it.each([
    ['a node that is not there', { a: 'source' }, ['a > gone'], ['unknown_node', undefined]],
    ['an output that is not there', { a: 'source', s: 'step' }, ['a.nope > s'], ['unknown_port', 'a']],
    ['an input that is not there', { a: 'source', s: 'step' }, ['a > s.nope'], ['unknown_port', 's']],
    ['a wire into a source', { a: 'source', b: 'source' }, ['a > b'], ['wrong_direction', 'b']],
    [
      'a wire out of an input',
      { a: 'source', s: 'step', t: 'step' },
      ['a > s', 's.in > t'],
      ['wrong_direction', 's'],
    ],
    [
      'two wires on one input',
      { a: 'source', b: 'source', s: 'step' },
      ['a > s', 'b > s'],
      ['too_many_wires', 's'],
    ],
    ['an input without a wire', { j: 'join', a: 'source' }, ['a > j.left'], ['missing_input', 'j']],
  ] as const)('tells %s', (_name, nodes, edges, expected) => {
    expect(codes(check(nodes, ...edges))).toContainEqual(expected);
  });

  it('names the nodes of a cycle, once, and leaves out what hangs on it', () => {
    const report = check(
      { a: 'source', u: 'union', s: 'step', t: 'step', out: 'sink' },
      'a > u',
      'u > s',
      's > t',
      't > u',
      't > out',
    );
    const cycles = report.problems.filter(({ code }) => code === 'cycle');
    expect(cycles).toHaveLength(1);
    expect(cycles[0]?.message).toMatch(/u → s → t → u|s → t → u → s|t → u → s → t/);
    expect(report.order).toEqual(['a']);
  });

  it('tells a node wired to itself', () => {
    expect(codes(check({ u: 'union' }, 'u > u'))).toContainEqual(['cycle', 'u']);
  });

  it('tells two nodes of one id', () => {
    const twice = {
      nodes: [
        { id: 'a', kind: 'source', config: {} },
        { id: 'a', kind: 'source', config: {} },
      ],
      edges: [],
    };
    expect(checkGraph(twice, (kind) => kinds[kind]).problems).toMatchObject([
      { code: 'duplicate_node', nodeId: 'a' },
    ]);
  });

  it('warns of rows that go nowhere only when there is somewhere to go', () => {
    expect(codes(check({ a: 'source' }))).toEqual([]);
    const report = check({ a: 'source', b: 'source', out: 'sink' }, 'a > out');
    expect(report.problems).toMatchObject([{ code: 'dead_end', nodeId: 'b', severity: 'warning' }]);
  });

  it('keeps the wires of a kind it does not know', () => {
    const report = check({ a: 'source', x: 'mystery', out: 'sink' }, 'a > x.anything', 'x.else > out');
    expect(report.problems).toEqual([]);
    expect(report.wires).toHaveLength(2);
  });
});

/** Random graphs over n0..n7; edges may point anywhere, so cycles occur. */
const anyGraph = fc
  .record({
    kinds: fc.array(fc.constantFrom(...Object.keys(kinds), 'mystery'), { minLength: 1, maxLength: 8 }),
    links: fc.array(fc.tuple(fc.nat(9), fc.nat(9), fc.constantFrom('', '.left', '.right', '.out', '.in')), {
      maxLength: 20,
    }),
  })
  .map(({ kinds: chosen, links }) => ({
    nodes: chosen.map((kind, at) => ({ id: `n${at}`, kind, config: {} })),
    edges: links.map(([from, to, port]) => ({ from: `n${from}`, to: `n${to}${port}` })),
  }));

describe('any graph', () => {
  it('is ordered so that each node follows all it reads from, and nothing on a cycle is ordered', () => {
    fc.assert(
      fc.property(anyGraph, (document) => {
        const order = topologicalOrder(document);
        const place = new Map(order.map((id, at) => [id, at]));
        for (const { id } of document.nodes) {
          const above = upstreamOf(document, id);
          const cyclic = above.has(id) || [...above].some((other) => upstreamOf(document, other).has(other));
          expect(place.has(id)).toBe(!cyclic);
          if (!cyclic) for (const other of above) expect(place.get(other)).toBeLessThan(place.get(id) ?? -1);
        }
      }),
    );
  });

  it('has a cycle problem exactly when not all of it can be ordered', () => {
    fc.assert(
      fc.property(anyGraph, (document) => {
        const report = checkGraph(document, (kind) => kinds[kind]);
        expect(report.problems.some(({ code }) => code === 'cycle')).toBe(
          report.order.length < document.nodes.length,
        );
      }),
    );
  });

  it('upstream and downstream mirror each other, and wouldCycle foresees the cycle', () => {
    fc.assert(
      fc.property(anyGraph, (document) => {
        for (const { id } of document.nodes) {
          for (const other of downstreamOf(document, id))
            expect(upstreamOf(document, other).has(id)).toBe(true);
        }
        const [first, second = first] = document.nodes;
        if (!first || !second) return;
        const after = { ...document, edges: [...document.edges, { from: first.id, to: second.id }] };
        expect(upstreamOf(after, second.id).has(second.id)).toBe(
          wouldCycle(document, first.id, second.id) || upstreamOf(document, second.id).has(second.id),
        );
      }),
    );
  });
});
