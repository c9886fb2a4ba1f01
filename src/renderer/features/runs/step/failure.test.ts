import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RunStep } from '../../../../shared/contract/domain.ts';
import { at, stepOf } from '../testing.ts';
import { failuresOf, nodesBelow, nodesInto } from './failure.ts';

const node = (id: string) => ({ id, kind: 'filter', config: {} });
const chain = {
  nodes: ['a', 'b', 'c', 'd', 'other'].map(node),
  edges: [
    { from: 'a', to: 'b' },
    { from: 'b', to: 'c' },
    { from: 'c.out', to: 'd.in' },
  ],
};

test('the failure that came first comes first, and what is below it is a consequence and no failure', () => {
  const steps = [
    stepOf('a'),
    stepOf('b', { status: 'failed', finishedAt: at(50) }),
    stepOf('c', { status: 'failed', finishedAt: at(60) }),
    stepOf('d', { status: 'skipped' }),
    stepOf('other', { status: 'failed', finishedAt: at(20) }),
  ];
  const failures = failuresOf({ document: chain, steps });
  expect(
    failures.map(({ step, consequences }) => [step.nodeId, consequences.map((one) => one.nodeId)]),
  ).toEqual([
    ['other', []],
    ['b', ['c', 'd']],
  ]);
});

test('a run without a failed step has no failure', () => {
  expect(failuresOf({ document: chain, steps: [stepOf('a'), stepOf('b', { status: 'skipped' })] })).toEqual(
    [],
  );
});

test('the inputs of a node come once each, in the order of the wires', () => {
  const edges = [
    { from: 'b.rejected', to: 'd.right' },
    { from: 'a', to: 'd.left' },
    { from: 'b.out', to: 'd.left' },
  ];
  expect(nodesInto({ nodes: chain.nodes, edges }, 'd')).toEqual(['b', 'a']);
});

const graph = fc
  .record({
    size: fc.integer({ min: 1, max: 12 }),
    wires: fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 30 }),
    statuses: fc.array(fc.constantFrom<RunStep['status']>('failed', 'skipped', 'succeeded', 'cancelled'), {
      minLength: 12,
      maxLength: 12,
    }),
  })
  .map(({ size, wires, statuses }) => ({
    document: {
      nodes: Array.from({ length: size }, (_, index) => node(`n${index}`)),
      // Wires lead to a later node, as in every sound graph.
      edges: wires
        .filter(([from, to]) => from < to && to < size)
        .map(([from, to]) => ({ from: `n${from}`, to: `n${to}` })),
    },
    steps: Array.from({ length: size }, (_, index) =>
      stepOf(`n${index}`, { status: statuses[index] ?? 'succeeded' }),
    ),
  }));

test('no failure lies below another, every failed step is one or below one, and consequences are below', () => {
  fc.assert(
    fc.property(graph, (ran) => {
      const failures = failuresOf(ran);
      const roots = new Set(failures.map(({ step }) => step.nodeId));
      const below = new Set([...roots].flatMap((id) => [...nodesBelow(ran.document, id)]));
      for (const id of roots) expect(below.has(id)).toBe(false);
      for (const step of ran.steps)
        if (step.status === 'failed') expect(roots.has(step.nodeId) || below.has(step.nodeId)).toBe(true);
      for (const { step, consequences } of failures) {
        const own = nodesBelow(ran.document, step.nodeId);
        for (const { nodeId } of consequences) expect(own.has(nodeId)).toBe(true);
      }
    }),
  );
});
