import { describe, expect, test } from 'vitest';
import { expectRows, problemPlaces, runNode } from '../_kit/test-kit.ts';

const columns = [
  { name: 'Region', type: 'VARCHAR' },
  { name: 'amount', type: 'DECIMAL(10,2)' },
  { name: 'count', type: 'BIGINT' },
  { name: 'paid', type: 'BOOLEAN' },
  { name: 'day', type: 'DATE' },
  { name: 'seen "on"', type: 'DATE' },
];
const table = {
  columns,
  rows: [
    ['EU', '1.50', 1, true, '2024-01-01', '2024-02-02'],
    [null, null, null, null, null, '2024-03-03'],
  ],
};
const fill = (...fills: Record<string, unknown>[]) => runNode('fill', { fills }, { in: table });
const second = async (...fills: Record<string, unknown>[]) => {
  const result = await fill(...fills);
  expect(result.problems).toEqual([]);
  expect(result.columns).toEqual(columns);
  return Object.values(result.rows[1] ?? {});
};

test('a fixed value keeps the type of its column, other values stay', async () => {
  const result = await fill(
    { column: 'region', value: 'un"known\'' },
    { column: 'amount', value: 2.25 },
    { column: 'paid', value: false },
    { column: 'day', value: '2020-02-29' },
  );
  expect(result.columns).toEqual(columns);
  expectRows(result, [
    { Region: 'EU', amount: '1.50', count: 1, paid: true, day: '2024-01-01', 'seen "on"': '2024-02-02' },
    {
      Region: 'un"known\'',
      amount: '2.25',
      count: null,
      paid: false,
      day: '2020-02-29',
      'seen "on"': '2024-03-03',
    },
  ]);
});

test('every number, every text, every column that the value fits', async () => {
  expect(await second({ every: 'number', with: 'zero' })).toEqual([
    null,
    '0.00',
    0,
    null,
    null,
    '2024-03-03',
  ]);
  expect(await second({ every: 'text', with: 'empty_text' })).toEqual([
    '',
    null,
    null,
    null,
    null,
    '2024-03-03',
  ]);
  expect(await second({ every: 'any', value: 7 })).toEqual([null, '7.00', 7, null, null, '2024-03-03']);
  expect(await second({ every: 'any', value: '?' })).toEqual(['?', null, null, null, null, '2024-03-03']);
});

test('another column’s value, and a value where that is empty too', async () => {
  const fromDay = [null, null, null, null, '2024-03-03', '2024-03-03'];
  expect(await second({ column: 'day', with: 'column', from: 'SEEN "on"' })).toEqual(fromDay);
  const twice = await fill(
    { column: 'count', with: 'column', from: 'amount' },
    { column: 'count', with: 'zero' },
  );
  expect(twice.problems).toEqual([]);
  expect(twice.rows.map(({ count }) => Number(count))).toEqual([1, 0]);
});

test('a column filled from one of a wider type widens rather than rounds', async () => {
  const rows = [
    { whole: 1, part: 0.5 },
    { whole: null, part: 1.5 },
  ];
  const result = await runNode(
    'fill',
    { fills: [{ column: 'whole', with: 'column', from: 'part' }] },
    { in: rows },
  );
  expectRows(result, [
    { whole: 1, part: 0.5 },
    { whole: 1.5, part: 1.5 },
  ]);
});

test('a list that fits no column changes nothing', async () => {
  const numbers = { columns: [{ name: 'n', type: 'BIGINT' }], rows: [[null]] };
  expectRows(await runNode('fill', { fills: [{ every: 'text', value: 'x' }] }, { in: numbers }), [
    { n: null },
  ]);
});

describe('problems', () => {
  test.each([
    [{ column: 'regoin', value: 'x' }, 'unknown_column at fills.0.column'],
    [{ column: 'day', with: 'column', from: 'dya' }, 'unknown_column at fills.0.from'],
    [{ column: 'count', value: 'many' }, 'wrong_type at fills.0.value'],
    [{ column: 'count', value: 1.5 }, 'wrong_type at fills.0.value'],
    [{ column: 'Region', with: 'zero' }, 'wrong_type at fills.0.with'],
    [{ column: 'count', with: 'column', from: 'day' }, 'wrong_type at fills.0.with'],
    [{ value: 'x' }, 'invalid_config at fills.0.column'],
    [{ column: 'count', every: 'text', value: 1 }, 'invalid_config at fills.0.column'],
    [{ column: 'count' }, 'invalid_config at fills.0.value'],
  ])('%j: %s', async (line, place) => {
    expect(problemPlaces(await fill(line))).toEqual([place]);
  });
});
