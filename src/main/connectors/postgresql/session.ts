import type { Socket } from 'node:net';
import { Client, type ClientConfig, type QueryResult } from 'pg';
import { openSocket, placeText, timeLimit } from '../address.ts';
import type { Reach, SourceOf } from '../connector.ts';
import { codeOf, networkFailure, quoting, SourceFailure, said } from '../failure.ts';
import { closedAtOnce, guarded, notUnderstood } from '../listener.ts';

export type PostgresSource = SourceOf<'postgresql'>;

/** How long the server and the way to it have for a sign-in. */
const signInMilliseconds = 10_000;
/** A statement that takes longer is ended by the server itself, also where nobody is left to ask for it. */
const statementMilliseconds = 6 * 3_600_000;
const lockMilliseconds = 60_000;

/** What makes the server's texts mean the same wherever it runs. */
const settings = `
  SET TIME ZONE 'UTC'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; SET extra_float_digits = 1;
  SET bytea_output = 'hex'; SET standard_conforming_strings = on; SET client_encoding = 'UTF8';
  SET statement_timeout = ${statementMilliseconds}; SET lock_timeout = ${lockMilliseconds};
  SET idle_in_transaction_session_timeout = ${statementMilliseconds}`;

export interface PostgresSession {
  readonly client: Client;
  /** One statement, asked in the way that takes no second one. */
  query(text: string, values?: readonly unknown[]): Promise<QueryResult>;
  /** Ends the connection; a statement under way is cancelled on the server. */
  end(): Promise<void>;
}

/** A signed-in connection that ends when the call is aborted. Throws a SourceFailure. */
export async function openPostgres(source: PostgresSource, reach: Reach): Promise<PostgresSession> {
  const { host, port } = source.config;
  const client = newClient(source, await openSocket(host, port, reach));
  // Without a listener an error of an idle connection would end the process; whoever asks next is told of it.
  client.on('error', () => undefined);
  const limit = timeLimit(reach.signal, signInMilliseconds, placeText(host, port));
  try {
    await Promise.race([client.connect(), limit.over]);
    await Promise.race([client.query(settings), limit.over]);
  } catch (error) {
    destroy(client);
    reach.signal.throwIfAborted();
    throw signInFailure(error, source);
  } finally {
    limit.end();
  }
  return session(client, source, reach);
}

function session(client: Client, source: PostgresSource, reach: Reach): PostgresSession {
  const onAbort = (): void => void cancelOnServer(client, source, reach);
  reach.signal.addEventListener('abort', onAbort, { once: true });
  return {
    client,
    async query(text, values = []) {
      try {
        return await client.query({ text, values: [...values], queryMode: 'extended' } as never);
      } catch (error) {
        reach.signal.throwIfAborted();
        throw postgresFailure(error, source);
      }
    },
    async end() {
      reach.signal.removeEventListener('abort', onAbort);
      await Promise.race([client.end().catch(() => undefined), pause(1000)]);
      destroy(client);
    },
  };
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => void setTimeout(resolve, milliseconds).unref());

/** The streams that a client makes of its own: attached to the socket, or to what TLS makes of it. */
interface Inside {
  readonly connection: { attachListeners(stream: Socket): void };
}

function newClient(source: PostgresSource, socket: Socket): Client {
  const { host, port, tls } = source.config;
  const place = placeText(host, port);
  const client = new Client(
    clientConfig(source, guarded(socket, place, tls === 'off' ? 'PostgreSQL' : 'TLS')),
  );
  const { connection } = client as unknown as Inside;
  const attach = connection.attachListeners.bind(connection);
  if (tls !== 'off') connection.attachListeners = (stream) => attach(guarded(stream, place, undefined));
  return client;
}

/** At a sign-in also what no server of the kind would say is a failure with a sentence. */
function signInFailure(error: unknown, source: PostgresSource): unknown {
  const place = placeText(source.config.host, source.config.port);
  const text = error instanceof Error ? error.message : '';
  if (/terminated unexpectedly|Connection terminated/i.test(text) || codeOf(error) === 'ECONNRESET')
    return closedAtOnce('PostgreSQL', place, error);
  const failure = postgresFailure(error, source);
  return failure instanceof SourceFailure ? failure : notUnderstood('PostgreSQL', place, error);
}

function clientConfig({ config, secrets }: PostgresSource, socket: Socket): ClientConfig {
  const { host, port, database, user, tls } = config;
  return {
    host,
    port,
    database: database || user || 'postgres',
    user: user || 'postgres',
    password: secrets.password ?? '',
    application_name: 'Sluice',
    ssl: tls === 'off' ? false : { rejectUnauthorized: tls === 'on' },
    // Connected already, to an address that was judged: the client must not look the name up again.
    stream: () => Object.assign(socket, { connect: () => alreadyConnected(socket) }),
  } as ClientConfig;
}

function alreadyConnected(socket: Socket): Socket {
  process.nextTick(() => socket.emit('connect'));
  return socket;
}

function destroy(client: Client): void {
  (client as unknown as { connection?: { stream?: Socket } }).connection?.stream?.destroy();
}

/** The request to cancel goes over a connection of its own, as the protocol wants it; then ours is closed. */
async function cancelOnServer(client: Client, source: PostgresSource, reach: Reach): Promise<void> {
  const { processID, secretKey } = client as unknown as { processID?: number; secretKey?: number };
  try {
    if (processID === undefined || secretKey === undefined) return;
    const { host, port } = source.config;
    const socket = await openSocket(host, port, { ...reach, signal: AbortSignal.timeout(2000) });
    const request = Buffer.alloc(16);
    request.writeInt32BE(16, 0);
    request.writeInt32BE(80_877_102, 4);
    request.writeInt32BE(processID, 8);
    request.writeInt32BE(secretKey, 12);
    socket.on('error', () => undefined);
    await new Promise<void>((resolve) => socket.end(request, resolve));
  } catch {
    // The server ends the statement when it next writes to the closed connection.
  } finally {
    destroy(client);
  }
}

/** What the server or the way to it said, as a failure. */
export function postgresFailure(error: unknown, source: PostgresSource): unknown {
  if (error instanceof SourceFailure) return error;
  const { host, port, database, user } = source.config;
  const place = placeText(host, port);
  const code = codeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  if (/does not support SSL/i.test(text))
    return new SourceFailure(
      'tls',
      `the server at ${place} does not offer TLS. Switch TLS off, or on at the server.`,
    );
  if (/^28/.test(code) || /password authentication|SASL|no password|pg_hba/i.test(text)) {
    const refused = `the server at ${place} did not accept the user "${user}"`;
    const why =
      !source.secrets.password && /SASL|password/i.test(text)
        ? `the server at ${place} asks the user "${user}" for a password, and the source has none. Enter it.`
        : quoting(refused, text, source);
    return new SourceFailure('credentials', why, { cause: error });
  }
  if (code === '3D000')
    return new SourceFailure('database', `the server at ${place} has no database "${database}".`, {
      cause: error,
    });
  const network = networkFailure(error, place);
  if (network) return network;
  if (/terminated unexpectedly|Connection terminated|server closed the connection/i.test(text))
    return new SourceFailure('answer', `the connection to ${place} was lost.`, {
      passing: true,
      cause: error,
    });
  // Connection exceptions, too many clients, a server that stops or starts, serialization, a lock that was not free.
  const passing = /^(?:08|53|57P|40|55P03)/.test(code);
  if (/^[0-9A-Z]{5}$/.test(code))
    return new SourceFailure('answer', said(text, source), { passing, cause: error });
  return error;
}
