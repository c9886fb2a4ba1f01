import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { definitionOf } from '../../../nodes/_kit/registry.ts';
import { checkGraph } from '../../../shared/pipeline/graph.ts';
import { apply, documentFor } from './testing/apply.ts';
import { parseTransformations, transformationNodes, transformationsSchema } from './transformations.ts';

const refusal = (list: unknown): string => {
  try {
    parseTransformations(list);
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid_transformation' });
    return (error as Error).message;
  }
  throw new Error('it was accepted');
};

describe('a wrong list is refused with the index and the path', () => {
  const filter = { type: 'filter', condition: 'a > 1' };
  const figure = { function: 'sum', field: 'a' };
  test.each<[unknown, string]>([
    ['x', 'transformations: A list of transformations'],
    [[filter, 5], 'transformations[1]: Each transformation is an object'],
    [[filter, {}], 'transformations[1].type: The type is missing.'],
    [[{ type: 'fliter' }], 'transformations[0].type: "fliter" is no transformation. Did you mean "filter"?'],
    [[{ type: 'constructor' }], 'transformations[0].type: "constructor" is no transformation.'],
    [[{ type: 'filter' }], 'transformations[0].condition: A condition is missing'],
    [
      [{ type: 'filter', conditon: 'a' }],
      'transformations[0].conditon: There is no "conditon" here. Did you mean "condition"?',
    ],
    [[{ type: 'filter', condition: ' ' }], 'transformations[0].condition: Write a condition.'],
    [[{ ...filter, field: 'a' }], 'transformations[0]: Give a condition, or a field'],
    [[{ type: 'filter', field: 'a' }], 'transformations[0].operator: The operator is missing.'],
    [
      [{ type: 'filter', operator: 'eq', value: 1 }],
      'transformations[0].field: The field to compare is missing.',
    ],
    [
      [{ type: 'filter', field: 'a', operator: 'equals', value: 1 }],
      'transformations[0].operator: "equals" is not known here.',
    ],
    [[{ type: 'filter', field: 'a', operator: 'eq' }], 'transformations[0].value: eq needs one value.'],
    [
      [{ type: 'filter', field: 'a', operator: 'eq', value: null }],
      'transformations[0].value: Nothing equals null.',
    ],
    [
      [{ type: 'filter', field: 'a', operator: 'between', value: [1] }],
      'transformations[0].value: between needs',
    ],
    [[{ type: 'filter', field: 'a', operator: 'in', value: 1 }], 'transformations[0].value: in needs a list'],
    [
      [{ type: 'filter', field: 'a', operator: 'is_null', value: 1 }],
      'transformations[0].value: is_null takes no value.',
    ],
    [
      [{ type: 'filter', field: 'a', operator: 'eq', value: 9007199254740994 }],
      'transformations[0].value: A whole number beyond',
    ],
    [
      [{ type: 'filter', all: [{ any: [{ not: { field: 'a', operator: 'xx' } }] }] }],
      'transformations[0].all[0].any[0].not.operator: "xx" is not known',
    ],
    [
      [{ type: 'filter', all: [{ condition: 'a > 1' }] }],
      'transformations[0].all[0].condition: An expression cannot stand among',
    ],
    [[{ type: 'filter', all: [] }], 'transformations[0].all: Write at least one condition.'],
    [[{ type: 'map' }], 'transformations[0].fields: There is nothing to do'],
    [[{ type: 'map', fields: { a: { cast: 'intger' } } }], 'transformations[0].fields.a.cast: Choose a type'],
    [[{ type: 'map', fields: { a: { valu: 5 } } }], 'transformations[0].fields.a'],
    [[{ type: 'map', fields: { 'a b': '' } }], 'transformations[0].fields["a b"]'],
    [
      [{ type: 'map', rename: { a: 'b' }, drop: ['a'] }],
      'transformations[0].rename.a: This field is dropped as well.',
    ],
    [[{ type: 'aggregate' }], 'transformations[0].aggregations: Give a field to group by'],
    [
      [filter, { type: 'aggregate', aggregations: [{ ...figure, function: 'summ' }] }],
      'transformations[1].aggregations[0].function: "summ" is not known here. Did you mean "sum"?',
    ],
    [
      [{ type: 'aggregate', aggregations: [{ function: 'string_agg', field: 'a' }] }],
      'transformations[0].aggregations[0].function: "string_agg" is not known',
    ],
    [[{ type: 'aggregate', aggregations: [{ field: 'a' }] }], 'transformations[0].aggregations[0].function:'],
    [
      [{ type: 'aggregate', aggregations: [{ function: 'sum' }] }],
      'transformations[0].aggregations[0].field: sum needs a field.',
    ],
    [
      [{ type: 'aggregate', aggregations: [{ ...figure, p: 0.5 }] }],
      'transformations[0].aggregations[0].p: Only percentile',
    ],
    [
      [{ type: 'aggregate', aggregations: [{ function: 'percentile', field: 'a', p: 900 }] }],
      'transformations[0].aggregations[0].p: It must be at most 100.',
    ],
    [[{ type: 'join', on: ['a'] }], 'transformations[0].dataset_id: What to join with is missing'],
    [[{ type: 'join', dataset: 'x', records: [{}], on: ['a'] }], 'transformations[0].records: Give one of'],
    [[{ type: 'join', dataset: 'x' }], 'transformations[0].on:'],
    [[{ type: 'join', dataset: 'x', on: {} }], 'transformations[0].on: Name at least one field.'],
    [
      [{ type: 'join', dataset: 'x', on: ['a'], how: 'outer' }],
      'transformations[0].how: "outer" is not known here.',
    ],
    [
      [{ type: 'join', dataset: 'x', on: ['a'], how: 'anti', fields: ['b'] }],
      'transformations[0].fields: With anti no fields',
    ],
    [[{ type: 'join', records: [5], on: ['a'] }], 'transformations[0].records[0]: Each record is an object'],
    [
      [{ type: 'join', dataset_id: 'x', on: ['a'] }],
      'transformations[0].dataset_id: This is not the id of a dataset.',
    ],
    [[{ type: 'validate' }], 'transformations[0].schema: Give a schema or rules.'],
    [
      [{ type: 'validate', schema: { properties: { a: { typ: 'x' } } } }],
      'transformations[0].schema.properties.a.typ: The keyword "typ" cannot be checked. Did you mean "type"?',
    ],
    [[{ type: 'validate', schema: [] }], 'transformations[0].schema: A JSON Schema is an object'],
    [
      [{ type: 'validate', rules: [{ field: 'a' }] }],
      'transformations[0].rules[0].required: Choose what the field must be like',
    ],
    [
      [{ type: 'validate', rules: [{ field: 'a', formt: 'email' }] }],
      'transformations[0].rules[0].formt: There is no "formt" here. Did you mean "format"?',
    ],
    [
      [{ type: 'validate', schema: {}, on_fail: 'drop' }],
      'transformations[0].on_fail: "drop" is not known here.',
    ],
  ])('%j', (list, message) => {
    expect(refusal(list)).toContain(message);
  });

  test('more than a graph should hold', () => {
    expect(refusal(Array(101).fill(filter))).toContain('At most 100');
  });

  test('a dataset that is not there, and a file of no known kind, when the graph is made', () => {
    const on = ['id'];
    const id = '01a1fddd-f0bb-7bfb-8bc1-4e85fb7a3c58';
    expect(() => documentFor([filter, { type: 'join', dataset_id: id, on }], [])).toThrow(
      `transformations[1].dataset_id: There is no dataset with the id ${id}.`,
    );
    expect(() => documentFor([{ type: 'join', file: 'a.xlsx', on }], [])).toThrow(
      'transformations[0].file: What kind of file',
    );
  });
});

test('short forms mean what the long ones do', () => {
  const same = (short: unknown, long: unknown) =>
    expect(documentFor([short], [])).toEqual(documentFor([long], []));
  const figure = (more: Record<string, unknown>) => ({
    type: 'aggregate',
    group_by: ['a'],
    aggregations: [{ field: 'b', ...more }],
  });
  same({ type: 'aggregate', group_by: 'a' }, { type: 'aggregate', group_by: ['a'] });
  same(figure({ function: 'count', field: '*' }), {
    type: 'aggregate',
    group_by: ['a'],
    aggregations: [{ function: 'count' }],
  });
  for (const share of [{ p: 95 }, { percentile: 0.95 }, { value: 95 }])
    same(figure({ function: 'percentile', ...share }), figure({ function: 'percentile', p: 0.95 }));
  same({ type: 'join', dataset: 'x', on: 'id' }, { type: 'join', dataset: 'x', on: ['id'] });
  same(
    { type: 'map', fields: { a: 5, b: true, c: null } },
    { type: 'map', fields: { a: { value: 5 }, b: { value: true }, c: { value: null } } },
  );
});

describe('the graph of a list', () => {
  const list = [
    { type: 'filter', condition: 'a > 1' },
    { type: 'map', fields: { b: 'a' }, drop: ['a'], rename: { b: 'c' } },
    { type: 'join', records: [{ c: 1, d: 2 }], on: ['c'], fields: ['d'] },
    { type: 'validate', rules: [{ field: 'd', required: true }] },
    { type: 'validate', schema: { required: ['c'] } },
    { type: 'aggregate', group_by: ['c'] },
  ];

  test('is of kinds that the palette has, without a problem of wiring, laid out without overlap', () => {
    const document = documentFor(list, [{ a: 1 }]);
    expect(checkGraph(document, definitionOf).problems).toEqual([]);
    const { nodes } = transformationNodes(parseTransformations(list), { after: 'received', at: [288, 0] });
    const places = nodes.map(({ at }) => String(at));
    expect(new Set(places).size).toBe(places.length);
    expect(nodes.every(({ v, kind }) => v === definitionOf(kind)?.version)).toBe(true);
    for (const { from, to } of document.edges) {
      const place = (id: string) => document.nodes.find((node) => node.id === id.split('.')[0])?.at?.[0] ?? 0;
      expect(place(to), `${from} > ${to}`).toBeGreaterThan(place(from) - 1);
    }
  });

  test('is equal for equal lists, and names each check its own dataset', () => {
    expect(documentFor(list, [])).toEqual(documentFor(structuredClone(list), []));
    const names = documentFor(list, []).nodes.flatMap(({ kind, config }) =>
      kind === 'save-dataset' ? [config.name] : [],
    );
    expect(names).toEqual(['result.rejected', 'result.rejected 2', 'result']);
  });

  test('of an empty list ends where it began', () => {
    expect(transformationNodes([], { after: 'x.out', at: [1, 2] })).toEqual({
      nodes: [],
      edges: [],
      last: 'x.out',
      end: [1, 2],
    });
  });
});

describe('values are data', () => {
  const tricky = `'; drop table x; -- "`;
  test('in conditions, constants, names and references', async () => {
    const data = [
      { 'a "b"': tricky, n: 1 },
      { 'a "b"': 'else', n: 2 },
    ];
    const { result, problems } = await apply(
      [
        { type: 'filter', field: 'a "b"', operator: 'eq', value: tricky },
        {
          type: 'map',
          fields: {
            'c\'"': { value: tricky },
            'copy "x"': { cast: 'text', from: 'a "b"' },
            none: { value: null },
          },
        },
        { type: 'join', records: [{ key: tricky, '"r"': tricky }], on: { 'c\'"': 'key' }, fields: ['"r"'] },
      ],
      data,
    );
    expect(problems).toEqual([]);
    expect(result).toEqual([
      { 'a "b"': tricky, n: 1, 'c\'"': tricky, 'copy "x"': tricky, none: null, '"r"': tricky },
    ]);
  });

  test('an expression can do nothing but compute', async () => {
    const { problems } = await apply(
      [{ type: 'filter', condition: "read_text('/etc/passwd') = ''" }],
      [{ a: 1 }],
    );
    expect(problems[0]).toContain('read_text');
  });
});

describe('comparisons are exact', () => {
  const columns = [
    { name: 'big', type: 'BIGINT' },
    { name: 'money', type: 'DECIMAL(18,2)' },
    { name: 'day', type: 'DATE' },
    { name: 'moment', type: 'TIMESTAMP' },
    { name: 'ok', type: 'BOOLEAN' },
    { name: 'mixed', type: 'JSON' },
    { name: 'text', type: 'VARCHAR' },
    { name: 'huge', type: 'HUGEINT' },
  ];
  const rows = [
    [
      '9007199254740993',
      '0.10',
      '2024-01-31',
      '2024-01-31 10:00:00',
      true,
      5,
      '10',
      '170141183460469231731687303715884105727',
    ],
    ['9007199254740992', '0.30', '2024-02-01', '2024-02-01 00:00:00', false, 'five', 'x', '1'],
  ];
  const found = async (condition: Record<string, unknown>) => {
    const list = [{ type: 'filter', ...condition }];
    const { result, problems } = await apply(list, { columns, rows } as never);
    return problems.length > 0 ? problems : result.map(({ money }) => money);
  };
  test.each<[string, string, unknown, unknown[]]>([
    ['big', 'eq', '9007199254740993', ['0.10']],
    ['big', 'in', ['9007199254740992', 5], ['0.30']],
    ['big', 'gt', 9007199254740991, ['0.10', '0.30']],
    ['big', 'lte', '9007199254740992.5', ['0.30']],
    ['huge', 'eq', '170141183460469231731687303715884105727', ['0.10']],
    ['huge', 'gt', 0.5, ['0.10', '0.30']],
    ['money', 'eq', 0.1, ['0.10']],
    ['money', 'eq', '0.30', ['0.30']],
    ['money', 'eq', '0.301', []],
    ['money', 'between', [0.1, 0.2], ['0.10']],
    ['day', 'eq', '2024-01-31', ['0.10']],
    ['day', 'gt', '2024-01-31T10:00:00Z', ['0.30']],
    ['moment', 'gte', '2024-02-01', ['0.30']],
    ['moment', 'lt', '2024-01-31T10:00:01Z', ['0.10']],
    ['ok', 'eq', true, ['0.10']],
    ['ok', 'ne', 'true', ['0.30']],
    ['mixed', 'eq', 5, ['0.10']],
    ['mixed', 'eq', 'five', ['0.30']],
    ['mixed', 'in', [5, 'five'], ['0.10', '0.30']],
    ['mixed', 'contains', 'iv', ['0.30']],
    ['text', 'gt', 9, ['0.10']],
    ['text', 'eq', '10', ['0.10']],
    ['day', 'starts_with', '2024-02', ['0.30']],
  ])('%s %s %j', async (field, operator, value, expected) => {
    expect(await found({ field, operator, value })).toEqual(expected);
  });

  test.each([
    ['big', 'abc', 'is BIGINT, and "abc" is no number'],
    ['day', '2024-02-30', 'is DATE, and "2024-02-30" is no date'],
    ['ok', 1, 'is BOOLEAN, and 1 is no yes or no'],
  ])('%s beside %j is told, not failed at some record', async (field, value, message) => {
    expect(String(await found({ field, operator: 'eq', value }))).toContain(message);
  });
});

test('first and last go by arrival, through as many rows as threads take apart', async () => {
  const data = Array.from({ length: 30_000 }, (_none, at) => ({
    g: at % 3,
    at,
    gap: at < 100 || at > 29_900 ? null : at,
  }));
  const { result } = await apply(
    [
      {
        type: 'aggregate',
        group_by: ['g'],
        aggregations: [
          { function: 'first', field: 'at' },
          { function: 'last', field: 'at' },
          { function: 'first', field: 'gap' },
          { function: 'last', field: 'gap' },
          { function: 'last', field: 'at', by: 'g', as: 'by_g' },
        ],
      },
      { type: 'filter', condition: 'g = 1' },
      { type: 'map', drop: ['by_g'] },
    ],
    data,
  );
  expect(result).toEqual([{ g: 1, first_at: 1, last_at: 29_998, first_gap: 100, last_gap: 29_899 }]);
});

test('the schema for API documents is JSON Schema, and takes what the check takes', () => {
  const schema = z.toJSONSchema(transformationsSchema, { io: 'input' });
  expect(JSON.stringify(schema)).toContain('"not_in"');
  expect(transformationsSchema.safeParse([{ type: 'filter', condition: 'a' }]).success).toBe(true);
  expect(transformationsSchema.safeParse([{ type: 'filtr' }]).success).toBe(false);
});
