import { expect, test } from 'vitest';
import { expectRows, problemPlaces, runNode } from '../_kit/test-kit.ts';

const rows = [
  { id: 1, Name: ' \tAda\u00a0 Lovelace \n', 'no "te"': 'a.b.c' },
  { id: 2, Name: 'Käse 😀', 'no "te"': null },
];
const change = (config: Record<string, unknown>) => runNode('text', config, { in: rows });
const names = async (config: Record<string, unknown>) => {
  const result = await change({ columns: ['name'], ...config });
  expect(result.problems).toEqual([]);
  return result.rows.map(({ Name }) => Name);
};

test('all text columns when none is chosen; others and nulls stay', async () => {
  expectRows(await change({ operation: 'upper' }), [
    { id: 1, Name: ' \tADA\u00a0 LOVELACE \n', 'no "te"': 'A.B.C' },
    { id: 2, Name: 'KÄSE 😀', 'no "te"': null },
  ]);
});

test('each operation on a chosen column', async () => {
  expect(await names({ operation: 'lower' })).toEqual([' \tada\u00a0 lovelace \n', 'käse 😀']);
  expect(await names({ operation: 'trim' })).toEqual(['Ada\u00a0 Lovelace', 'Käse 😀']);
  expect(await names({ operation: 'collapse' })).toEqual(['Ada Lovelace', 'Käse 😀']);
  expect(await names({ operation: 'reverse' })).toEqual(['\n ecalevoL \u00a0adA\t ', '😀 esäK']);
});

test('replacing takes the text as it is, or as a pattern', async () => {
  const notes = async (config: Record<string, unknown>) =>
    (await change({ operation: 'replace', columns: ['no "te"'], ...config })).rows.map(
      (row) => row['no "te"'],
    );
  expect(await notes({ find: '.', with: "'" })).toEqual(["a'b'c", null]);
  expect(await notes({ find: '.', with: 'x', regex: true })).toEqual(['xxxxx', null]);
  expect(await notes({ find: '(\\w)\\.(\\w)', with: '\\2-\\1', regex: true })).toEqual(['b-a.c', null]);
  expect(await notes({ find: 'b', with: '' })).toEqual(['a..c', null]);
});

test('a chosen column twice is changed once', async () => {
  expect(await names({ operation: 'reverse', columns: ['Name', 'name'] })).toEqual(
    await names({ operation: 'reverse' }),
  );
});

test('problems: unknown columns, other types, nothing to find', async () => {
  const result = await change({ operation: 'upper', columns: ['id', 'Nmae'] });
  expect(problemPlaces(result)).toEqual(['wrong_type at columns.0', 'unknown_column at columns.1']);
  expect(problemPlaces(await change({ operation: 'upper', columns: ['id'] }))).toEqual([
    'wrong_type at columns.0',
  ]);
  expect(problemPlaces(await change({ operation: 'replace' }))).toEqual(['invalid_config at find']);
});

test('rows without any text column pass unchanged', async () => {
  expectRows(await runNode('text', { operation: 'upper' }, { in: [{ n: 1 }] }), [{ n: 1 }]);
});
