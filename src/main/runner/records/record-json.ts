import type { Column } from '../../../shared/kernel/columns.ts';
import { absentColumn, moreColumn, visibleColumns } from '../../../shared/plan/received.ts';
import { dialect } from '../../compile/dialect.ts';
import { type ColumnType, parseType } from './column-types.ts';

/**
 * One record as the text of a JSON object, made in SQL: several times quicker than objects in JavaScript. Every value
 * leaves as it is: a number that a double cannot hold as a string, all other numbers as numbers; dates and times as text.
 */
export function recordJson(columns: readonly Column[]): string {
  const hidden = new Set(columns.map(({ name }) => name));
  const shown = visibleColumns(columns);
  const marked = hidden.has(absentColumn);
  const fields = shown.map((column) => field(column, marked));
  if (hidden.has(moreColumn)) fields.push(moreFields());
  // Short lists: a call with hundreds of arguments is slow to bind.
  return fields.length === 0 ? "'{}'" : `'{' || concat_ws(',', ${fields.join(', ')}) || '}'`;
}

function field({ name, type }: Column, marked: boolean): string {
  const quoted = dialect.identifier(name);
  const value = jsonValue(parseType(type), quoted);
  const pair = `${dialect.text(`${JSON.stringify(name)}:`)} || coalesce(${value}, 'null')`;
  if (!marked) return pair;
  const missing = `${quoted} IS NULL AND list_contains(${dialect.identifier(absentColumn)}, ${dialect.text(name)})`;
  return `CASE WHEN ${missing} THEN NULL ELSE ${pair} END`;
}

/** The fields of the object between its braces. */
function moreFields(): string {
  const text = `CAST(${dialect.identifier(moreColumn)} AS VARCHAR)`;
  return `nullif(substring(${text}, 2, length(${text}) - 2), '')`;
}

/** A value of the type JSON as plain text: a string is itself, without the quotes and escapes of JSON; null is NULL. */
export const plainText = (value: string): string =>
  `CASE json_type(${value}) WHEN 'VARCHAR' THEN json_extract_string(${value}, '$') WHEN 'NULL' THEN NULL ELSE CAST(${value} AS VARCHAR) END`;

/** The value of a field that is no column, by the SQL of its name: a JSON pointer finds any name. */
export const moreValue = (name: string): string =>
  `json_extract(${dialect.identifier(moreColumn)}, '/' || replace(replace(${name}, '~', '~0'), '/', '~1'))`;

const safeWhole = /^U?(?:TINYINT|SMALLINT|INTEGER)$|^UBOOL/;
const wideWhole = /^(?:U?BIGINT|U?HUGEINT|BIGNUM|DECIMAL\(\d+,0\))$/;
const exactTypes = /^(?:BOOLEAN|VARCHAR|U?(?:TINYINT|SMALLINT|INTEGER)|DATE|UUID|JSON)$/;

/** The text of a value in JSON; NULL for NULL. */
export function jsonValue(type: ColumnType, value: string): string {
  switch (type.is) {
    case 'scalar':
      return scalarJson(type.name, value);
    case 'list':
      if (isExact(type)) return plainJson(value);
      return `'[' || array_to_string(list_transform(${value}, lambda v: ${orNull(type.of, 'v')}), ',') || ']'`;
    case 'struct':
      return isExact(type) ? plainJson(value) : structJson(type, value);
    case 'map':
      return mapJson(type, value);
  }
}

const orNull = (type: ColumnType, value: string): string => `coalesce(${jsonValue(type, value)}, 'null')`;

const plainJson = (value: string): string => `CAST(to_json(${value}) AS VARCHAR)`;

/** Types whose values DuckDB's own JSON holds unchanged. */
function isExact(type: ColumnType): boolean {
  if (type.is === 'scalar') return exactTypes.test(type.name);
  if (type.is === 'list') return isExact(type.of);
  return type.is === 'struct' && type.fields.every((each) => isExact(each.type));
}

function scalarJson(name: string, value: string): string {
  if (safeWhole.test(name) || name === 'BOOLEAN') return `CAST(${value} AS VARCHAR)`;
  if (name === 'JSON') return `CAST(${value} AS VARCHAR)`;
  if (wideWhole.test(name)) return wholeJson(value);
  if (name.startsWith('DECIMAL')) return decimalJson(name, value);
  if (name === 'DOUBLE' || name === 'FLOAT') return doubleJson(value);
  if (name === 'VARCHAR') return plainJson(value);
  return plainJson(`CAST(${value} AS VARCHAR)`);
}

/** The last whole number up to which a double holds every one. */
const lastSafe = String(Number.MAX_SAFE_INTEGER);

function wholeJson(value: string): string {
  const text = `CAST(${value} AS VARCHAR)`;
  return `CASE WHEN ${value} BETWEEN -${lastSafe} AND ${lastSafe} THEN ${text} ELSE '"' || ${text} || '"' END`;
}

/** A number where the double nearest to it prints as the same decimal; zeros at its end are no digits. */
function decimalJson(type: string, value: string): string {
  const nearest = `CAST(CAST(${value} AS DOUBLE) AS VARCHAR)`;
  const digits = Number(/\((\d+)/.exec(type)?.[1] ?? 38);
  if (digits <= 15) return nearest;
  const same = `TRY_CAST(${nearest} AS ${type}) = ${value}`;
  const text = `'"' || rtrim(rtrim(CAST(${value} AS VARCHAR), '0'), '.') || '"'`;
  return `CASE WHEN ${value} IS NULL THEN NULL WHEN ${same} THEN ${nearest} ELSE ${text} END`;
}

/** JSON has no NaN and no infinities: they leave as texts. */
function doubleJson(value: string): string {
  const word = `CASE WHEN isnan(${value}) THEN '"NaN"' WHEN ${value} > 0 THEN '"Infinity"' ELSE '"-Infinity"' END`;
  return `CASE WHEN isfinite(${value}) THEN CAST(${value} AS VARCHAR) WHEN ${value} IS NULL THEN NULL ELSE ${word} END`;
}

function structJson({ fields }: Extract<ColumnType, { is: 'struct' }>, value: string): string {
  const printed = fields.map(({ name, type }) => {
    const inner = `struct_extract(${value}, ${dialect.text(name)})`;
    return `${dialect.text(`${JSON.stringify(name)}:`)} || ${orNull(type, inner)}`;
  });
  return `CASE WHEN ${value} IS NULL THEN NULL ELSE '{' || concat_ws(',', ${printed.join(', ')}) || '}' END`;
}

function mapJson({ value: type }: Extract<ColumnType, { is: 'map' }>, value: string): string {
  const pair = `CAST(to_json(CAST(e.key AS VARCHAR)) AS VARCHAR) || ':' || ${orNull(type, 'e.value')}`;
  return `'{' || array_to_string(list_transform(map_entries(${value}), lambda e: ${pair}), ',') || '}'`;
}
