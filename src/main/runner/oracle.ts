import {
  type DuckDBConnection,
  DuckDBDateValue,
  type DuckDBMaterializedResult,
  type DuckDBPreparedStatement,
  DuckDBTimestampValue,
} from '@duckdb/node-api';
import type { Column } from '../../shared/kernel/columns.ts';
import type { Json } from '../../shared/kernel/json.ts';
import type { BoundParameter, BoundParameters, Oracle } from '../compile/oracle.ts';

const cacheSize = 2000;

/** An oracle on a connection. Answers are kept for as long as the oracle lives: the files must not change meanwhile. */
export function createOracle(connection: DuckDBConnection): Oracle {
  const describes = new Map<string, Promise<readonly Column[]>>();
  const parses = new Map<string, Promise<Json>>();
  const queries = new Map<string, Promise<readonly (readonly (string | null)[])[]>>();
  return {
    describe: (sql, parameters = {}) =>
      remember(describes, `${JSON.stringify(parameters)}${sql}`, () =>
        describeQuery(connection, sql, parameters),
      ),
    parse: (sql) => remember(parses, sql, () => parse(connection, sql)),
    rows: (sql) => remember(queries, sql, () => rows(connection, sql)),
  };
}

/** Runs one statement with its `$name` parameters bound; those it does not name are left out. */
export async function runBound(
  connection: DuckDBConnection,
  sql: string,
  parameters: BoundParameters = {},
): Promise<DuckDBMaterializedResult> {
  // A statement that reads text files is planned again when a prepared one runs, and planning opens the files.
  if (Object.keys(parameters).length === 0 && (await isOne(connection, sql))) return connection.run(sql);
  const statement = await connection.prepare(sql);
  try {
    bindParameters(statement, parameters);
    return await statement.run();
  } finally {
    statement.destroySync();
  }
}

/** A second statement is refused, as a prepared one refuses it; a text that does not parse is left to preparing. */
async function isOne(connection: DuckDBConnection, sql: string): Promise<boolean> {
  const extracted = await connection.extractStatements(sql).catch(() => undefined);
  return extracted?.count === 1;
}

/** Binds by name each parameter that the statement names. */
export function bindParameters(statement: DuckDBPreparedStatement, parameters: BoundParameters): void {
  for (let index = 1; index <= statement.parameterCount; index += 1) {
    const parameter = parameters[statement.parameterName(index)];
    if (parameter) bindOne(statement, index, parameter);
  }
}

function bindOne(statement: DuckDBPreparedStatement, index: number, { type, value }: BoundParameter): void {
  if (value === null) statement.bindNull(index);
  else if (type === 'BIGINT') statement.bindBigInt(index, BigInt(value));
  else if (type === 'DOUBLE') statement.bindDouble(index, Number(value));
  else if (type === 'BOOLEAN') statement.bindBoolean(index, value === true || value === 'true');
  else if (type === 'DATE') statement.bindDate(index, dateValue(String(value)));
  else if (type === 'TIMESTAMP') statement.bindTimestamp(index, timestampValue(String(value)));
  else statement.bindVarchar(index, String(value));
}

const dayMilliseconds = 86_400_000;

function dateValue(text: string): DuckDBDateValue {
  return new DuckDBDateValue(Math.floor(Date.parse(`${text.slice(0, 10)}T00:00:00Z`) / dayMilliseconds));
}

/** Microseconds are kept: Date stops at milliseconds, so the rest of the fraction is added by hand. */
function timestampValue(text: string): DuckDBTimestampValue {
  const [, whole = '', fraction = '', zone = ''] = /^(.*?)(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)?$/.exec(text) ?? [];
  const iso = whole.includes(':') ? whole.replace(' ', 'T') : `${whole.slice(0, 10)}T00:00:00`;
  const seconds = BigInt(Date.parse(`${iso}${zone || 'Z'}`)) * 1000n;
  return new DuckDBTimestampValue(seconds + BigInt(fraction.slice(0, 6).padEnd(6, '0')));
}

/** A failure is forgotten, so that it can be asked again; answers beyond the limit push out the oldest. */
function remember<Value>(
  cache: Map<string, Promise<Value>>,
  key: string,
  ask: () => Promise<Value>,
): Promise<Value> {
  const known = cache.get(key);
  if (known) return known;
  const answer = ask();
  cache.set(key, answer);
  answer.catch(() => cache.delete(key));
  const oldest = cache.size > cacheSize ? cache.keys().next().value : undefined;
  if (oldest !== undefined) cache.delete(oldest);
  return answer;
}

const describing = 'DESCRIBE ';

/** The engine counts from the start of our statement; who asked counts from the start of theirs. */
function shifted(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const message = error.message.replace(/"position":"(\d+)"/, (_all, position: string) => {
    return `"position":"${Math.max(0, Number(position) - describing.length)}"`;
  });
  return new Error(message, { cause: error });
}

async function describeQuery(
  connection: DuckDBConnection,
  sql: string,
  parameters: BoundParameters,
): Promise<readonly Column[]> {
  const result = await runBound(connection, describing + sql, parameters).catch((error: unknown) => {
    throw shifted(error);
  });
  return (await result.getRows()).map(([name, type]) => ({ name: String(name), type: String(type) }));
}

async function parse(connection: DuckDBConnection, sql: string): Promise<Json> {
  // The options shrink the answer: what is left out has its default.
  const result = await connection.run(
    'SELECT json_serialize_sql($1::VARCHAR, skip_empty := true, skip_null := true, skip_default := true)',
    [sql],
  );
  const [row] = await result.getRows();
  return JSON.parse(String(row?.[0])) as Json;
}

async function rows(connection: DuckDBConnection, sql: string): Promise<(string | null)[][]> {
  const result = await connection.run(sql);
  const found = await result.getRowsJson();
  return found.map((row) =>
    row.map((value) => (value === null || typeof value === 'string' ? value : JSON.stringify(value))),
  );
}
