import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BodyScanner } from './body-scanner.ts';

/** What a body is scanned to, in pieces that end at the given places; undefined where it is refused. */
function scan(text: string, cuts: readonly number[] = []) {
  const pieces: Uint8Array[] = [];
  const scanner = new BodyScanner({
    depth: 64,
    captured: { source: 1000, transformations: 100_000, key: 200 },
    onData: (piece) => pieces.push(Uint8Array.from(piece)),
  });
  const bytes = Buffer.from(text);
  const places = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  try {
    let from = 0;
    for (const to of places) {
      scanner.push(bytes.subarray(from, to));
      from = to;
    }
    return { ...scanner.end(), data: Buffer.concat(pieces).toString('utf8') };
  } catch (error) {
    expect((error as { code?: string }).code).toBe('invalid_input');
    return undefined;
  }
}

const cuts = fc.array(fc.nat(5000), { maxLength: 12 });
const record = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ stringUnit: 'grapheme' }));

test('what is valid JSON passes, and its fields come out as they came, however it is cut', () => {
  fc.assert(
    fc.property(
      fc.array(record, { maxLength: 5 }),
      fc.string(),
      cuts,
      fc.constantFrom(0, 2),
      (data, name, at, indent) => {
        const source = JSON.stringify(name);
        const transformations = JSON.stringify([{ type: 'filter' }]);
        const dataText = JSON.stringify(data, null, indent);
        const text = ` {"source" :${source}, "transformations":${transformations} ,"data":${dataText}\n} `;
        expect(scan(text, at)).toEqual({ source, transformations, records: data.length, data: dataText });
      },
    ),
    { numRuns: 400 },
  );
});

test('what JSON.parse refuses is refused: a valid text with one byte changed', () => {
  const base =
    '{"source":"a\\u00e9\\n","data":[{"a":-1.5e+10,"b":[true,false,null,{"c":""}]},{}],"transformations":[]}';
  fc.assert(
    fc.property(
      fc.nat(base.length - 1),
      fc.constantFrom(...'{}[],:"\\0123eE+-.tfnul x\n\t'),
      cuts,
      (place, char, at) => {
        const text = base.slice(0, place) + char + base.slice(place + 1);
        if (!parses(text)) expect(scan(text, at)).toBeUndefined();
        else if (scan(text, at) === undefined) expect(isOurs(text)).toBe(false);
      },
    ),
    { numRuns: 3000 },
  );
});

/** Whether a valid text has the form that the door asks for. */
function isOurs(text: string): boolean {
  const body = JSON.parse(text) as Record<string, unknown>;
  const keys = [...text.matchAll(/"(source|data|transformations)":/g)].length;
  const known = Object.keys(body).every((key) => ['source', 'data', 'transformations'].includes(key));
  const { data } = body;
  const records = Array.isArray(data) ? data : [data];
  const sound = records.every(
    (each) => each === undefined || (typeof each === 'object' && each !== null && !Array.isArray(each)),
  );
  return known && keys === Object.keys(body).length && sound;
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test('bytes that are no UTF-8 are refused, a character that is cut in two is not', () => {
  const scanner = () =>
    new BodyScanner({ depth: 64, captured: { source: 1000, transformations: 1000, key: 200 }, onData() {} });
  const body = Buffer.from('{"source":"ä😀","data":{}}');
  const whole = scanner();
  for (const byte of body) whole.push(Uint8Array.of(byte));
  expect(whole.end().records).toBe(1);
  expect(() => scanner().push(Buffer.from('{"source":"\xff"', 'latin1'))).toThrow(/UTF-8/);
  const open = scanner();
  open.push(
    Buffer.concat([Buffer.from('{"source":"a","data":{}}'), Buffer.from([0xe2, 0x82])]).subarray(0, 24),
  );
  expect(() => scanner().push(Buffer.from([0x7b, 0x22, 0xc0, 0x80]))).toThrow(/UTF-8/);
});

test('a lone surrogate is refused, a pair is not', () => {
  const body = (text: string) => `{"source":"a","data":{"a":"${text}"}}`;
  expect(scan(body('\\ud83d\\ude00'))).toBeDefined();
  for (const lone of ['\\ud83d', '\\ude00', '\\ud83dx', '\\ud83d\\n', '\\ud83d\\u0041', '\\ud83d\\ud83d'])
    expect(scan(body(lone)), lone).toBeUndefined();
});
