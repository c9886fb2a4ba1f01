import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstRecords, sampleOf } from './batch-sample.ts';

/** Brackets, quotes and backslashes stand in its texts more often than by chance. */
const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'{}[]"\\,a') }));
const value = fc.oneof(text, fc.jsonValue({ maxDepth: 3 }));
const records = fc.array(fc.dictionary(text, value), { maxLength: 5 });

test('of a text that was cut anywhere the whole records at its beginning are taken', () => {
  fc.assert(
    fc.property(records, fc.boolean(), fc.nat(), (all, isWide, seed) => {
      const text = JSON.stringify(all, null, isWide ? 2 : 0);
      const cut = text.slice(0, seed % (text.length + 1));
      const taken = firstRecords(cut);
      if (taken === undefined) return;
      const list = JSON.parse(taken) as unknown[];
      expect(list.length).toBeGreaterThan(0);
      expect(list).toEqual(JSON.parse(text).slice(0, list.length));
    }),
  );
  expect(firstRecords('[{"a":1},{"b":"}]"},{"c')).toBe('[{"a":1},{"b":"}]"}]');
  expect(firstRecords('[{"a":"\\"}"')).toBeUndefined();
  expect(firstRecords('[{"a":1},{"b":"}')).toBe('[{"a":1}]');
  expect(firstRecords('[{"a":1},{"b":"]}\\')).toBe('[{"a":1}]');
  expect(firstRecords('{"a":{"b":1}')).toBeUndefined();
});

test('the fields are those of all records; of a large batch those of the first ones', async () => {
  const small = Buffer.from('[{"a":1},{"b":null,"__proto__":1}]');
  expect(await sampleOf({ content: small }, '')).toEqual({
    text: small.toString(),
    names: new Set(['a', 'b', '__proto__']),
    kinds: new Map([
      ['a', 2],
      ['b', 0],
      ['__proto__', 2],
    ]),
    whole: true,
  });
  const folder = await mkdtemp(join(tmpdir(), 'sluice-sample-'));
  try {
    const path = join(folder, 'batch.json');
    await writeFile(path, `[{"a":1},{"b":"${'ö'.repeat(50_000)}"}]`);
    expect(await sampleOf({ content: null }, path)).toEqual({
      text: '[{"a":1}]',
      names: new Set(['a']),
      kinds: new Map([['a', 2]]),
      whole: false,
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
