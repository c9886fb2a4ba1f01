import { describe, expect, test } from 'vitest';
import { expectRows, problemPlaces, reachedBy, runNode } from '../_kit/test-kit.ts';

const read = (content: string, config: Record<string, unknown> = {}) =>
  runNode('json-file', { path: 'in.json', ...config }, {}, { files: { 'in.json': content } });
const people = [
  { id: 1, name: 'Ada', 'größe "x"': 1.5 },
  { id: 2, name: null, 'größe "x"': 2 },
];
const lines = people.map((row) => JSON.stringify(row)).join('\n');

test.each([
  ['an array, detected', JSON.stringify(people), {}],
  ['an array, told', JSON.stringify(people, null, 2), { format: 'array' }],
  ['lines, detected', lines, {}],
  ['lines, told', `${lines}\n`, { format: 'newline_delimited' }],
])('%s', async (_what, text, config) => {
  expectRows(await read(text, config), people);
});

test('nested values stay nested', async () => {
  const rows = [
    { id: 1, tags: ['a', 'b'], at: { city: 'Ulm', zip: 89073 } },
    { id: 2, tags: [], at: null },
  ];
  expectRows(await read(JSON.stringify(rows)), rows);
});

test('a key that a record lacks is null', async () => {
  expectRows(await read('{"a":1}\n{"b":"x"}\n'), [
    { a: 1, b: null },
    { a: null, b: 'x' },
  ]);
});

test('records inside one object', async () => {
  const text = JSON.stringify({ status: 'ok', data: { items: people } });
  expectRows(await read(text, { records_at: 'data.items' }), people);
});

test('types replace the detected ones', async () => {
  const result = await read(JSON.stringify([{ Id: 1, price: '1.5', at: '2024-01-01' }]), {
    types: { id: 'VARCHAR', price: 'DECIMAL(10,2)', at: 'VARCHAR' },
  });
  expectRows(result, [{ Id: '1', price: '1.50', at: '2024-01-01' }]);
});

describe('bad rows', () => {
  const text = '{"a":1}\n{"a":x}\n{"a":3}\n';

  test('fail', async () => {
    const outcome = await read(text, { format: 'newline_delimited' }).catch((error: unknown) =>
      String(error),
    );
    const message = typeof outcome === 'string' ? outcome : (outcome.problems[0]?.message ?? '');
    expect(message).toMatch(/JSON/i);
  });

  test('are left out when asked', async () => {
    const result = await read(text, { format: 'newline_delimited', bad_rows: 'skip' });
    expectRows(result, [{ a: 1 }, { a: 3 }]);
  });
});

test('a type for a column that is not there is a problem', async () => {
  const result = await read('[{"id":1}]', { types: { idd: 'BIGINT' } });
  expect(problemPlaces(result)).toEqual(['unknown_column at types.idd']);
});

test('problems: no file, a path to the records that is none', async () => {
  expect(problemPlaces(await runNode('json-file', { path: '' }))).toEqual(['invalid_config at path']);
  expect(problemPlaces(await read('[]', { records_at: 'a..b' }))).toEqual(['invalid_config at records_at']);
});

test('the file is all it reaches', () => {
  expect(reachedBy('json-file', { path: 'a.json' })).toEqual({ readsFiles: ['a.json'] });
});
