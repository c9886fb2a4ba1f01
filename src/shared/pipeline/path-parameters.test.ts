import { expect, test } from 'vitest';
import { documentSchema } from './document.ts';
import { withPathParameters } from './path-parameters.ts';

const document = (path: string) =>
  documentSchema.parse({
    name: 'Files',
    parameters: {
      file: { type: 'text', default: 'usual.csv' },
      day: { type: 'date' },
      empty: { type: 'text', default: '' },
    },
    nodes: [{ id: 'in', kind: 'csv-file', config: { path, header: 'yes' } }],
  });
const pathOf = (path: string, values = {}) => withPathParameters(document(path), values).nodes[0]?.config;

test.each([
  ['$file', { file: 'in/new.csv' }, 'in/new.csv'],
  ['$file', {}, 'usual.csv'],
  ['out/$day/$file', { day: '2026-11-21', file: 'a.csv' }, 'out/2026-11-21/a.csv'],
  ['$other.csv', { other: 'x' }, '$other.csv'],
  ['price$.csv', {}, 'price$.csv'],
  ['$day.csv', {}, '$day.csv'],
  ['$empty', {}, '$empty'],
  ['$constructor', {}, '$constructor'],
])('%s with %o is %s', (path, values, expected) => {
  expect(pathOf(path, values)).toEqual({ path: expected, header: 'yes' });
});

test('a document without such a path is the same object, and one with is not changed itself', () => {
  const plain = document('orders.csv');
  expect(withPathParameters(plain, {})).toBe(plain);
  const given = document('$file');
  withPathParameters(given, { file: 'x.csv' });
  expect(given.nodes[0]?.config.path).toBe('$file');
});
