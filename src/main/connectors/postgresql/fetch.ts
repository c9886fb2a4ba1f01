import { createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FieldDef } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { SourcePart } from '../../../shared/sources/source-part.ts';
import type { FetchedRows, FetchTarget, Reach } from '../connector.ts';
import { selectText } from '../query-rules.ts';
import { lineStart } from '../text-rows.ts';
import { openPostgres, type PostgresSession, type PostgresSource, postgresFailure } from './session.ts';
import { identifier, requireTable } from './tables.ts';
import { type ReadColumn, readColumn } from './types.ts';

/** Rows of a table or a query as the server's COPY writes them, in one snapshot that changes nothing. */
export async function fetchPostgres(
  source: PostgresSource,
  part: SourcePart,
  target: FetchTarget,
  reach: Reach,
): Promise<FetchedRows> {
  const session = await openPostgres(source, reach);
  try {
    await session.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const rows =
      part.query === undefined ? await tableRows(session, part.table ?? '') : queryRows(part.query);
    const columns = await columnsOf(session, rows);
    const written = await copyOut(session, source, copyQuery(rows, columns, target.rows), target, reach);
    return { columns: columns.map(({ select: _select, ...column }) => column), rows: written, notes: [] };
  } finally {
    await session.end();
  }
}

const tableRows = async (session: PostgresSession, table: string): Promise<string> =>
  `SELECT * FROM ${(await requireTable(session, table)).sql}`;

/** On lines of its own: a comment at its end must not swallow what follows. */
const queryRows = (query: string): string => `SELECT * FROM (\n${selectText(query)}\n) AS asked`;

/**
 * The columns of a query. It is asked as the inside of another SELECT and by the protocol that takes one statement only:
 * a text that holds more than one SELECT does not get past this.
 */
async function columnsOf(session: PostgresSession, rows: string): Promise<ReadColumn[]> {
  const { fields } = await session.query(`SELECT * FROM (\n${rows}\n) AS described LIMIT 0`);
  const types = await typesOf(session, fields);
  return fields.map(({ name, dataTypeID, dataTypeModifier }) => {
    const { type = 'text', category = 'U' } = types.get(dataTypeID) ?? {};
    return readColumn({ name, type, category, modifier: dataTypeModifier });
  });
}

async function typesOf(session: PostgresSession, fields: readonly FieldDef[]) {
  const ids = [...new Set(fields.map(({ dataTypeID }) => dataTypeID))];
  const { rows } = await session.query(
    `SELECT t.oid::int8 AS id, coalesce(b.typname, t.typname) AS type, coalesce(b.typcategory, t.typcategory) AS category
     FROM pg_catalog.pg_type t
       LEFT JOIN pg_catalog.pg_type b ON t.typtype = 'd' AND b.oid = t.typbasetype
     WHERE t.oid = ANY($1::oid[])`,
    [ids],
  );
  const found = rows as { id: string; type: string; category: string }[];
  return new Map(found.map(({ id, ...type }) => [Number(id), type]));
}

/** Columns go by their place: a query may give two of them one name. */
function copyQuery(rows: string, columns: readonly ReadColumn[], most: number | undefined): string {
  const places = columns.map((_column, at) => `c${at}`);
  const list = [lineStart, ...columns.map(({ select }, at) => select(`copied.${identifier(`c${at}`)}`))];
  const from = places.length > 0 ? `copied(${places.join(', ')})` : 'copied';
  const limit = most === undefined ? '' : ` LIMIT ${most}`;
  const force = columns.length > 0 ? ', FORCE_QUOTE *' : '';
  return `COPY (SELECT ${list.join(', ')} FROM (\n${rows}\n) AS ${from}${limit}) TO STDOUT (FORMAT csv${force})`;
}

async function copyOut(
  { client }: PostgresSession,
  source: PostgresSource,
  copy: string,
  target: FetchTarget,
  reach: Reach,
): Promise<number> {
  const stream = client.query(copyTo(copy));
  let bytes = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      target.onProgress({ bytes });
      done(null, chunk);
    },
  });
  try {
    await pipeline(stream, meter, createWriteStream(target.path, { mode: 0o600 }), { signal: reach.signal });
  } catch (error) {
    reach.signal.throwIfAborted();
    throw postgresFailure(error, source);
  }
  return (stream as unknown as { rowCount?: number }).rowCount ?? 0;
}
