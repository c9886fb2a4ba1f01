import { createHash } from 'node:crypto';
import { closeSync, fstatSync, fsync as fsyncCallback, fsyncSync, openSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { type Column, typeFamily } from '../../shared/kernel/columns.ts';
import type { FileFormat } from '../../shared/plan/relation.ts';
import { dialect } from '../compile/dialect.ts';
import type { Database, StatementOptions } from './database.ts';
import { toPublished } from './stored-types.ts';

const fsync = promisify(fsyncCallback);

export interface FileTarget {
  readonly path: string;
  readonly format: FileFormat;
  readonly delimiter?: string;
  readonly header?: boolean;
  /** CSV only: cells that a spreadsheet would take for formulas are made harmless. */
  readonly spreadsheetSafe?: boolean;
  /** `large`: a small file is left for main to sync, which does so together with its folder. `never`: it is read once and gone. */
  readonly sync?: 'always' | 'large' | 'never';
}

export interface WrittenFile {
  readonly rows: number;
  readonly bytes: number;
}

/** Writes the rows of a query as a whole file: when this returns, its bytes are on the disk unless `sync` says other. */
export async function writeRows(
  database: Database,
  query: string,
  columns: readonly Column[],
  target: FileTarget,
  options: StatementOptions = {},
): Promise<WrittenFile> {
  const shaped = shapeFor(query, columns, target);
  const rows = await database.count(dialect.copyTo(shaped, target.path, target.format, target), options);
  return { rows, bytes: await syncFile(target.path, target.sync) };
}

/** Files up to this size are handled in one go: waiting for a thread would take longer than the work. */
const smallBytes = 4 * 1024 * 1024;
/** Bytes up to which a file is read back for its digest: some tens of milliseconds at most. */
const digestBytes = 32 * 1024 * 1024;

/** Forces a written file to the disk; its size in bytes. An error here is final: the file is not to be trusted. */
export async function syncFile(path: string, which: FileTarget['sync'] = 'always'): Promise<number> {
  const file = openSync(path, 'r+');
  try {
    const { size } = fstatSync(file);
    if (which === 'never') return size;
    if (size > smallBytes) await fsync(file);
    else if (which === 'always') fsyncSync(file);
    return size;
  } finally {
    closeSync(file);
  }
}

/** The digest of a file's bytes where it costs little, for a later proof that the disk kept them. */
export async function digestOfFile(path: string, bytes: number): Promise<{ sha256?: string }> {
  if (bytes > digestBytes) return {};
  const content = bytes <= smallBytes ? readFileSync(path) : await readFile(path);
  return { sha256: createHash('sha256').update(content).digest('hex') };
}

function shapeFor(query: string, columns: readonly Column[], target: FileTarget): string {
  switch (target.format) {
    case 'parquet':
      return toPublished(query, columns);
    case 'csv':
      return target.spreadsheetSafe ? spreadsheetQuery(query, columns) : selectCells(query, columns, csvCell);
    case 'json':
    case 'ndjson':
      return selectCells(query, columns, jsonCell);
  }
}

type CellPrinter = (column: Column, quoted: string) => string | undefined;

/** The query with the columns that the printer rewrites, in place. */
function selectCells(query: string, columns: readonly Column[], print: CellPrinter): string {
  const changed = columns.flatMap((column) => {
    const quoted = dialect.identifier(column.name);
    const printed = print(column, quoted);
    return printed === undefined ? [] : [`${printed} AS ${quoted}`];
  });
  return changed.length === 0 ? query : `SELECT * REPLACE (${changed.join(', ')}) FROM (\n${query}\n)`;
}

/** Lists and structs go into CSV as JSON: DuckDB's own text of them has no reader but DuckDB. */
export const csvCell: CellPrinter = ({ type }, quoted) =>
  typeFamily(type) === 'nested' && !/^JSON$/i.test(type) ? `CAST(to_json(${quoted}) AS VARCHAR)` : undefined;

/** JSON has no NaN and no infinities; DuckDB would write bare words that no other reader takes. */
const jsonCell: CellPrinter = ({ type }, quoted) => {
  if (!/^(?:FLOAT|DOUBLE)$/i.test(type)) return undefined;
  const word = `CASE WHEN isnan(${quoted}) THEN 'NaN' WHEN ${quoted} > 0 THEN 'Infinity' ELSE '-Infinity' END`;
  return `CASE WHEN ${quoted} IS NULL THEN NULL WHEN isfinite(${quoted}) THEN to_json(${quoted}) ELSE to_json(${word}) END`;
};

/**
 * A cell that a spreadsheet would read as a formula: its first visible character is one of = + - @ (or a full-width
 * twin), or it starts with a tab or a line end. The pattern is RE2's.
 */
const formulaPattern = String.raw`^(?:[\s\x{FEFF}\x{200B}]*[=+\-@\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}]|[\t\r\n])`;
/** A signed number written as text is no formula and keeps its value. */
const numberPattern = String.raw`^\s*[+\-]?(?:\d+(?:[.,]\d+)*|[.,]\d+)(?:[eE][+\-]?\d+)?%?\s*$`;
const formulaStart = /^(?:[\s\uFEFF\u200B]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|[\t\r\n])/;

/** A quote in front makes a cell text in every spreadsheet; column names are cells too. */
function spreadsheetQuery(query: string, columns: readonly Column[]): string {
  const list = columns.map((column) => {
    const quoted = dialect.identifier(column.name);
    const name = formulaStart.test(column.name) ? `'${column.name}` : column.name;
    return `${safeCell(csvCell(column, quoted) ?? quoted, column)} AS ${dialect.identifier(name)}`;
  });
  return `SELECT ${list.join(', ')} FROM (\n${query}\n)`;
}

function safeCell(value: string, { type }: Column): string {
  const family = typeFamily(type);
  if (family === 'number' || family === 'boolean' || /^(?:DATE|TIMESTAMP)/i.test(type)) return value;
  const text = `CAST(${value} AS VARCHAR)`;
  const risky = `regexp_matches(${text}, ${dialect.text(formulaPattern)}) AND NOT regexp_full_match(${text}, ${dialect.text(numberPattern)})`;
  return `CASE WHEN ${risky} THEN '''' || ${text} ELSE ${text} END`;
}
