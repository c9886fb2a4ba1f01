import fc from 'fast-check';
import { expect } from 'vitest';
import type { Cell } from '../../../shared/kernel/columns.ts';
import type { SourceConnection } from '../../../shared/sources/connection.ts';
import { dialect } from '../../compile/dialect.ts';
import type { TaskBench } from './task-bench.ts';

const whole = (low: bigint, high: bigint) => fc.bigInt(low, high).map(String);
const two = (value: number): string => String(value).padStart(2, '0');
const day = fc
  .record({
    year: fc.integer({ min: 1000, max: 9999 }),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 28 }),
  })
  .map((found) => `${found.year}-${two(found.month)}-${two(found.day)}`);
const clock = fc
  .record({
    hour: fc.integer({ min: 0, max: 23 }),
    minute: fc.integer({ min: 0, max: 59 }),
    second: fc.integer({ min: 0, max: 59 }),
    micros: fc.integer({ min: 0, max: 999_999 }),
  })
  .map(
    (found) =>
      `${two(found.hour)}:${two(found.minute)}:${two(found.second)}.${String(found.micros).padStart(6, '0')}`,
  );
const decimal = (digits: number, scale: number) =>
  fc.bigInt(-(10n ** BigInt(digits)) + 1n, 10n ** BigInt(digits) - 1n).map((value) => {
    const text = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
    return `${value < 0n ? '-' : ''}${text.slice(0, -scale)}.${text.slice(-scale)}`;
  });
/** With everything that a text format could stumble over. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom('"', "'", '\\', ',', '\n', '\r', '\t', ' ', '\\N', 'é', '😀', 'NULL', '\u0001'),
  }),
);

/** DuckDB type -> texts of its values. */
export const valueTexts: Readonly<Record<string, fc.Arbitrary<string>>> = {
  BOOLEAN: fc.boolean().map(String),
  TINYINT: whole(-128n, 127n),
  SMALLINT: whole(-32_768n, 32_767n),
  INTEGER: whole(-2_147_483_648n, 2_147_483_647n),
  BIGINT: whole(-(2n ** 63n), 2n ** 63n - 1n),
  UBIGINT: whole(0n, 2n ** 64n - 1n),
  FLOAT: fc.float({ noNaN: true, noDefaultInfinity: true }).map(String),
  DOUBLE: fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  'DECIMAL(18,2)': decimal(18, 2),
  'DECIMAL(38,10)': decimal(38, 10),
  VARCHAR: text.filter((value) => !value.includes('\0')),
  BLOB: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  DATE: day,
  TIME: clock,
  TIMESTAMP: fc.tuple(day, clock).map((parts) => parts.join(' ')),
  'TIMESTAMP WITH TIME ZONE': fc.tuple(day, clock).map((parts) => `${parts.join(' ')}+00`),
  UUID: fc.uuid(),
};

const literal = (type: string, value: string | null): string => {
  if (value === null) return `CAST(NULL AS ${type})`;
  return type === 'BLOB' ? `unhex(${dialect.text(value)})` : `CAST(${dialect.text(value)} AS ${type})`;
};

/** Whatever is written into a table of this source comes back as it was. */
export async function holdsEveryValue(
  bench: TaskBench,
  source: SourceConnection,
  types: readonly string[] = Object.keys(valueTexts),
): Promise<void> {
  const row = fc.tuple(...types.map((type) => fc.option(valueTexts[type] ?? fc.constant(''), { freq: 6 })));
  let count = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
      count += 1;
      const lines = rows.map(
        (values, id) =>
          `SELECT ${[id, ...values.map((value, at) => literal(types[at] ?? '', value))].join(', ')}`,
      );
      const names = ['id', ...types.map((_type, at) => `v${at}`)].join(', ');
      const query = `SELECT * FROM (${lines.join(' UNION ALL ')}) AS given(${names})`;
      const table = `trip_${count % 2}`;
      const sent = await bench.deliver(source, { table, mode: 'replace' }, query);
      expect(sent).toMatchObject({ ok: true, result: { rows: rows.length } });
      const { path } = await bench.fetch(source, { table });
      expect(await casted(bench, dialect.readParquet(path), types)).toEqual(
        await casted(bench, `(${query})`, types),
      );
    }),
    { numRuns: 12, endOnFailure: true },
  );
}

function casted(bench: TaskBench, table: string, types: readonly string[]): Promise<Cell[][]> {
  const list = types.map((type, at) => `CAST(v${at} AS ${type})`);
  return bench.rows(`SELECT ${list.join(', ')} FROM ${table} ORDER BY id`);
}
