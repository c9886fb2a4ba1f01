import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import type { AttemptError } from '../../../shared/contract/webhooks.ts';
import type { Clock } from '../../platform/clock.ts';
import { portOf } from '../../services/webhook-address.ts';
import { type AddressPolicy, addressRefusal, urlRefusal } from './address-rules.ts';
import type { NameLookup } from './name-lookup.ts';

export interface Post {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly policy: AddressPolicy;
}

export interface PostTools {
  readonly clock: Clock;
  readonly lookup: NameLookup;
}

/** What came of one request. */
export interface PostResult {
  readonly statusCode: number | null;
  /** Null where the receiver took it. */
  readonly error: AttemptError | null;
  readonly message: string | null;
  /** The beginning of what was answered. */
  readonly answer: string | null;
  readonly retryAfter: string | undefined;
}

/** A receiver has so long for its status and headers; what of its body is there by then is kept. */
export const answerMilliseconds = 5_000;
const readBytes = 64 * 1024;
const keptBytes = 4 * 1024;

/**
 * Sends one POST and never throws but for the signal. A connection of its own is dialled each time, and the address is
 * judged when it is dialled; redirects are not followed; no more than 64 KB of an answer are read, and nothing of it is
 * unpacked.
 */
export function post(
  { url, headers, body, policy }: Post,
  tools: PostTools,
  signal: AbortSignal,
): Promise<PostResult> {
  const refusal = urlRefusal(url, policy);
  if (refusal) return Promise.resolve(failure('address_refused', refusal));
  return new Promise((resolve, reject) => {
    const content = Buffer.from(body, 'utf8');
    const request = (url.protocol === 'https:' ? https : http).request(url, {
      method: 'POST',
      agent: false,
      lookup: guardedLookup(tools.lookup, portOf(url), policy),
      maxHeaderSize: 16 * 1024,
      headers: { ...headers, 'content-length': content.length, connection: 'close' },
    });
    let answered: http.IncomingMessage | undefined;
    const chunks: Buffer[] = [];
    let received = 0;
    const end = (result: PostResult): void => {
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
      request.destroy();
      resolve(result);
    };
    const conclude = (response: http.IncomingMessage) => end(judge(response, chunks));
    const timer = tools.clock.after(answerMilliseconds, () => {
      if (answered) conclude(answered);
      else end(failure('timeout', `No answer within ${answerMilliseconds / 1000} seconds.`));
    });
    const onAbort = (): void => {
      timer.cancel();
      request.destroy();
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    request.on('error', (error) => (answered ? conclude(answered) : end(explain(error))));
    request.on('response', (response) => {
      answered = response;
      response.on('data', (chunk: Buffer) => {
        if (received < keptBytes) chunks.push(chunk.subarray(0, keptBytes - received));
        received += chunk.length;
        if (received >= readBytes) conclude(response);
      });
      // A body that breaks off changes nothing: the status was the answer.
      response.on('error', () => conclude(response));
      response.on('close', () => conclude(response));
    });
    request.end(content);
  });
}

class AddressRefused extends Error {}

/** Gives the dialler only addresses that the policy allows. */
export function guardedLookup(lookup: NameLookup, port: number, policy: AddressPolicy): LookupFunction {
  return (name, options, callback) => {
    const family =
      options.family === 4 || options.family === 'IPv4'
        ? 4
        : options.family === 6 || options.family === 'IPv6'
          ? 6
          : 0;
    lookup(name, family).then(
      (found) => {
        const judged = found.map((entry) => ({
          entry,
          refusal: addressRefusal(entry.address, port, policy),
        }));
        const allowed = judged.filter(({ refusal }) => refusal === undefined).map(({ entry }) => entry);
        const [first] = allowed;
        if (!first)
          return callback(new AddressRefused(judged[0]?.refusal ?? `${name} has no address.`), '', 0);
        if (options.all) callback(null, allowed);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    );
  };
}

function judge(response: http.IncomingMessage, chunks: readonly Buffer[]): PostResult {
  const { statusCode = 0, statusMessage, headers } = response;
  const answer = answerText(Buffer.concat(chunks), headers['content-encoding']);
  const result = { statusCode, answer, retryAfter: headers['retry-after'] };
  if (statusCode >= 200 && statusCode < 300) return { ...result, error: null, message: null };
  if (statusCode >= 300 && statusCode < 400)
    return {
      ...result,
      error: 'redirect',
      message: `Answered ${statusCode}. Redirects are not followed: enter the final address.`,
    };
  const words = `${statusCode} ${(statusMessage ?? '').slice(0, 100)}`.trim();
  return { ...result, error: 'status', message: `Answered ${words}.` };
}

/** Text as it came; what was packed stays packed. */
function answerText(bytes: Buffer, encoding: string | undefined): string {
  if (encoding && encoding !== 'identity') return `(${encoding.slice(0, 40)}-encoded, not shown)`;
  return bytes.toString('utf8').replaceAll('\0', '\u{fffd}');
}

function failure(error: AttemptError, message: string): PostResult {
  return { statusCode: null, error, message, answer: null, retryAfter: undefined };
}

const codes: Readonly<Record<string, [AttemptError, string]>> = {
  ENOTFOUND: ['name_unknown', 'The name of the host is not known.'],
  EAI_AGAIN: ['name_unknown', 'The name of the host could not be looked up.'],
  ECONNREFUSED: ['refused', 'The connection was refused: nothing listens there.'],
  ECONNRESET: ['unreachable', 'The connection was closed without an answer.'],
  EPIPE: ['unreachable', 'The connection was closed without an answer.'],
  EPROTO: ['tls', 'The secure connection could not be made.'],
};

function explain(error: Error & { code?: string; errors?: readonly Error[] }): PostResult {
  // Several addresses were dialled: the first one's failure speaks for all.
  const cause = (error.errors?.[0] ?? error) as Error & { code?: string };
  if (cause instanceof AddressRefused) return failure('address_refused', cause.message);
  const code = cause.code ?? '';
  const known = codes[code];
  if (known) return failure(...known);
  if (code.startsWith('HPE_')) return failure('bad_answer', `The answer is not proper HTTP (${code}).`);
  if (/^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code))
    return failure('tls', `The certificate was not accepted (${code}).`);
  return failure('unreachable', `The host could not be reached${code ? ` (${code})` : ''}.`);
}
