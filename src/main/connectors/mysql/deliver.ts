import type { SourcePart } from '../../../shared/sources/source-part.ts';
import type { Item, Pending, Reach, TextSource } from '../connector.ts';
import { fail } from '../failure.ts';
import { nameParts } from '../query-rules.ts';
import { matchColumns } from '../table-columns.ts';
import { type MysqlSession, type MysqlSource, openMysql } from './session.ts';
import { findTable, identifier } from './tables.ts';
import { storedAs } from './types.ts';

/** Rows of one INSERT; fewer where they are large. */
const mostRows = 1000;

interface Target {
  readonly sql: string;
  readonly columns: readonly string[];
  /** The table was made for these rows: making one ends a transaction there, so it is undone by hand. */
  readonly created: boolean;
}

/**
 * All items in one transaction, which stays open: see `Pending`. Tables are made before it begins, since making one ends
 * a transaction there.
 */
export async function deliverMysql(
  source: MysqlSource,
  items: readonly Item[],
  reach: Reach,
): Promise<Pending> {
  const session = await openMysql(source, reach);
  const targets: Target[] = [];
  try {
    for (const { part, rows, begin } of items) {
      begin();
      targets.push(await targetTable(session, part, rows));
    }
    await session.query('START TRANSACTION');
    for (const [at, { part, rows, begin }] of items.entries()) {
      begin();
      const target = targets[at];
      if (!target) continue;
      if (part.mode === 'replace' && !target.created) await session.query(`DELETE FROM ${target.sql}`);
      await insertAll(session, target, rows);
    }
  } catch (error) {
    await undo(session, targets);
    throw error;
  }
  return {
    async commit() {
      try {
        reach.signal.throwIfAborted();
        await session.query('COMMIT');
      } finally {
        await session.end();
      }
    },
    rollback: () => undo(session, targets),
  };
}

async function undo(session: MysqlSession, targets: readonly Target[]): Promise<void> {
  try {
    await session.query('ROLLBACK');
    for (const { sql, created } of targets) if (created) await session.query(`DROP TABLE ${sql}`);
  } catch {
    // The connection is gone, and with it the transaction; an empty table may stay.
  } finally {
    await session.end();
  }
}

async function targetTable(
  session: MysqlSession,
  { table = '' }: SourcePart,
  { columns }: TextSource,
): Promise<Target> {
  const found = await findTable(session, table);
  const names = columns.map(({ name }) => name);
  if (!found) {
    const parts = nameParts(table);
    if (parts.length > 2 || parts.some((part) => part.trim() === ''))
      throw fail('path', `"${table}" is no name of a table. Write it as table or database.table.`);
    const sql = parts.map(identifier).join('.');
    const list = columns.map(({ name, type }) => `${identifier(name)} ${storedAs(type).type} NULL`);
    await session.query(`CREATE TABLE ${sql} (${list.join(', ')}) CHARACTER SET utf8mb4 ENGINE = InnoDB`);
    return { sql, columns: names, created: true };
  }
  const there = await session.query(
    `SELECT column_name AS name FROM information_schema.columns
     WHERE table_schema = ? AND table_name = ? AND extra NOT LIKE '%GENERATED%' ORDER BY ordinal_position`,
    [found.schema, found.table],
  );
  const theirs = there.map(({ name }) => name ?? '');
  return { sql: found.sql, columns: matchColumns(names, theirs, table), created: false };
}

async function insertAll(session: MysqlSession, target: Target, rows: TextSource): Promise<void> {
  const forms = rows.columns.map(({ type }) => storedAs(type));
  const quoted = rows.columns.map(({ name }) => `"${name.replaceAll('"', '""')}"`);
  const insert = `INSERT INTO ${target.sql} (${target.columns.map(identifier).join(', ')}) VALUES `;
  const batch = new Batch(insert, await packetBytes(session));
  const send = async (): Promise<void> => {
    const sql = batch.take();
    if (sql) await session.query(sql);
  };
  for await (const piece of rows.texts(forms.map(({ text }, at) => text(quoted[at] ?? '')))) {
    for (const values of piece) {
      const row = `(${values.map((value, at) => literal(value, forms[at]?.bytes === true)).join(', ')})`;
      if (!batch.takes(row)) await send();
      batch.add(row);
    }
  }
  await send();
}

async function packetBytes(session: MysqlSession): Promise<number> {
  const [row] = await session.query('SELECT @@max_allowed_packet AS bytes');
  return Math.min(Number(row?.bytes ?? 1_048_576), 4_194_304);
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\0': '\\0',
  '\n': '\\n',
  '\r': '\\r',
  '\x1a': '\\Z',
};

/** The session's sql_mode is ours, so a backslash escapes. */
function literal(value: string | null, bytes: boolean): string {
  if (value === null) return 'NULL';
  if (bytes) return `X'${value}'`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is escaped
  return `'${value.replace(/[\\'\0\n\r\x1a]/g, (each) => escapes[each] ?? each)}'`;
}

/** Rows of one statement, no more than fit into a packet. */
class Batch {
  readonly #start: string;
  readonly #most: number;
  #rows: string[] = [];
  #bytes = 0;

  constructor(start: string, most: number) {
    this.#start = start;
    this.#most = most - Buffer.byteLength(start) - 1024;
  }

  takes(row: string): boolean {
    return this.#rows.length < mostRows && this.#bytes + Buffer.byteLength(row) + 2 <= this.#most;
  }

  add(row: string): void {
    this.#rows.push(row);
    this.#bytes += Buffer.byteLength(row) + 2;
  }

  take(): string | undefined {
    if (this.#rows.length === 0) return undefined;
    const sql = this.#start + this.#rows.join(', ');
    this.#rows = [];
    this.#bytes = 0;
    return sql;
  }
}
