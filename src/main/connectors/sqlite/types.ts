import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { FetchedColumn } from '../connector.ts';

const isoDay = /^\d{4}-\d\d-\d\d$/;
const isoTime = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?$/;
const clockTime = /^\d\d:\d\d:\d\d(?:\.\d{1,6})?$/;

/** Types that a column may be declared as, which SQLite itself does not know: they count where every value fits. */
const declared: readonly { readonly named: RegExp; readonly type: string; readonly fits: RegExp }[] = [
  { named: /^DATE$/i, type: 'DATE', fits: isoDay },
  { named: /^(?:DATETIME|TIMESTAMP)\b/i, type: 'TIMESTAMP', fits: isoTime },
  { named: /^TIME$/i, type: 'TIME', fits: clockTime },
];

const safe = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * A column of SQLite, which may hold a value of any kind in each row: notes what it has held, and decides its type in
 * the end. Kinds that no type of DuckDB holds together become text.
 */
export class ColumnWatch {
  readonly #name: string;
  readonly #declared: string;
  readonly #fits: (typeof declared)[number] | undefined;
  readonly #kinds = new Set<'integer' | 'real' | 'text' | 'blob'>();
  #onlyBits = true;
  #unsafe = false;
  #allFit = true;

  constructor(name: string, type: string) {
    this.#name = name;
    this.#declared = type.trim();
    this.#fits = declared.find(({ named }) => named.test(this.#declared));
  }

  text(value: SQLOutputValue): string | null {
    if (value === null) return null;
    if (typeof value === 'bigint') return this.#integer(value);
    if (typeof value === 'number') {
      this.#kinds.add('real');
      return Object.is(value, -0) ? '-0' : realText(value);
    }
    if (typeof value === 'string') {
      this.#kinds.add('text');
      this.#allFit &&= this.#fits?.fits.test(value) === true;
      return value;
    }
    this.#kinds.add('blob');
    return Buffer.from(value).toString('hex');
  }

  #integer(value: bigint): string {
    this.#kinds.add('integer');
    this.#onlyBits &&= value === 0n || value === 1n;
    this.#unsafe ||= value > safe || value < -safe;
    return value.toString();
  }

  column(): FetchedColumn {
    const type = this.#type();
    return { name: this.#name, type, text: type === 'BLOB' ? 'hex' : 'plain' };
  }

  #type(): string {
    const kinds = [...this.#kinds].sort().join(' ');
    switch (kinds) {
      case '':
        return this.#declaredType();
      case 'integer':
        return this.#onlyBits && /^BOOL/i.test(this.#declared) ? 'BOOLEAN' : 'BIGINT';
      case 'real':
        return 'DOUBLE';
      case 'integer real':
        return this.#unsafe ? 'VARCHAR' : 'DOUBLE';
      case 'blob':
        return 'BLOB';
      case 'text':
        return this.#fits && this.#allFit ? this.#fits.type : (exactText(this.#declared) ?? 'VARCHAR');
      default:
        return 'VARCHAR';
    }
  }

  /** Of a column that held nothing: what SQLite would make of its declaration. */
  #declaredType(): string {
    const exact = this.#fits?.type ?? exactText(this.#declared);
    if (exact) return exact;
    if (/^BOOL/i.test(this.#declared)) return 'BOOLEAN';
    if (/INT/i.test(this.#declared)) return 'BIGINT';
    if (/CHAR|CLOB|TEXT/i.test(this.#declared)) return 'VARCHAR';
    if (/REAL|FLOA|DOUB/i.test(this.#declared)) return 'DOUBLE';
    return /BLOB/i.test(this.#declared) ? 'BLOB' : 'VARCHAR';
  }
}

function realText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? 'inf' : '-inf';
}

/** The declarations that our own tables have for what SQLite can only keep as text. */
function exactText(type: string): string | undefined {
  const decimal = /^DECIMAL_TEXT\((\d+),(\d+)\)$/.exec(type);
  if (decimal) return `DECIMAL(${decimal[1]},${decimal[2]})`;
  if (type === 'UNSIGNED_TEXT') return 'UBIGINT';
  return type === 'UUID_TEXT'
    ? 'UUID'
    : type === 'JSON_TEXT'
      ? 'JSON'
      : type === 'TIMESTAMPTZ_TEXT'
        ? 'TIMESTAMP WITH TIME ZONE'
        : undefined;
}

interface Stored {
  readonly type: string;
  readonly text: (column: string) => string;
  readonly value: (text: string) => SQLInputValue;
}

const castText = (column: string): string => `CAST(${column} AS VARCHAR)`;
const asText = (text: string): SQLInputValue => text;
const asInteger = (text: string): SQLInputValue => BigInt(text);
const asReal = (text: string): SQLInputValue =>
  text === 'inf' ? Infinity : text === '-inf' ? -Infinity : Number(text);
const asBytes = (text: string): SQLInputValue => Buffer.from(text, 'hex');

const integer = { type: 'INTEGER', text: castText, value: asInteger };
const stored: Readonly<Record<string, Stored>> = {
  BOOLEAN: {
    type: 'BOOLEAN',
    text: (column) => `CAST(CAST(${column} AS TINYINT) AS VARCHAR)`,
    value: asInteger,
  },
  TINYINT: integer,
  SMALLINT: integer,
  INTEGER: integer,
  BIGINT: integer,
  UTINYINT: integer,
  USMALLINT: integer,
  UINTEGER: integer,
  UBIGINT: { type: 'UNSIGNED_TEXT', text: castText, value: asText },
  FLOAT: { type: 'REAL', text: (column) => `CAST(CAST(${column} AS DOUBLE) AS VARCHAR)`, value: asReal },
  DOUBLE: { type: 'REAL', text: castText, value: asReal },
  DATE: { type: 'DATE', text: castText, value: asText },
  TIME: { type: 'TIME', text: castText, value: asText },
  TIMESTAMP: { type: 'TIMESTAMP', text: castText, value: asText },
  'TIMESTAMP WITH TIME ZONE': { type: 'TIMESTAMPTZ_TEXT', text: castText, value: asText },
  UUID: { type: 'UUID_TEXT', text: castText, value: asText },
  JSON: { type: 'JSON_TEXT', text: castText, value: asText },
  BLOB: { type: 'BLOB', text: (column) => `hex(${column})`, value: asBytes },
};

/** How a column of ours is kept: exact, or as text where SQLite would round. */
export function storedAs(type: string): Stored {
  const known = Object.hasOwn(stored, type) ? stored[type] : undefined;
  if (known) return known;
  const decimal = /^DECIMAL(\(\d+,\d+\))$/.exec(type);
  if (decimal) return { type: `DECIMAL_TEXT${decimal[1]}`, text: castText, value: asText };
  if (/\]$|^(?:STRUCT|MAP|UNION)\b/.test(type))
    return { type: 'JSON_TEXT', text: (column) => `CAST(to_json(${column}) AS VARCHAR)`, value: asText };
  return { type: 'TEXT', text: castText, value: asText };
}
