import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBGeometryValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  DuckDBTypeId,
  DuckDBUnionValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { Cell } from '../../shared/kernel/columns.ts';

/**
 * A value of DuckDB as it travels: exact, and safe for JSON.
 * Whole numbers up to 2^53 are numbers and text beyond; decimals, NaN and the infinities are text; dates and
 * times are ISO 8601 (with `Z` where the value is an instant); bytes are `\x` and hex digits. Everything else
 * that JSON has no form for is the text that DuckDB itself would show, which a cast reads back.
 */
export function toCell(value: DuckDBValue, type: DuckDBType): Cell {
  if (value === null) return null;
  switch (typeof value) {
    case 'number':
      return numberCell(value, type.typeId === DuckDBTypeId.FLOAT);
    case 'bigint':
      return integerCell(value);
    case 'string':
    case 'boolean':
      return value;
    default:
      return nestedCell(value, type) ?? timeCell(value) ?? otherCell(value);
  }
}

function numberCell(value: number, single: boolean): Cell {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return single ? shortestSingle(value) : value;
}

/** A 32-bit float read as a 64-bit one shows digits that nobody wrote (0.1 -> 0.10000000149011612). */
function shortestSingle(value: number): number {
  for (let digits = 6; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

function integerCell(value: bigint): Cell {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value.toString();
}

function nestedCell(value: object, type: DuckDBType): Cell | undefined {
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) {
    const inner = 'valueType' in type ? (type.valueType as DuckDBType) : type;
    return value.items.map((item) => toCell(item, inner));
  }
  if (value instanceof DuckDBStructValue) return structCell(value, type);
  if (value instanceof DuckDBMapValue) return mapCell(value, type);
  if (value instanceof DuckDBUnionValue) return toCell(value.value, memberType(type, value.tag));
  return undefined;
}

function structCell(value: DuckDBStructValue, type: DuckDBType): Cell {
  const types = 'entryTypes' in type ? (type.entryTypes as readonly DuckDBType[]) : [];
  // fromEntries defines own keys, so a field called __proto__ stays an ordinary one.
  return Object.fromEntries(
    Object.entries(value.entries).map(([name, entry], index) => [name, toCell(entry, types[index] ?? type)]),
  );
}

function mapCell(value: DuckDBMapValue, type: DuckDBType): Cell {
  const { keyType, valueType } = type as { keyType?: DuckDBType; valueType?: DuckDBType };
  return Object.fromEntries(
    value.entries.map((entry) => {
      const key = toCell(entry.key, keyType ?? type);
      return [typeof key === 'string' ? key : JSON.stringify(key), toCell(entry.value, valueType ?? type)];
    }),
  );
}

function memberType(type: DuckDBType, tag: string): DuckDBType {
  if (!('memberTags' in type && 'memberTypes' in type)) return type;
  const index = (type.memberTags as readonly string[]).indexOf(tag);
  return (type.memberTypes as readonly DuckDBType[])[index] ?? type;
}

function timeCell(value: object): Cell | undefined {
  if (value instanceof DuckDBDateValue) return value.isFinite ? value.toString() : infinite(value.days > 0);
  if (value instanceof DuckDBTimestampTZValue) {
    if (!value.isFinite) return infinite(value.micros > 0n);
    // Its own text follows the machine's time zone; the instant does not.
    return `${isoText(new DuckDBTimestampValue(value.micros).toString())}Z`;
  }
  if (
    value instanceof DuckDBTimestampValue ||
    value instanceof DuckDBTimestampSecondsValue ||
    value instanceof DuckDBTimestampMillisecondsValue ||
    value instanceof DuckDBTimestampNanosecondsValue
  ) {
    return isoText(value.toString());
  }
  return undefined;
}

const infinite = (positive: boolean): string => (positive ? 'infinity' : '-infinity');

/** `2024-01-31 10:00:00` -> `2024-01-31T10:00:00`; a year before Christ keeps DuckDB's form, which ends in (BC). */
const isoText = (text: string): string => text.replace(/^(\d+-\d\d-\d\d) (?=\d)/, '$1T');

function otherCell(value: object): string {
  if (value instanceof DuckDBBlobValue || value instanceof DuckDBGeometryValue) {
    return `\\x${Buffer.from(value.bytes).toString('hex')}`;
  }
  return String(value);
}
