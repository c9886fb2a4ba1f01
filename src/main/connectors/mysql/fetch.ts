import { addAbortSignal } from 'node:stream';
import type { FieldPacket } from 'mysql2';
import type { SourcePart } from '../../../shared/sources/source-part.ts';
import type { FetchedRows, FetchTarget, Reach } from '../connector.ts';
import { selectText } from '../query-rules.ts';
import { TextRows } from '../text-rows.ts';
import { type MysqlSession, type MysqlSource, mysqlFailure, openMysql } from './session.ts';
import { identifier, requireTable } from './tables.ts';
import { factsOf, type ReadColumn, readColumn } from './types.ts';

/** Rows of a table or a query, streamed in one snapshot that changes nothing. */
export async function fetchMysql(
  source: MysqlSource,
  part: SourcePart,
  target: FetchTarget,
  reach: Reach,
): Promise<FetchedRows> {
  const session = await openMysql(source, reach);
  try {
    await session.query('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    await session.query('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
    const rows =
      part.query === undefined ? await tableRows(session, part.table ?? '') : selectText(part.query);
    const columns = await columnsOf(session, source, rows, reach);
    return await streamRows(session, source, rowsQuery(rows, columns, target.rows), columns, target, reach);
  } finally {
    await session.end();
  }
}

const tableRows = async (session: MysqlSession, table: string): Promise<string> =>
  `SELECT * FROM ${(await requireTable(session, table)).sql}`;

/** As the inside of another SELECT nothing but a question can stand. It must not end in a comment that swallows the rest. */
const inside = (rows: string): string => `(\n${rows}\n) AS asked`;

function columnsOf(
  { connection }: MysqlSession,
  source: MysqlSource,
  rows: string,
  { signal }: Reach,
): Promise<ReadColumn[]> {
  return new Promise((resolve, reject) => {
    // A connection that is destroyed answers no more.
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    connection.query(`SELECT * FROM ${inside(rows)} LIMIT 0`, (error, _rows, fields: FieldPacket[]) => {
      if (error) reject(mysqlFailure(error, source));
      else resolve(fields.map((field) => readColumn(factsOf(field))));
    });
  });
}

/** As text the server rounds a FLOAT to six digits; a DOUBLE of the same value it writes in full. */
function rowsQuery(rows: string, columns: readonly ReadColumn[], most: number | undefined): string {
  const exact = columns.some(({ isFloat }) => isFloat);
  const list = columns.map(({ name, isFloat }) =>
    isFloat ? `${identifier(name)} + 0e0 AS ${identifier(name)}` : identifier(name),
  );
  return `SELECT ${exact ? list.join(', ') : '*'} FROM ${inside(rows)}${most === undefined ? '' : ` LIMIT ${most}`}`;
}

async function streamRows(
  { connection }: MysqlSession,
  source: MysqlSource,
  sql: string,
  columns: readonly ReadColumn[],
  target: FetchTarget,
  reach: Reach,
): Promise<FetchedRows> {
  const lines = new TextRows(target.path);
  const noDays = new Set<string>();
  const read = columns.map((column) => (bytes: Buffer | null): string | null => {
    if (bytes === null) return null;
    const text = column.read(bytes);
    if (text === null) noDays.add(column.name);
    return text;
  });
  try {
    // Without a cast every value arrives as the bytes that the server wrote.
    const stream = connection
      .query({ sql, rowsAsArray: true, typeCast: false })
      .stream({ highWaterMark: 500 });
    // Ends the loop below: a connection that is destroyed says nothing more.
    addAbortSignal(reach.signal, stream);
    for await (const row of stream as AsyncIterable<(Buffer | null)[]>) {
      if (!lines.add(read.map((turn, at) => turn(row[at] ?? null)))) continue;
      target.onProgress({ rows: lines.rows, bytes: lines.bytes });
      await lines.drained(reach.signal);
    }
    await lines.end();
  } catch (error) {
    lines.abandon();
    reach.signal.throwIfAborted();
    throw mysqlFailure(error, source);
  }
  const notes = [...noDays].map((name) => `Days such as 0000-00-00 in the column "${name}" became empty.`);
  return { columns: columns.map(({ name, type, text }) => ({ name, type, text })), rows: lines.rows, notes };
}
