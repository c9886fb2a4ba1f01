import { z } from 'zod';

/** Types offered in menus, in order, with the word an analyst knows them by. */
export const commonTypes: readonly { readonly value: string; readonly label: string }[] = [
  { value: 'VARCHAR', label: 'Text' },
  { value: 'BIGINT', label: 'Whole number' },
  { value: 'DOUBLE', label: 'Decimal number' },
  { value: 'DECIMAL(18,2)', label: 'Exact decimal (money)' },
  { value: 'BOOLEAN', label: 'Yes / no' },
  { value: 'DATE', label: 'Date' },
  { value: 'TIMESTAMP', label: 'Date and time' },
  { value: 'TIMESTAMP WITH TIME ZONE', label: 'Date and time with zone' },
  { value: 'TIME', label: 'Time of day' },
  { value: 'JSON', label: 'JSON' },
  { value: 'UUID', label: 'UUID' },
];

const plainTypes = new Set(
  `BOOLEAN BOOL TINYINT SMALLINT INTEGER INT BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT UHUGEINT FLOAT REAL
   DOUBLE DECIMAL NUMERIC VARCHAR TEXT STRING CHAR DATE TIME TIMETZ TIMESTAMP DATETIME TIMESTAMPTZ TIMESTAMP_S
   TIMESTAMP_MS TIMESTAMP_NS INTERVAL BLOB UUID JSON BIT BIGNUM`.split(/\s+/),
);

/**
 * Whether a text names a column type and nothing else. Type names reach SQL unquoted, so this is a whole grammar:
 * plain names, `TIMESTAMP WITH TIME ZONE`, `DECIMAL(p,s)`, lists `T[]` and `T[n]`, `STRUCT(a T, "b c" T)`, `MAP(K, V)`.
 */
export function isColumnType(text: string): boolean {
  if (text.length > 2000) return false;
  const rest = skipType(text.trim(), 0);
  return rest === '';
}

/** The text after one type, or undefined where none stands. Depth is bounded: nested types are written by hand. */
function skipType(text: string, depth: number): string | undefined {
  if (depth > 16) return undefined;
  const rest = skipBase(text, depth);
  return rest?.replace(/^(\s*\[\d{0,6}\])*\s*/, '');
}

function skipBase(text: string, depth: number): string | undefined {
  const zoned = /^(TIMESTAMP|TIME)\s+(WITH|WITHOUT)\s+TIME\s+ZONE\b/i.exec(text);
  if (zoned) return text.slice(zoned[0].length);
  const sized = /^(DECIMAL|NUMERIC|VARCHAR|CHAR)\s*\(\s*\d{1,4}\s*(,\s*\d{1,2}\s*)?\)/i.exec(text);
  if (sized) return text.slice(sized[0].length);
  const [word = ''] = /^[A-Za-z_]+/.exec(text) ?? [];
  const rest = text.slice(word.length);
  if (/^STRUCT$/i.test(word)) return skipList(rest, depth, /^\s*(?:[A-Za-z_]\w*|"(?:[^"]|"")+")\s+/);
  if (/^MAP$/i.test(word)) return skipList(rest, depth, /^\s*/, 2);
  return plainTypes.has(word.toUpperCase()) ? rest : undefined;
}

/** `(part, part ...)`, each a type after what `before` matches; `count` parts where it is given. */
function skipList(text: string, depth: number, before: RegExp, count?: number): string | undefined {
  let rest: string | undefined = /^\s*\(/.test(text) ? text.replace(/^\s*\(/, '') : undefined;
  for (let parts = 1; rest !== undefined; parts += 1) {
    const lead: RegExpExecArray | null = before.exec(rest);
    rest = lead ? skipType(rest.slice(lead[0].length), depth + 1) : undefined;
    if (rest?.startsWith(')')) return count === undefined || parts === count ? rest.slice(1) : undefined;
    rest = rest?.startsWith(',') ? rest.slice(1) : undefined;
  }
  return undefined;
}

/** A column type in a config. */
export const columnType = z
  .string()
  .trim()
  .refine(isColumnType, 'Choose a type, such as VARCHAR, BIGINT, DOUBLE, DECIMAL(18,2), DATE or TIMESTAMP.')
  .meta({ description: 'Name of a DuckDB type.', examples: ['VARCHAR', 'BIGINT', 'DECIMAL(18,2)', 'DATE'] });

/** { column: type } in a config. */
export const columnTypes = z.record(z.string(), columnType);
