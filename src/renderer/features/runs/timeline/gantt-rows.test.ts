import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RunStep } from '../../../../shared/contract/domain.ts';
import { stepOf } from '../testing.ts';
import { foldedFrom, ganttRows, rowIndexOf } from './gantt-rows.ts';

const statuses = fc.array(fc.constantFrom<RunStep['status']>('reused', 'reused', 'succeeded', 'running'), {
  maxLength: 40,
});
const stepsOf = (list: readonly RunStep['status'][]) =>
  list.map((status, index) => stepOf(`n${index}`, { status }));

test('every step is on exactly one line, in order, whatever is folded', () => {
  fc.assert(
    fc.property(statuses, fc.array(fc.nat(40)), (list, open) => {
      const steps = stepsOf(list);
      const rows = ganttRows(steps, new Set(open.map((index) => `fold:n${index}`)));
      const told = rows.flatMap((row) => {
        if (row.kind === 'step') return [row.step.nodeId];
        return row.open ? [] : row.steps.map(({ nodeId }) => nodeId);
      });
      expect(told).toEqual(steps.map(({ nodeId }) => nodeId));
      for (const { nodeId } of steps) expect(rowIndexOf(rows, nodeId)).toBeGreaterThanOrEqual(0);
      expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    }),
  );
});

test('a closed fold holds only reused steps, and a shorter stretch is not folded', () => {
  fc.assert(
    fc.property(statuses, (list) => {
      for (const row of ganttRows(stepsOf(list), new Set())) {
        if (row.kind === 'step') continue;
        expect(row.steps.length).toBeGreaterThanOrEqual(foldedFrom);
        expect(row.steps.every(({ status }) => status === 'reused')).toBe(true);
      }
    }),
  );
});

test('a node in a closed fold is found at the fold, in an opened one at its own line', () => {
  const steps = stepsOf(['succeeded', 'reused', 'reused', 'reused']);
  expect(rowIndexOf(ganttRows(steps, new Set()), 'n3')).toBe(1);
  expect(rowIndexOf(ganttRows(steps, new Set(['fold:n1'])), 'n3')).toBe(4);
  expect(rowIndexOf(ganttRows(steps, new Set()), 'gone')).toBe(-1);
});
