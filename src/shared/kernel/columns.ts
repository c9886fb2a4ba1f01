import { z } from 'zod';

/** A column of rows: its name and DuckDB's name of its type ("BIGINT", "DECIMAL(18,2)", "STRUCT(a INTEGER)"). */
export const column = z.object({ name: z.string(), type: z.string() });
export type Column = z.infer<typeof column>;

/**
 * A value as it travels: integers beyond 2^53, decimals, dates and times are text, so nothing is rounded;
 * lists and structs are JSON arrays and objects.
 */
export type Cell = string | number | boolean | null | Cell[] | { [key: string]: Cell };
export const cell: z.ZodType<Cell> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(cell), z.record(z.string(), cell)]),
);

export type TypeFamily = 'text' | 'number' | 'boolean' | 'time' | 'nested' | 'other';

/** What a column's type is to a person: decides its icon, its alignment and which fields accept it. */
export function typeFamily(type: string): TypeFamily {
  const name = type.toUpperCase();
  if (/\[\d*\]$|^(STRUCT|MAP|UNION|JSON)/.test(name)) return 'nested';
  if (/^(VARCHAR|ENUM|UUID)/.test(name)) return 'text';
  if (/^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DECIMAL|FLOAT|DOUBLE|BIGNUM)/.test(name)) return 'number';
  if (name === 'BOOLEAN') return 'boolean';
  if (/^(DATE|TIME|TIMESTAMP|INTERVAL)/.test(name)) return 'time';
  return 'other';
}

/** The form in which column names are compared: DuckDB ignores the case of A to Z, and of no other letter. */
export const foldName = (name: string): string => name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
