import type { SourceMetadata } from '../../../shared/sources/source-facts.ts';
import type { Reach } from '../connector.ts';
import { fail } from '../failure.ts';
import { joinName, nameParts } from '../query-rules.ts';
import { type MysqlSession, type MysqlSource, openMysql, timeLimitOf } from './session.ts';

const mostTables = 1000;
const countedRows = 200_000;
const countSeconds = 3;

export const identifier = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

export interface FoundTable {
  readonly schema: string;
  readonly table: string;
  readonly sql: string;
}

const foundTable = (schema: string, table: string): FoundTable => ({
  schema,
  table,
  sql: `${identifier(schema)}.${identifier(table)}`,
});

const hidden = "('mysql', 'information_schema', 'performance_schema', 'sys')";

/** The table that a name means: in the source's database unless it names another. */
export async function findTable(session: MysqlSession, name: string): Promise<FoundTable | undefined> {
  const [table = '', schema = null] = nameParts(name).toReversed();
  const [found] = await session.query(
    `SELECT table_schema AS \`schema\`, table_name AS \`table\` FROM information_schema.tables
     WHERE lower(table_name) = lower(?) AND lower(table_schema) = lower(coalesce(?, database()))
     ORDER BY (BINARY table_name = ?) DESC LIMIT 1`,
    [table, schema, table],
  );
  return found?.schema && found.table ? foundTable(found.schema, found.table) : undefined;
}

export async function requireTable(session: MysqlSession, name: string): Promise<FoundTable> {
  const found = await findTable(session, name);
  if (found) return found;
  const rows = await session.query(
    `SELECT table_name AS \`table\` FROM information_schema.tables WHERE table_schema = database() ORDER BY 1 LIMIT 8`,
  );
  const some = rows.map(({ table }) => joinName([table ?? '']));
  throw fail(
    'path',
    `it has no table "${name}" that this user may see. ${some.length > 0 ? `There are ${some.join(', ')}.` : 'It has none at all.'}`,
  );
}

/** Tables and views of the source's database, or of all where it names none. */
export async function mysqlMetadata(
  source: MysqlSource,
  table: string | undefined,
  reach: Reach,
): Promise<SourceMetadata> {
  const session = await openMysql(source, reach);
  try {
    await session.query('START TRANSACTION READ ONLY');
    const one = table === undefined ? undefined : await requireTable(session, table);
    const listed = await session.query(
      `SELECT table_schema AS \`schema\`, table_name AS \`table\`, table_type AS kind, table_rows AS estimate,
         data_length + index_length AS bytes
       FROM information_schema.tables
       WHERE table_schema NOT IN ${hidden} AND (database() IS NULL OR table_schema = database() OR ? IS NOT NULL)
         AND (? IS NULL OR (table_schema = ? AND table_name = ?))
       ORDER BY 1, 2 LIMIT ${mostTables + 1}`,
      [one?.schema ?? null, one?.schema ?? null, one?.schema ?? null, one?.table ?? null],
    );
    // A count that takes long is not worth the wait; what fails is not counted.
    await session.query(timeLimitOf(session.isMariaDb, countSeconds));
    const tables = [];
    for (const row of listed.slice(0, mostTables)) {
      const found = foundTable(row.schema ?? '', row.table ?? '');
      const isView = /VIEW/i.test(row.kind ?? '');
      const small = !isView && Number(row.estimate ?? 0) <= countedRows;
      const exact = small || (one && isView) ? await countRows(session, found) : undefined;
      tables.push({
        name: joinName(source.config.database === found.schema ? [found.table] : [found.schema, found.table]),
        kind: isView ? ('view' as const) : ('table' as const),
        columns: await columnsOf(session, found),
        rows: exact ?? (isView || row.estimate == null ? null : Number(row.estimate)),
        rowsExact: exact !== undefined,
        bytes: row.bytes == null ? null : Number(row.bytes),
      });
    }
    return { tables, more: listed.length > mostTables };
  } finally {
    await session.end();
  }
}

async function columnsOf(session: MysqlSession, { schema, table }: FoundTable) {
  const rows = await session.query(
    `SELECT column_name AS name, column_type AS type, is_nullable AS nullable FROM information_schema.columns
     WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position`,
    [schema, table],
  );
  return rows.map(({ name, type, nullable }) => ({
    name: name ?? '',
    type: type ?? '',
    nullable: nullable === 'YES',
  }));
}

/** Undefined where it may not be counted. */
async function countRows(session: MysqlSession, { sql }: FoundTable): Promise<number | undefined> {
  try {
    const [row] = await session.query(`SELECT count(*) AS \`rows\` FROM ${sql}`);
    return Number(row?.rows);
  } catch {
    return undefined;
  }
}
