import type { FetchedColumn } from '../connector.ts';

/** A column as the server describes it. */
export interface ServerColumn {
  readonly name: string;
  /** Of `pg_type`, of a domain its base. */
  readonly type: string;
  readonly modifier: number;
  /** `A` arrays, `C` composites, `E` enums. */
  readonly category: string;
}

export interface ReadColumn extends FetchedColumn {
  /** Prints what is selected for a column. */
  readonly select: (column: string) => string;
}

const plainTypes: Readonly<Record<string, string>> = {
  bool: 'BOOLEAN',
  int2: 'SMALLINT',
  int4: 'INTEGER',
  int8: 'BIGINT',
  oid: 'UINTEGER',
  float4: 'FLOAT',
  float8: 'DOUBLE',
  time: 'TIME',
  uuid: 'UUID',
  json: 'JSON',
  jsonb: 'JSON',
};
/** Years before Christ are written in another way by each of the two. */
const eras: Readonly<Record<string, string>> = {
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  timestamptz: 'TIMESTAMP WITH TIME ZONE',
};
const asIs = (column: string): string => column;
const asText = (column: string): string => `${column}::text`;

/** How a column is read. Whatever has no exact type of DuckDB's that a Parquet file keeps is its text. */
export function readColumn({ name, type, modifier, category }: ServerColumn): ReadColumn {
  const plain = plainTypes[type];
  if (plain) return { name, type: plain, text: 'plain', select: asIs };
  const era = eras[type];
  if (era) return { name, type: era, text: 'era', select: asIs };
  if (type === 'numeric') return { name, ...decimalType(modifier), text: 'decimal', select: asIs };
  if (type === 'bytea')
    return { name, type: 'BLOB', text: 'hex', select: (column) => `encode(${column}, 'hex')` };
  // An array may have any number of dimensions, which no list type says.
  if (category === 'A' || category === 'C')
    return { name, type: 'JSON', text: 'plain', select: (column) => `to_json(${column})::text` };
  return { name, type: 'VARCHAR', text: 'plain', select: type === 'bpchar' ? asIs : asText };
}

/** Precision and scale as the server packs them; a numeric without any is judged by its values. */
function decimalType(modifier: number): { type: string } {
  if (modifier < 4) return { type: '' };
  const packed = modifier - 4;
  const precision = (packed >> 16) & 0xffff;
  const scale = ((packed & 0x7ff) ^ 1024) - 1024;
  if (scale < 0) return { type: precision - scale <= 38 ? `DECIMAL(${precision - scale},0)` : '' };
  const width = Math.max(precision, scale);
  return { type: width <= 38 ? `DECIMAL(${width},${scale})` : '' };
}

interface Stored {
  /** The type of a column that is made for it. */
  readonly type: string;
  /** DuckDB's expression for its text, as the server reads it. */
  readonly text: (column: string) => string;
}

const castText = (column: string): string => `CAST(${column} AS VARCHAR)`;
const jsonText = (column: string): string => `CAST(to_json(${column}) AS VARCHAR)`;
const eraText = (column: string): string => `replace(CAST(${column} AS VARCHAR), '(BC)', 'BC')`;

const stored: Readonly<Record<string, Stored>> = {
  BOOLEAN: { type: 'boolean', text: castText },
  TINYINT: { type: 'smallint', text: castText },
  SMALLINT: { type: 'smallint', text: castText },
  UTINYINT: { type: 'smallint', text: castText },
  INTEGER: { type: 'integer', text: castText },
  USMALLINT: { type: 'integer', text: castText },
  BIGINT: { type: 'bigint', text: castText },
  UINTEGER: { type: 'bigint', text: castText },
  UBIGINT: { type: 'numeric(20,0)', text: castText },
  HUGEINT: { type: 'numeric(39,0)', text: castText },
  UHUGEINT: { type: 'numeric(39,0)', text: castText },
  FLOAT: { type: 'real', text: castText },
  DOUBLE: { type: 'double precision', text: castText },
  DATE: { type: 'date', text: eraText },
  TIME: { type: 'time', text: castText },
  'TIME WITH TIME ZONE': { type: 'timetz', text: castText },
  TIMESTAMP: { type: 'timestamp', text: eraText },
  TIMESTAMP_S: { type: 'timestamp', text: eraText },
  TIMESTAMP_MS: { type: 'timestamp', text: eraText },
  TIMESTAMP_NS: { type: 'timestamp', text: eraText },
  'TIMESTAMP WITH TIME ZONE': { type: 'timestamptz', text: eraText },
  INTERVAL: { type: 'interval', text: castText },
  UUID: { type: 'uuid', text: castText },
  BLOB: { type: 'bytea', text: (column) => `'\\x' || hex(${column})` },
  JSON: { type: 'jsonb', text: castText },
};

/** How a column of ours is kept there. */
export function storedAs(type: string): Stored {
  const known = Object.hasOwn(stored, type) ? stored[type] : undefined;
  if (known) return known;
  if (/^DECIMAL\(\d+,\d+\)$/.test(type)) return { type: type.replace('DECIMAL', 'numeric'), text: castText };
  if (/\]$|^(?:STRUCT|MAP|UNION)\b/.test(type)) return { type: 'jsonb', text: jsonText };
  return { type: 'text', text: castText };
}
