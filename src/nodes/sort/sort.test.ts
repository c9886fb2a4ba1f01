import { expect, test } from 'vitest';
import { expectRows, problemPlaces, runNode } from '../_kit/test-kit.ts';

const rows = [
  { Id: 1, 'größe "x"': 3 },
  { Id: 2, 'größe "x"': null },
  { Id: 3, 'größe "x"': 1 },
  { Id: 4, 'größe "x"': 3 },
];
const order = async (...by: Record<string, unknown>[]) => {
  const result = await runNode('sort', { by }, { in: rows });
  expect(result.problems).toEqual([]);
  return result.rows.map(({ Id }) => Id);
};

test('ascending with empty values last unless told otherwise', async () => {
  expect(await order({ column: 'größe "x"' }, { column: 'id' })).toEqual([3, 1, 4, 2]);
  expect(await order({ column: 'größe "x"', nulls: 'first' }, { column: 'id', descending: true })).toEqual([
    2, 3, 4, 1,
  ]);
});

test('descending keeps empty values last too', async () => {
  expect(await order({ column: 'größe "x"', descending: true }, { column: 'id' })).toEqual([1, 4, 3, 2]);
});

test('unknown columns are problems', async () => {
  const result = await runNode('sort', { by: [{ column: 'Id' }, { column: 'Idd' }] }, { in: rows });
  expect(problemPlaces(result)).toEqual(['unknown_column at by.1.column']);
});

test('nothing to sort by is a problem', async () => {
  expect(problemPlaces(await runNode('sort', { by: [] }, { in: rows }))).toEqual(['invalid_config at by']);
});

test('no rows stay none', async () => {
  const empty = { columns: [{ name: 'a', type: 'VARCHAR' }], rows: [] };
  expectRows(await runNode('sort', { by: [{ column: 'A' }] }, { in: empty }), []);
});
