import { describe, expect, test } from 'vitest';
import { expectRows, problemPlaces, runNode } from '../_kit/test-kit.ts';

const people = [
  { id: 1, Name: 'Ada', 'born "on"': '1815-12-10', score: '1.5' },
  { id: 2, Name: 'Bo', 'born "on"': null, score: 'n/a' },
];
const select = (config: Record<string, unknown>) => runNode('select', config, { in: people });
const names = ({ columns }: { columns: readonly { name: string }[] }) => columns.map(({ name }) => name);

test('only these columns, in their order, renamed', async () => {
  const result = await select({ columns: [{ column: 'Name', as: 'Größe "x"' }, { column: 'id' }] });
  expect(names(result)).toEqual(['Größe "x"', 'id']);
  expectRows(result, [
    { 'Größe "x"': 'Ada', id: 1 },
    { 'Größe "x"': 'Bo', id: 2 },
  ]);
});

test('these first, then the rest', async () => {
  const result = await select({
    mode: 'first',
    columns: [{ column: 'score' }, { column: 'name', as: 'who' }],
  });
  expect(names(result)).toEqual(['score', 'who', 'id', 'born "on"']);
});

test('all but these', async () => {
  const result = await select({ mode: 'remove', columns: [{ column: 'score' }, { column: 'born "on"' }] });
  expect(names(result)).toEqual(['id', 'Name']);
});

describe('new types', () => {
  test('values are converted', async () => {
    const result = await select({
      columns: [
        { column: 'born "on"', as: 'born', type: 'DATE' },
        { column: 'id', type: 'DECIMAL(10,2)' },
      ],
    });
    expect(result.columns).toEqual([
      { name: 'born', type: 'DATE' },
      { name: 'id', type: 'DECIMAL(10,2)' },
    ]);
    expectRows(result, [
      { born: '1815-12-10', id: '1.00' },
      { born: null, id: '2.00' },
    ]);
  });

  test('a value that does not fit becomes empty only where that was asked for', async () => {
    const columns = [{ column: 'score', type: 'DOUBLE' }];
    expectRows(await select({ columns, bad_values: 'null' }), [{ score: 1.5 }, { score: null }]);
    await expect(select({ columns })).rejects.toThrow(/n\/a/);
  });

  test('text that is no type is refused', async () => {
    const result = await select({ columns: [{ column: 'id', type: 'BIGINT) from x; --' }] });
    expect(problemPlaces(result)).toEqual(['invalid_config at columns.0.type']);
  });
});

test('a column may appear twice under two names, under one it may not', async () => {
  expectRows(await select({ columns: [{ column: 'id' }, { column: 'id', as: 'again' }] }), [
    { id: 1, again: 1 },
    { id: 2, again: 2 },
  ]);
  const clash = await select({ columns: [{ column: 'id' }, { column: 'Name', as: 'ID' }] });
  expect(problemPlaces(clash)).toEqual(['duplicate_column at columns.1.as']);
  expect(clash.problems[0]?.message).toContain('upper and lower case');
});

test('a name that clashes with a column left over is a problem', async () => {
  const clash = await select({ mode: 'first', columns: [{ column: 'Name', as: 'score' }] });
  expect(problemPlaces(clash)).toEqual(['duplicate_column at columns']);
});

test('swapping two names is no clash', async () => {
  const result = await select({
    columns: [
      { column: 'id', as: 'score' },
      { column: 'score', as: 'id' },
    ],
  });
  expectRows(result, [
    { score: 1, id: '1.5' },
    { score: 2, id: 'n/a' },
  ]);
});

test('unknown columns are reported with the nearest names, each at its place', async () => {
  const result = await select({ columns: [{ column: 'scor' }, { column: 'id' }, { column: 'xyzzy' }] });
  expect(problemPlaces(result)).toEqual([
    'unknown_column at columns.0.column',
    'unknown_column at columns.2.column',
  ]);
  expect(result.problems.map(({ message }) => message)).toEqual([
    'The input has no column "scor". Did you mean "score"?',
    'The input has no column "xyzzy". It has "id", "Name", "born ""on""" and "score".'.replaceAll('""', '"'),
  ]);
});

test('removing every column is a problem', async () => {
  const columns = people[0] ? Object.keys(people[0]).map((column) => ({ column })) : [];
  expect(problemPlaces(await select({ mode: 'remove', columns }))).toEqual(['no_columns at columns']);
});

test('changes columns where they stand, and keeps the others', async () => {
  const columns = [
    { column: 'B', as: 'c' },
    { column: 'a', type: 'VARCHAR' },
  ];
  const result = await runNode('select', { mode: 'all', columns }, { in: [{ a: 1, b: 2, d: 3 }] });
  expectRows(result, [{ a: '1', c: 2, d: 3 }]);
  expect(result.columns.map(({ name }) => name)).toEqual(['a', 'c', 'd']);
  const clash = await runNode(
    'select',
    { mode: 'all', columns: [{ column: 'a', as: 'D' }] },
    { in: [{ a: 1, d: 3 }] },
  );
  expect(problemPlaces(clash)).toEqual(['duplicate_column at columns']);
});
