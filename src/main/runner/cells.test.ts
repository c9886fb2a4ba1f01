import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cell } from '../../shared/kernel/columns.ts';
import { toCell } from './cells.ts';

let instance: DuckDBInstance;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
});
afterAll(() => instance.closeSync());

async function cellOf(expression: string): Promise<Cell> {
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'America/New_York'");
    const result = await connection.run(`SELECT ${expression}`);
    const type = result.columnType(0);
    const [row] = await result.getRows();
    return toCell(row?.[0] ?? null, type);
  } finally {
    connection.closeSync();
  }
}

describe('a value of DuckDB becomes a cell that JSON carries without loss', () => {
  it.each<[expression: string, cell: Cell]>([
    ['NULL', null],
    ['true', true],
    ['\'text with "quotes" and 🦆\'', 'text with "quotes" and 🦆'],
    ["''", ''],
    ['42::TINYINT', 42],
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', '9007199254740992'],
    ['9223372036854775807', '9223372036854775807'],
    ['(-9223372036854775808)::BIGINT', '-9223372036854775808'],
    ['18446744073709551615::UBIGINT', '18446744073709551615'],
    ['170141183460469231731687303715884105727::HUGEINT', '170141183460469231731687303715884105727'],
    ['7::HUGEINT', 7],
    ['1.50::DECIMAL(5,2)', '1.50'],
    ['(-0.05)::DECIMAL(5,2)', '-0.05'],
    ['12345678901234567890123456789.123456789::DECIMAL(38,9)', '12345678901234567890123456789.123456789'],
    ['0.1::DOUBLE', 0.1],
    ['0.1::FLOAT', 0.1],
    ['16777217::FLOAT', 16777216],
    ["'nan'::DOUBLE", 'NaN'],
    ["'inf'::DOUBLE", 'Infinity'],
    ["'-inf'::FLOAT", '-Infinity'],
    ["DATE '2024-02-29'", '2024-02-29'],
    ["DATE '1500-02-28'", '1500-02-28'],
    ["'0044-03-15 (BC)'::DATE", '0044-03-15 (BC)'],
    ["'infinity'::DATE", 'infinity'],
    ["'-infinity'::TIMESTAMP", '-infinity'],
    ["TIMESTAMP '2024-01-31 10:00:00'", '2024-01-31T10:00:00'],
    ["TIMESTAMP '1582-10-10 23:59:59.999999'", '1582-10-10T23:59:59.999999'],
    ["'2024-01-31 10:00:00.123456789'::TIMESTAMP_NS", '2024-01-31T10:00:00.123456789'],
    ["'2024-01-31 10:00:00'::TIMESTAMP_S", '2024-01-31T10:00:00'],
    ["TIMESTAMPTZ '2024-01-31 10:00:00+02'", '2024-01-31T08:00:00Z'],
    ["TIME '23:59:59.5'", '23:59:59.5'],
    ["INTERVAL '1 month 3 days 1 microsecond'", '1 month 3 days 00:00:00.000001'],
    ["'\\xDE\\xAD'::BLOB", '\\xdead'],
    ["'b'::ENUM('a', 'b')", 'b'],
    ["'6F9619FF-8B86-D011-B42D-00CF4FC964FF'::UUID", '6f9619ff-8b86-d011-b42d-00cf4fc964ff'],
    ["'101'::BIT", '101'],
    ['[1, NULL, 9223372036854775807]', [1, null, '9223372036854775807']],
    ['[1.5::FLOAT, 2]::FLOAT[2]', [1.5, 2]],
    [
      "{'a': 1, 'when': DATE '2024-01-01', 'deep': [{'x': 'nan'::DOUBLE}]}",
      { a: 1, when: '2024-01-01', deep: [{ x: 'NaN' }] },
    ],
    ["MAP {'a': 1, 'b': NULL}", { a: 1, b: null }],
    ["MAP {DATE '2024-01-01': 1}", { '2024-01-01': 1 }],
    ['union_value(n := 5)', 5],
    ['\'{"k": [1]}\'::JSON', '{"k": [1]}'],
  ])('%s', async (expression, cell) => {
    const actual = await cellOf(expression);
    expect(actual).toEqual(cell);
    expect(JSON.parse(JSON.stringify(actual))).toEqual(cell);
  });
});
