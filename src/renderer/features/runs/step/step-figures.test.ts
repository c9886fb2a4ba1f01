import { expect, test } from 'vitest';
import { at, stepOf } from '../testing.ts';
import { stepFigures } from './step-figures.ts';

const document = {
  nodes: [],
  edges: [
    { from: 'a', to: 'c.left' },
    { from: 'b', to: 'c.right' },
    { from: 'c', to: 'd' },
  ],
};

test('the rows in are the sum over the wires, and unknown as soon as one is', () => {
  const steps = [stepOf('a', { rows: 10 }), stepOf('b', { rows: 5 }), stepOf('c'), stepOf('d')];
  expect(stepFigures(document, steps, 0).map(({ rowsIn }) => rowsIn)).toEqual([null, null, 15, null]);
});

test('a rate is told of own time only: not of reused steps, nor of those that ran inside another', () => {
  const steps = [
    stepOf('a', { rows: 500, milliseconds: 250 }),
    stepOf('b', { rows: 500, milliseconds: 250, status: 'reused' }),
    stepOf('c', { rows: 500 }),
    stepOf('d', { rows: 30, status: 'running', startedAt: at(0) }),
  ];
  expect(
    stepFigures(
      document,
      [
        stepOf('a', {
          status: 'running',
          rows: 1,
          live: { milliseconds: 9, memoryBytes: 1, rowsPerSecond: 77.4 },
        }),
      ],
      0,
    )[0]?.rowsPerSecond,
  ).toBe(77);
  const rates = stepFigures(document, steps, Date.parse(at(3000))).map(({ rowsPerSecond }) => rowsPerSecond);
  expect(rates).toEqual([2000, null, null, 10]);
});

test('a running step’s time grows; reused and fused steps have none of their own', () => {
  const steps = [
    stepOf('a', { milliseconds: 40 }),
    stepOf('b', { status: 'running', startedAt: at(1000) }),
    stepOf('c', { status: 'reused', milliseconds: 40 }),
    stepOf('d'),
  ];
  const took = stepFigures({ nodes: [], edges: [] }, steps, Date.parse(at(3500))).map(
    (figures) => figures.took,
  );
  expect(took).toEqual([40, 2500, null, null]);
});
