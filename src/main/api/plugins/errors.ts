import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { type ErrorReport, reportError, SluiceError } from '../../../shared/errors/sluice-error.ts';

/** What an error answer may look at. A request that was refused before any routing has no more than this. */
export type AnswerRequest = Pick<FastifyRequest, 'id' | 'method' | 'url' | 'headers'>;

export interface AnswerReply {
  status(code: number): AnswerReply;
  type(contentType: string): AnswerReply;
  header(name: string, value: string | number): AnswerReply;
}

/** How a door words an error: the one mapping that each door brings. It answers the body. */
export type ErrorAnswer = (error: SluiceError, request: AnswerRequest, reply: AnswerReply) => unknown;

declare module 'fastify' {
  interface FastifyRequest {
    /** Why it was refused or failed, for the list of requests. */
    failure?: SluiceError;
  }
}

/** Seconds that a client is asked to wait when nobody knows better. */
const waitSeconds = 5;

/**
 * Makes an error handler that ends in a door's own shape. What is not a SluiceError is a bug of ours, or the HTTP
 * framework refusing a request; a bug is logged whole and told as `internal`.
 */
export function answerErrors(answer: ErrorAnswer) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): unknown => {
    const known = knownError(error, request);
    if (!known) request.log.error({ err: error }, 'a request failed unexpectedly');
    const told = known ?? new SluiceError('internal');
    request.failure = told;
    tellWhenAgain(told, reply);
    readToEnd(request, reply);
    return answer(told, request, reply);
  };
}

/** Of a body that nobody wants any more, so much is still read. */
const unwantedBytes = 64 * 1024 * 1024;

/**
 * A client that is still sending when it is refused would find its connection reset before it reads why. So the rest
 * of its body is taken and thrown away; one that does not end is cut off.
 */
function readToEnd({ raw }: FastifyRequest, reply: FastifyReply): void {
  if (raw.complete || raw.destroyed) return;
  void reply.removeHeader('connection');
  let left = unwantedBytes;
  raw.unpipe();
  raw.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) raw.destroy();
  });
  raw.resume();
}

/** A whole number of seconds, at least one, on everything that waiting may mend. */
function tellWhenAgain({ entry, details }: SluiceError, reply: AnswerReply): void {
  if (entry.status !== 429 && entry.status !== 503) return;
  const seconds = Number(details.seconds);
  void reply.header('retry-after', Number.isInteger(seconds) && seconds >= 1 ? seconds : waitSeconds);
}

/** An answer that no framework sends. */
export interface WordedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: string;
}

/** An error in a door's words where there is no reply to write it to. */
export function wordError(answer: ErrorAnswer, error: SluiceError, request: AnswerRequest): WordedAnswer {
  let status = error.entry.status;
  const headers: Record<string, string | number> = {};
  const reply: AnswerReply = {
    status(code) {
      status = code;
      return reply;
    },
    type: (contentType) => reply.header('content-type', contentType),
    header(name, value) {
      headers[name.toLowerCase()] = value;
      return reply;
    },
  };
  tellWhenAgain(error, reply);
  const body = answer(error, request, reply);
  return { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

/** The shape of the app's own routes: a report, as the contract's errors carry it. */
export const reportAnswer: ErrorAnswer = (error, _request, reply): ErrorReport => {
  void reply.status(error.entry.status).type('application/json; charset=utf-8');
  return reportError(error);
};

export function routeNotFound(request: AnswerRequest): SluiceError {
  return new SluiceError('route_not_found', { method: request.method, path: pathOf(request.url) });
}

/** Path of a target without its query, which may hold a key. */
export function pathOf(url: string): string {
  return url.replace(/[?#].*$/s, '').slice(0, 200);
}

/** An error of the HTTP framework as one of ours; undefined for a bug. */
export function knownError(
  error: unknown,
  request: {
    readonly headers: AnswerRequest['headers'];
    readonly routeOptions?: { bodyLimit?: number | undefined };
  },
): SluiceError | undefined {
  if (error instanceof SluiceError) return error;
  const { code, statusCode, message } = (error ?? {}) as Partial<FastifyError>;
  if (isUnpackingError(code))
    return new SluiceError('invalid_input', { reason: 'The body cannot be unpacked: its data is damaged.' });
  if (statusCode === 413)
    return new SluiceError('body_too_large', { limit: request.routeOptions?.bodyLimit ?? 0 });
  if (statusCode === 414) return new SluiceError('address_too_long');
  if (statusCode === 415) {
    const type = String(request.headers['content-type'] ?? '(none)').slice(0, 100);
    return new SluiceError('unsupported_media_type', { type });
  }
  if (code === 'FST_ERR_BAD_URL')
    return new SluiceError('invalid_input', { reason: 'The address of the request cannot be read.' });
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new SluiceError('invalid_input', {
      reason: `The request cannot be read: ${message}.`,
    });
  }
  return undefined;
}

/** Those of the library that unpacks, whoever read from it: `Z_DATA_ERROR`, `ERR__ERROR_FORMAT_PADDING_1`. */
function isUnpackingError(code: string | undefined): boolean {
  return code !== undefined && /^(Z_[A-Z]+_ERROR|ERR__ERROR_\w+|ERR_(ZLIB|BROTLI)\w*)$/.test(code);
}
