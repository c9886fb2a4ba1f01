import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as s from './scroll.ts';

const rows = fc.integer({ min: 0, max: 2_000_000_000 });
const viewport = fc.integer({ min: 28, max: 4000 });

test('the scrollbar never outgrows what browsers lay out, and both its ends show both ends of the data', () => {
  fc.assert(
    fc.property(rows, viewport, (count, height) => {
      const scale = s.scrollScale(count, height);
      expect(scale.height).toBeLessThanOrEqual(s.maxScrollHeight);
      expect(s.topAtScroll(scale, 0)).toBe(0);
      const end = Math.max(0, scale.height - height);
      expect(Math.abs(s.topAtScroll(scale, end) - scale.maxTop)).toBeLessThan(1);
    }),
  );
});

test('going to a place and reading it back from the scrollbar gives the same place', () => {
  fc.assert(
    fc.property(rows, viewport, fc.double({ min: 0, max: 1, noNaN: true }), (count, height, share) => {
      const scale = s.scrollScale(count, height);
      const top = scale.maxTop * share;
      expect(Math.abs(s.topAtScroll(scale, s.scrollAtTop(scale, top)) - top)).toBeLessThan(0.01);
    }),
  );
});

test('every row can be brought wholly into sight and is then among the visible ones', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e9 }),
      viewport,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (count, height, share) => {
        const row = Math.min(count - 1, Math.floor(count * share));
        const top = s.topShowingRow(row, 0, height);
        const [start, end] = s.visibleRows(top, height, count);
        expect(start).toBeLessThanOrEqual(row);
        expect(end).toBeGreaterThan(row);
        expect(end - start).toBeLessThanOrEqual(height / s.rowHeight + 2);
      },
    ),
  );
});

test('visible columns are exactly those that touch the window', () => {
  const widths = fc.array(fc.integer({ min: 48, max: 400 }), { maxLength: 500 });
  fc.assert(
    fc.property(widths, fc.nat(20_000), fc.integer({ min: 1, max: 2000 }), (list, left, width) => {
      const edges = s.columnEdges(list);
      const total = edges.at(-1) ?? 0;
      const from = Math.min(left, Math.max(0, total - 1));
      const [start, end] = s.visibleColumns(edges, from, width);
      const touching = list.flatMap((_, n) =>
        (edges[n + 1] ?? 0) > from && (edges[n] ?? 0) < from + width ? [n] : [],
      );
      expect([start, end]).toEqual(touching.length ? [touching[0], (touching.at(-1) ?? 0) + 1] : [0, 0]);
    }),
  );
});
