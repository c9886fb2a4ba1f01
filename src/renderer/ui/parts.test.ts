import { expect, test } from 'vitest';
import { matchesHotkey } from './hotkey.ts';
import { headState, noSelection, toggleRow } from './list-selection.ts';
import { nudge, parseNumber } from './number-text.ts';
import { type Option, stepOption, typeahead } from './option.ts';
import { toast, toastStore } from './toast-store.ts';

test('typed numbers may carry separators, and what is no number or out of bounds is refused', () => {
  expect(parseNumber('10,482,113')).toBe(10_482_113);
  expect(parseNumber(' 1 200.5 ')).toBe(1200.5);
  expect(parseNumber('')).toBeNull();
  for (const bad of ['1,2', '1.2.3', 'abc', '0x10', '--1', 'Infinity'])
    expect(parseNumber(bad)).toBeUndefined();
  expect(parseNumber('1.5', { integer: true })).toBeUndefined();
  expect(parseNumber('11', { max: 10 })).toBeUndefined();
});

test('stepping a number stays in bounds and leaves no binary dust', () => {
  expect(nudge(0.1, 0.2)).toBe(0.3);
  expect(nudge(10, 1, { max: 10 })).toBe(10);
  expect(nudge(null, -1, { min: 0 })).toBe(0);
});

const options: Option[] = [
  { value: 'a', label: 'Apple' },
  { value: 'b', label: 'Banana', disabled: true },
  { value: 'c', label: 'Cherry' },
  { value: 'd', label: 'Cranberry' },
];

test('the highlight skips disabled options and stops at the ends', () => {
  expect(stepOption(options, 0, 1)).toBe(2);
  expect(stepOption(options, 3, 1)).toBe(3);
  expect(stepOption([], -1, 1)).toBe(-1);
});

test('a letter moves on among its options, more letters refine', () => {
  expect(typeahead(options, 'c', 2)).toBe(3);
  expect(typeahead(options, 'c', 3)).toBe(2);
  expect(typeahead(options, 'cr', 2)).toBe(3);
  expect(typeahead(options, 'z', 2)).toBe(2);
});

test('a list range takes the state of the row it started from', () => {
  const order = ['a', 'b', 'c', 'd'];
  const one = toggleRow(noSelection, order, 1, false);
  const range = toggleRow(one, order, 3, true);
  expect([...range.ids]).toEqual(['b', 'c', 'd']);
  expect(headState(range.ids, order)).toBe('mixed');
  expect(headState(new Set(order), order)).toBe(true);
  expect(headState(new Set(), [])).toBe(false);
});

test('chords match exactly, with Command standing for mod on a Mac', () => {
  const base = { key: 'S', ctrlKey: true, metaKey: false, shiftKey: false, altKey: false };
  expect(matchesHotkey(base, 'mod+s', false)).toBe(true);
  expect(matchesHotkey(base, 'mod+s', true)).toBe(false);
  expect(matchesHotkey({ ...base, shiftKey: true }, 'mod+s', false)).toBe(false);
  expect(matchesHotkey({ ...base, ctrlKey: false, shiftKey: true, key: '?' }, '?', false)).toBe(true);
});

test('toasts keep the newest four and never say the same thing twice', () => {
  for (const text of ['1', '2', '3', '4', '5', '3']) toast.info(text);
  expect(toastStore.get().map((entry) => entry.message)).toEqual(['2', '4', '5', '3']);
  let undone = false;
  toast.undo('Deleted', { action: () => (undone = true) });
  toastStore.get().at(-1)?.action?.run();
  expect(undone).toBe(true);
});
