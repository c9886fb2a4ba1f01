import { type Column, foldName } from '../../shared/kernel/columns.ts';
import { isPlainObject } from '../../shared/kernel/json.ts';
import type { LiteralValue } from '../../shared/plan/relation.ts';

export type Record = Readonly<{ [name: string]: unknown }>;

export interface InferredRows {
  /** In order of first appearance over all records. */
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly LiteralValue[])[];
  /** Two spellings of what DuckDB takes for one column. */
  readonly clashes: readonly { readonly name: string; readonly earlier: string }[];
  /** The first number that a JSON reader has probably rounded. */
  readonly rounded?: { readonly name: string; readonly row: number };
}

/**
 * Plain records as typed rows. Whole numbers are BIGINT, a column with any other number DOUBLE, booleans BOOLEAN;
 * lists and objects are JSON; everything else, dates and mixtures included, stays text as it was written.
 * A key that a record lacks is null there.
 */
export function inferRows(records: readonly Record[]): InferredRows {
  const found = new Map<string, string>();
  const clashes = new Map<string, string>();
  for (const name of new Set(records.flatMap((record) => Object.keys(record)))) {
    const earlier = found.get(foldName(name));
    if (earlier === undefined) found.set(foldName(name), name);
    else clashes.set(name, earlier);
  }
  const columns = [...found.values()].map((name) => ({
    name,
    type: commonType(records.map((record) => own(record, name))),
  }));
  return {
    columns,
    rows: records.map((record) => columns.map(({ name, type }) => literal(own(record, name), type))),
    clashes: [...clashes].map(([name, earlier]) => ({ name, earlier })),
    ...roundedNumber(records, columns),
  };
}

/** Inherited names (`constructor`) are not the record's. */
const own = (record: Record, name: string): unknown =>
  Object.hasOwn(record, name) ? record[name] : undefined;

function commonType(values: readonly unknown[]): string {
  const kinds = new Set(values.map(kindOf));
  kinds.delete('none');
  if (kinds.has('nested')) return 'JSON';
  const [only] = kinds;
  if (kinds.size === 1 && only === 'boolean') return 'BOOLEAN';
  if (kinds.size === 1 && only === 'integer') return 'BIGINT';
  return kinds.size > 0 && !kinds.has('text') && !kinds.has('boolean') ? 'DOUBLE' : 'VARCHAR';
}

type Kind = 'none' | 'nested' | 'boolean' | 'integer' | 'number' | 'text';

function kindOf(value: unknown): Kind {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'integer' : 'number';
  return typeof value === 'object' ? 'nested' : 'text';
}

/** One value as the plan holds it; what is nested becomes JSON text, as does everything in a JSON column. */
export function literal(value: unknown, type: string): LiteralValue {
  if (value === null || value === undefined) return null;
  if (type.toUpperCase() === 'JSON' || Array.isArray(value) || isPlainObject(value))
    return JSON.stringify(value);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return String(value);
}

/** A whole number beyond 2^53 was rounded before it came here; numbers too large to be meant as ids are let be. */
function roundedNumber(
  records: readonly Record[],
  columns: readonly Column[],
): Pick<InferredRows, 'rounded'> {
  for (const { name, type } of columns) {
    if (type !== 'DOUBLE') continue;
    const row = records.findIndex((record) => suspicious(own(record, name)));
    if (row >= 0) return { rounded: { name, row } };
  }
  return {};
}

const suspicious = (value: unknown): boolean =>
  typeof value === 'number' &&
  Number.isInteger(value) &&
  !Number.isSafeInteger(value) &&
  Math.abs(value) < 1e21;
