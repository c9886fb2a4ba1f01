import type { FieldPacket } from 'mysql2';
import type { FetchedColumn } from '../connector.ts';

/** Numbers of the column types in the protocol. */
const typeNames: Readonly<Record<number, string>> = {
  0: 'decimal',
  1: 'tinyint',
  2: 'smallint',
  3: 'int',
  4: 'float',
  5: 'double',
  6: 'null',
  7: 'timestamp',
  8: 'bigint',
  9: 'mediumint',
  10: 'date',
  11: 'time',
  12: 'datetime',
  13: 'year',
  14: 'date',
  16: 'bit',
  245: 'json',
  246: 'decimal',
  255: 'geometry',
};
const unsignedFlag = 32;
const binaryCharset = 63;

const whole: Readonly<Record<string, readonly [signed: string, unsigned: string]>> = {
  tinyint: ['TINYINT', 'UTINYINT'],
  smallint: ['SMALLINT', 'USMALLINT'],
  mediumint: ['INTEGER', 'UINTEGER'],
  int: ['INTEGER', 'UINTEGER'],
  bigint: ['BIGINT', 'UBIGINT'],
};

export interface ReadColumn extends FetchedColumn {
  /** Turns the bytes that the server wrote into the text of the value; null for a value that means nothing. */
  readonly read: (bytes: Buffer) => string | null;
  /** The server rounds it when it writes it as text. */
  readonly isFloat: boolean;
}

const utf8 = (bytes: Buffer): string => bytes.toString('utf8');
const hex = (bytes: Buffer): string => bytes.toString('hex');
/** `0000-00-00` and dates with a zero in them are no days. */
const dayText = (bytes: Buffer): string | null => {
  const text = bytes.toString('latin1');
  return /^(?:0000|\d{4}-00|\d{4}-\d\d-00)/.test(text) ? null : text;
};
const instantText = (bytes: Buffer): string | null => {
  const text = dayText(bytes);
  return text === null ? null : `${text}+00`;
};
const bitsText = (bytes: Buffer): string => (bytes.length === 0 ? '0' : BigInt(`0x${hex(bytes)}`).toString());

export interface FieldFacts {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly length: number;
  readonly decimals: number;
  readonly charset: number;
}

/** The facts of a column as the protocol gives them; the driver's types do not name all of them. */
export function factsOf(field: FieldPacket): FieldFacts {
  const raw = field as unknown as Record<string, unknown>;
  const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
  return {
    name: field.name,
    type: number(raw.columnType ?? raw.type),
    flags: typeof raw.flags === 'number' ? raw.flags : 0,
    length: number(raw.columnLength ?? raw.length),
    decimals: number(raw.decimals),
    charset: number(raw.characterSet ?? raw.charsetNr),
  };
}

/** How a column is read. */
export function readColumn({ name, type, flags, length, decimals, charset }: FieldFacts): ReadColumn {
  const server = typeNames[type] ?? 'text';
  const unsigned = (flags & unsignedFlag) !== 0;
  const plain = (duckdb: string, read: ReadColumn['read'] = utf8): ReadColumn => ({
    name,
    type: duckdb,
    text: 'plain',
    read,
    isFloat: false,
  });
  const integer = whole[server];
  if (integer) return plain(integer[unsigned ? 1 : 0]);
  switch (server) {
    case 'decimal':
      return { ...plain(decimalType(length, decimals, unsigned)), text: 'decimal' };
    case 'float':
      return { ...plain('FLOAT'), isFloat: true };
    case 'double':
      return plain('DOUBLE');
    case 'date':
      return plain('DATE', dayText);
    case 'datetime':
      return plain('TIMESTAMP', dayText);
    case 'timestamp':
      return plain('TIMESTAMP WITH TIME ZONE', instantText);
    case 'time':
      return plain('TIME');
    case 'year':
      return plain('SMALLINT');
    case 'bit':
      return length === 1 ? plain('BOOLEAN', bitsText) : plain('UBIGINT', bitsText);
    case 'json':
      return plain('JSON');
    case 'geometry':
      return { ...plain('BLOB', hex), text: 'hex' };
    default:
      return charset === binaryCharset ? { ...plain('BLOB', hex), text: 'hex' } : plain('VARCHAR');
  }
}

/** The length is that of the text: a sign and a point are part of it. */
function decimalType(length: number, decimals: number, unsigned: boolean): string {
  const precision = length - (unsigned ? 0 : 1) - (decimals > 0 ? 1 : 0);
  return precision >= 1 && precision <= 38 && decimals <= precision
    ? `DECIMAL(${precision},${decimals})`
    : '';
}

interface Stored {
  readonly type: string;
  readonly text: (column: string) => string;
  readonly bytes?: true;
}

const castText = (column: string): string => `CAST(${column} AS VARCHAR)`;
const jsonText = (column: string): string => `CAST(to_json(${column}) AS VARCHAR)`;
const zoneless = (column: string): string => `CAST(CAST(${column} AS TIMESTAMP) AS VARCHAR)`;

const stored: Readonly<Record<string, Stored>> = {
  BOOLEAN: { type: 'boolean', text: (column) => `CAST(CAST(${column} AS TINYINT) AS VARCHAR)` },
  TINYINT: { type: 'tinyint', text: castText },
  SMALLINT: { type: 'smallint', text: castText },
  INTEGER: { type: 'int', text: castText },
  BIGINT: { type: 'bigint', text: castText },
  UTINYINT: { type: 'tinyint unsigned', text: castText },
  USMALLINT: { type: 'smallint unsigned', text: castText },
  UINTEGER: { type: 'int unsigned', text: castText },
  UBIGINT: { type: 'bigint unsigned', text: castText },
  HUGEINT: { type: 'decimal(39,0)', text: castText },
  UHUGEINT: { type: 'decimal(39,0)', text: castText },
  // Rounded to nine digits the largest one would be out of the server's range.
  FLOAT: { type: 'float', text: (column) => `CAST(CAST(${column} AS DOUBLE) AS VARCHAR)` },
  DOUBLE: { type: 'double', text: castText },
  DATE: { type: 'date', text: castText },
  TIME: { type: 'time(6)', text: castText },
  TIMESTAMP: { type: 'datetime(6)', text: castText },
  TIMESTAMP_S: { type: 'datetime', text: castText },
  TIMESTAMP_MS: { type: 'datetime(3)', text: castText },
  TIMESTAMP_NS: { type: 'datetime(6)', text: zoneless },
  // The server's own kind of instant ends in 2038: these are kept as times in UTC.
  'TIMESTAMP WITH TIME ZONE': { type: 'datetime(6)', text: zoneless },
  UUID: { type: 'char(36)', text: castText },
  BLOB: { type: 'longblob', text: (column) => `hex(${column})`, bytes: true },
  JSON: { type: 'json', text: castText },
};

export function storedAs(type: string): Stored {
  const known = Object.hasOwn(stored, type) ? stored[type] : undefined;
  if (known) return known;
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(type);
  // No more digits than 30 stand behind the point there.
  if (decimal) return { type: Number(decimal[2]) <= 30 ? type.toLowerCase() : 'longtext', text: castText };
  if (/\]$|^(?:STRUCT|MAP|UNION)\b/.test(type)) return { type: 'json', text: jsonText };
  return { type: 'longtext', text: castText };
}
