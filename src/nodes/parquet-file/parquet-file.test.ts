import { expect, test } from 'vitest';
import { expectRows, parquetOf, problemPlaces, reachedBy, runNode } from '../_kit/test-kit.ts';

test('rows come with the types that the file has', async () => {
  const query = `SELECT 1::BIGINT AS id, 'é"' AS "Größe ""x""", 1.25::DECIMAL(10,2) AS price, [1, 2] AS list, NULL::DATE AS day`;
  const result = await runNode(
    'parquet-file',
    { path: 'in.parquet' },
    {},
    { files: { 'in.parquet': await parquetOf(query) } },
  );
  expect(result.columns.map(({ type }) => type)).toEqual([
    'BIGINT',
    'VARCHAR',
    'DECIMAL(10,2)',
    'INTEGER[]',
    'DATE',
  ]);
  expectRows(result, [{ id: 1, 'Größe "x"': 'é"', price: '1.25', list: [1, 2], day: null }]);
});

test('a file that is none is a problem at its path', async () => {
  const result = await runNode(
    'parquet-file',
    { path: 'in.parquet' },
    {},
    { files: { 'in.parquet': 'id\n1\n' } },
  );
  expect(result.problems[0]).toMatchObject({ severity: 'error', nodeId: 'node', path: ['path'] });
});

test('no file chosen is a problem; the file is all it reaches', async () => {
  expect(problemPlaces(await runNode('parquet-file', { path: '' }))).toEqual(['invalid_config at path']);
  expect(reachedBy('parquet-file', { path: 'a.parquet' })).toEqual({ readsFiles: ['a.parquet'] });
});
