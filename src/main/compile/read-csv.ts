import { stat } from 'node:fs/promises';
import { type Column, foldName } from '../../shared/kernel/columns.ts';
import type { CsvOptions } from '../../shared/plan/relation.ts';
import { dialect } from './dialect.ts';
import type { Oracle } from './oracle.ts';
import type { Leaf } from './print-relation.ts';

/** Rows that sniffing looks at: DuckDB's own default. All rows would cost five times a whole run. */
const sampleRows = 20_480;

/** What planning reads at once. A quarter of DuckDB's own: runs take as long, and a preview starts in half the time. */
const bufferBytes = '8000000';

/** What a CSV file turned out to be; whatever the options left open was found by looking at its first rows. */
export interface CsvShape {
  readonly delimiter: string;
  readonly quote: string;
  readonly escape: string;
  readonly header: boolean;
  readonly skip: number;
  readonly dateFormat: string | undefined;
  readonly timestampFormat: string | undefined;
  readonly columns: readonly (readonly [name: string, type: string])[];
}

/**
 * Looks at a CSV file once, so that a run reads it with everything given (a tenth of the time for a small file) and
 * the columns are the same in the form, the preview and the run.
 *
 * The sniffer itself takes a column for text as soon as one value of its sample is such as 00123. For a file where such
 * a value first comes after the sample, `keepLeadingZeros` looks at the number columns of all rows, which costs a scan.
 */
export async function sniffCsv(path: string, options: CsvOptions, oracle: Oracle): Promise<CsvShape> {
  const sniffed = await oracle.rows(sniffQuery(path, options));
  const shape = readShape(sniffed[0] ?? [], options);
  assertText(path, shape);
  const typed = overrideTypes(shape, options);
  return options.keepLeadingZeros && !options.allText ? keepZeros(path, typed, options, oracle) : typed;
}

/** A name with a NUL comes from a file that is no text, and would end the statement that repeats it. */
function assertText(path: string, { columns }: CsvShape): void {
  if (columns.some(([name]) => name.includes('\0')))
    throw new Error(`Error when sniffing file "${path}": its first line holds NUL characters`);
}

const number = /^(?:U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DOUBLE|FLOAT|DECIMAL)/i;

/** Sniffed number columns in which any value of the file starts with a zero and a digit, as text. */
async function keepZeros(
  path: string,
  shape: CsvShape,
  options: CsvOptions,
  oracle: Oracle,
): Promise<CsvShape> {
  const chosen = new Set(Object.keys(options.types ?? {}).map(foldName));
  const suspects = shape.columns.filter(([name, type]) => number.test(type) && !chosen.has(foldName(name)));
  if (suspects.length === 0) return shape;
  const asText = dialect.tableFunction('read_csv', dialect.text(path), {
    auto_detect: 'false',
    ...dialectOptions(shape, options),
    columns: dialect.textStruct(shape.columns.map(([name]) => [name, 'VARCHAR'] as const)),
    ignore_errors: 'true',
  });
  const tests = suspects.map(
    ([name]) => `bool_or(regexp_matches(${dialect.identifier(name)}, '^\\s*[+-]?0[0-9]'))::VARCHAR`,
  );
  const [found = []] = await oracle.rows(`SELECT ${tests.join(', ')} FROM ${asText}`);
  const zeros = new Set(suspects.filter((_suspect, at) => found[at] === 'true').map(([name]) => name));
  return {
    ...shape,
    columns: shape.columns.map(([name, type]) => [name, zeros.has(name) ? 'VARCHAR' : type] as const),
  };
}

/**
 * The table expression that reads a file of this shape.
 *
 * `sized` lets the engine open the file while it plans. Only then does it know how large the file is: without that it
 * takes every file for 42 rows, builds hash tables of the larger side of a join and reads with one thread. It has
 * nothing left to guess, and looks at one row.
 */
export function printCsv(path: string, shape: CsvShape, options: CsvOptions, sized = false): string {
  return dialect.tableFunction('read_csv', dialect.text(path), {
    auto_detect: String(sized),
    ...(sized ? { sample_size: '1', buffer_size: bufferBytes } : {}),
    ...dialectOptions(shape, options),
    columns: dialect.textStruct(shape.columns),
    dateformat: given(shape.dateFormat),
    timestampformat: given(shape.timestampFormat),
    // Rows that do not fit are noted in the tables reject_errors and reject_scans, so that a run can say how many.
    ...(options.badRows === 'skip' ? { store_rejects: 'true', rejects_limit: '100000' } : {}),
  });
}

export async function csvLeaf(path: string, options: CsvOptions, oracle: Oracle): Promise<Leaf> {
  const shape = await sniffCsv(path, options, oracle);
  const names = shape.columns.map(([name]) => name);
  const plain = printCsv(path, shape, options);
  if (!(await isLarge(path)) || !isSettled(shape, options)) return { sql: plain, names };
  const sized = printCsv(path, shape, options, true);
  return { sql: (await sameColumns(plain, sized, oracle)) ? sized : plain, names };
}

/** Below this a wrong guess at the size costs less than opening the file once more. */
const largeBytes = 1_048_576;

/** A file that is not there is for the engine to tell. */
const isLarge = (path: string): Promise<boolean> =>
  stat(path).then(
    ({ size }) => size >= largeBytes,
    () => false,
  );

/** False where a date column was chosen by hand and its format is open: the engine would guess it from one row. */
function isSettled(shape: CsvShape, options: CsvOptions): boolean {
  const chosen = Object.values(options.types ?? {}).map((type) => type.trim().toUpperCase());
  if (chosen.some((type) => type.startsWith('DATE')) && !shape.dateFormat) return false;
  return !chosen.some((type) => type.startsWith('TIMESTAMP')) || Boolean(shape.timestampFormat);
}

/** A file that starts with a row which does not fit is refused while planning; reading it says where that row is. */
async function sameColumns(plain: string, sized: string, oracle: Oracle): Promise<boolean> {
  const expected = await oracle.describe(`SELECT * FROM ${plain}`);
  const found = await oracle.describe(`SELECT * FROM ${sized}`).catch((): readonly Column[] => []);
  return (
    found.length === expected.length &&
    found.every(({ name, type }, at) => name === expected[at]?.name && type === expected[at]?.type)
  );
}

const given = (value: string | undefined): string | undefined =>
  value === undefined || value === '' ? undefined : dialect.text(value);

/**
 * `ignore_errors` while sniffing: otherwise one ragged row makes the sniffer skip everything above it, header and all.
 * Reading is strict again unless bad rows are to be skipped.
 */
function sniffQuery(path: string, options: CsvOptions): string {
  const sniff = dialect.tableFunction('sniff_csv', dialect.text(path), {
    sample_size: String(sampleRows),
    ignore_errors: 'true',
    delim: given(options.delimiter),
    quote: options.quote === undefined ? undefined : dialect.text(options.quote),
    escape: options.escape === undefined ? undefined : dialect.text(options.escape),
    header: options.header === undefined ? undefined : String(options.header),
    skip: options.skipLines === undefined ? undefined : String(options.skipLines),
    all_varchar: options.allText ? 'true' : undefined,
    dateformat: given(options.dateFormat),
    timestampformat: given(options.timestampFormat),
    ...sharedOptions(options),
  });
  return (
    'SELECT "Delimiter", "Quote", "Escape", "HasHeader"::VARCHAR, "SkipRows"::VARCHAR, "DateFormat", "TimestampFormat", ' +
    `to_json("Columns")::VARCHAR FROM ${sniff}`
  );
}

function sharedOptions(options: CsvOptions): Record<string, string | undefined> {
  return {
    encoding: given(options.encoding),
    nullstr: options.nullText?.length ? dialect.list(options.nullText) : undefined,
    decimal_separator: given(options.decimalSeparator),
  };
}

function readShape(row: readonly (string | null)[], options: CsvOptions): CsvShape {
  const [delimiter, quote, escaping, header, skip, dateFormat, timestampFormat, columns] = row;
  const found = JSON.parse(columns ?? '[]') as { name: string; type: string }[];
  // A sample without quotes says nothing of the rows after it: the usual ones then hold for the whole file.
  const usual = delimiter === '"' ? '' : '"';
  return {
    delimiter: options.delimiter ?? plain(delimiter, ','),
    quote: options.quote ?? plain(quote, usual),
    escape: options.escape ?? plain(escaping, options.quote ?? plain(quote, usual)),
    header: options.header ?? header === 'true',
    skip: Number(skip ?? 0),
    dateFormat: options.dateFormat ?? (dateFormat === isoDate ? undefined : (dateFormat ?? undefined)),
    timestampFormat: options.timestampFormat ?? timestampFormat ?? undefined,
    columns: found.map(({ name, type }) => [name, type] as const),
  };
}

/**
 * The format of a plain cast, which is faster than the same as a pattern, and knows the words infinity and epoch where
 * a pattern gives the year 1900. It is given only where a person asks for it.
 */
const isoDate = '%Y-%m-%d';

/** The sniffer writes "(empty)" where it found none. */
const plain = (value: string | null | undefined, otherwise: string): string =>
  value === null || value === undefined || value === '' || value === '(empty)' ? otherwise : value;

function overrideTypes(shape: CsvShape, options: CsvOptions): CsvShape {
  const wanted = new Map(
    Object.entries(options.types ?? {}).map(([name, type]) => [name.toLowerCase(), type]),
  );
  const columns = shape.columns.map(([name, type]) => {
    const chosen = wanted.get(name.toLowerCase());
    return [name, chosen === undefined ? type : dialect.type(chosen)] as const;
  });
  return { ...shape, columns };
}

function dialectOptions(shape: CsvShape, options: CsvOptions): Record<string, string | undefined> {
  return {
    delim: dialect.text(shape.delimiter),
    quote: dialect.text(shape.quote),
    escape: dialect.text(shape.escape),
    header: String(shape.header),
    skip: String(shape.skip),
    ...sharedOptions(options),
  };
}
