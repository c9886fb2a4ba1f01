import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPortions, createShare, nextSize, nextTurn } from './portions.ts';

const sizes = { least: 10, most: 1000 };

test('a size stays within its bounds and never changes by more than half or double', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 10, max: 1000 }),
      fc.double({ min: 0, max: 1e6, noNaN: true }),
      (size, took) => {
        const next = nextSize(size, took, sizes);
        expect(next).toBeGreaterThanOrEqual(Math.max(sizes.least, Math.floor(size / 2)));
        expect(next).toBeLessThanOrEqual(Math.min(sizes.most, size * 2));
      },
    ),
  );
});

test('a slow portion is followed by a smaller one, a quick one by a bigger one, a fitting one by its like', () => {
  expect(nextSize(400, 80, sizes)).toBe(200);
  expect(nextSize(400, 0, sizes)).toBe(800);
  expect(nextSize(400, 8, sizes)).toBe(400);
});

test('portions begin with the least, answer what the work does, and pass its failures on', () => {
  const portions = createPortions({ least: 5, most: 5 });
  expect(portions.measure((size) => size * 2)).toBe(10);
  expect(() =>
    portions.measure(() => {
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(portions.size).toBe(5);
});

test('of many that wait for a turn, each turn of the event loop lets one go on, in their order', async () => {
  let turns = 0;
  let counting = true;
  const count = (): void => {
    turns += 1;
    if (counting) setImmediate(count);
  };
  const seen: { who: number; turn: number }[] = [];
  setImmediate(count);
  await Promise.all([1, 2, 3, 4].map((who) => nextTurn().then(() => seen.push({ who, turn: turns }))));
  counting = false;
  expect(seen.map(({ who }) => who)).toEqual([1, 2, 3, 4]);
  expect(new Set(seen.map(({ turn }) => turn)).size).toBe(4);
});

test('work that takes long spends its share, and has it anew after a turn', async () => {
  const share = createShare();
  const begun = performance.now();
  while (performance.now() - begun < 20);
  expect(share.spent()).toBe(true);
  let others = false;
  setImmediate(() => {
    others = true;
  });
  await share.renew();
  expect(others).toBe(true);
});
