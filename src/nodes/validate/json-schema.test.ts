import { Ajv, type AnySchemaObject } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { absentColumn } from '../../shared/plan/received.ts';
import { runNode, type TestRows } from '../_kit/test-kit.ts';
import { formats } from './schema/formats.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Row = Record<string, Json>;

const options = { strict: false, validateFormats: true, multipleOfPrecision: 9 };
const verdicts2020 = (schema: AnySchemaObject, rows: readonly Row[]) =>
  verdictsOf(new Ajv2020(options), schema, rows);
const verdicts7 = (schema: AnySchemaObject, rows: readonly Row[]) =>
  verdictsOf(new Ajv(options), schema, rows);

function verdictsOf(ajv: Ajv | Ajv2020, schema: AnySchemaObject, rows: readonly Row[]): boolean[] {
  addFormats.default(ajv as Ajv);
  const validate = ajv.compile(schema);
  return rows.map((row) => validate(row) as boolean);
}

/** Records as columns: plain ones where all values are of one kind, JSON for the others, and a mark of missing keys. */
function asTable(rows: readonly Row[], json: boolean): TestRows {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = names.map((name) => ({
    name,
    type: json ? 'JSON' : typeFor(rows.map((row) => row[name])),
  }));
  return {
    columns: [{ name: 'place', type: 'INTEGER' }, ...columns, { name: absentColumn, type: 'VARCHAR[]' }],
    rows: rows.map((row, at) => [
      at,
      ...columns.map(({ name }) => row[name] ?? null),
      JSON.stringify(names.filter((name) => !Object.hasOwn(row, name))),
    ]),
  };
}

function typeFor(values: readonly (Json | undefined)[]): string {
  const kinds = new Set(
    values.filter((value) => value !== null && value !== undefined).map((value) => typeof value),
  );
  const [only] = kinds;
  if (kinds.size !== 1 || only === 'object') return 'JSON';
  if (only === 'string') return 'VARCHAR';
  if (only === 'boolean') return 'BOOLEAN';
  return values.every((value) => value === null || value === undefined || Number.isSafeInteger(value))
    ? 'BIGINT'
    : 'DOUBLE';
}

/** Which rows pass. The column of places is a field to both judges, or the counts of fields would differ. */
async function engineVerdicts(
  schema: AnySchemaObject,
  rows: readonly Row[],
  json: boolean,
): Promise<boolean[]> {
  const table = asTable(rows, json);
  const result = await runNode('validate', { schema, nulls: 'null' }, { in: table });
  expect(result.problems, JSON.stringify(schema)).toEqual([]);
  const passed = new Set(result.rows.map(({ place }) => place));
  return rows.map((_row, at) => passed.has(at));
}

// ajv takes an empty name among the required ones for none at all.
const needed = fc.constantFrom('a', 'b', 'c', 'x~y', 'q"q');
const name = fc.constantFrom('a', 'b', 'c', 'a/b', 'x~y', 'q"q', '');
const columnName = fc.constantFrom('a', 'b', 'c', 'a/b', 'q"q');
const text = fc.constantFrom(
  '',
  'a',
  'ab',
  'abc',
  'ä🦆',
  '2024-02-29',
  '2023-02-29',
  'x@y.de',
  '1',
  'true',
  'A1',
);
const number = fc.constantFrom(-1, 0, 1, 2, 3, 6, 10, 1.5, -2.25, 1e3, 100.0);
const plainTypes = { type: ['string', 'number', 'boolean', 'null'] };
const plain: fc.Arbitrary<Json> = fc.oneof(text, number, fc.boolean(), fc.constant(null));
const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    plain,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;
const row = fc.dictionary(columnName, json, { maxKeys: 4, noNullPrototype: true }) as fc.Arbitrary<Row>;

const schemaOf: fc.Arbitrary<AnySchemaObject | boolean> = fc.letrec<{ schema: AnySchemaObject | boolean }>(
  (tie) => {
    const inner = tie('schema');
    const map = fc.dictionary(name, inner, { maxKeys: 3, noNullPrototype: true });
    const list = fc.array(inner, { minLength: 1, maxLength: 3 });
    const keyword: fc.Arbitrary<AnySchemaObject> = fc.oneof(
      fc.record({
        type: fc.constantFrom('string', 'number', 'integer', 'boolean', 'null', 'array', 'object'),
      }),
      fc.record({
        type: fc.uniqueArray(fc.constantFrom('string', 'integer', 'null', 'array'), {
          minLength: 1,
          maxLength: 3,
        }),
      }),
      fc.record({
        enum: fc.uniqueArray(json, {
          minLength: 1,
          maxLength: 3,
          comparator: (x, y) => JSON.stringify(x) === JSON.stringify(y),
        }),
      }),
      fc.record({ const: json }),
      fc.record({ minimum: number }),
      fc.record({ exclusiveMaximum: number }),
      fc.record({ maximum: number, exclusiveMinimum: number }),
      fc.record({ multipleOf: fc.constantFrom(1, 2, 3, 0.5, 0.25) }),
      fc.record({ minLength: fc.nat(3) }),
      fc.record({ maxLength: fc.nat(3) }),
      fc.record({
        pattern: fc.constantFrom('^a', 'b$', '^.{2}$', '\\d', '[^a-z]', '^\\p{L}+$', '^(?<x>a|ä)', '\\s'),
      }),
      fc.record({ format: fc.constantFrom('date', 'email') }),
      fc.record({ items: inner }),
      fc.record({ prefixItems: list, items: inner }),
      fc.record({ minItems: fc.nat(3), maxItems: fc.nat(3) }),
      fc.record({ contains: inner }),
      fc.record({ contains: inner, minContains: fc.nat(2), maxContains: fc.nat(2) }),
      fc.record({ items: fc.constant(plainTypes), uniqueItems: fc.constant(true) }),
      fc.record({ properties: map }),
      fc.record({ properties: map, additionalProperties: inner }),
      fc.record({ required: fc.uniqueArray(needed, { maxLength: 2 }) }),
      fc.record({
        patternProperties: fc.dictionary(fc.constantFrom('^a', 'b', '^.$'), inner, {
          maxKeys: 2,
          noNullPrototype: true,
        }),
        additionalProperties: inner,
      }),
      fc.record({ propertyNames: inner }),
      fc.record({ minProperties: fc.nat(3) }),
      fc.record({ maxProperties: fc.nat(3) }),
      fc.record({
        dependentRequired: fc.dictionary(needed, fc.uniqueArray(needed, { maxLength: 2 }), {
          maxKeys: 2,
          noNullPrototype: true,
        }),
      }),
      fc.record({ dependentSchemas: map }),
      fc.record({ allOf: list }),
      fc.record({ anyOf: list }),
      fc.record({ oneOf: list }),
      fc.record({ not: inner }),
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema; nothing awaits it
      fc.record({ if: inner, then: inner, else: inner }),
    );
    const several = fc.array(keyword, { minLength: 1, maxLength: 3 }).map(merged);
    return { schema: fc.oneof({ depthSize: 'small', maxDepth: 3 }, fc.boolean(), keyword, several) };
  },
).schema;

/** uniqueItems asks for the items beside it. ajv misjudges an empty list where contains stands beside prefixItems. */
function merged(parts: readonly AnySchemaObject[]): AnySchemaObject {
  const { uniqueItems, ...schema } = Object.assign({}, ...parts) as AnySchemaObject;
  if (schema.prefixItems !== undefined)
    for (const name of ['contains', 'minContains', 'maxContains']) delete schema[name];
  const plainItems = JSON.stringify(schema.items) === JSON.stringify(plainTypes);
  return uniqueItems === true && plainItems ? { ...schema, uniqueItems } : schema;
}

/** Schemas of a whole record: what is said of its fields matters most. */
const recordSchema: fc.Arbitrary<AnySchemaObject> = fc
  .tuple(
    fc.dictionary(columnName, schemaOf, { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
    fc.option(schemaOf),
    fc.uniqueArray(columnName, { maxLength: 2 }),
  )
  .map(([properties, more, required]) => ({
    properties,
    required,
    ...(more === null ? {} : { allOf: [more] }),
  }));

describe('a JSON Schema gives each record the verdict that ajv gives', () => {
  test.each([true, false])(
    'for schemas and records at random (all columns JSON: %s)',
    async (allJson) => {
      await fc.assert(
        fc.asyncProperty(
          recordSchema,
          fc.array(row, { minLength: 1, maxLength: 12 }),
          async (schema, rows) => {
            const placed = rows.map((each, place) => ({ place, ...each }));
            expect(await engineVerdicts(schema, rows, allJson), JSON.stringify({ schema, rows })).toEqual(
              verdicts2020(schema, placed),
            );
          },
        ),
        { numRuns: Number(process.env.RUNS ?? 100) },
      );
    },
    240_000,
  );
});

describe('keywords one by one', () => {
  test('every format, over texts that are nearly or truly of one', async () => {
    const texts = [
      ...'2024-02-29 2023-02-29 1900-02-29 2000-02-29 0000-02-29 2024-13-01 2024-04-31 2024-4-3 12:30:00Z 24:00:00Z'.split(
        ' ',
      ),
      ...'23:59:60Z 12:00:60Z 12:30:00 12:30:00+01:00 12:30:00+24:00 12:30:00.5z 12:30:00+0130 12:3:00Z'.split(
        ' ',
      ),
      ...'2024-01-31T12:30:00Z 2024-01-31t12:30:00.123+01:00 2024-01-31T12:30:00 2024-02-30T00:00:00Z'.split(
        ' ',
      ),
      '2024-01-31 12:30:00Z',
      ...'a@b.co a@b A.B+c@d-e.org a@-b.co .a@b.co a..b@c.de @b.co ä@b.co a@b.co. "a"@b.co'.split(' '),
      ...'3f2504e0-4f89-11d3-9a0c-0305e82c3301 3F2504E0-4F89-11D3-9A0C-0305E82C3301 urn:uuid:3f2504e0-4f89-11d3-9a0c-0305e82c3301'.split(
        ' ',
      ),
      '3f2504e04f8911d39a0c0305e82c3301',
      ...'http://a.de https://u:p@h:80/p/q?x=1#f mailto:a@b.de urn:x:y a //x http:// http://[::1]/ http://[::g]/ http://a/%zz'.split(
        ' ',
      ),
      ...'http://a/b%20c foo:bar ftp://ä.de 1a:b x:/y /x/y http://a.de/a|b file:///etc http://1.2.3.4:5/'.split(
        ' ',
      ),
      ...'1.2.3.4 255.255.255.255 256.1.1.1 1.2.3 01.2.3.4 1.2.3.4.5 ::1 :: 1:2:3:4:5:6:7:8 1:2:3:4:5:6:7 1::2::3'.split(
        ' ',
      ),
      ...'::ffff:1.2.3.4 1:2:3:4:5:6:1.2.3.4 1:2:3:4:5::7:8 12345::1 fe80::1%eth0 1:2:3:4:5:6:7:: ::2:3:4:5:6:7:8 :1::'.split(
        ' ',
      ),
      ...'a a.b a-b -a a- a..b a.b. 1.2 xn--a a_b .a'.split(' '),
      `${'a'.repeat(63)}.b`,
      `${'a'.repeat(64)}.b`,
      `${'a.'.repeat(126)}a`,
      `${'a.'.repeat(126)}a.`,
      `${'a.'.repeat(127)}a`,
      'a\n',
      '2024-01-01\n',
      '',
    ];
    const rows = texts.map((each) => ({ a: each }));
    for (const format of formats) {
      const schema = { properties: { a: { format } } };
      const expected = verdicts2020(schema, rows);
      const found = await engineVerdicts(schema, rows, false);
      const differing = texts.filter((_text, at) => found[at] !== expected[at]);
      expect(differing, format).toEqual([]);
    }
  });

  test('lists by position in the older spelling', async () => {
    const schema = {
      properties: { a: { items: [{ type: 'string' }, { minimum: 2 }], additionalItems: { type: 'null' } } },
    };
    const rows: Row[] = [
      { a: ['x', 2] },
      { a: ['x', 1] },
      { a: [1] },
      { a: ['x', 2, null] },
      { a: ['x', 2, 3] },
      { a: [] },
      { a: 'x' },
    ];
    expect(await engineVerdicts(schema, rows, false)).toEqual(verdicts7(schema, rows));
    const closed = { properties: { a: { items: [true], additionalItems: false } } };
    expect(await engineVerdicts(closed, rows, false)).toEqual(verdicts7(closed, rows));
  });

  test('references inside the schema, and dependencies of both kinds', async () => {
    const schema = {
      $defs: { 'a/b': { type: 'integer', minimum: 0 }, name: { minLength: 2 } },
      properties: { a: { $ref: '#/$defs/a~1b' }, b: { $ref: '#/$defs/name', maxLength: 3 } },
      dependencies: { a: ['b'], c: { required: ['a'] } },
    };
    const rows: Row[] = [
      { a: 1, b: 'xx' },
      { a: -1, b: 'xx' },
      { a: 1 },
      { b: 'xxxx' },
      { b: 'x' },
      { c: 1 },
      { c: 1, a: 2, b: 'abc' },
    ];
    expect(await engineVerdicts(schema, rows, false)).toEqual(verdicts7(schema, rows));
  });

  test.each([
    [{ type: 'strng' }, ['type'], /string/],
    [{ properties: { a: { minimun: 1 } } }, ['properties', 'a', 'minimun'], /Did you mean "minimum"/],
    [{ unevaluatedProperties: false }, ['unevaluatedProperties'], /cannot be checked/],
    [{ properties: { a: { format: 'duration' } } }, ['properties', 'a', 'format'], /Possible are date/],
    [{ properties: { a: { pattern: '(?=x)' } } }, ['properties', 'a', 'pattern'], /look/],
    [{ properties: { a: { pattern: '[' } } }, ['properties', 'a', 'pattern'], /not a regular expression/],
    [{ properties: { a: { uniqueItems: true } } }, ['properties', 'a', 'uniqueItems'], /plain values/],
    [{ properties: { a: { $ref: '#' } } }, ['properties', 'a', '$ref'], /leads back/],
    [{ $ref: 'https://example.com/schema' }, ['$ref'], /no ".*" in this schema/],
    [{ minimum: '1' }, ['minimum'], /number/],
    [{ exclusiveMinimum: true }, ['exclusiveMinimum'], /number/],
    [{ anyOf: [] }, ['anyOf'], /list of schemas/],
    [{ required: 'a' }, ['required'], /list of names/],
  ])('%j is refused by the name of the keyword', async (schema, path, message) => {
    const result = await runNode('validate', { schema }, { in: [{ a: 1 }] });
    expect(result.problems).toHaveLength(1);
    expect(result.problems[0]).toMatchObject({ code: 'invalid_config', path: ['schema', ...path] });
    expect(result.problems[0]?.message).toMatch(message);
  });
});

describe('columns that are no JSON', () => {
  const verdicts = async (
    column: { name: string; type: string },
    values: readonly unknown[],
    schema: AnySchemaObject,
    nulls = 'missing',
  ) => {
    const table = {
      columns: [{ name: 'n', type: 'INTEGER' }, column],
      rows: values.map((value, at) => [at, value]),
    };
    const result = await runNode('validate', { schema, nulls }, { in: table });
    expect(result.problems).toEqual([]);
    const passed = new Set(result.rows.map(({ n }) => n));
    return values.map((_value, at) => passed.has(at));
  };

  test('an empty cell is a missing property, or null where it is said to be', async () => {
    const column = { name: 'a', type: 'BIGINT' };
    const schema = { required: ['a'], properties: { a: { type: 'integer' } } };
    expect(await verdicts(column, [1, null], schema)).toEqual([true, false]);
    expect(await verdicts(column, [1, null], { properties: { a: { type: 'integer' } } })).toEqual([
      true,
      true,
    ]);
    expect(await verdicts(column, [1, null], { properties: { a: { type: 'integer' } } }, 'null')).toEqual([
      true,
      false,
    ]);
    expect(
      await verdicts(
        column,
        [1, null],
        { required: ['a'], properties: { a: { type: ['integer', 'null'] } } },
        'null',
      ),
    ).toEqual([true, true]);
    expect(await verdicts(column, [1], { required: ['b'] })).toEqual([false]);
  });

  test('whole numbers beyond 2^53 and decimals are compared exactly', async () => {
    const big = { name: 'a', type: 'BIGINT' };
    const ids = ['9007199254740992', '9007199254740993'];
    expect(await verdicts(big, ids, { properties: { a: { exclusiveMinimum: 9007199254740992 } } })).toEqual([
      false,
      true,
    ]);
    const huge = { name: 'a', type: 'HUGEINT' };
    expect(
      await verdicts(huge, ['170141183460469231731687303715884105727', '5'], {
        properties: { a: { maximum: 5.5 } },
      }),
    ).toEqual([false, true]);
    const money = { name: 'a', type: 'DECIMAL(18,2)' };
    expect(
      await verdicts(money, ['0.30', '0.31', '12.00'], { properties: { a: { multipleOf: 0.1 } } }),
    ).toEqual([true, false, true]);
    expect(await verdicts(money, ['12.00', '12.01'], { properties: { a: { type: 'integer' } } })).toEqual([
      true,
      false,
    ]);
    const double = { name: 'a', type: 'DOUBLE' };
    expect(
      await verdicts(double, [0.3, 0.35, 1e300, 4.35], { properties: { a: { multipleOf: 0.01 } } }),
    ).toEqual([true, true, true, true]);
    expect(await verdicts(double, [0.3, 0.35, 7], { properties: { a: { multipleOf: 0.1 } } })).toEqual([
      true,
      false,
      true,
    ]);
    expect(
      await verdicts(double, ['NaN', 'Infinity', 2], { properties: { a: { type: 'integer' } } }),
    ).toEqual([false, false, true]);
  });

  test('dates, times and ids are strings of their format; lists and structs are lists and objects', async () => {
    const date = { properties: { a: { type: 'string', format: 'date' } } };
    expect(await verdicts({ name: 'a', type: 'DATE' }, ['2024-01-31'], date)).toEqual([true]);
    expect(await verdicts({ name: 'a', type: 'TIMESTAMP' }, ['2024-01-31 10:00:00'], date)).toEqual([false]);
    expect(
      await verdicts({ name: 'a', type: 'UUID' }, ['3f2504e0-4f89-11d3-9a0c-0305e82c3301'], {
        properties: { a: { format: 'uuid' } },
      }),
    ).toEqual([true]);
    const list = { properties: { a: { type: 'array', maxItems: 2, items: { maximum: 5 } } } };
    expect(await verdicts({ name: 'a', type: 'INTEGER[]' }, ['[1, 5]', '[6]', '[1, 2, 3]'], list)).toEqual([
      true,
      false,
      false,
    ]);
    const struct = { properties: { a: { required: ['x'], properties: { x: { type: 'integer' } } } } };
    expect(await verdicts({ name: 'a', type: 'STRUCT(x INTEGER)' }, ["{'x': 1}"], struct)).toEqual([true]);
  });
});
