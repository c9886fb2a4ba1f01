import { SluiceError } from '../../shared/errors/sluice-error.ts';

/** What a JSON text may hold before anything parses it. */
export interface JsonLimits {
  readonly depth: number;
  /** Keys of all objects together. */
  readonly keys: number;
}

/**
 * Walks a JSON text once, without recursion and without building a value, and refuses what a parser would silently
 * change or what would hurt further in: nesting beyond the limit (`JSON.stringify` and structured clone overflow at
 * some thousand levels), too many keys, a key given twice, `__proto__`, an integer that a double cannot hold, and a
 * number beyond a double's range.
 *
 * It does not prove the text well-formed: `JSON.parse` does, right after. Whatever that accepts was seen here whole.
 */
export function guardJson(text: string, limits: JsonLimits): void {
  const open: (Set<string> | undefined)[] = [];
  let keyNext = false;
  let keys = 0;
  let at = 0;
  while (at < text.length) {
    const char = text.charCodeAt(at);
    if (char === quote) {
      const end = endOfString(text, at);
      if (keyNext) {
        noteKey(open.at(-1), text.slice(at, end));
        keys += 1;
        if (keys > limits.keys) throw refuse(`it holds more than ${limits.keys} keys`);
        keyNext = false;
      }
      at = end;
    } else if (char === openObject || char === openArray) {
      if (open.length >= limits.depth) throw refuse(`it is nested deeper than ${limits.depth} levels`);
      open.push(char === openObject ? new Set() : undefined);
      keyNext = char === openObject;
      at += 1;
    } else if (char === closeObject || char === closeArray) {
      open.pop();
      keyNext = false;
      at += 1;
    } else if (char === comma) {
      keyNext = open.at(-1) !== undefined;
      at += 1;
    } else if (char === minus || (char >= zero && char <= nine)) {
      at = endOfNumber(text, at);
    } else {
      at += 1;
    }
  }
}

const quote = 0x22;
const backslash = 0x5c;
const openObject = 0x7b;
const closeObject = 0x7d;
const openArray = 0x5b;
const closeArray = 0x5d;
const comma = 0x2c;
const minus = 0x2d;
const zero = 0x30;
const nine = 0x39;

/** Index after the closing quote; the text's end where there is none (`JSON.parse` then refuses it). */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length) {
    const char = text.charCodeAt(at);
    if (char === quote) return at + 1;
    at += char === backslash ? 2 : 1;
  }
  return text.length;
}

/** Two spellings of one key ("a" and "\u0061") are one key. */
function noteKey(seen: Set<string> | undefined, literal: string): void {
  const key = literal.includes('\\') ? decodeKey(literal) : literal.slice(1, -1);
  if (key === '__proto__') throw refuse('the key "__proto__" is not allowed');
  if (seen?.has(key)) throw refuse(`the key "${key.slice(0, 100)}" is given twice`);
  seen?.add(key);
}

function decodeKey(literal: string): string {
  try {
    return String(JSON.parse(literal));
  } catch {
    throw refuse('it is not valid JSON');
  }
}

const numberText = /-?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]*)?/y;

function endOfNumber(text: string, start: number): number {
  numberText.lastIndex = start;
  const match = numberText.exec(text);
  if (!match) return start + 1;
  const value = Number(match[0]);
  if (!Number.isFinite(value)) throw refuse(`the number ${match[0].slice(0, 40)} is out of range`);
  if (match[2] === undefined && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw refuse(`the integer ${match[0].slice(0, 40)} is beyond 2^53; send it as a text`);
  }
  return start + match[0].length;
}

/** Bytes of a JSON body as a value, judged first. Empty bytes are no value. */
export function parseGuardedJson(bytes: Uint8Array, limits: JsonLimits): unknown {
  if (bytes.length === 0) return undefined;
  const text = decodeText(bytes);
  guardJson(text, limits);
  try {
    return JSON.parse(text);
  } catch {
    throw refuse('it is not valid JSON');
  }
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refuse('it is not UTF-8 text');
  }
}

function refuse(reason: string): SluiceError {
  return new SluiceError('invalid_input', { reason: `The body cannot be accepted: ${reason}.` });
}
