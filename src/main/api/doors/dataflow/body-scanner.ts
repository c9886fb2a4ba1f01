import { isAscii, isUtf8 } from 'node:buffer';
import { SluiceError } from '../../../../shared/errors/sluice-error.ts';
import { ObjectKeys } from './object-keys.ts';

/** What a body is allowed to hold, and where its `data` goes. */
export interface ScanOptions {
  readonly depth: number;
  /** Bytes of `source`, of `transformations` and of any key at the top. */
  readonly captured: Readonly<Record<Captured, number>>;
  /** Gets the text of `data` piece by piece, exactly as it came. */
  onData(piece: Uint8Array): void;
}

type Captured = 'source' | 'transformations' | 'key';

export interface ScannedBody {
  /** JSON texts as they came; undefined where the field was left out. */
  readonly source: string | undefined;
  readonly transformations: string | undefined;
  /** Records in `data`; undefined where the field was left out. */
  readonly records: number | undefined;
}

const inValue = 0;
const inFirstValue = 1;
const inFirstKey = 2;
const inKey = 3;
const inColon = 4;
const inAfter = 5;
const inString = 6;
const inEscape = 7;
const inHex = 8;
const inNumber = 9;
const inWord = 10;
const inEnd = 11;
const inLowSlash = 12;
const inLowU = 13;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openObject = 0x7b;
const closeObject = 0x7d;
const openArray = 0x5b;
const closeArray = 0x5d;

/** 1: ends the quick walk through a string: a quote, a backslash, or a control character, which JSON does not allow there. */
const stopsString = new Uint8Array(256);
stopsString.fill(1, 0, 0x20);
stopsString[quote] = 1;
stopsString[backslash] = 1;

/** JSON's grammar of numbers: state * 256 + byte -> next state; 0 is none. */
const numberSteps = new Uint8Array(9 * 256);
const [minus, zero, whole, point, fraction, exponent, sign, power] = [1, 2, 3, 4, 5, 6, 7, 8] as const;
for (let digit = 0x30; digit <= 0x39; digit += 1) {
  numberSteps[minus * 256 + digit] = digit === 0x30 ? zero : whole;
  for (const [from, to] of [
    [whole, whole],
    [point, fraction],
    [fraction, fraction],
    [exponent, power],
    [sign, power],
    [power, power],
  ] as const)
    numberSteps[from * 256 + digit] = to;
}
for (const from of [zero, whole]) numberSteps[from * 256 + 0x2e] = point;
for (const from of [zero, whole, fraction]) {
  numberSteps[from * 256 + 0x65] = exponent;
  numberSteps[from * 256 + 0x45] = exponent;
}
numberSteps[exponent * 256 + 0x2b] = sign;
numberSteps[exponent * 256 + 0x2d] = sign;
const mayEnd = new Set<number>([zero, whole, fraction, power]);
/** Longer numbers are nobody's. */
const longestNumber = 1000;
/** Of one object. */
export const mostKeys = 10_000;

const words: Readonly<Record<number, Uint8Array>> = {
  116: Buffer.from('true'),
  102: Buffer.from('false'),
  110: Buffer.from('null'),
};
const noWord = new Uint8Array(0);

/**
 * Checks the JSON of an ingest body while it arrives, byte by byte and without building any value, so that numbers of any
 * length stay what they are; hands on the text of `data` and remembers the small fields. One state machine over whatever
 * pieces the network makes; it takes everything that `JSON.parse` takes, but for lone surrogates, a key given
 * twice in an object and values beyond the limits, and nothing else.
 */
export class BodyScanner {
  readonly #options: ScanOptions;
  readonly #open: Uint8Array;
  #depth = 0;
  #state = inValue;
  #stringIsKey = false;
  readonly #keys: ObjectKeys;
  /** What earlier chunks hold of the key under way. */
  #keyParts: Uint8Array[] = [];
  #keyIsEscaped = false;
  #number = 0;
  #numberLength = 0;
  #word: Uint8Array<ArrayBufferLike> = noWord;
  #wordAt = 0;
  #hex = 0;
  #hexLeft = 0;
  #needsLow = false;
  #records = 0;
  #dataIsArray = false;
  /** The field of the top whose value is under way. */
  #field = '';
  #seen = new Set<string>();
  #sink: 'data' | Captured | undefined;
  readonly #kept: Record<Captured, Uint8Array[]> = { source: [], transformations: [], key: [] };
  #keptBytes = 0;
  #bytes = 0;
  #tail: Uint8Array<ArrayBufferLike> = noWord;

  constructor(options: ScanOptions) {
    this.#options = options;
    this.#open = new Uint8Array(options.depth + 1);
    this.#keys = new ObjectKeys(options.depth);
  }

  /** Throws invalid_input at the first byte that is wrong. */
  push(chunk: Uint8Array): void {
    this.#checkText(chunk);
    this.#walk(chunk);
    this.#bytes += chunk.length;
  }

  end(): ScannedBody {
    if (this.#tail.length > 0) throw refuse('it is not UTF-8 text');
    if (this.#state !== inEnd) throw refuse('it ends in the middle of a value, or is empty');
    return {
      source: this.#text('source'),
      transformations: this.#text('transformations'),
      records: this.#seen.has('data') ? this.#records : undefined,
    };
  }

  #text(field: 'source' | 'transformations'): string | undefined {
    return this.#seen.has(field) ? Buffer.concat(this.#kept[field]).toString('utf8') : undefined;
  }

  /** A character may be cut in two by the end of a chunk. */
  #checkText(chunk: Uint8Array): void {
    if (this.#tail.length === 0 && isAscii(chunk)) return;
    const all = this.#tail.length === 0 ? chunk : Buffer.concat([this.#tail, chunk]);
    const whole = all.length - openBytes(all);
    if (!isUtf8(all.subarray(0, whole))) throw refuse('it is not UTF-8 text');
    this.#tail = Uint8Array.from(all.subarray(whole));
  }

  /**
   * The hot loop: one turn a character of the structure. What follows a value of a record most of the time (a comma and the
   * next key) is taken in the same turn, and what it needs at every byte is a local variable: a sixth of the time.
   */
  #walk(chunk: Uint8Array): void {
    const end = chunk.length;
    const open = this.#open;
    const deepest = this.#options.depth;
    let depth = this.#depth;
    const keys = this.#keys;
    let isKey = this.#stringIsKey;
    let keyAt = 0;
    let state = this.#state;
    let mark = this.#sink === undefined ? -1 : 0;
    let at = 0;
    while (at < end) {
      const byte = chunk[at] as number;
      switch (state) {
        case inString: {
          let stop = byte;
          while (stopsString[stop] === 0 && at + 1 < end) {
            at += 1;
            stop = chunk[at] as number;
          }
          at += 1;
          if (stop === quote) {
            if (isKey) {
              state = inColon;
              if (depth === 1) mark = this.#endKey(chunk, mark, at);
              else {
                const count =
                  this.#keyIsEscaped || this.#keyParts.length > 0
                    ? this.#addPieced(depth, chunk, keyAt, at - 1)
                    : keys.add(depth, chunk, keyAt, at - 1, true);
                if (count === 0 || count > mostKeys)
                  throw this.#wrongKey(count, chunk.subarray(keyAt, at - 1));
                if (chunk[at] === colon) {
                  at += 1;
                  state = inValue;
                }
              }
            } else {
              state = inAfter;
              if (depth === 1) mark = this.#endValue(chunk, mark, at);
              else if (open[depth] === 1 && chunk[at] === comma && chunk[at + 1] === quote) {
                keyAt = at + 2;
                at = keys.follow(depth, chunk, keyAt);
                if (at === 0) {
                  at = keyAt;
                  isKey = true;
                  state = inString;
                } else if (chunk[at] === colon) {
                  at += 1;
                  state = inValue;
                } else state = inColon;
              }
            }
          } else if (stop === backslash) {
            state = inEscape;
            if (isKey) this.#keyIsEscaped = true;
          } else if (stop < 0x20) throw this.#wrong(at - 1, 'a control character stands in a string');
          continue;
        }
        case inAfter: {
          if (byte === comma) state = open[depth] === 1 ? inKey : inValue;
          else if (byte === closeObject || byte === closeArray) {
            if (open[depth] !== (byte === closeObject ? 1 : 0)) throw this.#wrong(at);
            depth -= 1;
            state = depth === 0 ? inEnd : inAfter;
            if (depth === 1) mark = this.#endValue(chunk, mark, at + 1);
          } else if (!isSpace(byte)) throw this.#wrong(at);
          break;
        }
        case inFirstKey:
        case inKey: {
          if (byte === quote) {
            isKey = true;
            keyAt = at + 1;
            state = inString;
            if (depth === 1) {
              this.#begin('key');
              mark = at;
            } else {
              const after = keys.follow(depth, chunk, keyAt);
              if (after > 0) {
                at = after;
                state = inColon;
                continue;
              }
            }
          } else if (byte === closeObject && state === inFirstKey) {
            depth -= 1;
            state = depth === 0 ? inEnd : inAfter;
            if (depth === 1) mark = this.#endValue(chunk, mark, at + 1);
          } else if (!isSpace(byte)) throw this.#wrong(at);
          break;
        }
        case inColon: {
          if (byte === colon) state = inValue;
          else if (!isSpace(byte)) throw this.#wrong(at);
          break;
        }
        case inValue:
        case inFirstValue: {
          if (isSpace(byte)) break;
          if (byte === closeArray && state === inFirstValue) {
            depth -= 1;
            state = depth === 0 ? inEnd : inAfter;
            if (depth === 1) mark = this.#endValue(chunk, mark, at + 1);
            break;
          }
          if (depth <= 2) {
            if (depth === 1) {
              this.#beginValue(byte);
              mark = at;
            } else if (depth === 0 && byte !== openObject) {
              throw refuse('it must be an object such as {"source": "orders", "data": [...]}');
            } else if (depth === 2 && this.#dataIsArray) this.#countRecord(byte);
          }
          if (byte === quote) {
            isKey = false;
            state = inString;
          } else if (byte === openObject || byte === openArray) {
            if (depth >= deepest) throw refuse(`it is nested deeper than ${deepest} levels`);
            depth += 1;
            if (byte === openObject) {
              open[depth] = 1;
              keys.open(depth);
              state = inFirstKey;
            } else {
              open[depth] = 0;
              state = inFirstValue;
            }
          } else if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) {
            this.#number = byte === 0x2d ? minus : byte === 0x30 ? zero : whole;
            this.#numberLength = 1;
            state = inNumber;
          } else {
            const word = words[byte] ?? noWord;
            if (word.length === 0) throw this.#wrong(at);
            this.#word = word;
            this.#wordAt = 1;
            state = inWord;
          }
          break;
        }
        case inNumber: {
          let now = this.#number;
          const from = at;
          let next = numberSteps[now * 256 + byte] as number;
          while (next !== 0) {
            now = next;
            at += 1;
            if (at === end) break;
            next = numberSteps[now * 256 + (chunk[at] as number)] as number;
          }
          this.#number = now;
          this.#numberLength += at - from;
          if (this.#numberLength > longestNumber)
            throw refuse(`a number has more than ${longestNumber} characters`);
          if (at === end) continue;
          if (!mayEnd.has(now)) throw this.#wrong(at);
          state = inAfter;
          if (depth === 1) mark = this.#endValue(chunk, mark, at);
          else if (open[depth] === 1 && chunk[at] === comma && chunk[at + 1] === quote) {
            keyAt = at + 2;
            at = keys.follow(depth, chunk, keyAt);
            if (at === 0) {
              at = keyAt;
              isKey = true;
              state = inString;
            } else if (chunk[at] === colon) {
              at += 1;
              state = inValue;
            } else state = inColon;
          }
          continue;
        }
        case inWord: {
          const word = this.#word;
          let wordAt = this.#wordAt;
          while (wordAt < word.length && at < end) {
            if (chunk[at] !== word[wordAt]) throw this.#wrong(at);
            wordAt += 1;
            at += 1;
          }
          this.#wordAt = wordAt;
          if (wordAt === word.length) {
            state = inAfter;
            if (depth === 1) mark = this.#endValue(chunk, mark, at);
          }
          continue;
        }
        case inEscape: {
          if (byte === 0x75) {
            this.#hex = 0;
            this.#hexLeft = 4;
            this.#needsLow = false;
            state = inHex;
          } else if (isEscape(byte)) state = inString;
          else throw this.#wrong(at);
          break;
        }
        case inHex: {
          const digit = hexDigit(byte);
          if (digit < 0) throw this.#wrong(at);
          this.#hex = this.#hex * 16 + digit;
          this.#hexLeft -= 1;
          if (this.#hexLeft === 0) state = this.#afterHex(at);
          break;
        }
        case inLowSlash:
        case inLowU: {
          if (byte !== (state === inLowSlash ? backslash : 0x75)) throw this.#loneSurrogate(at);
          if (state === inLowU) {
            this.#hex = 0;
            this.#hexLeft = 4;
            this.#needsLow = true;
          }
          state = state === inLowSlash ? inLowU : inHex;
          break;
        }
        default:
          if (!isSpace(byte)) throw this.#wrong(at, 'something follows its end');
      }
      at += 1;
    }
    this.#depth = depth;
    this.#stringIsKey = isKey;
    this.#state = state;
    // The chunk is the network's to use again.
    if (isKey && depth > 1 && isInString(state) && keyAt < end)
      this.#keyParts.push(Uint8Array.from(chunk.subarray(keyAt, end)));
    if (mark >= 0) this.#give(chunk.subarray(mark, end));
  }

  #afterHex(at: number): number {
    const isHigh = this.#hex >= 0xd800 && this.#hex <= 0xdbff;
    const isLow = this.#hex >= 0xdc00 && this.#hex <= 0xdfff;
    if (isLow !== this.#needsLow) throw this.#loneSurrogate(at);
    this.#needsLow = false;
    return isHigh ? inLowSlash : inString;
  }

  #begin(sink: Captured): void {
    this.#sink = sink;
    this.#keptBytes = 0;
    this.#kept[sink] = [];
  }

  /** Hands a piece of the value under way to where it belongs. */
  #give(piece: Uint8Array): void {
    const sink = this.#sink;
    if (sink === undefined || piece.length === 0) return;
    if (sink === 'data') {
      this.#options.onData(piece);
      return;
    }
    this.#keptBytes += piece.length;
    const limit = this.#options.captured[sink];
    if (this.#keptBytes > limit) {
      const what = sink === 'key' ? 'a field name of the body' : `"${sink}"`;
      throw refuse(`${what} is longer than ${limit} bytes`);
    }
    // The chunk is the network's to use again.
    this.#kept[sink].push(Uint8Array.from(piece));
  }

  #endKey(chunk: Uint8Array, mark: number, end: number): number {
    this.#give(chunk.subarray(mark, end));
    this.#sink = undefined;
    this.#keyIsEscaped = false;
    const key = String(JSON.parse(Buffer.concat(this.#kept.key).toString('utf8')));
    if (key !== 'source' && key !== 'data' && key !== 'transformations') {
      throw refuse(`there is no field "${key.slice(0, 60)}"; it may have source, data and transformations`);
    }
    if (this.#seen.has(key)) throw refuse(`the field "${key}" is given twice`);
    this.#seen.add(key);
    this.#field = key;
    return -1;
  }

  /** A key that came in several chunks, or with escapes: it is compared as what it means. */
  #addPieced(depth: number, chunk: Uint8Array, from: number, to: number): number {
    const bytes = Buffer.concat([...this.#keyParts, chunk.subarray(from, to)]);
    const plain = this.#keyIsEscaped ? Buffer.from(keyText(bytes)) : bytes;
    const count = this.#keys.add(depth, plain, 0, plain.length, !this.#keyIsEscaped);
    if (count === 0) throw this.#wrongKey(count, bytes);
    this.#keyParts = [];
    this.#keyIsEscaped = false;
    return count;
  }

  #wrongKey(count: number, key: Uint8Array): SluiceError {
    const place = this.#dataIsArray ? `data[${this.#records - 1}]` : this.#field;
    if (count > 0) return refuse(`an object in ${place} has more than ${mostKeys} fields`);
    return refuse(`the field "${shortened(keyText(key))}" is given twice in one object, in ${place}`);
  }

  #beginValue(byte: number): void {
    if (this.#field !== 'data') {
      this.#begin(this.#field as Captured);
      return;
    }
    this.#sink = 'data';
    this.#dataIsArray = byte === openArray;
    if (byte === openObject) this.#records = 1;
    else if (byte !== openArray) throw refuse('data must be an object or an array of objects');
  }

  /** The end of a value at the top; `mark` is -1 once nothing is under way. */
  #endValue(chunk: Uint8Array, mark: number, end: number): number {
    if (this.#sink === undefined) return mark;
    this.#give(chunk.subarray(mark, end));
    this.#sink = undefined;
    this.#dataIsArray = false;
    return -1;
  }

  #countRecord(byte: number): void {
    if (byte !== openObject) throw refuse(`data[${this.#records}] must be an object`);
    this.#records += 1;
  }

  #wrong(at: number, what = 'a character does not belong there'): SluiceError {
    return refuse(`it is not valid JSON: ${what} (byte ${this.#bytes + at + 1})`);
  }

  #loneSurrogate(at: number): SluiceError {
    return this.#wrong(at, 'half of a surrogate pair stands alone');
  }
}

const isInString = (state: number): boolean =>
  state === inString || (state >= inEscape && state <= inHex) || state >= inLowSlash;

/** @param bytes What stands between the quotes. */
const keyText = (bytes: Uint8Array): string => String(JSON.parse(`"${Buffer.from(bytes).toString('utf8')}"`));

const shortened = (key: string): string => (key.length > 60 ? `${key.slice(0, 60)}…` : key);

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Of `"\/bfnrt`. */
const isEscape = (byte: number): boolean =>
  byte === quote ||
  byte === backslash ||
  byte === 0x2f ||
  byte === 0x62 ||
  byte === 0x66 ||
  byte === 0x6e ||
  byte === 0x72 ||
  byte === 0x74;

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** How many bytes at the end begin a character that is not whole. */
function openBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? back : 0;
    }
  }
  return 0;
}

export function refuse(reason: string): SluiceError {
  return new SluiceError('invalid_input', { reason: `The body cannot be accepted: ${reason}.` });
}
