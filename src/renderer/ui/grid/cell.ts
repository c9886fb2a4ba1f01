/** One value as the grid receives it. Large integers may come as text so that no digit is lost. */
export type Cell = string | number | bigint | boolean | null | undefined | object;
export type GridRow = readonly Cell[];

export type TypeFamily =
  | 'number'
  | 'text'
  | 'boolean'
  | 'date'
  | 'time'
  | 'list'
  | 'object'
  | 'binary'
  | 'id'
  | 'other';

const families: readonly (readonly [RegExp, TypeFamily])[] = [
  [/\[\d*\]$|^list|^array/i, 'list'],
  [/^(struct|map|json|union|object|row)/i, 'object'],
  [
    /^(u?(tiny|small|big|huge)?int(eger)?\d*|decimal|numeric|double|float\d?|real|number|bignum)\b/i,
    'number',
  ],
  [/^(bool|logical)/i, 'boolean'],
  [/^(date|timestamp|datetime)/i, 'date'],
  [/^(time|interval)/i, 'time'],
  [/^(blob|bytea|binary|varbinary|bit)/i, 'binary'],
  [/^uuid/i, 'id'],
  [/^(varchar|text|string|char|enum|bpchar)/i, 'text'],
];

/** The family of a database type name, such as "DECIMAL(10,2)" or "INTEGER[]". */
export function typeFamily(type: string): TypeFamily {
  return families.find(([pattern]) => pattern.test(type.trim()))?.[1] ?? 'other';
}

/** The whole value as text: what is copied. Null is empty, so a sheet gets an empty cell. */
export function cellText(value: Cell): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'object') return jsonText(value);
  return String(value);
}

/** For reading in full: objects are laid out over lines. */
export function cellDetail(value: Cell): string {
  if (value === null || value === undefined) return 'null';
  return typeof value === 'object' ? jsonText(value, 2) : cellText(value);
}

function jsonText(value: object, indent?: number): string {
  if (value instanceof Date) return value.toISOString();
  return (
    JSON.stringify(
      value,
      (_, inner: unknown) => (typeof inner === 'bigint' ? inner.toString() : inner),
      indent,
    ) ?? ''
  );
}

/** Longest text put into one cell; a megabyte of text in 300 cells would stall every scroll. */
const shownLength = 300;

/** What a cell shows on its one line. */
export function cellLine(value: Cell): string {
  const text = cellText(value);
  const short = text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
  return /[\r\n\t]/.test(short) ? short.replace(/\r\n?|\n/g, ' ⏎ ').replace(/\t/g, ' ') : short;
}

/** Width in pixels that shows a column's name and what is known of its values. */
export function fitWidth(name: string, type: string, values: readonly Cell[] = []): number {
  const least: Record<TypeFamily, number> = {
    number: 92,
    text: 120,
    boolean: 76,
    date: 108,
    time: 100,
    list: 140,
    object: 180,
    binary: 120,
    id: 160,
    other: 120,
  };
  const longest = values.reduce<number>((most, value) => Math.max(most, cellLine(value).length), 0);
  const instant = /timestamp|datetime/i.test(type) ? 164 : 0;
  // 7.25 px is one letter of the data font at 12 px, 7.2 px a wide average of the heading's.
  return Math.round(
    Math.min(360, Math.max(least[typeFamily(type)], instant, name.length * 7.2 + 46, longest * 7.25 + 20)),
  );
}
