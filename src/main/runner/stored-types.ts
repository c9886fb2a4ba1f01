import type { Column } from '../../shared/kernel/columns.ts';
import { dialect } from '../compile/dialect.ts';

/**
 * Which types a Parquet file gives back as they were, found by writing and reading one value of each type of
 * DuckDB 1.5.6. The others change silently (a HUGEINT becomes a DOUBLE and loses digits, an INTERVAL its
 * microseconds, an ENUM its order), so a kept output stores them as text and casts them back.
 */
const storedAsText = /^(?:U?HUGEINT|BIGNUM|INTERVAL|BIT|TIME WITH TIME ZONE|TIMETZ|ENUM\(.*\))$/is;
/** Stored well enough, but read back as a sibling: only the cast back is needed. */
const readAsSibling = /^(?:TIMESTAMP_S|TIMESTAMP_MS)$/i;
const risky =
  /HUGEINT|BIGNUM|INTERVAL|\bBIT\b|TIME WITH TIME ZONE|TIMETZ|ENUM|TIMESTAMP_S\b|TIMESTAMP_MS|UNION|NULL|\[\d+\]/i;
const nested = /\]$|^(?:STRUCT|MAP|UNION|VARIANT)\b/i;

type Storage = 'as-is' | 'text' | 'sibling' | 'none';

function storageOf(type: string): Storage {
  if (storedAsText.test(type)) return 'text';
  if (readAsSibling.test(type)) return 'sibling';
  // Inside a nested type the name of a field may look like a type; such a column is then only not kept.
  if (/^UNION\b/i.test(type) || (nested.test(type) && risky.test(type)) || type === '"NULL"') return 'none';
  return 'as-is';
}

/** True where rows of these columns come back from a file exactly as they went in. */
export function canKeep(columns: readonly Column[]): boolean {
  return columns.every(({ type }) => storageOf(type) !== 'none');
}

/** A query's rows in the form in which they are kept. */
export function toStored(query: string, columns: readonly Column[]): string {
  return replaced(query, columns, 'text', () => 'VARCHAR');
}

/** Rows of a kept file in their own types; a table expression. */
export function fromStored(table: string, columns: readonly Column[]): string {
  const text = columns.filter(({ type }) => storageOf(type) === 'text' || storageOf(type) === 'sibling');
  if (text.length === 0) return table;
  return `(SELECT * REPLACE (${text.map((column) => castTo(column, column.type)).join(', ')}) FROM ${table})`;
}

function replaced(
  query: string,
  columns: readonly Column[],
  storage: Storage,
  target: (type: string) => string,
): string {
  const changed = columns.filter(({ type }) => storageOf(type) === storage);
  if (changed.length === 0) return query;
  const casts = changed.map((column) => castTo(column, target(column.type)));
  return `SELECT * REPLACE (${casts.join(', ')}) FROM (\n${query}\n)`;
}

function castTo({ name }: Column, type: string): string {
  const quoted = dialect.identifier(name);
  return `CAST(${quoted} AS ${dialect.type(type)}) AS ${quoted}`;
}

/**
 * The columns of a Parquet file that leaves the engine (a dataset, a written file), where the file's own types are
 * all a reader has: whole numbers too wide for it become DECIMAL(38,0), exact or an error but never rounded.
 */
export function publishedColumns(columns: readonly Column[]): Column[] {
  return columns.map(({ name, type }) => ({ name, type: publishedType(type) }));
}

function publishedType(type: string): string {
  if (/^U?HUGEINT$/i.test(type)) return 'DECIMAL(38,0)';
  if (storedAsText.test(type)) return 'VARCHAR';
  if (readAsSibling.test(type)) return 'TIMESTAMP';
  if (nested.test(type))
    return type.replace(/\bU?HUGEINT(?=\W|$)/g, 'DECIMAL(38,0)').replace(/\[\d+\]/g, '[]');
  return type;
}

/** A query whose rows have exactly the published columns. */
export function toPublished(query: string, columns: readonly Column[]): string {
  const published = publishedColumns(columns);
  const changed = published.filter(({ type }, at) => type !== columns[at]?.type);
  if (changed.length === 0) return query;
  return `SELECT * REPLACE (${changed.map((column) => castTo(column, column.type)).join(', ')}) FROM (\n${query}\n)`;
}
