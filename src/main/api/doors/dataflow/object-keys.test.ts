import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BodyScanner, mostKeys } from './body-scanner.ts';

/** A value as it is written: objects as lists of pairs, so that a key can be given twice. */
type Written = string | { readonly list: Written[] } | { readonly pairs: (readonly [string, Written])[] };

/** Keys as they stand in a body. Some mean the same; some begin alike, or end in the middle of four bytes. */
const keys = fc.constantFrom(
  ...['', 'a', '\\u0061', 'b', 'ab', 'abc', 'abcd', 'abcde', 'abcdf', 'id', '\\u0069d', 'ä', '\\u00e4'],
  ...['\\"', '\\ud83d\\ude00', '😀', '__proto__', '\\/', '/'],
);

const { value } = fc.letrec<{ value: Written }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom<Written>('1', 'null', '"a"', '"\\"a\\":"', '-1.5e3'),
    fc.array(tie('value'), { maxLength: 3 }).map((list): Written => ({ list })),
    fc.array(fc.tuple(keys, tie('value')), { maxLength: 5 }).map((pairs): Written => ({ pairs })),
  ),
}));
const record = fc
  .array(fc.tuple(keys, value), { maxLength: 6 })
  .map((pairs): Extract<Written, { pairs: unknown }> => ({ pairs }));

const textOf = (written: Written, space: string): string => {
  if (typeof written === 'string') return written;
  if ('list' in written) return `[${written.list.map((each) => textOf(each, space)).join(',')}]`;
  const pairs = written.pairs.map(([key, each]) => `"${key}"${space}:${space}${textOf(each, space)}`);
  return `{${pairs.join(`,${space}`)}}`;
};

const isSound = (written: Written): boolean => {
  if (typeof written === 'string') return true;
  if ('list' in written) return written.list.every(isSound);
  const meant = written.pairs.map(([key]) => JSON.parse(`"${key}"`));
  return new Set(meant).size === meant.length && written.pairs.every(([, each]) => isSound(each));
};

/** Undefined where it passes. */
function reasonAgainst(data: string, cuts: readonly number[] = []): string | undefined {
  const scanner = new BodyScanner({
    depth: 64,
    captured: { source: 1000, transformations: 1000, key: 200 },
    onData() {},
  });
  const bytes = Buffer.from(`{"source":"a","data":${data}}`);
  const places = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  try {
    let from = 0;
    for (const to of places) {
      // Overwritten afterwards, as the network does it.
      const chunk = Uint8Array.from(bytes.subarray(from, to));
      scanner.push(chunk);
      chunk.fill(0x78);
      from = to;
    }
    scanner.end();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

test('a body is refused exactly where an object has a key twice, however it is cut', () => {
  const bodies = fc.tuple(
    fc.array(record, { maxLength: 4 }),
    // Records like the one before are the usual case.
    fc.nat(3),
    fc.constantFrom('', ' '),
    fc.array(fc.nat(5000), { maxLength: 12 }),
  );
  let refused = 0;
  fc.assert(
    fc.property(bodies, ([records, again, space, cuts]) => {
      const all = records.flatMap((each) => Array.from({ length: again + 1 }, () => each));
      const reason = reasonAgainst(textOf({ list: all }, space), cuts);
      if (reason !== undefined) refused += 1;
      expect(reason === undefined).toBe(all.every(isSound));
      if (reason !== undefined) expect(reason).toContain('given twice');
    }),
    { numRuns: 2000 },
  );
  expect(refused).toBeGreaterThan(100);
});

test('the key that is given twice is named, with its record', () => {
  expect(reasonAgainst('[{"id":1},{"id":1,"\\u0069d":2}]')).toContain(
    'the field "id" is given twice in one object, in data[1]',
  );
  expect(reasonAgainst('{"a":{"b":[{"c":1,"c":1}]}}')).toContain(
    'the field "c" is given twice in one object, in data',
  );
  for (const cuts of [[], [31], [33, 34]])
    expect(reasonAgainst('[{"name":1,"name":2}]', cuts), String(cuts)).toContain(
      'the field "name" is given twice',
    );
});

test('of many keys one that comes again is found, and too many are refused', () => {
  const wide = (count: number, more = '') =>
    `{${Array.from({ length: count }, (_, at) => `"key ${at}":0`).join(',')}${more}}`;
  const most = wide(mostKeys);
  expect(reasonAgainst(`[${most},${most}]`)).toBeUndefined();
  expect(reasonAgainst(`[${most},${wide(mostKeys - 1, ',"key 70":1')}]`)).toContain(
    '"key 70" is given twice',
  );
  expect(reasonAgainst(`[{"odd":1},${wide(200, ',"key 3":1')}]`)).toContain('"key 3" is given twice');
  expect(reasonAgainst(`[{},${wide(mostKeys + 1)}]`)).toContain(
    `an object in data[1] has more than ${mostKeys} fields`,
  );
});
