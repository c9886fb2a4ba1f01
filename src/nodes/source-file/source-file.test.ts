import { expect, test } from 'vitest';
import { expectRows, problemPlaces, reachedBy, runNode } from '../_kit/test-kit.ts';

/** As it lies in scratch once it was fetched. */
const fetched = (text: string) => ({ files: { 'lake: a/b.csv': text } });
const read = (config: Record<string, unknown>, text: string) =>
  runNode('source-file', { source: 'lake', path: 'a/b.csv', ...config }, {}, fetched(text));

test('CSV, by the options of its form', async () => {
  expectRows(
    await read({}, 'id,name\n1,Ada\n'),
    [{ id: '1', name: 'Ada' }].map((row) => ({ ...row, id: 1 })),
  );
  const options = { delimiter: '\\t', header: 'no', read_as: 'text', null_texts: ['-'] };
  expectRows(await read(options, '01\t-\n'), [{ column0: '01', column1: null }]);
});

test('JSON inside of an object', async () => {
  const text = '{"data":{"items":[{"id":1},{"id":2}]}}';
  expectRows(await read({ format: 'json', records_at: 'data.items', types: { id: 'VARCHAR' } }, text), [
    { id: '1' },
    { id: '2' },
  ]);
});

test('it reaches its file and nothing else', () => {
  expect(reachedBy('source-file', { source: 'lake', path: 'a.parquet', format: 'parquet' })).toEqual({
    readsSources: [{ source: 'lake', path: 'a.parquet', format: 'parquet' }],
  });
});

test.each([
  [{ source: '' }, 'source'],
  [{ path: 'a\0b' }, 'path'],
  [{ format: 'xlsx' }, 'format'],
])('%j is refused', async (config, place) => {
  expect(problemPlaces(await read(config, ''))).toEqual([`invalid_config at ${place}`]);
});
