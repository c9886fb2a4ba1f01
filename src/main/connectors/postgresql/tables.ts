import type { SourceMetadata } from '../../../shared/sources/source-facts.ts';
import type { Reach } from '../connector.ts';
import { fail } from '../failure.ts';
import { joinName, nameParts } from '../query-rules.ts';
import { openPostgres, type PostgresSession, type PostgresSource } from './session.ts';

/** More tables than this are not listed. */
const mostTables = 1000;
/** Tables up to this estimate are counted: some tens of milliseconds each. */
const countedRows = 200_000;

export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export interface FoundTable {
  readonly schema: string;
  readonly table: string;
  /** Quoted, for SQL. */
  readonly sql: string;
}

const foundTable = (schema: string, table: string): FoundTable => ({
  schema,
  table,
  sql: `${identifier(schema)}.${identifier(table)}`,
});

/** The table that a name means: with its exact letters, or else the only one with the same letters in another case. */
export async function findTable(session: PostgresSession, name: string): Promise<FoundTable | undefined> {
  const parts = nameParts(name);
  const [table = '', schema = null] = parts.toReversed();
  const { rows } = await session.query(
    `SELECT n.nspname AS schema, c.relname AS table FROM pg_catalog.pg_class c
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND lower(c.relname) = lower($1)
       AND ($2::text IS NULL OR lower(n.nspname) = lower($2))
     ORDER BY (c.relname = $1) DESC, ($2::text IS NULL OR n.nspname = $2) DESC,
       pg_catalog.pg_table_is_visible(c.oid) DESC, n.nspname LIMIT 1`,
    [table, schema],
  );
  const [found] = rows as { schema: string; table: string }[];
  return found && foundTable(found.schema, found.table);
}

/** The same; throws where there is none. */
export async function requireTable(session: PostgresSession, name: string): Promise<FoundTable> {
  const found = await findTable(session, name);
  if (found) return found;
  const { rows } = await session.query(
    `SELECT table_schema AS schema, table_name AS table FROM information_schema.tables
     WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2 LIMIT 8`,
  );
  const some = (rows as { schema: string; table: string }[]).map(({ schema, table }) =>
    joinName([schema, table]),
  );
  throw fail(
    'path',
    `it has no table "${name}" that this user may see. ${some.length > 0 ? `There are ${some.join(', ')}.` : 'It has none at all.'}`,
  );
}

interface ListedTable {
  schema: string;
  table: string;
  kind: string;
  estimate: string;
  bytes: string | null;
  columns: { name: string; type: string; nullable: boolean }[];
}

/** Tables and views with their columns; sizes as the server keeps them, counts where counting is quick. */
export async function postgresMetadata(
  source: PostgresSource,
  table: string | undefined,
  reach: Reach,
): Promise<SourceMetadata> {
  const session = await openPostgres(source, reach);
  try {
    await session.query('BEGIN TRANSACTION READ ONLY');
    const one = table === undefined ? undefined : await requireTable(session, table);
    const { rows } = await session.query(listQuery, [
      one?.schema ?? null,
      one?.table ?? null,
      mostTables + 1,
    ]);
    const listed = rows as ListedTable[];
    const tables = [];
    for (const each of listed.slice(0, mostTables))
      tables.push(await described(session, each, one !== undefined));
    return { tables, more: listed.length > mostTables };
  } finally {
    await session.end();
  }
}

const listQuery = `
  SELECT n.nspname AS schema, c.relname AS table, c.relkind AS kind, c.reltuples::bigint AS estimate,
    CASE WHEN c.relkind IN ('r', 'm', 'p') AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
      THEN pg_catalog.pg_total_relation_size(c.oid) END AS bytes,
    (SELECT coalesce(json_agg(json_build_object('name', a.attname, 'type',
        pg_catalog.format_type(a.atttypid, a.atttypmod), 'nullable', NOT a.attnotnull) ORDER BY a.attnum), '[]')
      FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND n.nspname NOT LIKE 'pg\\_toast%' AND n.nspname NOT LIKE 'pg\\_temp%' AND NOT c.relispartition
    AND ($1::text IS NULL OR (n.nspname = $1 AND c.relname = $2))
  ORDER BY 1, 2 LIMIT $3`;

async function described(session: PostgresSession, listed: ListedTable, asked: boolean) {
  const { schema, table, kind, columns } = listed;
  const estimate = Number(listed.estimate);
  const isTable = kind === 'r' || kind === 'm';
  // Never analysed: -1. A view has no estimate; only one that was asked for is worth a count.
  const counted =
    (isTable && estimate <= countedRows && Number(listed.bytes ?? 0) < countedRows * 200) ||
    (asked && !isTable);
  const exact = counted ? await countRows(session, foundTable(schema, table)) : undefined;
  return {
    name: joinName([schema, table]),
    kind: kind === 'v' || kind === 'm' ? ('view' as const) : ('table' as const),
    columns,
    rows: exact ?? (estimate < 0 || !isTable ? null : estimate),
    rowsExact: exact !== undefined,
    bytes: listed.bytes === null ? null : Number(listed.bytes),
  };
}

/** Undefined where it may not be counted, or takes long. */
async function countRows(session: PostgresSession, { sql }: FoundTable): Promise<number | undefined> {
  await session.query('SAVEPOINT counting');
  try {
    await session.query("SET LOCAL statement_timeout = '3s'");
    const { rows } = await session.query(`SELECT count(*) AS rows FROM ${sql}`);
    return Number((rows as { rows: string }[])[0]?.rows);
  } catch {
    return undefined;
  } finally {
    await session.query('ROLLBACK TO SAVEPOINT counting');
  }
}
