import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineDiff, valueChanges, valueText } from './value-diff.ts';

const json = fc.jsonValue({ maxDepth: 3 });

test('a value does not differ from itself', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(valueChanges(value, structuredClone(value))).toEqual([]);
    }),
  );
});

test('values that differ have a change, and the other way round the same places', () => {
  fc.assert(
    fc.property(json, json, (one, other) => {
      const there = valueChanges(one, other);
      const back = valueChanges(other, one);
      expect(there.length === 0).toBe(JSON.stringify(sorted(one)) === JSON.stringify(sorted(other)));
      expect(new Set(there.map(({ path }) => path))).toEqual(new Set(back.map(({ path }) => path)));
    }),
  );
});

test('a change names its place as a person reads it', () => {
  const before = { columns: [{ name: 'a' }, { name: 'b' }], limit: 5 };
  const after = { columns: [{ name: 'a' }, { name: 'c' }], header: true };
  expect(valueChanges(before, after)).toEqual([
    { path: 'columns[1].name', before: 'b', after: 'c' },
    { path: 'limit', before: 5, after: undefined },
    { path: 'header', before: undefined, after: true },
  ]);
  expect([valueText('x'), valueText(['x']), valueText(undefined)]).toEqual(['x', '["x"]', '']);
});

test('each text can be read from the lines again, and what both have is told once', () => {
  const text = fc.array(fc.constantFrom('select', 'from', 'where', ''), { maxLength: 12 });
  fc.assert(
    fc.property(text, text, (one, other) => {
      const [before, after] = [one.join('\n'), other.join('\n')];
      const lines = lineDiff(before, after);
      const side = (name: 'before' | 'after') =>
        lines.flatMap((line) => (line.side === 'both' || line.side === name ? [line.text] : [])).join('\n');
      expect(side('before')).toBe(before);
      expect(side('after')).toBe(after);
      if (before === after) expect(lines.every((line) => line.side === 'both')).toBe(true);
    }),
  );
});

/** The same for equal values alone, whatever the order of names; records are marked, so that {} is not []. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? { zero: '-' } : value;
  const entries = Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, inner]) => [name, sorted(inner)]);
  return { entries };
}
