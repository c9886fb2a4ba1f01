import { type Column, typeFamily } from '../../../../shared/kernel/columns.ts';
import { isPlainObject } from '../../../../shared/kernel/json.ts';
import { type ParsedTable, typeOfValues } from '../graph/table-text.ts';

/** The `rows` config as the small table shows it. Cells are text, or null for empty. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly unknown[])[];
}

/** Reads both forms a config may have: {columns, rows}, or a list of records. */
export function readRows(value: unknown): Table {
  if (isPlainObject(value) && Array.isArray(value.columns) && Array.isArray(value.rows)) {
    return { columns: value.columns as Column[], rows: value.rows as unknown[][] };
  }
  const records = Array.isArray(value) ? value.filter(isPlainObject) : [];
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const rows = records.map((record) =>
    names.map((name) => (Object.hasOwn(record, name) ? record[name] : null)),
  );
  const columns = names.map((name, index) => ({ name, type: typeOfAll(rows.map((row) => row[index])) }));
  return { columns, rows };
}

function typeOfAll(values: readonly unknown[]): string {
  const present = values.filter((value) => value !== null && value !== undefined);
  if (present.some((value) => typeof value === 'object')) return 'JSON';
  if (present.every((value) => typeof value === 'string')) return 'VARCHAR';
  return typeOfValues(present.map(String));
}

export const cellText = (value: unknown): string =>
  value === null || value === undefined
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);

/** A typed text as a cell of a column: empty is null, numbers and booleans where nothing is lost. */
export function cellValue(text: string, type: string): unknown {
  if (text === '') return null;
  const family = typeFamily(type);
  if (family === 'boolean' && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if (family === 'number' && /^-?\d+(\.\d+)?$/.test(text) && text.replace(/[-.]/g, '').length <= 15)
    return Number(text);
  return text;
}

export function fromParsed(table: ParsedTable): Table {
  const rows = table.rows.map((row) =>
    row.map((text, index) => cellValue(text ?? '', table.columns[index]?.type ?? 'VARCHAR')),
  );
  return { columns: table.columns, rows };
}

export function setCell(table: Table, row: number, column: number, text: string): Table {
  const type = table.columns[column]?.type ?? 'VARCHAR';
  const rows = table.rows.map((cells, at) =>
    at === row
      ? table.columns.map((_column, index) =>
          index === column ? cellValue(text, type) : (cells[index] ?? null),
        )
      : cells,
  );
  return { ...table, rows };
}

export function addRow(table: Table): Table {
  return { ...table, rows: [...table.rows, table.columns.map(() => null)] };
}

export function removeRow(table: Table, row: number): Table {
  return { ...table, rows: table.rows.filter((_cells, at) => at !== row) };
}

export function addColumn(table: Table): Table {
  const taken = new Set(table.columns.map((column) => column.name));
  let count = table.columns.length + 1;
  while (taken.has(`column_${count}`)) count += 1;
  return {
    columns: [...table.columns, { name: `column_${count}`, type: 'VARCHAR' }],
    rows: table.rows.map((cells) => [...cells, null]),
  };
}

export function removeColumn(table: Table, column: number): Table {
  const without = <Item>(list: readonly Item[]) => list.filter((_item, at) => at !== column);
  return { columns: without(table.columns), rows: table.rows.map(without) };
}

export function setColumn(table: Table, column: number, next: Column): Table {
  const retyped = table.columns[column]?.type !== next.type;
  return {
    columns: table.columns.map((old, at) => (at === column ? next : old)),
    rows: retyped
      ? table.rows.map((cells) =>
          cells.map((value, at) => (at === column ? cellValue(cellText(value), next.type) : value)),
        )
      : table.rows,
  };
}
