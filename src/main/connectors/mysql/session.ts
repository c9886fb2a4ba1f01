import type { Socket } from 'node:net';
import mysql, { type Connection, type ConnectionOptions } from 'mysql2';
import { openSocket, placeText, timeLimit } from '../address.ts';
import type { Reach, SourceOf } from '../connector.ts';
import { codeOf, networkFailure, quoting, SourceFailure, said } from '../failure.ts';
import { closedAtOnce, firstSign, guarded, notUnderstood, silentListener } from '../listener.ts';

export type MysqlSource = SourceOf<'mysql'>;
export type Row = Record<string, string | null>;

const signInMilliseconds = 10_000;
/** The server speaks first. One that does not for so long is asked whether it is something else. */
const silentMilliseconds = 3000;
const lockSeconds = 60;
/** A statement that takes longer is ended by the server itself, also where nobody is left to ask for it. */
const statementSeconds = 6 * 3600;
/** How long either side may be busy with other things in the middle of an answer. */
const streamSeconds = 3600;

export interface MysqlSession {
  readonly connection: Connection;
  readonly isMariaDb: boolean;
  readonly version: string;
  /** Rows with every value as the text that the server wrote. */
  query(text: string, values?: readonly unknown[]): Promise<Row[]>;
  end(): Promise<void>;
}

/** A signed-in connection that ends when the call is aborted. Throws a SourceFailure. */
export async function openMysql(source: MysqlSource, reach: Reach): Promise<MysqlSession> {
  const { host, port } = source.config;
  const place = placeText(host, port);
  const socket = guarded(await openSocket(host, port, reach), place, 'MySQL');
  const limit = timeLimit(reach.signal, signInMilliseconds, place);
  let connection: Connection | undefined;
  try {
    await greeting(socket, source, reach, limit.over);
    connection = mysql.createConnection(connectionOptions(source, socket));
    await Promise.race([signedIn(connection), limit.over]);
    // Whoever asks next is told of an error between two questions.
    connection.on('error', () => undefined);
    return await session(connection, source, reach);
  } catch (error) {
    connection?.on('error', () => undefined);
    socket.on('error', () => undefined);
    socket.destroy();
    reach.signal.throwIfAborted();
    throw signInFailure(error, source);
  } finally {
    limit.end();
  }
}

const signedIn = (connection: Connection): Promise<void> =>
  new Promise((resolve, reject) => {
    connection.once('error', reject);
    connection.connect((error) => (error ? reject(error) : resolve()));
  });

/** Waits for the first bytes of the server, and for no longer than it takes to see that it is none. */
async function greeting(
  socket: Socket,
  { config }: MysqlSource,
  reach: Reach,
  over: Promise<never>,
): Promise<void> {
  const { host, port } = config;
  const spoken = firstSign(socket).then(() => true);
  let silent: NodeJS.Timeout | undefined;
  const silence = new Promise<false>((resolve) => {
    silent = setTimeout(() => resolve(false), silentMilliseconds);
  });
  try {
    if (!(await Promise.race([spoken, silence, over]))) {
      const other = await Promise.race([spoken.then(() => undefined), silentListener(host, port, reach)]);
      if (other) throw other;
      await Promise.race([spoken, over]);
    }
  } finally {
    clearTimeout(silent);
    spoken.catch(() => undefined);
  }
  if (socket.readableLength === 0) throw closedAtOnce('MySQL', placeText(host, port));
}

/** At a sign-in also what no server of the kind would say is a failure with a sentence. */
function signInFailure(error: unknown, source: MysqlSource): unknown {
  const place = placeText(source.config.host, source.config.port);
  const failure = mysqlFailure(error, source);
  if (codeOf(error) === 'PROTOCOL_CONNECTION_LOST' || codeOf(error) === 'ECONNRESET')
    return closedAtOnce('MySQL', place, error);
  return failure instanceof SourceFailure ? failure : notUnderstood('MySQL', place, error);
}

function connectionOptions({ config, secrets }: MysqlSource, socket: Socket): ConnectionOptions {
  const { host, port, database, user, tls } = config;
  return {
    host,
    port,
    user: user || 'root',
    password: secrets.password ?? '',
    ...(database === '' ? {} : { database }),
    charset: 'utf8mb4',
    // Connected already, to an address that was judged.
    stream: socket,
    multipleStatements: false,
    // The server must not ask for files of ours.
    flags: ['-LOCAL_FILES'],
    ...(tls === 'off' ? {} : { ssl: { rejectUnauthorized: tls === 'on', verifyIdentity: tls === 'on' } }),
    connectAttributes: { program_name: 'Sluice' },
  } as ConnectionOptions;
}

async function session(connection: Connection, source: MysqlSource, reach: Reach): Promise<MysqlSession> {
  const query = (sql: string, values: readonly unknown[] = []): Promise<Row[]> =>
    new Promise((resolve, reject) => {
      // A connection that is destroyed answers no more.
      const onAbort = (): void => reject(reach.signal.reason);
      reach.signal.addEventListener('abort', onAbort, { once: true });
      if (reach.signal.aborted) onAbort();
      connection.query({ sql, values: [...values], typeCast: (field) => field.string() }, (error, rows) => {
        reach.signal.removeEventListener('abort', onAbort);
        if (error) reject(mysqlFailure(error, source));
        else resolve(rows as Row[]);
      });
    });
  await query(
    `SET SESSION time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION',
       innodb_lock_wait_timeout = ${lockSeconds}, net_write_timeout = ${streamSeconds}, net_read_timeout = ${streamSeconds}`,
  );
  const [{ version, id } = { version: '', id: '0' }] = await query(
    'SELECT version() AS version, connection_id() AS id',
  );
  const isMariaDb = /mariadb/i.test(version ?? '');
  await query(timeLimitOf(isMariaDb, statementSeconds));
  const onAbort = (): void => void cancelOnServer(connection, String(id), source, reach);
  reach.signal.addEventListener('abort', onAbort, { once: true });
  if (reach.signal.aborted) onAbort();
  return {
    connection,
    version: version ?? '',
    isMariaDb,
    query,
    async end() {
      reach.signal.removeEventListener('abort', onAbort);
      connection.destroy();
    },
  };
}

/** The two call it by different names. */
export const timeLimitOf = (isMariaDb: boolean, seconds: number): string =>
  isMariaDb
    ? `SET SESSION max_statement_time = ${seconds}`
    : `SET SESSION max_execution_time = ${seconds * 1000}`;

/** The server goes on with a statement whose connection is gone: it has to be told over another one. */
async function cancelOnServer(
  connection: Connection,
  id: string,
  source: MysqlSource,
  reach: Reach,
): Promise<void> {
  try {
    if (!/^\d+$/.test(id)) return;
    const killer = { ...reach, signal: AbortSignal.timeout(2000) };
    const { host, port } = source.config;
    const other = mysql.createConnection(connectionOptions(source, await openSocket(host, port, killer)));
    other.on('error', () => undefined);
    await new Promise<void>((resolve) => {
      killer.signal.addEventListener('abort', () => resolve(), { once: true });
      other.query(`KILL ${id}`, () => resolve());
    });
    other.destroy();
  } catch {
    // It ends by itself at the latest when it next writes to the closed connection.
  } finally {
    connection.destroy();
  }
}

const passingCodes = new Set([
  'ER_CON_COUNT_ERROR',
  'ER_SERVER_SHUTDOWN',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_LOCK_DEADLOCK',
  'ER_TOO_MANY_USER_CONNECTIONS',
]);

export function mysqlFailure(error: unknown, source: MysqlSource): unknown {
  if (error instanceof SourceFailure) return error;
  const { host, port, database, user } = source.config;
  const place = placeText(host, port);
  const code = codeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  const cause = { cause: error };
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT')
    return new SourceFailure(
      'tls',
      `the server at ${place} does not offer TLS. Switch TLS off, or on at the server.`,
    );
  if (code === 'ER_DBACCESS_DENIED_ERROR' || code === 'ER_BAD_DB_ERROR')
    return new SourceFailure(
      'database',
      `the server at ${place} has no database "${database}" that the user "${user}" may use.`,
      cause,
    );
  if (/^ER_ACCESS_DENIED|^ER_NOT_SUPPORTED_AUTH|AUTH_SWITCH|^ER_MUST_CHANGE_PASSWORD/.test(code)) {
    const why =
      !source.secrets.password && code.startsWith('ER_ACCESS_DENIED')
        ? `the server at ${place} did not accept the user "${user}" without a password, and the source has none. Enter it.`
        : quoting(`the server at ${place} did not accept the user "${user}"`, text, source);
    return new SourceFailure('credentials', why, cause);
  }
  const network = networkFailure(error, place);
  if (network) return network;
  if (code === 'PROTOCOL_CONNECTION_LOST' || /connection lost|closed state/i.test(text))
    return new SourceFailure('answer', `the connection to ${place} was lost.`, {
      passing: true,
      cause: error,
    });
  if (/^(?:ER_|WARN_)/.test(code) || /^PROTOCOL_|^HANDSHAKE_/.test(code))
    return new SourceFailure('answer', said(text, source), { passing: passingCodes.has(code), cause: error });
  return error;
}
