import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { SourcePart } from '../../../shared/sources/source-part.ts';
import type { Item, Pending, Reach, TextSource } from '../connector.ts';
import { fail } from '../failure.ts';
import { nameParts } from '../query-rules.ts';
import { matchColumns } from '../table-columns.ts';
import { openPostgres, type PostgresSession, type PostgresSource, postgresFailure } from './session.ts';
import { findTable, identifier } from './tables.ts';
import { storedAs } from './types.ts';

/** All items in one transaction, which stays open: see `Pending`. */
export async function deliverPostgres(
  source: PostgresSource,
  items: readonly Item[],
  reach: Reach,
): Promise<Pending> {
  const session = await openPostgres(source, reach);
  try {
    await session.query('BEGIN');
    for (const { part, rows, begin } of items) {
      begin();
      await copyIn(session, source, await targetTable(session, part, rows), rows, reach);
    }
    return pending(session, source, reach);
  } catch (error) {
    await session.end();
    throw error;
  }
}

function pending(session: PostgresSession, source: PostgresSource, reach: Reach): Pending {
  const finish = async (verb: 'COMMIT' | 'ROLLBACK'): Promise<void> => {
    try {
      await session.query(verb);
    } catch (error) {
      throw postgresFailure(error, source);
    } finally {
      await session.end();
    }
  };
  return {
    commit: async () => {
      reach.signal.throwIfAborted();
      await finish('COMMIT');
    },
    rollback: () => finish('ROLLBACK').catch(() => undefined),
  };
}

interface Target {
  readonly sql: string;
  /** Columns there that ours go into, in our order. */
  readonly columns: readonly string[];
}

async function targetTable(
  session: PostgresSession,
  { table = '', mode }: SourcePart,
  rows: TextSource,
): Promise<Target> {
  const found = await findTable(session, table);
  if (!found) return createTable(session, table, rows);
  if (mode === 'replace') await session.query(`DELETE FROM ${found.sql}`);
  const { rows: there } = await session.query(
    `SELECT a.attname AS name, a.attgenerated <> '' OR a.attidentity = 'a' AS computed FROM pg_catalog.pg_attribute a
     WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
    [found.sql],
  );
  const open = (there as { name: string; computed: boolean }[]).filter(({ computed }) => !computed);
  return {
    sql: found.sql,
    columns: matchColumns(
      rows.columns.map(({ name }) => name),
      open.map(({ name }) => name),
      table,
    ),
  };
}

async function createTable(
  session: PostgresSession,
  table: string,
  { columns }: TextSource,
): Promise<Target> {
  const parts = nameParts(table);
  if (parts.length > 2 || parts.some((part) => part.trim() === ''))
    throw fail('path', `"${table}" is no name of a table. Write it as table or schema.table.`);
  const sql = parts.map(identifier).join('.');
  const list = columns.map(({ name, type }) => `${identifier(name)} ${storedAs(type).type}`);
  await session.query(`CREATE TABLE ${sql} (${list.join(', ')})`);
  return { sql, columns: columns.map(({ name }) => name) };
}

async function copyIn(
  { client }: PostgresSession,
  source: PostgresSource,
  target: Target,
  rows: TextSource,
  reach: Reach,
): Promise<void> {
  const expressions = rows.columns.map(({ name, type }) => storedAs(type).text(identifier(name)));
  const stream = client.query(
    copyFrom(`COPY ${target.sql} (${target.columns.map(identifier).join(', ')}) FROM STDIN`),
  );
  async function* lines(): AsyncGenerator<Buffer> {
    for await (const piece of rows.texts(expressions)) {
      yield Buffer.from(piece.map(copyLine).join(''), 'utf8');
    }
  }
  try {
    await pipeline(Readable.from(lines(), { objectMode: false }), stream, { signal: reach.signal });
  } catch (error) {
    reach.signal.throwIfAborted();
    throw postgresFailure(error, source);
  }
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
};

const copyLine = (values: readonly (string | null)[]): string =>
  `${values.map((value) => (value === null ? '\\N' : value.replace(/[\\\n\r\t\b\f\v]/g, (each) => escapes[each] ?? each))).join('\t')}\n`;
