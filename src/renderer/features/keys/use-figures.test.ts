import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answered, axisPlaces, axisTop, pointName, totals } from './use-figures.ts';

test('an axis holds the most, wastes at most half of itself, and its half is whole', () => {
  fc.assert(
    fc.property(fc.integer({ min: 5, max: 50_000_000 }), (most) => {
      const top = axisTop(most);
      expect(top).toBeGreaterThanOrEqual(most);
      expect(top).toBeLessThan(most * 2);
      expect(Number.isInteger(top / 2)).toBe(true);
    }),
  );
  expect(axisTop(0)).toBe(4);
});

test('the places of an axis run from the first to the last point and grow', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 400 }), (count) => {
      const places = axisPlaces(count, 5);
      expect(places[0]).toBe(0);
      expect(places.at(-1)).toBe(count - 1);
      expect(new Set(places).size).toBe(places.length);
    }),
  );
  expect(axisPlaces(1, 5)).toEqual([0]);
  expect(axisPlaces(0, 5)).toEqual([]);
});

test('what was not answered is not counted as answered', () => {
  const points = [
    { requests: 10, refused: 2, limited: 3 },
    { requests: 1, refused: 1, limited: 0 },
  ];
  expect(totals(points)).toEqual({ requests: 11, refused: 3, limited: 3 });
  expect(answered(totals(points))).toBe(5);
});

test('a point of a day is called by its day, shorter ones by their time', () => {
  const now = new Date(2026, 5, 15, 12).getTime();
  const at = new Date(2026, 5, 3, 0).toISOString();
  expect(pointName(at, 86_400, now)).toBe('3 Jun');
  expect(pointName(new Date(2026, 5, 15, 0).toISOString(), 86_400, now)).toBe('Today');
  expect(pointName(new Date(2026, 5, 15, 9, 30).toISOString(), 900, now)).toBe('09:30');
});
