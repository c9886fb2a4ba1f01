import { expect, test } from 'vitest';
import { expectRows, problemPlaces, reachedBy, runNode } from '../_kit/test-kit.ts';

const rows = [{ id: 1 }];
const write = (config: Record<string, unknown>) =>
  runNode('write-source-file', { source: 'lake', path: 'out/a', ...config }, { in: rows });

test('its rows are the input’s, and the action says where the file goes', async () => {
  const result = await write({ delimiter: '\\t', header: false });
  expectRows(result, rows);
  expect(result.plan?.sink?.action).toEqual({
    sink: 'write-source',
    part: { source: 'lake', path: 'out/a', format: 'csv' },
    configPath: ['path'],
    csv: { delimiter: '\t', header: false, spreadsheetSafe: false },
  });
  const { plan } = await write({ format: 'parquet' });
  expect(plan?.sink?.action).not.toHaveProperty('csv');
});

test('it reaches its file and nothing else', () => {
  expect(reachedBy('write-source-file', { source: 'lake', path: 'a', format: 'json' })).toEqual({
    writesSources: [{ source: 'lake', path: 'a', format: 'json' }],
  });
});

test.each([
  [{ source: '' }, 'source'],
  [{ path: '' }, 'path'],
  [{ format: 'xlsx' }, 'format'],
])('%j is refused', async (config, place) => {
  expect(problemPlaces(await write(config))).toEqual([`invalid_config at ${place}`]);
});
