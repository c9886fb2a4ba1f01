import { expect, test } from 'vitest';
import { cellLine, cellText, fitWidth, typeFamily } from './cell.ts';
import { copyTable, type GridSelection, moveSelection, rangeOf, selectAll } from './selection.ts';

const size = { rows: 100, columns: 5 };
const at = (row: number, column: number): GridSelection => ({
  kind: 'cells',
  anchor: { row, column },
  focus: { row, column },
});
const press = (from: GridSelection | null, key: string, mods: { shift?: boolean; mod?: boolean } = {}) =>
  moveSelection(from, { key, shift: mods.shift ?? false, mod: mods.mod ?? false }, size, 10);

test('arrows move one cell and stop at the edges', () => {
  expect(press(at(3, 2), 'ArrowDown')).toEqual(at(4, 2));
  expect(press(at(0, 0), 'ArrowUp')).toEqual(at(0, 0));
  expect(press(at(99, 4), 'ArrowRight')).toEqual(at(99, 4));
  expect(press(null, 'ArrowDown')).toEqual(at(0, 0));
});

test('mod jumps to the edge, page keys move a screen, Home and End stay in the row', () => {
  expect(press(at(3, 2), 'ArrowDown', { mod: true })).toEqual(at(99, 2));
  expect(press(at(3, 2), 'PageDown')).toEqual(at(13, 2));
  expect(press(at(3, 2), 'Home')).toEqual(at(3, 0));
  expect(press(at(3, 2), 'End', { mod: true })).toEqual(at(99, 4));
});

test('Shift extends from where the selection began, also backwards', () => {
  const once = press(at(3, 2), 'ArrowUp', { shift: true });
  const range = once && rangeOf(once, size);
  expect(range).toEqual({ top: 2, bottom: 3, left: 2, right: 2 });
});

test('whole rows, whole columns and everything reach across the grid', () => {
  const row = press(at(3, 2), ' ', { shift: true });
  const column = press(at(3, 2), ' ', { mod: true });
  expect(row && rangeOf(row, size)).toEqual({ top: 3, bottom: 3, left: 0, right: 4 });
  expect(column && rangeOf(column, size)).toEqual({ top: 0, bottom: 99, left: 2, right: 2 });
  expect(rangeOf(selectAll(size), size)).toEqual({ top: 0, bottom: 99, left: 0, right: 4 });
});

test('keys that do not move are left to others, and an empty grid has nothing to select', () => {
  expect(press(at(1, 1), 'x')).toBeUndefined();
  expect(
    moveSelection(null, { key: 'ArrowDown', shift: false, mod: false }, { rows: 0, columns: 3 }, 1),
  ).toBeUndefined();
});

test('copied text is tab separated, quoted where a sheet would break it, with names when asked', () => {
  const rows = [
    [1, 'a\tb', null],
    [2n, 'say "x"', { k: [1n] }],
  ];
  const range = { top: 0, bottom: 1, left: 0, right: 2 };
  expect(copyTable(rows, range)).toBe('1\t"a\tb"\t\n2\t"say ""x"""\t"{""k"":[""1""]}"');
  expect(copyTable(rows, { ...range, left: 0, right: 1 }, ['id', 'name', 'x']).split('\n')[0]).toBe(
    'id\tname',
  );
});

test('a single cell is copied as it is, without quotes', () => {
  expect(copyTable([['a "b"\nc']], { top: 0, bottom: 0, left: 0, right: 0 })).toBe('a "b"\nc');
});

test('cells show one line of bounded length, and keep every digit of large integers', () => {
  expect(cellLine('a\r\nb\tc')).toBe('a ⏎ b c');
  expect(cellLine('x'.repeat(1_000_000)).length).toBeLessThan(400);
  expect(cellText(9007199254740993n)).toBe('9007199254740993');
  expect(cellText(true)).toBe('true');
});

test('database type names fall into the right family', () => {
  const names = [
    'BIGINT',
    'DECIMAL(10,2)',
    'INTEGER[]',
    'INTERVAL',
    'TIMESTAMP WITH TIME ZONE',
    'TIME',
    'STRUCT(a INTEGER)',
    'VARCHAR',
    'UHUGEINT',
    'UUID',
  ];
  expect(names.map(typeFamily)).toEqual([
    'number',
    'number',
    'list',
    'time',
    'date',
    'time',
    'object',
    'text',
    'number',
    'id',
  ]);
});

test('a fitted width grows with the values and stays within bounds', () => {
  expect(fitWidth('a', 'VARCHAR', ['x'.repeat(25)])).toBeGreaterThan(fitWidth('a', 'VARCHAR', ['x']));
  expect(fitWidth('a', 'VARCHAR', ['x'.repeat(1000)])).toBe(360);
});
