import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectRows, problemPlaces, runNode } from '../_kit/test-kit.ts';

const rows = [
  { id: 1, Mail: 'a@x', at: 2 },
  { id: 2, Mail: 'b@x', at: 1 },
  { id: 3, Mail: 'a@x', at: 3 },
  { id: 4, Mail: null, at: 1 },
  { id: 5, Mail: null, at: null },
];
const kept = async (config: Record<string, unknown>) => {
  const result = await runNode('dedupe', config, { in: rows });
  expect(result.problems).toEqual([]);
  return result.rows.map(({ id }) => id);
};

test('without an order the first or last to arrive is kept, and rows stay in their order', async () => {
  expect(await kept({ keys: ['mail'] })).toEqual([1, 2, 4]);
  expect(await kept({ keys: ['Mail'], keep: 'last' })).toEqual([2, 3, 5]);
});

test('the order decides which row is first', async () => {
  expect(await kept({ keys: ['Mail'], order: [{ column: 'at', descending: true }] })).toEqual([2, 3, 4]);
  expect(await kept({ keys: ['Mail'], order: [{ column: 'at', nulls: 'first' }] })).toEqual([1, 2, 5]);
});

test('rows that are equal by the order stand as they arrive', async () => {
  const ties = [
    { k: 1, n: 'a' },
    { k: 1, n: 'b' },
    { k: 1, n: 'c' },
  ];
  const order = [{ column: 'k' }];
  expectRows(await runNode('dedupe', { keys: ['k'], order }, { in: ties }), [{ k: 1, n: 'a' }]);
  expectRows(await runNode('dedupe', { keys: ['k'], order, keep: 'last' }, { in: ties }), [{ k: 1, n: 'c' }]);
});

test('without keys whole rows are compared, nulls alike', async () => {
  const twice = [
    { a: 1, b: null },
    { a: 1, b: null },
    { a: 1, b: 'x' },
  ];
  expectRows(await runNode('dedupe', {}, { in: twice }), [
    { a: 1, b: null },
    { a: 1, b: 'x' },
  ]);
});

test('unknown keys and order columns are problems', async () => {
  const result = await runNode('dedupe', { keys: ['mial'], order: [{ column: 'when' }] }, { in: rows });
  expect(problemPlaces(result)).toEqual(['unknown_column at keys.0', 'unknown_column at order.0.column']);
});

test('one row a key is left, the one that comes first in plain JavaScript too', async () => {
  const row = fc.record({ k: fc.integer({ min: 0, max: 4 }), n: fc.option(fc.integer({ min: 0, max: 3 })) });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), async (plain) => {
      const numbered = plain.map(({ k, n }, at) => ({ k, n: n ?? null, at }));
      const result = await runNode('dedupe', { keys: ['k'], order: [{ column: 'n' }] }, { in: numbered });
      const value = (n: number | null) => n ?? Number.POSITIVE_INFINITY;
      const sorted = [...numbered].sort(
        (left, right) => value(left.n) - value(right.n) || left.at - right.at || 0,
      );
      const first = new Map<number, number>();
      for (const { k, at } of sorted) if (!first.has(k)) first.set(k, at);
      expect(result.rows.map(({ at }) => at)).toEqual(
        [...first.values()].sort((left, right) => left - right),
      );
    }),
    { numRuns: 20 },
  );
});
