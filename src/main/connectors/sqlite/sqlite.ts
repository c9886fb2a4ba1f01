import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import type { SourceMetadata } from '../../../shared/sources/source-facts.ts';
import type { SourcePart } from '../../../shared/sources/source-part.ts';
import type {
  DatabaseConnector,
  FetchedRows,
  FetchTarget,
  Item,
  Pending,
  Reach,
  SourceOf,
  TextSource,
} from '../connector.ts';
import { fail, SourceFailure, said } from '../failure.ts';
import { nameParts, selectText } from '../query-rules.ts';
import { matchColumns } from '../table-columns.ts';
import { TextRows } from '../text-rows.ts';
import { ColumnWatch, storedAs } from './types.ts';

type SqliteSource = SourceOf<'sqlite'>;

const mostTables = 1000;
const countedBytes = 100_000_000;
const busyMilliseconds = 10_000;
/** So often others get their turn: the driver keeps the whole thread. */
const rowsAtATime = 2000;

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function openSqlite({ root = '' }: SqliteSource, readOnly: boolean): DatabaseSync {
  try {
    const database = new DatabaseSync(root, {
      readOnly,
      timeout: busyMilliseconds,
      enableForeignKeyConstraints: true,
    });
    // Reads the head of the file: a file of another kind is refused here.
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    return database;
  } catch (error) {
    throw sqliteFailure(error);
  }
}

export function sqliteFailure(error: unknown): unknown {
  if (error instanceof SourceFailure || !(error instanceof Error)) return error;
  const { code, errcode = 0 } = error as { code?: string; errcode?: number };
  if (code !== 'ERR_SQLITE_ERROR') return error;
  const primary = errcode & 0xff;
  if (primary === 26) return fail('path', 'the file is no SQLite database.');
  if (primary === 14)
    return fail('path', 'the file cannot be opened. Check that it is there and may be read.');
  const passing = primary === 5 || primary === 6;
  const text = passing
    ? 'another program holds the file. Try again later.'
    : said(error.message, { secrets: {} });
  return new SourceFailure('answer', text, { passing, cause: error });
}

interface TableRow {
  name: string;
  type: string;
}

const listTables = `SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
  ORDER BY lower(name)`;

const tablesOf = (database: DatabaseSync): TableRow[] =>
  database.prepare(listTables).all() as unknown as TableRow[];

function findTable(database: DatabaseSync, name: string): string | undefined {
  const wanted = nameParts(name).at(-1) ?? name;
  const names = tablesOf(database).map((each) => each.name);
  return (
    names.find((each) => each === wanted) ?? names.find((each) => each.toLowerCase() === wanted.toLowerCase())
  );
}

function requireTable(database: DatabaseSync, name: string): string {
  const found = findTable(database, name);
  if (found !== undefined) return found;
  const some = tablesOf(database)
    .slice(0, 8)
    .map((each) => each.name)
    .join(', ');
  throw fail(
    'path',
    `it has no table "${name}". ${some === '' ? 'It has none at all.' : `There are ${some}.`}`,
  );
}

function columnsOf(database: DatabaseSync, table: string) {
  const rows = database.prepare(`PRAGMA table_xinfo(${identifier(table)})`).all() as unknown as {
    name: string;
    type: string;
    notnull: number;
    hidden: number;
  }[];
  return rows.filter(({ hidden }) => hidden !== 1);
}

function metadata(source: SqliteSource, table: string | undefined): SourceMetadata {
  const database = openSqlite(source, true);
  try {
    const one = table === undefined ? undefined : requireTable(database, table);
    const listed = tablesOf(database).filter(({ name }) => one === undefined || name === one);
    const [{ bytes }] = database
      .prepare('SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()')
      .all() as unknown as [{ bytes: number }];
    const tables = listed.slice(0, mostTables).map(({ name, type }) => {
      const counted = bytes <= countedBytes || one !== undefined;
      return {
        name,
        kind: type === 'view' ? ('view' as const) : ('table' as const),
        columns: columnsOf(database, name).map((column) => ({
          name: column.name,
          type: column.type,
          nullable: column.notnull === 0,
        })),
        rows: counted ? countRows(database, name) : null,
        rowsExact: counted,
        bytes: null,
      };
    });
    return { tables, more: listed.length > mostTables };
  } catch (error) {
    throw sqliteFailure(error);
  } finally {
    database.close();
  }
}

function countRows(database: DatabaseSync, table: string): number {
  const row = database.prepare(`SELECT count(*) AS rows FROM ${identifier(table)}`).get() as { rows: number };
  return row.rows;
}

/** Rows are read by a statement of a file that is open for reading only; what a column holds decides its type. */
async function fetchRows(
  source: SqliteSource,
  part: SourcePart,
  target: FetchTarget,
  reach: Reach,
): Promise<FetchedRows> {
  const database = openSqlite(source, true);
  const lines = new TextRows(target.path);
  try {
    const rows =
      part.query === undefined
        ? `SELECT * FROM ${identifier(requireTable(database, part.table ?? ''))}`
        : `SELECT * FROM (\n${selectText(part.query)}\n)`;
    const statement = prepareWhole(
      database,
      rows + (target.rows === undefined ? '' : ` LIMIT ${target.rows}`),
    );
    const columns = statement.columns().map(({ name, type }) => new ColumnWatch(name, type ?? ''));
    for (const row of statement.iterate() as unknown as Iterable<SQLOutputValue[]>) {
      const mustWait = lines.add(columns.map((column, at) => column.text(row[at] ?? null)));
      if (mustWait) await lines.drained(reach.signal);
      if (lines.rows % rowsAtATime !== 0) continue;
      target.onProgress({ rows: lines.rows, bytes: lines.bytes });
      await new Promise((resolve) => setImmediate(resolve));
      reach.signal.throwIfAborted();
    }
    await lines.end();
    return { columns: columns.map((column) => column.column()), rows: lines.rows, notes: [] };
  } catch (error) {
    lines.abandon();
    throw sqliteFailure(error);
  } finally {
    database.close();
  }
}

/** The driver takes the first statement of a text and passes over the rest; a text with a rest is refused. */
function prepareWhole(database: DatabaseSync, sql: string): StatementSync {
  const statement = database.prepare(sql);
  if (statement.sourceSQL.length < sql.length) throw fail('answer', 'only one statement can be read.');
  statement.setReadBigInts(true);
  statement.setReturnArrays(true);
  return statement;
}

async function deliverRows(source: SqliteSource, items: readonly Item[], reach: Reach): Promise<Pending> {
  const database = openSqlite(source, false);
  const finish = async (verb: 'COMMIT' | 'ROLLBACK'): Promise<void> => {
    try {
      database.exec(verb);
    } catch (error) {
      throw sqliteFailure(error);
    } finally {
      database.close();
    }
  };
  try {
    items[0]?.begin();
    database.exec('BEGIN IMMEDIATE');
    for (const { part, rows, begin } of items) {
      begin();
      await insertAll(database, part, rows, reach);
    }
  } catch (error) {
    database.close();
    throw sqliteFailure(error);
  }
  return {
    commit: async () => {
      reach.signal.throwIfAborted();
      await finish('COMMIT');
    },
    rollback: () => finish('ROLLBACK').catch(() => undefined),
  };
}

async function insertAll(
  database: DatabaseSync,
  { table = '', mode }: SourcePart,
  rows: TextSource,
  reach: Reach,
): Promise<void> {
  const names = rows.columns.map(({ name }) => name);
  const forms = rows.columns.map(({ type }) => storedAs(type));
  const found = findTable(database, table);
  const target = found ?? nameParts(table).at(-1) ?? table;
  let columns = names;
  if (found === undefined) {
    const list = names.map((name, at) => `${identifier(name)} ${forms[at]?.type ?? 'TEXT'}`);
    database.exec(`CREATE TABLE ${identifier(target)} (${list.join(', ')})`);
  } else {
    const open = columnsOf(database, found).filter(({ hidden }) => hidden === 0);
    columns = matchColumns(
      names,
      open.map(({ name }) => name),
      table,
    );
    if (mode === 'replace') database.exec(`DELETE FROM ${identifier(found)}`);
  }
  const places = columns.map(() => '?').join(', ');
  const insert = database.prepare(
    `INSERT INTO ${identifier(target)} (${columns.map(identifier).join(', ')}) VALUES (${places})`,
  );
  const expressions = names.map((name, at) => forms[at]?.text(identifier(name)) ?? identifier(name));
  for await (const piece of rows.texts(expressions)) {
    reach.signal.throwIfAborted();
    for (const values of piece)
      insert.run(...values.map((value, at) => (value === null ? null : (forms[at]?.value(value) ?? value))));
  }
}

export const sqlite: DatabaseConnector<'sqlite'> = {
  holds: 'tables',
  async test(source) {
    const database = openSqlite(source, true);
    try {
      const { version } = database.prepare('SELECT sqlite_version() AS version').get() as { version: string };
      const count = tablesOf(database).length;
      return {
        server: `SQLite ${version}`,
        message: `Opened the file: ${count} ${count === 1 ? 'table' : 'tables'}.`,
      };
    } finally {
      database.close();
    }
  },
  metadata: async (source, table) => metadata(source, table),
  fetch: fetchRows,
  deliver: deliverRows,
};
