import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentSchema } from '../../shared/pipeline/document.ts';
import { documentJsonSchema } from '../../shared/pipeline/json-schema.ts';
import { documentFromText, documentToText } from './document-text.ts';

const nodeId = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
/** Texts that YAML could take for something else, among others. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    'true',
    'no',
    'null',
    '~',
    '1.0',
    '0x1F',
    '1e3',
    '2024-01-01',
    '- a',
    '#x',
    'a: b',
    '!tag',
    '&a',
    '*a',
    '|',
    ' x ',
    '\n',
    'a\n b\n',
    '"',
    "'",
    '\t',
    '<<',
    '=',
    '{',
    '[',
    '...',
    '---',
    '\u0085',
    '\u2028',
    '\uFEFF',
    '1_000',
    '0o17',
    '12:30:45',
    'NaN',
    '.inf',
  ),
);
/** YAML and JSON know neither -0 nor lone halves of surrogate pairs. */
const json = fc
  .jsonValue({ maxDepth: 3, stringUnit: 'grapheme' })
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown);

const duration = fc.constantFrom('30m', '1h30m', '250ms', '1.5s');
const retry = fc.record(
  {
    attempts: fc.integer({ min: 1, max: 20 }),
    backoff: fc.constantFrom('fixed', 'exponential'),
    delay: duration,
    jitter: fc.boolean(),
    maxDelay: duration,
  },
  { requiredKeys: [] },
);
const concurrency = fc.record(
  { limit: fc.integer({ min: 1, max: 64 }), whenFull: fc.constantFrom('queue', 'skip', 'replace') },
  { requiredKeys: [] },
);

const anyDocument = fc
  .record(
    {
      name: text.filter((name) => name.trim() !== ''),
      description: text,
      parameters: fc.dictionary(
        fc.stringMatching(/^[a-z_]{1,8}$/),
        fc.record({ type: fc.constant('text'), default: text }),
        { maxKeys: 3 },
      ),
      nodes: fc.array(
        fc.record(
          {
            id: nodeId,
            kind: fc.constantFrom('filter', 'csv-file', 'mystery'),
            title: text,
            note: text,
            disabled: fc.boolean(),
            config: fc.dictionary(text, fc.oneof(text, json), { maxKeys: 4 }),
            at: fc.tuple(
              fc.integer(),
              fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
            ),
            retry,
            timeout: duration,
          },
          { requiredKeys: ['id', 'kind'] },
        ),
        { maxLength: 5 },
      ),
      edges: fc.array(fc.record({ from: nodeId, to: nodeId.map((id) => `${id}.left`) }), { maxLength: 5 }),
      timeout: duration,
      retry,
      concurrency,
      lateAfter: duration,
    },
    { requiredKeys: ['name'] },
  )
  .map((value) => documentSchema.parse(value));

describe('a document as text', () => {
  it.each(['json', 'yaml'] as const)('comes back from %s as it was', (format) => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        const written = documentToText(document, format);
        const read = documentFromText(written, format);
        expect(read.problems).toEqual([]);
        expect(read.document).toEqual(document);
        expect(documentToText(document, format)).toBe(written);
      }),
      { numRuns: 300 },
    );
  });

  const example = documentSchema.parse({
    name: 'Orders by region',
    parameters: { since: { type: 'date', default: '2024-01-01' } },
    edges: [{ from: 'orders', to: 'recent' }],
    nodes: [
      { id: 'orders', kind: 'csv-file', config: { path: 'orders.csv' }, at: [0, 0] },
      { at: [240, 0], kind: 'filter', config: { where: 'ordered_at >= $since' }, id: 'recent' },
    ],
    schedule: { cron: '0 2 * * *', timezone: 'Europe/Berlin', missed: 'last', overlap: 'skip' },
  });

  it('is written in YAML with a line a node and the keys in the published order', () => {
    expect(documentToText(example, 'yaml')).toBe(`schema: 1
name: Orders by region
parameters:
  since: { type: date, default: 2024-01-01 }
nodes:
  - { id: orders, kind: csv-file, config: { path: orders.csv }, at: [ 0, 0 ] }
  - { id: recent, kind: filter, config: { where: ordered_at >= $since }, at: [ 240, 0 ] }
edges:
  - { from: orders, to: recent }
schedule: { cron: 0 2 * * *, timezone: Europe/Berlin, missed: last, overlap: skip }
`);
  });

  it('tells all that is wrong with it at once, with its place', () => {
    const { document, problems } = documentFromText(
      JSON.stringify({
        name: '',
        nodes: [
          { id: 'A', kind: 'filter' },
          { id: 'ok', kind: 'filter', extra: 1 },
        ],
        edges: [{ from: 'a b', to: 'c' }],
      }),
      'json',
    );
    expect(document).toBeUndefined();
    expect(problems.map(({ path }) => path?.join('.'))).toEqual([
      'name',
      'nodes.0.id',
      'nodes.1',
      'edges.0.from',
    ]);
    expect(problems[2]?.nodeId).toBe('ok');
  });

  it.each([
    [{ retry: { attempts: 0 } }, 'retry.attempts: It must be at least 1.'],
    [{ retry: { attempts: 21 } }, 'retry.attempts: It must be at most 20.'],
    [{ retry: { delay: '5 seconds' } }, 'retry.delay: Write a duration such as 30s, 5m or 1h30m.'],
    [{ retry: { backoff: 'linear' } }, 'retry.backoff: Choose one of: fixed, exponential.'],
    [{ timeout: 30 }, 'timeout: A text is needed here, not a number.'],
    [{ lateAfter: 'soon' }, 'lateAfter: Write a duration such as 30s, 5m or 1h30m.'],
    [{ concurrency: { limit: 65 } }, 'concurrency.limit: It must be at most 64.'],
    [{ concurrency: { whenFull: 'drop' } }, 'concurrency.whenFull: Choose one of: queue, skip, replace.'],
    [
      { nodes: [{ id: 'a', kind: 'k', retry: { tries: 2 } }] },
      'nodes[0].retry: "tries" is not known here. Check the spelling, or remove it.',
    ],
  ])('says plainly what is wrong with %j', (parts, message) => {
    const { problems } = documentFromText(JSON.stringify({ name: 'x', ...parts }), 'json');
    expect(problems.map((problem) => problem.message)).toEqual([message]);
  });

  it.each([
    ['json', '{"name": ', 'invalid_json'],
    ['yaml', 'name: [', 'invalid_yaml'],
    ['yaml', 'name: a\nname: b', 'invalid_yaml'],
    ['yaml', 'name: !!js/function "x"', 'invalid_yaml'],
    ['yaml', 'name: !custom x', 'invalid_yaml'],
    ['json', '{"schema": 2, "name": "x", "new": 1}', 'newer_document'],
    ['yaml', 'schema: 7\nname: x', 'newer_document'],
    ['json', '[]', 'invalid_document'],
    ['yaml', '', 'invalid_document'],
    ['json', `"${'x'.repeat(4 * 1024 * 1024)}"`, 'document_too_large'],
  ] as const)('is refused in %s: %.30s', (format, content, code) => {
    expect(documentFromText(content, format).problems).toMatchObject([{ code }]);
  });

  it('refuses aliases that multiply, quickly', () => {
    const laughs = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 9; level += 1) {
      const before = String.fromCharCode(96 + level);
      const name = String.fromCharCode(97 + level);
      laughs.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(', ')}]`);
    }
    expect(documentFromText(`name: x\n${laughs.join('\n')}`, 'yaml').problems).toMatchObject([
      { code: 'invalid_yaml' },
    ]);
  });

  it('keeps __proto__ from being more than a key', () => {
    documentFromText(
      '{"name":"x","nodes":[{"id":"a","kind":"k","config":{"__proto__":{"polluted":1}}}]}',
      'json',
    );
    documentFromText('name: x\nnodes: [{ id: a, kind: k, config: { __proto__: { polluted: 1 } } }]', 'yaml');
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('has a JSON Schema in which what has a default may be left out', () => {
    const schema = documentJsonSchema();
    expect(schema.required).toEqual(['name']);
    expect(schema.$schema).toContain('2020-12');
  });
});
