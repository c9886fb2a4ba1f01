import { expect, test } from 'vitest';
import { definitionOf } from '../_kit/registry.ts';
import { expectRows, problemPlaces, reachedBy, runNode } from '../_kit/test-kit.ts';

const rows = [{ id: 1 }];

test('its rows are the input’s, and the action says where they go', async () => {
  const result = await runNode('write-table', { source: 'shop', table: 'public.report' }, { in: rows });
  expectRows(result, rows);
  expect(result.plan?.sink?.action).toEqual({
    sink: 'write-source',
    part: { source: 'shop', table: 'public.report', mode: 'append' },
    configPath: ['table'],
  });
});

test('it reaches its table and nothing else', () => {
  expect(reachedBy('write-table', { source: 'shop', table: 'a', mode: 'replace' })).toEqual({
    writesSources: [{ source: 'shop', table: 'a', mode: 'replace' }],
  });
});

test.each([
  [{ source: '', table: 'a' }, 'source'],
  [{ source: 'shop', table: ' ' }, 'table'],
  [{ source: 'shop', table: 'a', mode: 'merge' }, 'mode'],
])('%j is refused', async (config, place) => {
  expect(problemPlaces(await runNode('write-table', config, { in: rows }))).toEqual([
    `invalid_config at ${place}`,
  ]);
});

test('its line says whether rows stay', () => {
  const summary = definitionOf('write-table')?.summary;
  expect(summary?.({ source: 'shop', table: 'a', mode: 'append' })).toBe('append to shop: a');
  expect(summary?.({ source: 'shop', table: 'a', mode: 'replace' })).toBe('shop: a');
});
