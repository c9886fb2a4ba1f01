import { isSameAsDouble } from './number-facts.ts';

/** What stands at a place of a JSON text. */
export type ValueSort = 'text' | 'number' | 'boolean' | 'null' | 'nested';

/**
 * Goes through JSON text that is known to be valid, value by value, without building any: each value is handed on as the
 * text it came as. The one thing that changes are numbers inside nested values that a double cannot hold: they become
 * strings, as they leave through every door.
 */
export class RecordWalker {
  readonly #text: string;
  #at = 0;
  /** Of the value that `value` took last. */
  sort: ValueSort = 'null';

  constructor(text: string) {
    this.#text = text;
  }

  /** The next character that is no space, without taking it. */
  peek(): number {
    let code = this.#text.charCodeAt(this.#at);
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) {
      this.#at += 1;
      code = this.#text.charCodeAt(this.#at);
    }
    return code;
  }

  /** Takes one character of the structure. */
  skip(): void {
    this.#at += 1;
  }

  /** The literal of a string, quotes included. */
  string(): string {
    const start = this.#at;
    this.#at = endOfString(this.#text, start);
    return this.#text.slice(start, this.#at);
  }

  value(): string {
    const code = this.peek();
    if (code === 0x22) {
      this.sort = 'text';
      return this.string();
    }
    if (code === 0x7b || code === 0x5b) {
      this.sort = 'nested';
      return this.#nested();
    }
    const start = this.#at;
    this.sort = code === 0x6e ? 'null' : code === 0x74 || code === 0x66 ? 'boolean' : 'number';
    if (this.sort !== 'number') this.#at += code === 0x66 ? 5 : 4;
    else this.#at = endOfNumber(this.#text, start);
    return this.#text.slice(start, this.#at);
  }

  #nested(): string {
    const text = this.#text;
    let depth = 0;
    let from = this.#at;
    let out = '';
    do {
      const code = text.charCodeAt(this.#at);
      if (code === 0x22) this.#at = endOfString(text, this.#at);
      else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
        const end = endOfNumber(text, this.#at);
        const literal = text.slice(this.#at, end);
        const safe = safeNumber(literal);
        if (safe !== literal) {
          out += text.slice(from, this.#at) + safe;
          from = end;
        }
        this.#at = end;
      } else {
        if (code === 0x7b || code === 0x5b) depth += 1;
        else if (code === 0x7d || code === 0x5d) depth -= 1;
        this.#at += 1;
      }
    } while (depth > 0);
    return out + text.slice(from, this.#at);
  }
}

/** A number inside a nested value as it is stored; the engine would read `-0` as 0. */
function safeNumber(literal: string): string {
  if (literal === '-0') return '-0.0';
  return isRisky(literal) ? `"${literal}"` : literal;
}

/** A number that would not come back from a double as it is. */
export function isRisky(literal: string): boolean {
  if (literal.length <= 15 && !/[eE]/.test(literal)) return false;
  if (/^-?\d+$/.test(literal)) return !Number.isSafeInteger(Number(literal));
  return !isSameAsDouble(literal);
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  for (;;) {
    let before = end - 1;
    while (text.charCodeAt(before) === 0x5c) before -= 1;
    // An even number of backslashes are characters of their own.
    if ((end - before) % 2 === 1) return end + 1;
    end = text.indexOf('"', end + 1);
  }
}

function endOfNumber(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const code = text.charCodeAt(at);
    const more =
      (code >= 0x30 && code <= 0x39) ||
      code === 0x2e ||
      code === 0x2b ||
      code === 0x2d ||
      (code | 0x20) === 0x65;
    if (!more) return at;
    at += 1;
  }
}
