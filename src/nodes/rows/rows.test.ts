import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectRows, problemPlaces, runNode } from '../_kit/test-kit.ts';
import { mostRows } from './definition.ts';

const types = ({ columns }: { columns: readonly { name: string; type: string }[] }) =>
  Object.fromEntries(columns.map(({ name, type }) => [name, type]));

describe('plain records', () => {
  test('types are found from the values', async () => {
    const rows = [
      { whole: 1, part: 1, yes: true, text: 'a', day: '2024-01-31', mixed: 1, tags: ['x'], none: null },
      {
        whole: -2,
        part: 0.5,
        yes: false,
        text: '',
        day: '2024-02-01',
        mixed: 'b',
        tags: { k: 1 },
        none: null,
      },
    ];
    const result = await runNode('rows', { rows });
    expect(types(result)).toEqual({
      whole: 'BIGINT',
      part: 'DOUBLE',
      yes: 'BOOLEAN',
      text: 'VARCHAR',
      day: 'VARCHAR',
      mixed: 'VARCHAR',
      tags: 'JSON',
      none: 'VARCHAR',
    });
    expectRows(result, [
      { ...rows[0], mixed: '1', tags: '["x"]' },
      { ...rows[1], tags: '{"k":1}' },
    ]);
  });

  test('columns stand in order of first appearance, and a missing key is null', async () => {
    const result = await runNode('rows', { rows: [{ b: 1 }, { a: 'x', b: null }, { c: true }] });
    expect(result.columns.map(({ name }) => name)).toEqual(['b', 'a', 'c']);
    expectRows(result, [
      { b: 1, a: null, c: null },
      { b: null, a: 'x', c: null },
      { b: null, a: null, c: true },
    ]);
  });

  test('whole numbers beyond 2^53 that are text stay exact; those that are numbers are warned of', async () => {
    const exact = await runNode('rows', { rows: [{ id: '9007199254740993' }] });
    expectRows(exact, [{ id: '9007199254740993' }]);
    const rounded = await runNode('rows', { rows: [{ id: 1 }, { id: 2 ** 60 }] });
    expect(problemPlaces(rounded)).toEqual(['unsafe_number at rows.1.id']);
    expect(rounded.problems[0]?.severity).toBe('warning');
    expect(rounded.rows).toHaveLength(2);
  });

  test('quotes, unicode, line ends and names that objects inherit are ordinary text', async () => {
    const row = JSON.parse(
      '{"__proto__":1,"constructor":"it\'s","a\\"b":"line\\nend","Größe":"é 😀","select":null}',
    );
    const result = await runNode('rows', { rows: [row, {}] });
    expect(result.columns.map(({ name }) => name)).toEqual([
      '__proto__',
      'constructor',
      'a"b',
      'Größe',
      'select',
    ]);
    expect(result.problems).toEqual([]);
    expect(Object.entries(result.rows[0] ?? {})).toEqual(Object.entries(row));
    expect(Object.values(result.rows[1] ?? {})).toEqual([null, null, null, null, null]);
  });

  test('two spellings of one column are a problem; letters beyond A to Z keep their case', async () => {
    const clash = await runNode('rows', { rows: [{ Amount: 1 }, { amount: 2 }] });
    expect(problemPlaces(clash)).toEqual(['duplicate_column at rows']);
    expectRows(await runNode('rows', { rows: [{ Ä: 1, ä: 2 }] }), [{ Ä: 1, ä: 2 }]);
  });

  test.each([[[]], [[{}]]])('%j has no columns, which is said', async (rows) => {
    expect(problemPlaces(await runNode('rows', { rows }))).toEqual(['no_columns at rows']);
  });

  test('any record of JSON values comes out as it went in', async () => {
    const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    const column = fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.boolean(), scalar);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ a: column, b: scalar }), { minLength: 1, maxLength: 8 }),
        async (rows) => {
          const clean = rows.filter(({ a, b }) => !/[\0\ud800-\udfff]/.test(`${a}${b}`));
          fc.pre(clean.length > 0);
          const result = await runNode('rows', { rows: clean });
          const asText = (value: unknown) => (value === null ? null : String(value));
          expect(result.rows.map(({ a, b }) => [asText(a), asText(b)])).toEqual(
            clean.map(({ a, b }) => [asText(a), asText(b)]),
          );
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('typed rows', () => {
  test('values take the types of their columns, exactly', async () => {
    const columns = [
      { name: 'id', type: 'HUGEINT' },
      { name: 'price', type: 'DECIMAL(18,2)' },
      { name: 'day', type: 'DATE' },
      { name: 'at', type: 'TIMESTAMP' },
      { name: 'tags', type: 'VARCHAR[]' },
      { name: 'extra', type: 'JSON' },
      { name: 'ok', type: 'BOOLEAN' },
    ];
    const rows = [
      [
        '170141183460469231731687303715884105727',
        1.25,
        '2024-02-29',
        '2024-01-01 10:00:00',
        ['a', "b'c"],
        { k: [1] },
        'true',
      ],
      Array(7).fill(null),
    ];
    const result = await runNode('rows', { rows: { columns, rows } });
    expect(result.columns).toEqual(columns);
    expectRows(result, [
      {
        id: '170141183460469231731687303715884105727',
        price: '1.25',
        day: '2024-02-29',
        at: '2024-01-01T10:00:00',
        tags: ['a', "b'c"],
        extra: '{"k":[1]}',
        ok: true,
      },
      { id: null, price: null, day: null, at: null, tags: null, extra: null, ok: null },
    ]);
  });

  test('columns without rows are an empty table', async () => {
    const columns = [{ name: 'Id', type: 'BIGINT' }];
    const result = await runNode('rows', { rows: { columns, rows: [] } });
    expectRows(result, []);
    expect(result.columns).toEqual(columns);
  });

  test('rows of another length and clashing names are problems', async () => {
    const columns = [
      { name: 'a', type: 'BIGINT' },
      { name: 'A', type: 'BIGINT' },
    ];
    const result = await runNode('rows', { rows: { columns, rows: [[1, 2], [1]] } });
    expect(problemPlaces(result)).toEqual([
      'duplicate_column at rows.columns.1.name',
      'ragged_row at rows.rows.1',
    ]);
  });

  test('a type that is none is refused with its place', async () => {
    const columns = [{ name: 'a', type: 'INTEGER); drop' }];
    const result = await runNode('rows', { rows: { columns, rows: [] } });
    expect(problemPlaces(result)).toEqual(['invalid_config at rows.columns.0.type']);
    expect(result.problems[0]?.message).toMatch(/^Choose a type/);
  });
});

test('too many rows are refused with advice', async () => {
  const rows = Array.from({ length: mostRows + 1 }, (_row, id) => ({ id }));
  const result = await runNode('rows', { rows });
  expect(result.problems).toHaveLength(1);
  expect(result.problems[0]?.message).toContain('Save them as a file');
});

test('many rows keep every value and their order, as few do', async () => {
  const columns = [
    { name: 'id', type: 'HUGEINT' },
    { name: 'text "x"', type: 'VARCHAR' },
    { name: 'part', type: 'DOUBLE' },
    { name: 'tags', type: 'VARCHAR[]' },
  ];
  const texts = ["it's", 'a"b\\c', 'é 😀\n\t', '', null, '{"a": [1]}', 'null'];
  const rows = Array.from({ length: 1500 }, (_row, at) => [
    `9007199254740993${at}`,
    texts[at % texts.length] ?? null,
    at === 7 ? -0 : at / 8,
    at % 3 === 0 ? null : ['a', "b'c"],
  ]);
  const result = await runNode('rows', { rows: { columns, rows } });
  expect(result.columns).toEqual(columns);
  expect(result.problems).toEqual([]);
  expect(result.rows.map((row) => Object.values(row))).toEqual(rows);
});
