import { describe, expect, test } from 'vitest';
import { expectRows, problemPlaces, runNode } from '../_kit/test-kit.ts';
import { comparison } from './key-types.ts';

const left = [
  { id: 1, name: 'a', Note: 'l1' },
  { id: 2, name: 'b', Note: 'l2' },
  { id: null, name: 'c', Note: 'l3' },
];
const right = [
  { ID: 1, note: 'r1', size: 10 },
  { ID: 3, note: 'r3', size: 30 },
  { ID: null, note: 'r4', size: 40 },
];
const keys = [{ left: 'id', right: 'ID' }];
const join = (config: Record<string, unknown>) => runNode('join', { keys, ...config }, { left, right });
/** Rows in an order of their own: a join promises none. */
const sorted = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).sort();

const both = { id: 1, name: 'a', Note: 'l1', note_right: 'r1', size: 10 };
const onlyLeft = (row: (typeof left)[number]) => ({ ...row, note_right: null, size: null });
const onlyRight = ({ ID, note, size }: (typeof right)[number]) => ({
  id: ID,
  name: null,
  Note: null,
  note_right: note,
  size,
});

test.each([
  ['inner', [both]],
  ['left', [both, ...left.slice(1).map(onlyLeft)]],
  ['right', [both, ...right.slice(1).map(onlyRight)]],
  ['full', [both, ...left.slice(1).map(onlyLeft), ...right.slice(1).map(onlyRight)]],
  ['semi', left.slice(0, 1)],
  ['anti', left.slice(1)],
])('%s: key columns once, clashing names with the suffix, null keys never match', async (how, expected) => {
  const result = await join({ how });
  expect(result.problems, result.sql).toEqual([]);
  expect(sorted(result.rows), result.sql).toEqual(sorted(expected));
});

test('several keys of different names are all kept', async () => {
  const result = await runNode(
    'join',
    {
      keys: [
        { left: 'a', right: 'x "1"' },
        { left: 'b', right: 'b' },
      ],
    },
    {
      left: [
        { a: 1, b: 'k' },
        { a: 1, b: 'm' },
      ],
      right: [{ 'x "1"': 1, b: 'k', é: true }],
    },
  );
  expectRows(result, [{ a: 1, b: 'k', 'x "1"': 1, é: true }]);
});

test('a suffix that clashes again is added again', async () => {
  const result = await runNode(
    'join',
    { keys: [{ left: 'id', right: 'id' }] },
    { left: [{ id: 1, x: 'l', x_right: 'm' }], right: [{ id: 1, x: 'r' }] },
  );
  expectRows(result, [{ id: 1, x: 'l', x_right: 'm', x_right_right: 'r' }]);
});

test('a key of each side under the same name on the other is not taken for it', async () => {
  const result = await runNode(
    'join',
    { keys: [{ left: 'a', right: 'b' }], how: 'full' },
    { left: [{ a: 1, b: 'left' }], right: [{ a: 'right', b: 2 }] },
  );
  expect(sorted(result.rows)).toEqual(
    sorted([
      { a: 1, b: 'left', a_right: null, b_right: null },
      { a: null, b: null, a_right: 'right', b_right: 2 },
    ]),
  );
});

test('one row for every pair of matches', async () => {
  const twice = {
    left: [
      { k: 1, l: 'a' },
      { k: 1, l: 'b' },
    ],
    right: [
      { k: 1, r: 'x' },
      { k: 1, r: 'y' },
    ],
  };
  const result = await runNode('join', { keys: [{ left: 'k', right: 'k' }] }, twice);
  expect(result.rows).toHaveLength(4);
});

test('an empty side', async () => {
  const none = { columns: [{ name: 'ID', type: 'BIGINT' }], rows: [] };
  const outer = await runNode('join', { keys, how: 'left' }, { left, right: none });
  expect(sorted(outer.rows)).toEqual(sorted(left));
  expectRows(await runNode('join', { keys, how: 'inner' }, { left, right: none }), []);
});

describe('problems', () => {
  test('unknown keys say which side', async () => {
    const result = await join({ keys: [{ left: 'idd', right: 'sise' }] });
    expect(problemPlaces(result)).toEqual([
      'unknown_column at keys.0.left',
      'unknown_column at keys.0.right',
    ]);
    expect(result.problems[0]?.message).toMatch(/^The left input has no column "idd"\. Did you mean "id"\?/);
  });

  test('keys whose types cannot be compared', async () => {
    const result = await join({ keys: [{ left: 'name', right: 'size' }] });
    expect(problemPlaces(result)).toEqual(['key_types_differ at keys.0']);
    expect(result.problems[0]?.message).toContain('"name" is VARCHAR');
  });

  test('a clash without a suffix', async () => {
    expect(problemPlaces(await join({ suffix: '' }))).toEqual(['duplicate_column at suffix']);
  });

  test('no keys', async () => {
    expect(problemPlaces(await join({ keys: [] }))).toEqual(['invalid_config at keys']);
  });
});

test('a UUID is compared with text as text', async () => {
  const uuid = '0190a000-0000-7000-8000-000000000000';
  const result = await runNode(
    'join',
    { keys: [{ left: 'u', right: 't' }] },
    { left: { columns: [{ name: 'u', type: 'UUID' }], rows: [[uuid]] }, right: [{ t: uuid }, { t: 'none' }] },
  );
  expectRows(result, [{ u: uuid, t: uuid }]);
});

test.each([
  ['BIGINT', 'DECIMAL(10,2)', 'plain'],
  ['DATE', 'TIMESTAMP WITH TIME ZONE', 'plain'],
  ['VARCHAR', "ENUM('a')", 'as-text'],
  ['VARCHAR', 'DATE', 'none'],
  ['TIME', 'TIMESTAMP', 'none'],
  ['INTERVAL', 'TIME', 'none'],
  ['BOOLEAN', 'BIGINT', 'none'],
  ['INTEGER[]', 'VARCHAR[]', 'none'],
])('%s against %s: %s', (mine, theirs, way) => {
  expect(comparison(mine, theirs)).toBe(way);
  expect(comparison(theirs, mine)).toBe(way);
});

test('rows keep their order where they are told to, whatever the kind of join', async () => {
  const left = Array.from({ length: 5000 }, (_none, at) => ({ k: (at * 7919) % 4999, left_place: at }));
  const right = Array.from({ length: 3000 }, (_none, at) => ({ k: (at * 31) % 3001, r: at }));
  const wanted: Record<string, (row: { k: number }) => number> = {
    inner: ({ k }) => right.filter((other) => other.k === k).length,
    left: ({ k }) => Math.max(1, right.filter((other) => other.k === k).length),
    semi: ({ k }) => (right.some((other) => other.k === k) ? 1 : 0),
    anti: ({ k }) => (right.some((other) => other.k === k) ? 0 : 1),
  };
  for (const [how, times] of Object.entries(wanted)) {
    const config = { how, keys: [{ left: 'k', right: 'k' }], keep_order: true };
    const { rows, problems } = await runNode('join', config, { left, right });
    expect(problems).toEqual([]);
    expect(rows.map((row) => row.left_place)).toEqual(
      left.flatMap((row) => Array(times(row)).fill(row.left_place)),
    );
  }
  const full = await runNode(
    'join',
    { how: 'full', keys: [{ left: 'k', right: 'k' }], keep_order: true },
    { left: left.slice(0, 3), right },
  );
  expect(full.rows.slice(0, 3).map((row) => row.left_place)).toEqual([0, 1, 2]);
  const rest = full.rows.slice(3).map(({ r }) => Number(r));
  expect(rest).toEqual([...rest].sort((a, b) => a - b));
});

test('takes the right columns that are named, and no key that is not', async () => {
  const right = [{ code: 1, name: 'one', note: 'x' }];
  const config = { how: 'left', keys: [{ left: 'id', right: 'code' }], take: ['NAME'] };
  const result = await runNode('join', config, { left: [{ id: 1 }, { id: 2 }], right });
  expect([...result.rows].sort((a, b) => Number(a.id) - Number(b.id))).toEqual([
    { id: 1, name: 'one' },
    { id: 2, name: null },
  ]);
  const wrong = await runNode('join', { ...config, take: ['nam'] }, { left: [{ id: 1 }], right });
  expect(problemPlaces(wrong)).toEqual(['unknown_column at take.0']);
});
