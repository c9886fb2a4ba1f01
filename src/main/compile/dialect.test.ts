import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Column } from '../../shared/kernel/columns.ts';
import type { LiteralValue, Relation } from '../../shared/plan/relation.ts';
import { dialect } from './dialect.ts';
import { type Bench, compile, node, openBench, out, rowsOf } from './testing/graph-kit.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const nasty = fc.constantFrom(
  '"',
  "'",
  '"; --',
  "'; DROP TABLE x; --",
  '$1',
  '$x',
  '?',
  '\\',
  '/*',
  '*/',
  '--',
  '\n',
  '\r\n',
  '\u2028',
  '“',
  '’',
  '\u202e',
  'select',
  ' ',
  '%',
  "E'",
  '$$',
  ';',
  '\u{1f600}',
  'a'.repeat(10_000),
);
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }).map((value) => value.toWellFormed()),
  fc.array(nasty, { maxLength: 4 }).map((parts) => parts.join('')),
);
const name = text.map((value) => value.replaceAll('\0', '')).filter((value) => value !== '');

async function run(sql: string): Promise<unknown[][]> {
  const result = await bench.session.connection.run(sql);
  return (await result.getRowsJson()) as unknown[][];
}

describe('the dialect', () => {
  it('any text survives as a literal', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        expect(await run(`SELECT ${dialect.text(value)}`)).toEqual([[value]]);
      }),
      { numRuns: 300 },
    );
  });

  it('any name survives as an identifier', async () => {
    await fc.assert(
      fc.asyncProperty(name, async (value) => {
        const quoted = dialect.identifier(value);
        const columns = await bench.oracle.describe(`SELECT t.${quoted} FROM (SELECT 1 AS ${quoted}) AS t`);
        expect(columns.map((column) => column.name)).toEqual([value]);
      }),
      { numRuns: 300 },
    );
  });

  it('a name that no table can have is refused with a sentence', () => {
    expect(() => dialect.identifier('')).toThrow(/needs a name/);
    expect(() => dialect.identifier('a\0b')).toThrow(/NUL/);
  });

  it('any number survives as a literal of its type', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double(), async (value) => {
        const [[read]] = (
          await bench.session.connection.runAndReadAll(`SELECT ${dialect.literal(value, 'DOUBLE')}`)
        ).getRows() as [[number]];
        expect(Object.is(read, value) || (Number.isNaN(read) && Number.isNaN(value))).toBe(true);
      }),
    );
  });

  it.each([
    'VARCHAR',
    'decimal(18, 2)',
    'INTEGER[]',
    'INTEGER[3]',
    'STRUCT(a INTEGER, "b ""c" VARCHAR)[]',
    'MAP(VARCHAR, INTEGER)',
    "ENUM('a', 'it''s')",
    'TIMESTAMP WITH TIME ZONE',
    'UNION(num INTEGER, str VARCHAR)',
    'DOUBLE PRECISION',
    'JSON',
    'TIMESTAMP_NS',
  ])('takes %s for a type', async (type) => {
    await expect(run(`SELECT CAST(NULL AS ${dialect.type(type)})`)).resolves.toEqual([[null]]);
  });

  it.each([
    '',
    'INT) , (1',
    'INT; DROP',
    'INT --',
    'INT /* */',
    'INT, INT',
    '(INT)',
    'INT)',
    'INT(',
    "INT'",
    '1',
    'INT + 1',
    'INT[)]',
    '$x',
    'a.b',
  ])('does not take %j for a type', (type) =>
    expect(() => dialect.type(type)).toThrow(/not the name of a type/),
  );

  it('a type made of allowed characters can never reach beyond its place', async () => {
    const parts = fc.constantFrom(
      '(',
      ')',
      '[',
      ']',
      ',',
      "'",
      '"',
      ' ',
      'INT',
      'a',
      '1',
      ';',
      '-',
      '/*',
      '::',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(parts, { maxLength: 8 }).map((chosen) => `INT${chosen.join('')}`),
        async (type) => {
          let printed: string;
          try {
            printed = dialect.type(type);
          } catch {
            return;
          }
          const parsed = (await bench.oracle.parse(`SELECT CAST(NULL AS ${printed})`)) as {
            error: boolean;
            statements?: { node: { select_list: { class: string }[] } }[];
          };
          if (parsed.error) return;
          expect(parsed.statements).toHaveLength(1);
          expect(parsed.statements?.[0]?.node.select_list.map((item) => item.class)).toEqual(['CAST']);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

/** Types with values as a document would hold them, and as they come out. */
const columnKinds: Record<string, fc.Arbitrary<LiteralValue>> = {
  VARCHAR: text,
  INTEGER: fc.integer({ min: -2147483648, max: 2147483647 }),
  DOUBLE: fc.double({ noNaN: true, noDefaultInfinity: true }),
  BOOLEAN: fc.boolean(),
  BIGINT: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  DATE: fc
    .date({ min: new Date('1583-01-01'), max: new Date('2999-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
};

const table = fc
  .uniqueArray(fc.tuple(name, fc.constantFrom(...Object.keys(columnKinds))), {
    minLength: 1,
    maxLength: 4,
    // The engine folds names by its own rules; ASCII case is enough to keep them apart here.
    selector: ([title]) => title.toLowerCase().normalize('NFKC'),
  })
  .chain((columns) =>
    fc.record({
      columns: fc.constant(columns.map(([title, type]): Column => ({ name: title, type }))),
      rows: fc.array(
        fc.tuple(...columns.map(([, type]) => fc.option(columnKinds[type] as fc.Arbitrary<LiteralValue>))),
        { maxLength: 5 },
      ),
    }),
  );

describe('values', () => {
  it('come out as they went in, whatever they and their columns are called', async () => {
    await fc.assert(
      fc.asyncProperty(table, async ({ columns, rows }) => {
        const values: Relation = { rel: 'values', columns, rows };
        const renamed: Relation = {
          rel: 'filter',
          input: { rel: 'input', port: 'in', index: 0 },
          where: { op: 'literal', value: true },
        };
        const graph = await compile(bench, {
          nodes: [node('given', 'rows', out(values)), node('passed', 'step', out(renamed))],
          edges: [{ from: 'given', to: 'passed' }],
        });
        expect(graph.problems).toEqual([]);
        expect(graph.byId.get('passed')?.ports.out).toEqual(columns);
        expect(await rowsOf(bench, graph, 'passed')).toEqual(rows);
      }),
      { numRuns: 200 },
    );
  });
});
