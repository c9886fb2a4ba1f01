import { expect, test } from 'vitest';
import { expectRows, problemPlaces, runNode } from '../_kit/test-kit.ts';

const first = [
  { id: 1, Name: 'a' },
  { id: 2, Name: 'b' },
];
const second = [{ name: 'c', id: 3, 'größe "x"': true }];

test('columns are matched by name whatever their order and case; missing ones are null', async () => {
  const result = await runNode('union', {}, { in: [first, second] });
  expectRows(result, [
    { id: 1, Name: 'a', 'größe "x"': null },
    { id: 2, Name: 'b', 'größe "x"': null },
    { id: 3, Name: 'c', 'größe "x"': true },
  ]);
});

test('types widen to one that holds both', async () => {
  const result = await runNode('union', {}, { in: [[{ v: 1 }], [{ v: 1.5 }], [{ v: 'x' }]] });
  expect(result.columns).toEqual([{ name: 'v', type: 'VARCHAR' }]);
  expect(result.rows.map(({ v }) => v)).toHaveLength(3);
  const numbers = await runNode('union', {}, { in: [[{ v: 1 }], [{ v: 1.5 }]] });
  expect(numbers.columns).toEqual([{ name: 'v', type: 'DOUBLE' }]);
  expectRows(numbers, [{ v: 1 }, { v: 1.5 }]);
});

test('duplicates stay unless they are to be removed', async () => {
  expect((await runNode('union', {}, { in: [first, first] })).rows).toHaveLength(4);
  const distinct = await runNode('union', { distinct: true }, { in: [first, first] });
  expect(distinct.rows.map(({ id }) => id).sort()).toEqual([1, 2]);
});

test('one input passes through, even an empty one', async () => {
  const empty = { columns: [{ name: 'id', type: 'BIGINT' }], rows: [] };
  expectRows(await runNode('union', {}, { in: [first] }), first);
  expectRows(await runNode('union', {}, { in: [empty, [{ id: 1 }]] }), [{ id: 1 }]);
});

test('no input is a problem', async () => {
  expect(problemPlaces(await runNode('union', {}, {})).join()).toContain('missing_input');
});
