import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stepOf } from '../testing.ts';
import { stepFigures } from './step-figures.ts';
import { figureOf, sortFigures } from './table-sort.ts';

test('sorting keeps every step, puts unknown values last either way, and the known ones in order', () => {
  const rows = fc.array(fc.option(fc.nat(20)), { maxLength: 20 });
  fc.assert(
    fc.property(rows, fc.boolean(), (list, descending) => {
      const steps = list.map((count, index) => stepOf(`n${index}`, { rows: count }));
      const sorted = sortFigures(stepFigures({ nodes: [], edges: [] }, steps, 0), {
        column: 'rows',
        descending,
      });
      expect(new Set(sorted.map(({ step }) => step.nodeId)).size).toBe(steps.length);
      const values = sorted.map((figures) => figureOf(figures, 'rows'));
      const known = values.filter((value) => value !== null);
      expect(values.slice(0, known.length)).toEqual(known);
      const ordered = known.toSorted((one, other) => (Number(one) - Number(other)) * (descending ? -1 : 1));
      expect(known).toEqual(ordered);
    }),
  );
});
