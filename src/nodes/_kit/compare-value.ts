import { type Column, typeFamily } from '../../shared/kernel/columns.ts';
import { call, cast, col, compare, lit } from '../../shared/plan/build.ts';
import type { CompareOperator, Scalar } from '../../shared/plan/relation.ts';

/** A value that a config holds as data, to be compared with a column. */
export type PlainValue = string | number | boolean | null;

/** The two sides of a comparison, of types that the engine compares exactly and without failing at some row. */
export interface Sides {
  readonly left: Scalar;
  readonly right: Scalar;
}

/**
 * A column and a value side by side. A text that reads as a number is exactly that number beside a number column, so
 * ids beyond 2^53 and decimals are never rounded; a number beside a text column is compared with the texts that read
 * as numbers. Answers a sentence where the two cannot be compared.
 */
export function comparedSides(column: Column, value: PlainValue): Sides | string {
  const left = col(column.name);
  if (value === null) return { left, right: lit(null) };
  if (/^JSON$/i.test(column.type)) return besideText(jsonText(left), value);
  switch (typeFamily(column.type)) {
    case 'number':
      return besideNumber(column, value);
    case 'text':
      return besideText(/^VARCHAR$/i.test(column.type) ? left : cast(left, 'VARCHAR'), value);
    case 'boolean':
      return besideBoolean(column, value);
    case 'time':
      return besideTime(column, value);
    default:
      return { left, right: lit(value) };
  }
}

/** `left operator right` of a column and a value, or the sentence that says why not. */
export function comparison(column: Column, operator: CompareOperator, value: PlainValue): Scalar | string {
  const sides = comparedSides(column, value);
  return typeof sides === 'string' ? sides : compare(sides.left, operator, sides.right);
}

/** The text of a column's values: a JSON text without its quotes. */
export const textOf = ({ name, type }: Column): Scalar =>
  /^JSON$/i.test(type) ? jsonText(col(name)) : cast(col(name), 'VARCHAR');

const jsonText = (of: Scalar): Scalar => call('json_extract_string', of, lit('$'));

function besideText(text: Scalar, value: string | number | boolean): Sides {
  if (typeof value === 'number') return { left: cast(text, 'DOUBLE', true), right: lit(value, 'DOUBLE') };
  if (typeof value === 'boolean') return { left: cast(text, 'BOOLEAN', true), right: lit(value) };
  return { left: text, right: lit(value) };
}

const unlike = ({ name, type }: Column, value: PlainValue, wanted: string): string =>
  `The column "${name}" is ${type}, and ${JSON.stringify(value)} is no ${wanted}. Write one, or change the column's type before.`;

const wholeText = /^[+-]?\d+$/;
const decimalText = /^[+-]?(\d*)\.(\d+)$|^[+-]?(\d+)\.$/;

function besideNumber(column: Column, value: string | number | boolean): Sides | string {
  const left = col(column.name);
  const approximate: Sides = { left: cast(left, 'DOUBLE'), right: lit(String(value), 'DOUBLE') };
  if (typeof value === 'boolean') return unlike(column, value, 'number');
  const text = typeof value === 'number' ? plainNumber(value) : value.trim();
  if (/^(FLOAT|DOUBLE)/i.test(column.type))
    return isNumber(text) ? approximate : unlike(column, value, 'number');
  if (wholeText.test(text)) {
    const digits = text.replace(/^[+-]?0*/, '').length;
    return digits > 38 ? approximate : { left, right: lit(text, digits > 18 ? 'HUGEINT' : 'BIGINT') };
  }
  const [matched, before = '', after = ''] = decimalText.exec(text) ?? [];
  // 128 bits and a fraction meet in no decimal.
  const fits = before.length + after.length + digitsOf(column.type) <= 38;
  if (matched !== undefined && fits)
    return {
      left,
      right: lit(text, `DECIMAL(${Math.max(1, before.length + after.length)},${after.length})`),
    };
  return isNumber(text) ? approximate : unlike(column, value, 'number');
}

/** Digits before the point that a column's values can have, or nearly all where a fraction cannot stand beside. */
function digitsOf(type: string): number {
  const [, width, scale] = /^DECIMAL\((\d+),(\d+)\)/i.exec(type) ?? [];
  if (width !== undefined && scale !== undefined) return Number(width) - Number(scale);
  return /HUGEINT|BIGNUM/i.test(type) ? 38 : 19;
}

/** JavaScript's own text where it is plain digits; with an exponent it is a double all the same. */
const plainNumber = (value: number): string => String(value);
const isNumber = (text: string): boolean => text !== '' && !Number.isNaN(Number(text));

function besideBoolean(column: Column, value: string | number | boolean): Sides | string {
  const known = typeof value === 'string' ? { true: true, false: false }[value.toLowerCase()] : value;
  if (typeof known !== 'boolean') return unlike(column, value, 'yes or no (true or false)');
  return { left: col(column.name), right: lit(known) };
}

function besideTime(column: Column, value: string | number | boolean): Sides | string {
  const left = col(column.name);
  const type = column.type.toUpperCase();
  if (typeof value === 'string' && /^INTERVAL/.test(type)) return { left, right: lit(value, 'INTERVAL') };
  if (typeof value === 'string' && /^TIME(?!STAMP)/.test(type))
    return /^\d{1,2}:\d{2}/.test(value)
      ? { left, right: lit(value, column.type) }
      : unlike(column, value, 'time of day');
  if (typeof value !== 'string' || !isMoment(value))
    return unlike(column, value, 'date (such as 2026-01-31)');
  // A date beside a moment is the moment at which the day begins; both stand as they are meant.
  const dayOnly = /^\d{4}-\d{2}-\d{2}$/.test(value);
  const wanted = type === 'DATE' && !dayOnly ? 'TIMESTAMP' : column.type;
  return { left, right: lit(value, wanted) };
}

const moment = /^(\d{4})-(\d{2})-(\d{2})([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?( ?(Z|[+-]\d{2}(:?\d{2})?))?)?$/i;

/** A day that the calendar has, and a time that a clock shows. */
function isMoment(text: string): boolean {
  const [, year, month, day] = moment.exec(text) ?? [];
  if (year === undefined) return false;
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day) && clockFits(text);
}

function clockFits(text: string): boolean {
  const [, hour = '0', minute = '0', second = '0'] = /[T ](\d{2}):(\d{2})(?::(\d{2}))?/i.exec(text) ?? [];
  return Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
}
