import { dialect } from '../../compile/dialect.ts';
import { readEngineError } from '../../compile/engine-error.ts';
import { type FetchedColumn, type FetchedRows, fail, lineStart } from '../../connectors/index.ts';
import type { Database } from '../database.ts';

/** Longest line tried first; a line is a row, so one large value makes it long. What is set aside grows with it. */
const lineBytes = [4_194_304, 67_108_864, 268_435_456];

export interface TypedRows {
  readonly rows: number;
  /** In sentences: what a person should know of the types. */
  readonly notes: readonly string[];
}

/**
 * Rows as a connector wrote them (see `TextRows`) as a Parquet file of their types. Every value is exactly the one that
 * the server sent, or the reading fails with the column and the value.
 */
export async function textToParquet(
  database: Database,
  text: string,
  { columns, notes }: FetchedRows,
  path: string,
): Promise<TypedRows> {
  if (columns.length === 0) throw fail('path', 'it has no columns.');
  const named = withOwnNames(columns);
  for (const bytes of lineBytes) {
    try {
      return await convert(database, readText(text, named, bytes), named, notes, path);
    } catch (error) {
      if (!/maximum line size/i.test(readEngineError(error).message)) throw error;
    }
  }
  throw fail('answer', 'one of its rows is larger than 256 MB. Leave out its large columns in a query.');
}

async function convert(
  database: Database,
  source: string,
  columns: readonly FetchedColumn[],
  notes: readonly string[],
  path: string,
): Promise<TypedRows> {
  const open = columns.some(({ type }) => type === '');
  let settled = open ? await settleDecimals(database, source, columns) : { columns, notes: [] };
  try {
    return { rows: await copy(database, source, settled.columns, path), notes: [...notes, ...settled.notes] };
  } catch (error) {
    database.throwIfCancelled();
    if (readEngineError(error).type.toUpperCase() !== 'CONVERSION') throw error;
    // A decimal of known digits may still hold what is no number.
    if (!open && columns.some(({ text }) => text === 'decimal'))
      settled = await settleDecimals(database, source, columns);
    await explainMisfit(database, source, settled.columns);
    return { rows: await copy(database, source, settled.columns, path), notes: [...notes, ...settled.notes] };
  }
}

function copy(
  database: Database,
  source: string,
  columns: readonly FetchedColumn[],
  path: string,
): Promise<number> {
  const list = columns.map((column, at) => `${typedValue(column, at)} AS ${dialect.identifier(column.name)}`);
  return database.count(dialect.copyTo(`SELECT ${list.join(', ')} FROM ${source}`, path, 'parquet'));
}

const place = (at: number): string => dialect.identifier(`c${at}`);

function readText(path: string, columns: readonly FetchedColumn[], lineLimit: number): string {
  const names = [`m${lineStart}`, ...columns.map((_column, at) => `c${at}`)];
  return dialect.tableFunction('read_csv', dialect.text(path), {
    header: 'false',
    auto_detect: 'false',
    columns: dialect.textStruct(names.map((name) => [name, 'VARCHAR'] as const)),
    delim: dialect.text(','),
    quote: dialect.text('"'),
    escape: dialect.text('"'),
    new_line: dialect.text('\\n'),
    nullstr: dialect.text(''),
    allow_quoted_nulls: 'false',
    max_line_size: String(lineLimit),
    buffer_size: String(lineLimit * 2),
    // Values hold line ends: only a reader that starts at the beginning knows which of them end a row.
    parallel: 'false',
    compression: dialect.text('none'),
  });
}

/** The value of a column as an expression over its text. */
function typedValue({ type, text }: FetchedColumn, at: number, lenient = false): string {
  const column = place(at);
  const cast = lenient ? 'TRY_CAST' : 'CAST';
  switch (text) {
    case 'hex':
      return `unhex(${column})`;
    case 'era':
      return `${cast}(${eraText(column)} AS ${dialect.type(type)})`;
    default:
      return type === 'VARCHAR' ? column : `${cast}(${column} AS ${dialect.type(type)})`;
  }
}

/** `44-03-15 10:00:00 BC` is `44-03-15 (BC) 10:00:00` here. */
const eraText = (column: string): string =>
  `CASE WHEN ${column} LIKE '% BC' THEN trim(regexp_replace(${column}, '^(\\S+)(.*) BC$', '\\1 (BC)\\2')) ELSE ${column} END`;

interface Settled {
  readonly columns: readonly FetchedColumn[];
  readonly notes: readonly string[];
}

/** Gives each decimal column the smallest exact type that all its values fit; text where none does. */
async function settleDecimals(
  database: Database,
  source: string,
  columns: readonly FetchedColumn[],
): Promise<Settled> {
  const asked = columns.flatMap(({ text }, at) => (text === 'decimal' ? [at] : []));
  const figures = asked.map((at) => {
    const digits = `ltrim(split_part(ltrim(${place(at)}, '-'), '.', 1), '0')`;
    const fraction = `split_part(${place(at)}, '.', 2)`;
    return `bool_and(regexp_full_match(${place(at)}, '-?[0-9]+(\\.[0-9]+)?')), coalesce(max(length(${digits})), 0),
      coalesce(max(length(${fraction})), 0), coalesce(max(length(rtrim(${fraction}, '0'))), 0)`;
  });
  const [row = []] = await database.rows(`SELECT ${figures.join(', ')} FROM ${source}`);
  const notes: string[] = [];
  const settled = [...columns];
  asked.forEach((at, index) => {
    const column = columns[at];
    if (!column) return;
    const [plain, digits, shown, needed] = row.slice(index * 4, index * 4 + 4);
    const type =
      plain === false ? undefined : decimalType(column.type, Number(digits), Number(shown), Number(needed));
    if (type === undefined)
      notes.push(`The column "${column.name}" holds numbers that no exact type fits; it is read as text.`);
    settled[at] = { ...column, type: type ?? 'VARCHAR' };
  });
  return { columns: settled, notes };
}

function decimalType(known: string, digits: number, shown: number, needed: number): string | undefined {
  if (known !== '') return known;
  const scale = digits + shown <= 38 ? shown : needed;
  return digits + scale <= 38 ? `DECIMAL(38,${scale})` : undefined;
}

/** Throws with the first column that holds a value which is none of its type. */
async function explainMisfit(
  database: Database,
  source: string,
  columns: readonly FetchedColumn[],
): Promise<void> {
  for (const [at, column] of columns.entries()) {
    if (column.type === 'VARCHAR' || column.text === 'hex') continue;
    const misfit = `${place(at)} IS NOT NULL AND ${typedValue(column, at, true)} IS NULL`;
    const [row] = await database.rows(
      `SELECT left(${place(at)}, 100) FROM ${source} WHERE ${misfit} LIMIT 1`,
    );
    if (!row) continue;
    throw fail(
      'answer',
      `its column "${column.name}" holds "${String(row[0])}", which is no ${column.type} here. Read the table by a query that casts the column to text.`,
    );
  }
}

/** Rows of a query may have several columns of one name, or columns without any. */
function withOwnNames(columns: readonly FetchedColumn[]): FetchedColumn[] {
  const taken = new Set<string>();
  return columns.map((column, at) => {
    const wish = column.name.replaceAll('\0', '') || `column${at + 1}`;
    let name = wish;
    for (let count = 1; taken.has(name.toLowerCase()); count += 1) name = `${wish}_${count}`;
    taken.add(name.toLowerCase());
    return { ...column, name };
  });
}
