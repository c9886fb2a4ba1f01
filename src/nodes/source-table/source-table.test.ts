import { expect, test } from 'vitest';
import { definitionOf } from '../_kit/registry.ts';
import { problemPlaces, reachedBy, runNode } from '../_kit/test-kit.ts';

test('it reaches the table or the query of its source, and nothing else', () => {
  expect(reachedBy('source-table', { source: 'shop', table: 'public.orders' })).toEqual({
    readsSources: [{ source: 'shop', table: 'public.orders' }],
  });
  expect(reachedBy('source-table', { source: 'shop', query: ' SELECT 1 ' })).toEqual({
    readsSources: [{ source: 'shop', query: 'SELECT 1' }],
  });
});

test.each([
  [{ source: 'shop' }, 'table'],
  [{ source: 'shop', table: 'a', query: 'SELECT 1' }, 'query'],
  [{ source: '', table: 'a' }, 'source'],
])('%j is refused, and reaches nowhere', async (config, place) => {
  expect(problemPlaces(await runNode('source-table', config))).toEqual([`invalid_config at ${place}`]);
  if (config.source !== '') expect(reachedBy('source-table', config)).toEqual({});
});

test('its line names the source and what is read', () => {
  const definition = definitionOf('source-table');
  expect(definition?.summary({ source: 'shop', table: 'orders' })).toBe('shop: orders');
  expect(definition?.summary({ source: 'shop', query: 'SELECT\n 1' })).toBe('shop: SELECT 1');
});
