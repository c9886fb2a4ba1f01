import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyDocument, type PipelineDocument } from '../../../../shared/pipeline/document.ts';
import { runOf, stepOf } from '../testing.ts';
import {
  columnChanges,
  mergedDocument,
  nodeChanges,
  notCompared,
  pairs,
  stepPairs,
  wireChanges,
} from './compare-runs.ts';

const documentOf = (nodes: PipelineDocument['nodes'], edges: PipelineDocument['edges'] = []) => ({
  ...emptyDocument('p'),
  nodes,
  edges,
});

test('nodes are added, removed or changed; moving one on the canvas is no change', () => {
  const before = documentOf([
    { id: 'a', kind: 'filter', config: { where: 'x > 1' }, at: [0, 0] },
    { id: 'b', kind: 'sort', config: {} },
    { id: 'c', kind: 'limit', config: {} },
  ]);
  const after = documentOf([
    { id: 'a', kind: 'filter', config: { where: 'x > 2' }, at: [0, 0] },
    { id: 'b', kind: 'sort', config: {}, at: [300, 8] },
    { id: 'd', kind: 'limit', config: {} },
  ]);
  const changes = nodeChanges(before, after);
  expect(changes.map(({ id, change }) => [id, change])).toEqual([
    ['a', 'changed'],
    ['b', 'same'],
    ['d', 'added'],
    ['c', 'removed'],
  ]);
  expect(changes[0]?.changes).toEqual([{ path: 'where', before: 'x > 1', after: 'x > 2' }]);
});

test('both documents can be drawn as one graph: what is gone stands beside what is there', () => {
  const before = documentOf(
    [
      { id: 'a', kind: 'filter', config: {} },
      { id: 'gone', kind: 'sort', config: {} },
    ],
    [{ from: 'a', to: 'gone' }],
  );
  const after = documentOf([{ id: 'a', kind: 'filter', config: { where: 'x' } }]);
  const merged = mergedDocument(before, after);
  expect(merged.nodes.map(({ id }) => id)).toEqual(['a', 'gone']);
  expect(merged.nodes[0]).toBe(after.nodes[0]);
  expect(merged.edges).toEqual(before.edges);
});

test('wires that only one document has are told', () => {
  const before = documentOf([], [{ from: 'a', to: 'b' }]);
  const after = documentOf([], [{ from: 'a', to: 'c' }]);
  expect(wireChanges(before, after).map(({ name, change }) => [name, change])).toEqual([
    ['a → b', 'removed'],
    ['a → c', 'added'],
  ]);
});

test('every name of either side is there once, and turning the sides turns added and removed', () => {
  const map = fc.dictionary(fc.string({ maxLength: 4 }), fc.nat(3), { maxKeys: 6 });
  const turned = { added: 'removed', removed: 'added', changed: 'changed', same: 'same' } as const;
  fc.assert(
    fc.property(map, map, (one, other) => {
      const there = pairs(one, other);
      const back = new Map(pairs(other, one).map((pair) => [pair.name, pair.change]));
      expect(there.map(({ name }) => name).sort()).toEqual(
        [...new Set([...Object.keys(one), ...Object.keys(other)])].sort(),
      );
      for (const { name, change } of there) expect(back.get(name)).toBe(turned[change]);
    }),
  );
});

test('steps tell how much longer they took and how many rows more they gave; a reused one took no time', () => {
  const before = [
    stepOf('a', { milliseconds: 100, rows: 10 }),
    stepOf('b', { milliseconds: 50, rows: 4, status: 'reused' }),
    stepOf('gone', { milliseconds: 5 }),
  ];
  const after = [
    stepOf('a', { milliseconds: 250, rows: 8 }),
    stepOf('b', { milliseconds: 50, rows: 4 }),
    stepOf('new', { milliseconds: 1 }),
  ];
  expect(stepPairs(before, after).map(({ nodeId, time, rows }) => [nodeId, time, rows])).toEqual([
    ['a', 150, -2],
    ['b', null, 0],
    ['new', null, null],
    ['gone', null, null],
  ]);
});

test('columns that came, went or have another type are told', () => {
  const column = (name: string, type: string) => ({ name, type });
  const changes = columnChanges(
    [column('id', 'BIGINT'), column('old', 'VARCHAR')],
    [column('id', 'VARCHAR'), column('new', 'DATE')],
  );
  expect(changes).toEqual([
    { name: 'id', before: 'BIGINT', after: 'VARCHAR', change: 'changed' },
    { name: 'old', before: 'VARCHAR', after: undefined, change: 'removed' },
    { name: 'new', before: undefined, after: 'DATE', change: 'added' },
  ]);
});

test('what is left out depends on the runs', () => {
  const plain = runOf({});
  const reused = runOf({ steps: [stepOf('a', { status: 'reused' })] });
  expect(notCompared(plain, plain).some((text) => text.includes('reused'))).toBe(false);
  expect(notCompared(plain, reused).some((text) => text.includes('reused'))).toBe(true);
});
