import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { SluiceError } from '../../../../shared/errors/sluice-error.ts';
import { parseGuardedJson } from '../../json-guard.ts';
import { parseYaml } from './yaml-bodies.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');

function refusal(text: string): string {
  try {
    return `taken: ${JSON.stringify(parseYaml(bytes(text)))?.slice(0, 100)}`;
  } catch (error) {
    if (error instanceof SluiceError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

test('YAML and JSON of a value are the same body, or are refused alike', () => {
  const value = fc.jsonValue({ maxDepth: 5 });
  fc.assert(
    fc.property(fc.record({ name: fc.string(), value, list: fc.array(value, { maxLength: 3 }) }), (body) => {
      const json = JSON.stringify(body);
      const told = outcome(() => parseGuardedJson(bytes(json), { depth: 64, keys: 10_000 }));
      expect(outcome(() => parseYaml(bytes(stringify(body, { version: '1.2' }))))).toEqual(told);
      // Every JSON text is a YAML text.
      expect(outcome(() => parseYaml(bytes(json)))).toEqual(told);
    }),
    { numRuns: 150 },
  );
});

test('as many keys as JSON may have are read', () => {
  const many = Array.from({ length: 9000 }, (_one, at) => `key_${at}: x`).join('\n');
  expect(Object.keys(parseYaml(bytes(many)) as object)).toHaveLength(9000);
});

test('more than a quarter of a megabyte is too large', () => {
  expect(refusal(`a: ${'x'.repeat(300_000)}`)).toMatch(/^body_too_large: /);
});

function outcome(read: () => unknown): unknown {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof SluiceError) return error.message;
    throw error;
  }
}

test('plain values stay what the core schema says: no dates, no yes and no', () => {
  expect(parseYaml(bytes('a: 2024-01-01\nb: yes\nc: 0x10\nd: 1_000\ne: ~\nf: 1.5\n'))).toEqual({
    a: '2024-01-01',
    b: 'yes',
    c: 16,
    d: '1_000',
    e: null,
    f: 1.5,
  });
});

test('aliases are followed, a few of them', () => {
  expect(parseYaml(bytes('a: &x {n: 1}\nb: *x\n'))).toEqual({ a: { n: 1 }, b: { n: 1 } });
});

describe('refused with a sentence, at once', () => {
  const lines = (count: number) =>
    Array.from(
      { length: count },
      (_one, at) => `${'a'.repeat(1)}${at}: &x${at} [${at === 0 ? '1' : `*x${at - 1},*x${at - 1}`}]`,
    );
  test.each([
    ['aliases that grow without end', lines(40).join('\n')],
    ['many aliases', `a: &x 1\nb: [${Array.from({ length: 60 }, () => '*x').join(',')}]`],
    ['open brackets', '['.repeat(200_000)],
    ['lists in lists', `a: ${'- '.repeat(100_000)}x`],
    ['many tags', `a: ${'!!str '.repeat(40_000)}x`],
    [
      'lists in lists of a line each',
      Array.from({ length: 600 }, (_one, at) => `${' '.repeat(at)}-`).join('\n'),
    ],
    ['deep maps', `${'{a: '.repeat(200)}1${'}'.repeat(200)}`],
    ['a key twice', 'a: 1\na: 2'],
    ['a tag', 'a: !!js/function "x"'],
    ['a tag of its own', 'a: !secret x'],
    ['a whole number that a double cannot hold', 'a: 12345678901234567890'],
    ['no number', 'a: .nan'],
    ['endless', 'a: .inf'],
    ['__proto__', '__proto__: {a: 1}'],
    ['two documents', 'a: 1\n---\nb: 2'],
    ['a key that is a list', '? [a]\n: 1'],
    ['a text that is no YAML', 'a: [1'],
    ['bytes that are no text', '\uFFFD'],
  ])('%s', (name, text) => {
    const told =
      name === 'bytes that are no text'
        ? (() => {
            try {
              return String(parseYaml(Buffer.from([0xff, 0xfe, 0xfd])));
            } catch (error) {
              return `${(error as SluiceError).code}: ${(error as SluiceError).message}`;
            }
          })()
        : refusal(text);
    expect(told).toMatch(/^invalid_input: The body cannot be accepted: .+\.$/);
  });
});
