import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { smallPipeline, startTempApp, type TempApp } from '../../../test/support/temp-app.ts';
import { guardJson, parseGuardedJson } from './json-guard.ts';

const limits = { depth: 64, keys: 10_000 };
const bytes = (text: string) => new TextEncoder().encode(text);

describe('judging JSON before it is parsed', () => {
  test('any value within the limits comes out as it went in', () => {
    const value = fc.jsonValue({ maxDepth: 10, noUnicodeString: false });
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 2, '\t'), (given, indent) => {
        const text = JSON.stringify(given, null, indent);
        fc.pre(!text.includes('__proto__') && !hasUnsafeInteger(given));
        expect(parseGuardedJson(bytes(text), limits)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  test('any text that JSON.parse accepts is either refused by a named rule or parses to the same', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"\\u0061"',
      '"\\""',
      '1',
      '-0',
      '1e5',
      'null',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        const parsed = tryParse(() => JSON.parse(text));
        const guarded = tryParse(() => parseGuardedJson(bytes(text), limits));
        if (guarded.ok && text !== '') expect(parsed).toEqual(guarded);
        if (parsed.ok && !guarded.ok)
          expect(guarded.message).toMatch(/given twice|out of range|beyond 2\^53/);
      }),
      { numRuns: 5_000 },
    );
  });

  test('a key given twice in one object is refused at any depth, in any spelling', () => {
    const key = fc.string({ minLength: 1 }).filter((text) => text !== '__proto__');
    fc.assert(
      fc.property(key, fc.integer({ min: 0, max: 30 }), fc.boolean(), (name, depth, escaped) => {
        const again = escaped ? `"${[...name].map(escapeUnit).join('')}"` : JSON.stringify(name);
        const text = `${'['.repeat(depth)}{${JSON.stringify(name)}:1,${again}:2}${']'.repeat(depth)}`;
        expect(() => guardJson(text, limits)).toThrow(/given twice/);
      }),
    );
  });

  test('the same key in two objects is no duplicate', () => {
    expect(parseGuardedJson(bytes('[{"a":{"a":1}},{"a":2}]'), limits)).toEqual([{ a: { a: 1 } }, { a: 2 }]);
  });

  test.each([
    ['integer beyond 2^53', '{"n":12345678901234567890}', /beyond 2\^53/],
    ['negative integer beyond 2^53', '[-9007199254740993]', /beyond 2\^53/],
    ['number beyond a double', '[1e999]', /out of range/],
    ['prototype key', '{"__proto__":{"polluted":1}}', /__proto__/],
    ['escaped prototype key', '{"__\\u0070roto__":1}', /__proto__/],
    ['5 million levels', '['.repeat(5_000_000), /nested deeper/],
    ['65 levels', `${'['.repeat(65)}${']'.repeat(65)}`, /nested deeper/],
    [
      'too many keys',
      `{${Array.from({ length: 10_001 }, (_none, at) => `"k${at}":0`).join()}}`,
      /more than 10000 keys/,
    ],
    ['half a string', '{"a', /not valid JSON/],
    ['a byte order mark', '\uFEFF{}', /not valid JSON/],
  ])('%s is refused', (_name, text, reason) => {
    expect(() => parseGuardedJson(bytes(text), limits)).toThrow(reason);
  });

  test('bytes that are no UTF-8 are refused', () => {
    expect(() => parseGuardedJson(new Uint8Array([0x22, 0xff, 0x22]), limits)).toThrow(/UTF-8/);
  });

  test('64 levels and 2^53-1 pass', () => {
    expect(() => guardJson(`${'['.repeat(64)}9007199254740991${']'.repeat(64)}`, limits)).not.toThrow();
  });
});

describe('bodies over HTTP', () => {
  let temp: TempApp;
  let target: string;
  let key: string;
  beforeAll(async () => {
    temp = await startTempApp();
    const { id } = await temp.client.pipelines.create({ document: smallPipeline('Bodies') });
    target = `${temp.url}/api/pub/v1/dataflows/${id}/start`;
    key = await temp.key();
  });
  afterAll(() => temp.stop());

  const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    fetch(target, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'x-api-key': key, ...headers },
    });

  test('a gzip body is unpacked', async () => {
    const packed = new Uint8Array(gzipSync('{"parameters":{"least":1}}'));
    expect((await post(packed, { 'content-encoding': 'gzip' })).status).toBe(200);
  });

  test('the expanded size of a gzip body counts against the limit', async () => {
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(200 * 1024 * 1024, 0x20)));
    expect(bomb.length).toBeLessThan(1024 * 1024);
    expect((await post(bomb, { 'content-encoding': 'gzip' })).status).toBe(413);
  });

  test('damaged gzip, an unknown encoding, and a body beyond 1 MB are refused', async () => {
    expect((await post('no gzip at all', { 'content-encoding': 'gzip' })).status).toBe(400);
    expect((await post('{}', { 'content-encoding': 'br' })).status).toBeGreaterThanOrEqual(400);
    expect((await post(`"${'x'.repeat(1024 * 1024)}"`)).status).toBe(413);
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonx',
    'text/json',
  ])('%s is no accepted type, and starts nothing', async (type) => {
    const before = (await temp.client.runs.list({})).total;
    expect((await post('{}', { 'content-type': type })).status).toBe(415);
    expect((await temp.client.runs.list({})).total).toBe(before);
  });

  test('a body without a type is refused', async () => {
    const headers = { 'x-api-key': key };
    const answer = await fetch(target, { method: 'POST', body: new Uint8Array([0x7b, 0x7d]), headers });
    expect(answer.status).toBe(415);
  });

  test('hostile bodies never cause a 5xx and never touch a prototype', async () => {
    const hostile = fc.oneof(
      fc.json({ maxDepth: 80 }),
      fc.string({ maxLength: 200 }),
      fc.constantFrom(
        '{"constructor":{"prototype":{"polluted":1}}}',
        '{"__proto__":{"polluted":1}}',
        '[]',
        '7',
        '""',
      ),
    );
    await fc.assert(
      fc.asyncProperty(hostile, async (body) => {
        expect((await post(body)).status).toBeLessThan(500);
      }),
      { numRuns: 150 },
    );
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

type Tried = { ok: true; value: unknown } | { ok: false; message: string };

function tryParse(work: () => unknown): Tried {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    return { ok: false, message: (error as Error).message };
  }
}

function hasUnsafeInteger(value: unknown): boolean {
  if (typeof value === 'number') {
    return Number.isInteger(value) && !Number.isSafeInteger(value) && !String(value).includes('e');
  }
  return typeof value === 'object' && value !== null && Object.values(value).some(hasUnsafeInteger);
}

function escapeUnit(char: string): string {
  return char
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
