import { expect, test } from 'vitest';
import { expectRows, problemPlaces, reachedBy, runNode } from '../_kit/test-kit.ts';

const rows = [{ id: 1, 'größe "x"': 'a' }];

test('its rows are the input’s, and the action says what to publish', async () => {
  const result = await runNode('save-dataset', { name: ' Orders ', mode: 'append' }, { in: rows });
  expectRows(result, rows);
  expect(result.plan).toEqual({
    outputs: {},
    sink: {
      input: { rel: 'input', port: 'in', index: 0 },
      action: { sink: 'save-dataset', name: 'Orders', mode: 'append' },
    },
  });
});

test.each([
  [{ name: '' }, 'name'],
  [{ name: 'a\nb' }, 'name'],
  [{ name: 'x', mode: 'merge' }, 'mode'],
])('%j is refused', async (config, field) => {
  expect(problemPlaces(await runNode('save-dataset', config, { in: rows }))).toEqual([
    `invalid_config at ${field}`,
  ]);
});

test('it writes the dataset; appending reads it too', () => {
  expect(reachedBy('save-dataset', { name: 'a' })).toEqual({ writesDatasets: ['a'] });
  expect(reachedBy('save-dataset', { name: 'a', mode: 'append' })).toEqual({
    writesDatasets: ['a'],
    readsDatasets: ['a'],
  });
});
