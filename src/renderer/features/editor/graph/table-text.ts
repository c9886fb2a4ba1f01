import type { Column } from '../../../../shared/kernel/columns.ts';

export interface ParsedTable {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** Cells of tab- or comma-separated text (RFC 4180 quotes), as spreadsheets and databases put it on the clipboard. */
export function parseDelimited(text: string): string[][] {
  const delimiter = (text.split('\n', 1)[0] ?? '').includes('\t') ? '\t' : ',';
  const rows: string[][] = [];
  let row: string[] = [];
  let value = '';
  let quoted = false;
  const endRow = () => {
    row.push(value);
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
    value = '';
  };
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index] ?? '';
    if (quoted) {
      if (char !== '"') value += char;
      else if (text[index + 1] === '"') {
        value += '"';
        index += 1;
      } else quoted = false;
    } else if (char === '"' && value === '') quoted = true;
    else if (char === delimiter) {
      row.push(value);
      value = '';
    } else if (char === '\n') endRow();
    else if (char !== '\r') value += char;
  }
  if (value !== '' || row.length > 0) endRow();
  return rows;
}

/** A pasted text as a table with a header, or undefined when it does not look like one. */
export function readTable(text: string): ParsedTable | undefined {
  if (text.length > 2_000_000) return undefined;
  const cells = parseDelimited(text);
  const [header, ...body] = cells;
  if (!header || header.length < 2 || body.length < 1) return undefined;
  if (body.some((row) => Math.abs(row.length - header.length) > 1)) return undefined;
  const names = freeNames(header);
  const rows = body.map((row) =>
    names.map((_name, index) => (row[index] === undefined || row[index] === '' ? null : row[index])),
  );
  const columns = names.map((name, index) => ({
    name,
    type: typeOfValues(rows.map((row) => row[index] ?? null)),
  }));
  return { columns, rows };
}

function freeNames(header: readonly string[]): string[] {
  const taken = new Set<string>();
  return header.map((title, index) => {
    const base = title.trim() || `column_${index + 1}`;
    let name = base;
    for (let count = 2; taken.has(name.toLowerCase()); count += 1) name = `${base}_${count}`;
    taken.add(name.toLowerCase());
    return name;
  });
}

const tests: readonly [type: string, pattern: RegExp][] = [
  // Leading zeros mean an identifier, not a number.
  ['BIGINT', /^-?(0|[1-9]\d{0,17})$/],
  ['DOUBLE', /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i],
  ['BOOLEAN', /^(true|false)$/i],
  ['DATE', /^\d{4}-\d{2}-\d{2}$/],
  ['TIMESTAMP', /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/],
];

export function typeOfValues(values: readonly (string | null)[]): string {
  const present = values.filter((value) => value !== null);
  if (present.length === 0) return 'VARCHAR';
  return tests.find(([, pattern]) => present.every((value) => pattern.test(value)))?.[0] ?? 'VARCHAR';
}
