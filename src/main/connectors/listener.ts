import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { openSocket, placeText } from './address.ts';
import type { Reach } from './connector.ts';
import { SourceFailure } from './failure.ts';

type Protocol = 'PostgreSQL' | 'MySQL';

/** Asks a PostgreSQL server whether it speaks TLS; it answers with one letter, web servers with a refusal. */
const postgresQuestion = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const probeMilliseconds = 2000;

/** The first packet of MySQL and MariaDB: a greeting, or why there is none. */
const isMysqlGreeting = (first: Buffer): boolean =>
  first.length < 5 || (first[2] === 0 && first[3] === 0 && (first[4] === 10 || first[4] === 255));

/** The first message of PostgreSQL: a question for the password, an error, a notice, or another version's number. */
const isPostgresAnswer = (first: Buffer): boolean =>
  'RENv'.includes(String.fromCharCode(first[0] ?? 0)) && (first.length < 5 || !isMysqlGreeting(first));

const isTlsAnswer = (first: Buffer): boolean =>
  first.length === 1 ? /[SN]/.test(first.toString('latin1')) : first[0] === 0x45 && !isMysqlGreeting(first);

function nameOf(first: Buffer): string | undefined {
  const text = first.subarray(0, 5).toString('latin1');
  if (text === 'HTTP/') return 'A web server';
  if (text.startsWith('SSH-')) return 'An SSH server';
  if (/^[SN]$/.test(text)) return 'PostgreSQL';
  return first.length >= 5 && isMysqlGreeting(first) ? 'MySQL or MariaDB' : undefined;
}

/** Another server than the one that was meant, as a failure. */
function otherListener(expected: Protocol, place: string, first: Buffer): SourceFailure {
  const name = nameOf(first);
  const mend = 'Check the port and the type of the source.';
  return name === undefined
    ? notUnderstood(expected, place)
    : new SourceFailure('answer', `${name} listens at ${place}, not ${expected}. ${mend}`);
}

/** What spoke is no such server, or one that is not whole. */
export const notUnderstood = (expected: Protocol, place: string, cause?: unknown): SourceFailure =>
  new SourceFailure(
    'answer',
    `what listens at ${place} does not speak as ${expected} does. Check the port and the type of the source.`,
    { cause },
  );

/** Nothing came before the end. */
export const closedAtOnce = (expected: Protocol, place: string, cause?: unknown): SourceFailure =>
  new SourceFailure(
    'answer',
    `${place} closed the connection before the sign-in. Check that ${expected} listens there and lets this machine in.`,
    { passing: true, cause },
  );

const firstAnswers = { PostgreSQL: isPostgresAnswer, TLS: isTlsAnswer, MySQL: isMysqlGreeting } as const;

/**
 * The same stream, whose bytes reach a driver only if the first of them are its protocol's. What a driver throws at
 * bytes that it does not understand ends the stream, with the error: nothing else would catch it, and it would take
 * the process and all its other work along.
 */
export function guarded<Stream extends Duplex>(
  stream: Stream,
  place: string,
  expected: keyof typeof firstAnswers | undefined,
): Stream {
  const on = stream.on.bind(stream) as (event: string, listener: (...values: never[]) => void) => Stream;
  let judged = expected === undefined;
  const guard = (listener: (chunk: Buffer) => void) => {
    const heard = (chunk: Buffer): void => {
      if (stream.destroyed) return;
      if (!judged && expected && !firstAnswers[expected](chunk)) {
        stream.destroy(otherListener(expected === 'MySQL' ? 'MySQL' : 'PostgreSQL', place, chunk));
        return;
      }
      judged = true;
      try {
        listener.call(stream, chunk);
      } catch (error) {
        stream.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    };
    // By this a listener is found again when it is taken away.
    return Object.assign(heard, { listener });
  };
  stream.on = ((event: string, listener: (...values: never[]) => void) =>
    on(event, event === 'data' ? guard(listener as never) : listener)) as typeof stream.on;
  return stream;
}

/** Resolves when bytes wait to be read, or the end was reached. */
export function firstSign(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error): void => {
      socket.off('readable', onReadable);
      socket.off('close', onReadable);
      socket.off('error', settle);
      if (error) reject(error);
      else resolve();
    };
    const onReadable = (): void => settle();
    socket.once('readable', onReadable);
    socket.once('close', onReadable);
    socket.once('error', settle);
  });
}

/** What else than MySQL is silent until it is asked; undefined where that cannot be told. */
export async function silentListener(
  host: string,
  port: number,
  reach: Reach,
): Promise<SourceFailure | undefined> {
  const signal = AbortSignal.any([reach.signal, AbortSignal.timeout(probeMilliseconds)]);
  let socket: Socket | undefined;
  try {
    socket = await openSocket(host, port, { ...reach, signal });
    const onAbort = (): void => void socket?.destroy();
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('error', () => undefined);
    socket.write(postgresQuestion);
    await firstSign(socket);
    const first = socket.read() as Buffer | null;
    return first && nameOf(first) ? otherListener('MySQL', placeText(host, port), first) : undefined;
  } catch {
    return undefined;
  } finally {
    socket?.destroy();
  }
}
