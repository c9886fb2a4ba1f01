import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { definitionOf } from '../../../../nodes/_kit/registry.ts';
import { runDocument } from '../../../../nodes/_kit/test-kit.ts';
import { documentSchema } from '../../../../shared/pipeline/document.ts';
import { checkGraph } from '../../../../shared/pipeline/graph.ts';
import { figureFunctions } from '../forms/aggregate.ts';
import { parseTransformations, transformationNodes } from '../transformations.ts';
import { addressNodes, withSource } from './addresses.ts';
import { documentToSteps } from './from-document.ts';
import { parseSteps } from './steps.ts';
import { missingParts, stepsToDocument } from './to-document.ts';

const toDocument = (steps: unknown, name = 'Orders') => stepsToDocument(steps, { name });
const documented = [
  { type: 'source', config: { path: '/fake/data.csv' } },
  { type: 'transform', config: { operation: 'uppercase' } },
  { type: 'sink', config: { target: 'db://fake-database' } },
];

describe('the steps of the reference', () => {
  test('make a chain of three nodes and read back', () => {
    const document = toDocument(documented, 'MyFakePipeline');
    expect(document.nodes.map(({ kind, config }) => [kind, config])).toEqual([
      ['csv-file', { path: '/fake/data.csv' }],
      ['text', { operation: 'upper' }],
      ['write-table', { source: 'fake-database', table: 'MyFakePipeline' }],
    ]);
    expect(document.edges).toEqual([
      { from: 'source', to: 'uppercase_2.in' },
      { from: 'uppercase_2', to: 'sink.in' },
    ]);
    expect(documentToSteps(document)).toEqual(documented);
  });

  test('a lone transform is kept, and says what it lacks', () => {
    const steps = [{ type: 'transform', config: { operation: 'reverse' } }];
    expect(documentToSteps(toDocument(steps))).toEqual(steps);
    expect(missingParts(parseSteps(steps))).toBe(
      "The pipeline has no step 'source' and no step 'sink'. Add it before you start the pipeline.",
    );
    expect(missingParts(parseSteps(documented))).toBeUndefined();
  });
});

describe('wrong steps are refused with the step and the field', () => {
  const source = documented[0];
  const transform = (config: unknown) => ({ type: 'transform', config });
  test.each<[unknown, string]>([
    [[transform({})], "Step 'transform' missing required field 'operation'"],
    [[{ type: 'transform' }], "Step 'transform' missing required field 'config'"],
    [[{ config: {} }], "Step 1 missing required field 'type'"],
    [[{ type: 'transfrm', config: {} }], 'Step 1 has unknown type "transfrm". Did you mean \'transform\'?'],
    [[source, 5], "Step 2 must be an object with 'type' and 'config'"],
    [undefined, "The field 'steps' must be a list of steps"],
    [[], "The field 'steps' must hold at least one step"],
    [
      [transform({ operation: 'uppercas' })],
      "Step 'transform' has unknown operation \"uppercas\". Did you mean 'uppercase'?",
    ],
    [
      [transform({ operation: 'uppercase', colums: ['a'] })],
      "Step 'transform' has unknown field 'colums'. Did you mean 'columns'?",
    ],
    [[transform({ operation: 'sql' })], "Step 'transform' missing required field 'sql'"],
    [[transform({ operation: 'sort' })], "Step 'transform' missing required field 'by'"],
    [
      [transform({ operation: 'sort', by: 'a', order: 'desc', descending: false })],
      "Step 'transform' field 'order': Say order or descending, not both.",
    ],
    [[transform({ operation: 'filter' })], "Step 'transform' missing required field 'condition'"],
    [
      [transform({ operation: 'aggregate', aggregations: [{ function: 'su', field: 'a' }] })],
      "Step 'transform' field 'aggregations[0].function': \"su\" is not known here.",
    ],
    [
      [transform({ operation: 'sql', sql: 'select 1' }), transform({ operation: 'limit' })],
      "Step 'transform' (step 2) missing required field 'count'",
    ],
    [[{ type: 'source', config: {} }], "Step 'source' missing required field 'path'"],
    [
      [{ type: 'source', config: { path: 'a.csv', dataset: 'b' } }],
      "Step 'source' field 'dataset': Give one of path and dataset",
    ],
    [[{ type: 'source', config: { datasource: 'a' } }], "Step 'source' missing required field 'table'"],
    [
      [{ type: 'source', config: { path: 'a.xyz' } }],
      "Step 'source' field 'path': What kind of file a.xyz is",
    ],
    [
      [{ type: 'source', config: { url: 'ftp://a/b.csv' } }],
      "Step 'source' field 'url': ftp://a/b.csv must begin with",
    ],
    [[{ type: 'sink', config: {} }], "Step 'sink' missing required field 'target'"],
    [
      [{ type: 'sink', config: { target: 'ftp://a' } }],
      "Step 'sink' field 'target': ftp://a is no address that can be written",
    ],
    [
      [{ type: 'sink', config: { target: 'file:///a.csv', mode: 'append' } }],
      "Step 'sink' field 'target': Rows cannot be added",
    ],
    [[{ type: 'sink', config: { target: 's3://b' } }], "Step 'sink' field 'target': s3://b names no object"],
    [[transform({ operation: 'trim' }), source], "Step 'source' must come first, but it is step 2"],
    [
      [{ type: 'sink', config: { target: 'a.csv' } }, transform({ operation: 'trim' })],
      "Step 'sink' must come last, but step 2 follows it",
    ],
  ])('%j', (steps, message) => {
    let caught: unknown;
    try {
      toDocument(steps);
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({ code: 'invalid_steps' });
    expect((caught as Error).message).toContain(message);
  });
});

const word = fc.constantFrom('a', 'b', 'region', 'Größe', 'with space', 'q"q', "it's", 'a.b');
const words = fc.uniqueArray(word, { minLength: 1, maxLength: 3 });
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
/** Without the keys that were left out. */
const form = (shape: Record<string, fc.Arbitrary<unknown>>) =>
  fc
    .record(shape)
    .map((made) => Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined)));
const value = fc.oneof(
  fc.string(),
  fc.integer(),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .filter((n) => !Object.is(n, -0) && (!Number.isInteger(n) || Number.isSafeInteger(n))),
  fc.boolean(),
);
const castWord = fc.constantFrom(
  'text',
  'integer',
  'number',
  'decimal(18,2)',
  'boolean',
  'date',
  'time',
  'timestamp',
  'timestamptz',
  'json',
  'uuid',
);
const expression = fc.oneof(
  fc.constantFrom(
    "'x'",
    "('x')",
    '5',
    '-1.5',
    'CAST("a" AS BIGINT)',
    '(TRY_CAST("b" AS DATE))',
    'NULL',
    'TRUE',
    '((NULL))',
    'a + b',
    "CAST('5' AS BIGINT)",
    '(a)',
    'CAST(a AS BIGINT)',
  ),
  fc.constantFrom('upper(a)', 'a > 1'),
);
const fieldForm = fc.oneof(
  expression,
  form({ value: fc.oneof(value, fc.constant(null)), cast: optional(castWord) }),
  form({ cast: castWord, on_error: fc.constantFrom(undefined, 'null') }),
  form({ cast: castWord, from: fc.constant('another') }),
);
const comparison = fc.oneof(
  form({ field: word, operator: fc.constantFrom('eq', 'ne', 'gt', 'lte'), value }),
  form({ field: word, operator: fc.constantFrom('in', 'not_in'), value: fc.array(value, { maxLength: 3 }) }),
  form({ field: word, operator: fc.constantFrom('is_null', 'not_null') }),
  form({ field: word, operator: fc.constant('between'), value: fc.tuple(value, value) }),
);
const condition = fc.letrec<{ part: unknown }>((tie) => ({
  part: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    comparison,
    form({ all: fc.array(tie('part'), { minLength: 1, maxLength: 2 }) }),
    form({ any: fc.array(tie('part'), { minLength: 1, maxLength: 2 }) }),
    form({ not: tie('part') }),
  ),
})).part;
const sortField = fc.oneof(
  word,
  form({ field: word, descending: fc.boolean(), nulls: fc.constantFrom(undefined, 'first', 'last') }),
);
const figure = fc
  .tuple(
    fc.constantFrom(...figureFunctions),
    word,
    fc.double({ min: 0, max: 1, noNaN: true }).filter((p) => !Object.is(p, -0)),
  )
  .map(([name, field, p]) => ({
    function: name,
    field,
    as: `${name} of ${field}`,
    ...(name === 'percentile' ? { p } : {}),
  }));
const records = fc.array(
  fc.dictionary(fc.constantFrom('id', 'x'), fc.oneof(fc.string(), fc.integer()), {
    minKeys: 1,
    noNullPrototype: true,
  }),
  { minLength: 1, maxLength: 3 },
);
const named = (operation: string, shape: Record<string, fc.Arbitrary<unknown>>) =>
  form(shape).map((made) => ({ operation, ...made }));
const on = fc.oneof(
  words,
  fc.dictionary(word, fc.constant('other'), { minKeys: 1, maxKeys: 1, noNullPrototype: true }),
);
const transformConfig = fc.oneof(
  ...['uppercase', 'lowercase', 'trim', 'reverse'].map((name) => named(name, { columns: optional(words) })),
  named('filter', { condition: fc.constantFrom('a > 1', "b = 'x'") }),
  condition.map((tree) => ({ operation: 'filter', ...(tree as object) })),
  fc
    .tuple(
      fc.dictionary(word, fieldForm, { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
      optional(words),
      optional(fc.constant({ old: 'new' })),
    )
    .map(([fields, drop, rename]) => ({
      operation: 'map',
      fields,
      ...(drop && { drop }),
      ...(rename && { rename }),
    })),
  named('map', { drop: words }),
  named('map', { rename: fc.dictionary(word, word, { minKeys: 1, maxKeys: 2, noNullPrototype: true }) }),
  named('aggregate', {
    group_by: words,
    aggregations: optional(fc.uniqueArray(figure, { minLength: 1, maxLength: 2, selector: ({ as }) => as })),
  }),
  named('join', {
    records,
    on,
    how: optional(fc.constantFrom('left', 'semi')),
    suffix: optional(fc.constant('_r')),
    keep_order: optional(fc.constant(false)),
  }),
  named('join', {
    dataset: word,
    on: fc.constant(['id']),
    how: optional(fc.constantFrom('left', 'full')),
    fields: optional(fc.constant(['name', 'city'])),
  }),
  named('join', { file: fc.constantFrom('a.csv', 'b/c.parquet', '/x/y.json'), on: fc.constant(['id']) }),
  named('join', { file: fc.constant({ path: 'a.dat', format: 'csv' }), on: fc.constant(['id']) }),
  named('validate', {
    schema: fc.constantFrom({ required: ['a'] }, { properties: { a: { type: 'integer' } } }),
    on_fail: optional(fc.constantFrom('reject', 'fail')),
    nulls: optional(fc.constantFrom('null', 'missing')),
  }),
  named('validate', {
    rules: fc.constant([
      { field: 'a', required: true },
      { condition: 'a > b', message: 'no' },
    ]),
    rejected: optional(fc.constant('bad ones')),
  }),
  named('sort', { by: fc.array(sortField, { minLength: 1, maxLength: 2 }) }),
  named('dedupe', {
    keys: optional(words),
    order: optional(fc.array(sortField, { minLength: 1, maxLength: 2 })),
    keep: optional(fc.constantFrom('first', 'last')),
  }),
  named('select', {
    columns: fc.array(
      fc.oneof(word, form({ field: word, as: fc.constant('new'), cast: optional(castWord) })),
      { minLength: 1, maxLength: 3 },
    ),
  }),
  named('limit', { count: fc.nat(), offset: optional(fc.nat()) }),
  named('sql', { sql: fc.constantFrom('select * from input', 'select count(*) as n from input') }),
);
const sourceConfig = fc.oneof(
  fc.constantFrom<Record<string, unknown>>(
    { path: 'a.csv' },
    { path: '/x/b.parquet' },
    { path: 'c.jsonl.gz' },
    { path: 'd.dat', format: 'csv' },
    { path: 's3://bucket/a/b c.csv' },
    { path: 's3://bucket/100%25.json' },
    { url: 'https://example.com/x/y.csv?z=1' },
    { url: 'http://example.com/y', format: 'json' },
    { datasource: 'shop', table: 'public.orders' },
    { datasource: 'shop', query: 'select 1' },
  ),
  fc.record({ dataset: word }),
  fc.record({ received: word }),
);
const sinkConfig = fc.constantFrom<Record<string, unknown>>(
  { target: 'db://shop/public.orders' },
  { target: 'db://shop', mode: 'append' },
  { target: 'dataset://large orders', mode: 'replace' },
  { target: 'dataset://a/b' },
  { target: 'file:///tmp/out.csv' },
  { target: 'out/x.ndjson' },
  { target: 'out/x.dat', format: 'csv' },
  { target: 's3://bucket/a/b.parquet' },
);
const steps = fc
  .tuple(optional(sourceConfig), fc.array(transformConfig, { maxLength: 5 }), optional(sinkConfig))
  .map(([source, transforms, sink]) => [
    ...(source ? [{ type: 'source', config: source }] : []),
    ...transforms.map((config) => ({ type: 'transform', config })),
    ...(sink ? [{ type: 'sink', config: sink }] : []),
  ])
  .filter((list) => list.length > 0);

const fieldsOf = ({ config }: { config: unknown }): unknown => (config as { fields?: unknown }).fields;

/** What a rename and a drop of one map may not both say is for other tests. */
const accepted = (list: unknown): boolean => {
  try {
    parseSteps(list);
    return true;
  } catch {
    return false;
  }
};

test('other words for parameters mean the same', () => {
  const same = (short: Record<string, unknown>, long: Record<string, unknown>) =>
    expect(toDocument([{ type: 'transform', config: short }])).toEqual(
      toDocument([{ type: 'transform', config: long }]),
    );
  same({ operation: 'sort', by: 'a' }, { operation: 'sort', by: ['a'] });
  same({ operation: 'sort', columns: ['a'] }, { operation: 'sort', by: ['a'] });
  const down = {
    operation: 'sort',
    by: [
      { field: 'a', descending: true },
      { field: 'b', descending: false },
    ],
  };
  for (const form of [{ order: 'desc' }, { order: 'descending' }, { descending: true }])
    same({ operation: 'sort', columns: ['a', { field: 'b', descending: false }], ...form }, down);
  same({ operation: 'sort', by: 'a', order: 'asc' }, { operation: 'sort', by: ['a'] });
  same({ operation: 'dedupe', columns: ['a'] }, { operation: 'dedupe', keys: ['a'] });
  same({ operation: 'limit', limit: 2 }, { operation: 'limit', count: 2 });
  same({ operation: 'trim', columns: 'a' }, { operation: 'trim', columns: ['a'] });
});

describe('steps and graphs', () => {
  test('whatever steps are accepted make a sound graph that reads back as equal steps', () => {
    let tried = 0;
    fc.assert(
      fc.property(steps, (list) => {
        fc.pre(accepted(list));
        tried += 1;
        const document = toDocument(list);
        const problems = checkGraph(document, definitionOf).problems.filter(
          ({ code }) => code !== 'missing_input' && code !== 'dead_end',
        );
        expect(problems).toEqual([]);
        for (const { kind, config } of document.nodes) {
          const definition = definitionOf(kind);
          expect(definition?.config.safeParse(config).error?.issues ?? [], JSON.stringify(config)).toEqual(
            [],
          );
        }
        const again = documentToSteps(JSON.parse(JSON.stringify(document)));
        expect(again).toEqual(list);
        // The order of fields is part of what a map means.
        expect(JSON.stringify(again?.map(fieldsOf))).toBe(JSON.stringify(list.map(fieldsOf)));
      }),
      { numRuns: 600 },
    );
    expect(tried).toBeGreaterThan(300);
  });

  const chain = toDocument([
    { type: 'source', config: { path: 'a.csv' } },
    { type: 'transform', config: { operation: 'filter', condition: 'a > 1' } },
    { type: 'sink', config: { target: 'dataset://x' } },
  ]);
  const [source, filter, sink] = chain.nodes;

  test('a chain drawn in the window reads back too, whatever its nodes are called and where they stand', () => {
    const drawn = {
      ...chain,
      nodes: [
        { ...sink, id: 'z', at: [9, 9] },
        { ...filter, id: 'y', title: 'Mine', note: 'x' },
        { ...source, id: 'w' },
      ],
      edges: [
        { from: 'y', to: 'z' },
        { from: 'w.out', to: 'y.in' },
      ],
    } as typeof chain;
    expect(documentToSteps(drawn)).toEqual(documentToSteps(chain));
  });

  test.each<[string, (document: typeof chain) => unknown]>([
    [
      'a branch',
      (document) => ({
        ...document,
        nodes: [...document.nodes, { ...sink, id: 'more', config: { name: 'y' } }],
        edges: [...document.edges, { from: filter?.id, to: 'more' }],
      }),
    ],
    ['a node aside', (document) => ({ ...document, nodes: [...document.nodes, { ...source, id: 'alone' }] })],
    [
      'a kind that no step has',
      (document) => ({
        ...document,
        nodes: document.nodes.map((node) =>
          node.kind === 'filter' ? { ...node, kind: 'fill', config: { fills: [] } } : node,
        ),
      }),
    ],
    [
      'an option that no step has',
      (document) => ({
        ...document,
        nodes: document.nodes.map((node) =>
          node.kind === 'csv-file' ? { ...node, config: { path: 'a.csv', delimiter: ';' } } : node,
        ),
      }),
    ],
    [
      'a node that is switched off',
      (document) => ({ ...document, nodes: document.nodes.map((node) => ({ ...node, disabled: true })) }),
    ],
    [
      'a node with a policy of its own',
      (document) => ({ ...document, nodes: document.nodes.map((node) => ({ ...node, timeout: '5m' })) }),
    ],
    [
      'a text that calls rows by the id of a node',
      (document) => ({
        ...document,
        nodes: document.nodes.map((node) =>
          node.id === 'source'
            ? { ...node, id: 'orders' }
            : node.kind === 'filter'
              ? { ...node, config: { where: 'orders.a > 1' } }
              : node,
        ),
        edges: document.edges.map((edge) => ({
          ...edge,
          from: edge.from === 'source' ? 'orders' : edge.from,
        })),
      }),
    ],
    [
      'a circle',
      (document) => ({
        ...document,
        edges: [...document.edges, { from: filter?.id, to: `${filter?.id}.in` }],
      }),
    ],
    ['nothing', (document) => ({ ...document, nodes: [], edges: [] })],
  ])('%s is no list of steps', (_what, change) => {
    expect(documentToSteps(change(chain) as typeof chain)).toBeUndefined();
  });

  test('the pipeline of ingested records reads back, with what its transformations say', () => {
    const list = parseTransformations([
      { type: 'validate', schema: { required: ['a'] } },
      { type: 'map', fields: { b: 'a * 2' }, drop: ['a'] },
      { type: 'join', records: [{ b: 2 }], on: ['b'] },
    ]);
    const part = transformationNodes(list, { after: 'received', rejected: 'orders.rejected' });
    const document = documentSchema.parse({
      name: 'orders',
      parameters: { batch: { type: 'text', default: 'newest' } },
      nodes: [
        { id: 'received', kind: 'received', config: { source: 'orders', batch: '$batch' } },
        ...part.nodes,
        { id: 'save', kind: 'save-dataset', config: { name: 'orders', mode: 'replace' } },
      ],
      edges: [...part.edges, { from: part.last, to: 'save' }],
    });
    expect(documentToSteps(document)?.map(({ config }) => config)).toEqual([
      { received: 'orders' },
      { operation: 'validate', schema: { required: ['a'] }, nulls: 'null' },
      { operation: 'map', fields: { b: 'a * 2' }, drop: ['a'] },
      { operation: 'join', records: [{ b: 2 }], on: ['b'] },
      { target: 'dataset://orders', mode: 'replace' },
    ]);
  });

  test('a version of a dataset, asked for by its id, is read for ever and reads back', () => {
    const id = '01a1fddd-f0bb-7bfb-8bc1-4e85fb7a3c58';
    const list = [{ type: 'source', config: { dataset: id } }];
    const document = stepsToDocument(list, {
      name: 'x',
      findDataset: () => ({ name: 'orders', versionId: id }),
    });
    expect(document.nodes[0]?.config).toEqual({ name: 'orders', version_id: id });
    expect(documentToSteps(document)).toEqual(list);
  });
});

describe('inputs of jobs', () => {
  const base = toDocument([
    { type: 'source', config: { path: 'a.csv' } },
    { type: 'transform', config: { operation: 'join', records: [{ id: 1 }], on: ['id'] } },
  ]);

  test('take the place of the one source, not of what is joined', () => {
    const fed = withSource(base, 's3://bucket/data.csv');
    expect(fed.nodes.find(({ id }) => id === 'source')).toMatchObject({
      kind: 'source-file',
      config: { source: 'bucket', path: 'data.csv', format: 'csv' },
      at: [0, 0],
    });
    expect(fed.nodes).toHaveLength(base.nodes.length);
    expect(fed.edges).toEqual(base.edges);
  });

  test('come before the first step where there is no source', () => {
    const open = toDocument([{ type: 'transform', config: { operation: 'trim' } }]);
    const fed = withSource(open, 'dataset://orders');
    expect(fed.edges).toEqual([{ from: 'source', to: 'trim_1.in' }]);
    expect(fed.nodes[0]).toMatchObject({ id: 'source', kind: 'dataset', config: { name: 'orders' } });
  });

  test.each([
    ['s3://bucket', 'names no object'],
    ['ftp://x/y.csv', 'no address that can be read'],
    ['a.doc', 'cannot be told from its ending'],
    ['dataset://', 'names no dataset'],
    ['db://shop', 'names no table'],
  ])('%s is refused', (address, message) => {
    expect(() => withSource(base, address)).toThrow(message);
    expect(() => addressNodes(address, 'source', { id: 'x' })).toThrow(message);
  });
});

test('text steps change text columns alone, and reverse turns the text of each value', async () => {
  const list = ['uppercase', 'reverse'].map((operation) => ({ type: 'transform', config: { operation } }));
  const { nodes, edges } = toDocument([{ type: 'source', config: { dataset: 'x' } }, ...list]);
  const rows = { id: 'source', kind: 'rows', config: { rows: [{ a: 'abc', n: 12 }] } };
  const document = { ...toDocument(list), nodes: [rows, ...nodes.slice(1)], edges };
  const { rows: made } = await runDocument(document, { nodeId: 'reverse_3' });
  expect(made).toEqual([{ a: 'CBA', n: 12 }]);
});
