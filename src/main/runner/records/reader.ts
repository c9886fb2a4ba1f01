import { readFile, realpath, rm, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Column } from '../../../shared/kernel/columns.ts';
import { moreColumn, visibleColumns } from '../../../shared/plan/received.ts';
import { dialect } from '../../compile/dialect.ts';
import { Database } from '../database.ts';
import { fileFailure } from '../failure.ts';
import { openParquet } from '../parquet-file.ts';
import type { RecordsResult, RecordsTask } from '../protocol.ts';
import { openSession, type Session } from '../session.ts';
import { csvCell, writeRows } from '../write-file.ts';
import { moreValue, plainText, recordJson } from './record-json.ts';
import { recordXml } from './record-xml.ts';

/** What is known of a file: a version never changes, so it is asked once. */
interface KnownFile {
  readonly rows: number;
  readonly columns: readonly Column[];
  readonly printers: Map<string, string>;
  /** Names of fields that are no columns, for CSV; asked when it is first needed. */
  moreNames?: readonly string[];
}

const rememberedFiles = 200;
/** Fields that are no columns get cells of their own up to so many; more of them stand together in one, as JSON. */
const mostMoreCells = 500;
/** The virtual column of DuckDB's Parquet reader: the place of a row in its file. */
const rowNumber = 'file_row_number';

/**
 * Reads rows of dataset files again and again on one hardened instance that stays open: it may read the datasets' folder,
 * and executes nothing but the statements below. Whoever lends its process gives it no other task.
 */
export class RecordReader {
  readonly #session: Session;
  /** Where parts are written. */
  readonly #folder: string;
  /** The datasets' folder with its links resolved, as the engine compares paths. */
  readonly #library: string;
  readonly #files = new Map<string, KnownFile>();
  #parts = 0;

  private constructor(session: Session, folder: string, library: string) {
    this.#session = session;
    this.#folder = folder;
    this.#library = library;
  }

  static async open({ scratch, limits, folder }: RecordsTask): Promise<RecordReader> {
    const [own, library] = await Promise.all([realpath(scratch), realpath(folder)]);
    const session = await openSession({ scratch: own, limits, readable: [], library });
    return new RecordReader(session, own, library);
  }

  async read(given: RecordsTask, signal: AbortSignal): Promise<RecordsResult> {
    const task = { ...given, path: join(this.#library, relative(given.folder, given.path)) };
    const database = new Database(this.#session, task, signal);
    try {
      const file = await this.#known(task.path, database);
      return task.format === 'csv'
        ? await this.#csv(task, file, database)
        : await this.#texts(task, file, database);
    } catch (error) {
      throw fileFailure(error, task.limits);
    } finally {
      database.release();
    }
  }

  close(): void {
    this.#session.close();
  }

  async #known(path: string, database: Database): Promise<KnownFile> {
    const known = this.#files.get(path);
    if (known) return known;
    const { rows, columns } = await openParquet(database, path);
    const file = { rows, columns, printers: new Map<string, string>() };
    this.#files.set(path, file);
    const [oldest] = this.#files.keys();
    if (this.#files.size > rememberedFiles && oldest !== undefined) this.#files.delete(oldest);
    return file;
  }

  /** JSON and XML: a record is one text. */
  async #texts(task: RecordsTask, file: KnownFile, database: Database): Promise<RecordsResult> {
    const rows = `SELECT ${printerOf(task.format, file)} AS record FROM ${range(task, file)}`;
    const total = file.rows;
    if (task.target === 'text') {
      const found = await database.rows(rows);
      const text = found.map(([record]) => String(record)).join(task.format === 'json' ? ',' : '\n');
      return { text, rows: found.length, total, bytes: text.length };
    }
    const lead = task.format === 'json' ? "',' || " : '';
    const path = this.#nextPart();
    // Not quoted, and parted by a character that none of these texts can hold: each record is a line as it is.
    const raw = "FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER E'\\x01', USE_TMP_FILE false";
    const query = `SELECT ${lead}record FROM (${rows})`;
    const written = await database.count(`COPY (${query}) TO ${dialect.text(path)} (${raw})`);
    return { path, rows: written, total, bytes: (await stat(path)).size };
  }

  async #csv(task: RecordsTask, file: KnownFile, database: Database): Promise<RecordsResult> {
    const { header = true, spreadsheetSafe = false } = task;
    const table = (await this.#tableWithMore(task, file, database, header)) ?? plainTable(task, file, header);
    const total = file.rows;
    // Records without any field have no line of their own in CSV.
    if (table.columns.length === 0) return { text: '', rows: Math.min(task.limit, total), total, bytes: 0 };
    const path = this.#nextPart();
    const written = await writeRows(database, table.query, table.columns, {
      path,
      format: 'csv',
      header: table.header,
      spreadsheetSafe,
      sync: 'never',
    });
    const counted = { bytes: written.bytes, rows: written.rows - table.titles, total };
    if (task.target === 'file') return { path, ...counted };
    const text = await readFile(path, 'utf8');
    await rm(path, { force: true });
    return { text, ...counted };
  }

  /** Fields that are no columns become cells too. A table cannot have two columns `A` and `a`: their names are a row. */
  async #tableWithMore(task: RecordsTask, file: KnownFile, database: Database, header: boolean) {
    if (!file.columns.some(({ name }) => name === moreColumn)) return undefined;
    file.moreNames ??= await moreNames(task.path, database);
    const columns = visibleColumns(file.columns);
    const more =
      file.moreNames.length > mostMoreCells
        ? [{ name: '_more', cell: dialect.identifier(moreColumn) }]
        : file.moreNames.map((name) => ({ name, cell: plainText(moreValue(dialect.text(name))) }));
    const cells = columns.map(
      (column) => csvCell(column, dialect.identifier(column.name)) ?? csvValue(column),
    );
    cells.push(...more.map(({ cell }) => cell));
    const rows = `SELECT ${cells.map((cell, at) => `CAST(${cell} AS VARCHAR) AS c${at}`).join(', ')} FROM ${range(task, file)}`;
    const names = [...columns, ...more].map(({ name }) => name);
    const titles = `SELECT ${names.map((name, at) => `${dialect.text(name)} AS c${at}`).join(', ')}`;
    return {
      query: header ? `${titles} UNION ALL ${rows}` : rows,
      columns: names.map((_, at): Column => ({ name: `c${at}`, type: 'VARCHAR' })),
      header: false,
      titles: header ? 1 : 0,
    };
  }

  #nextPart(): string {
    this.#parts += 1;
    return join(this.#folder, `part-${this.#parts}`);
  }
}

function printerOf(format: RecordsTask['format'], file: KnownFile): string {
  const kind = format === 'xml' ? 'xml' : 'json';
  const known = file.printers.get(kind);
  if (known !== undefined) return known;
  const printer = kind === 'xml' ? recordXml(file.columns) : recordJson(file.columns);
  file.printers.set(kind, printer);
  return printer;
}

function plainTable(task: RecordsTask, file: KnownFile, header: boolean) {
  const columns = visibleColumns(file.columns);
  const list = columns
    .map((column) => `${csvValue(column)} AS ${dialect.identifier(column.name)}`)
    .join(', ');
  return { query: `SELECT ${list} FROM ${range(task, file)}`, columns, header, titles: 0 };
}

/** Text that stands among values of other types is stored as JSON; a cell holds the text. */
function csvValue({ name, type }: Column): string {
  const quoted = dialect.identifier(name);
  return type === 'JSON' ? plainText(quoted) : quoted;
}

async function moreNames(path: string, database: Database): Promise<readonly string[]> {
  const keys = `SELECT unnest(json_keys(${dialect.identifier(moreColumn)})) AS k FROM ${dialect.readParquet(path)}`;
  const found = await database.rows(`SELECT DISTINCT k FROM (${keys}) ORDER BY k`);
  return found.map(([name]) => String(name));
}

/** Row groups outside the range are skipped by their position: 2 times quicker than LIMIT and OFFSET. */
function range({ path, offset, limit }: RecordsTask, { columns }: KnownFile): string {
  const table = dialect.readParquet(path);
  const taken = columns.some(({ name }) => name.toLowerCase() === rowNumber);
  if (taken) return `(SELECT * FROM ${table} LIMIT ${limit} OFFSET ${offset})`;
  return `(SELECT * FROM ${table} WHERE ${rowNumber} >= ${offset} AND ${rowNumber} < ${offset + limit})`;
}
