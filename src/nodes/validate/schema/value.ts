import { call, cast, choose, col, compare, lit } from '../../../shared/plan/build.ts';
import type { CompareOperator, Scalar } from '../../../shared/plan/relation.ts';
import { both, either, never, not, oneOf, surely, truth } from '../logic.ts';
import type { JsonType } from './json-schema.ts';

/** A JSON value as scalars over a row. Every boolean here is true or false where the value is present, never null. */
export interface Value {
  is(type: JsonType): Scalar;
  /** Only asked of numbers; the answers of others mean nothing. */
  compareNumber(operator: CompareOperator, bound: number): Scalar;
  isMultipleOf(factor: number): Scalar;
  /** The text of a string. */
  text(): Scalar;
  /** Type of the column that holds strings of a kind of its own (dates, ids). */
  readonly stringType?: string;
  isTrue(): Scalar;
  readonly items: Items;
  readonly members: Members;
}

/** What a list holds. */
export interface Items {
  readonly count: Scalar;
  /** A list of the engine, whose elements `each` reads. */
  readonly list: Scalar;
  each(element: Scalar): Value;
  at(index: number): Value;
  /** A text a value that is equal for equal plain values and different for others. */
  readonly identities: (element: Scalar) => Scalar;
}

/** What an object holds: the names that are known beforehand, and those that are found in the row. */
export interface Members {
  /** A member by its name; undefined where no row has it. */
  find(name: string): Member | undefined;
  readonly known: readonly Member[];
  readonly found?: FoundMembers;
}
export interface Member {
  readonly name: string;
  readonly present: Scalar;
  readonly value: Value;
}
export interface FoundMembers {
  /** VARCHAR[] */
  readonly names: Scalar;
  at(name: Scalar): Value;
}

const noItems: Items = {
  count: lit(0),
  list: { op: 'list', of: [] },
  each: (element) => jsonValue(element),
  at: () => jsonValue(lit(null, 'JSON')),
  identities: (element) => element,
};
const noMembers: Members = { find: () => undefined, known: [] };

const wholeTypes = /^U?(TINY|SMALL|BIG|HUGE)INT$|^U?INTEGER$/i;
const numberTypes = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DECIMAL|FLOAT|DOUBLE|BIGNUM)/i;
const nestedTypes = /\[\d*\]$|^(STRUCT|MAP|UNION)/i;

/** The value of a column. */
export function columnValue(scalar: Scalar, type: string): Value {
  if (/^JSON$/i.test(type)) return jsonValue(scalar);
  if (nestedTypes.test(type)) return jsonValue(call('to_json', scalar));
  return plainValue(scalar, type);
}

function plainValue(scalar: Scalar, type: string): Value {
  const isNull: Scalar = { op: 'is-null', of: scalar };
  const some = not(isNull);
  const isNumber = numberTypes.test(type);
  const isBoolean = /^BOOLEAN$/i.test(type);
  const nothing = /^"?NULL"?$/i.test(type);
  const whole = wholeTypes.test(type) ? some : both(some, surely(isWhole(scalar, type)));
  const answers: Readonly<Record<JsonType, Scalar>> = {
    null: nothing ? truth(true) : isNull,
    boolean: isBoolean ? some : never,
    number: isNumber ? some : never,
    integer: isNumber ? whole : never,
    string: isNumber || isBoolean || nothing ? never : some,
    array: never,
    object: never,
  };
  return {
    is: (wanted) => answers[wanted],
    compareNumber: (operator, bound) => compareColumn(scalar, type, operator, bound),
    isMultipleOf: (factor) =>
      /^(FLOAT|DOUBLE)/i.test(type)
        ? doubleIsMultiple(cast(scalar, 'DOUBLE'), factor)
        : surely(compare(call('mod', scalar, lit(factor)), '=', lit(0))),
    text: () => (/^VARCHAR$/i.test(type) ? scalar : cast(scalar, 'VARCHAR')),
    stringType: type,
    isTrue: () => surely(isBoolean ? scalar : never),
    items: noItems,
    members: noMembers,
  };
}

const isWhole = (scalar: Scalar, type: string): Scalar =>
  /^(FLOAT|DOUBLE)/i.test(type)
    ? both(call('isfinite', scalar), compare(scalar, '=', call('trunc', scalar)))
    : compare(scalar, '=', call('trunc', scalar));

/** 128 bits and a fraction meet in no decimal; they are told apart by their doubles. */
function compareColumn(scalar: Scalar, type: string, operator: CompareOperator, bound: number): Scalar {
  const fraction = !Number.isInteger(bound) || Math.abs(bound) > 1e18;
  return fraction && /HUGEINT|BIGNUM/i.test(type)
    ? compare(cast(scalar, 'DOUBLE'), operator, lit(bound, 'DOUBLE'))
    : compare(scalar, operator, lit(bound));
}

/**
 * 0.3 is a multiple of 0.1, though their doubles are not: both are taken for the decimals that they print as, where
 * these are exact.
 */
function doubleIsMultiple(value: Scalar, factor: number): Scalar {
  const decimal = cast(cast(value, 'VARCHAR'), 'DECIMAL(38,15)', true);
  const exact = surely(compare(cast(decimal, 'DOUBLE'), '=', value));
  const byDecimal = compare(call('mod', decimal, lit(factor)), '=', lit(0));
  const byDouble = compare(call('fmod', value, lit(factor, 'DOUBLE')), '=', lit(0));
  return surely(choose(exact, byDecimal, byDouble));
}

/** A value inside JSON. */
export function jsonValue(scalar: Scalar): Value {
  const type = call('json_type', scalar);
  const text = call('json_extract_string', scalar, lit('$'));
  const double = cast(text, 'DOUBLE', true);
  const isNumber = surely(oneOf(type, ['BIGINT', 'UBIGINT', 'DOUBLE', 'HUGEINT', 'UHUGEINT']));
  const isType = (name: string): Scalar => surely(compare(type, '=', lit(name)));
  const isDouble = isType('DOUBLE');
  const answers: Readonly<Record<JsonType, Scalar>> = {
    // A column of JSON may be empty without holding null.
    null: either({ op: 'is-null', of: scalar }, isType('NULL')),
    boolean: isType('BOOLEAN'),
    number: isNumber,
    integer: both(isNumber, either(not(isDouble), surely(isWhole(double, 'DOUBLE')))),
    string: isType('VARCHAR'),
    array: isType('ARRAY'),
    object: isType('OBJECT'),
  };
  return {
    is: (wanted) => answers[wanted],
    compareNumber: (operator, bound) => {
      const whole = compareColumn(cast(text, 'HUGEINT', true), 'HUGEINT', operator, bound);
      const other = compare(double, operator, lit(bound, 'DOUBLE'));
      return surely(choose(isDouble, other, whole));
    },
    isMultipleOf: (factor) => doubleIsMultiple(double, factor),
    text: () => text,
    isTrue: () => surely(compare(text, '=', lit('true'))),
    items: {
      count: call('json_array_length', scalar),
      list: call('json_extract', scalar, lit('$[*]')),
      each: jsonValue,
      at: (index) => jsonValue(call('json_extract', scalar, lit(`$[${index}]`))),
      identities: identityOf,
    },
    members: {
      known: [],
      find: (name) => {
        const value = call('json_extract', scalar, lit(pointerTo(name)));
        return { name, present: not({ op: 'is-null', of: value }), value: jsonValue(value) };
      },
      found: {
        names: call('json_keys', scalar),
        at: (name) => jsonValue(call('json_extract', scalar, pointerToScalar(name))),
      },
    },
  };
}

const pointerTo = (name: string): string => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;

const pointerToScalar = (name: Scalar): Scalar =>
  call('concat', lit('/'), call('replace', call('replace', name, lit('~'), lit('~0')), lit('/'), lit('~1')));

/** Type and text of a plain value; 1 and 1.0 are the same number. */
function identityOf(element: Scalar): Scalar {
  const value = jsonValue(element);
  const whole = cast(cast(value.text(), 'DOUBLE', true), 'HUGEINT', true);
  const exact = call('coalesce', cast(value.text(), 'HUGEINT', true), whole);
  const number = choose(value.is('integer'), exact, lit(null, 'HUGEINT'));
  const text = call('coalesce', cast(number, 'VARCHAR'), value.text());
  return choose(value.is('number'), call('concat', lit('n'), text), cast(element, 'VARCHAR'));
}

/** A column of a row, by its name. */
export const columnOf = (name: string, type: string): Value => columnValue(col(name), type);
