import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { type ErrorReport, reportError, SluiceError } from '../../../shared/errors/sluice-error.ts';

/** How a door words an error: the one mapping that each door brings. */
export type ErrorAnswer = (error: SluiceError, request: FastifyRequest, reply: FastifyReply) => unknown;

/**
 * Makes an error handler that ends in a door's own shape. What is not a SluiceError is a bug of ours, or the HTTP
 * framework refusing a request; a bug is logged whole and told as `internal`.
 */
export function answerErrors(answer: ErrorAnswer) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): unknown => {
    const known = knownError(error, request);
    if (!known) request.log.error({ err: error }, 'a request failed unexpectedly');
    const told = known ?? new SluiceError('internal');
    if (told.code === 'queue_full' || told.code === 'stopping') void reply.header('retry-after', '5');
    if (told.code === 'rate_limited') void reply.header('retry-after', String(told.details.seconds ?? 60));
    return answer(told, request, reply);
  };
}

/** The shape of the app's own routes: a report, as the contract's errors carry it. */
export const reportAnswer: ErrorAnswer = (error, _request, reply): ErrorReport => {
  void reply.status(error.entry.status).type('application/json; charset=utf-8');
  return reportError(error);
};

export function routeNotFound(request: FastifyRequest): SluiceError {
  return new SluiceError('route_not_found', { method: request.method, path: pathOf(request.url) });
}

/** Path of a target without its query, which may hold a key. */
export function pathOf(url: string): string {
  return url.replace(/[?#].*$/s, '').slice(0, 200);
}

function knownError(error: unknown, request: FastifyRequest): SluiceError | undefined {
  if (error instanceof SluiceError) return error;
  const { code, statusCode, message } = (error ?? {}) as Partial<FastifyError>;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new SluiceError('body_too_large', { limit: request.routeOptions.bodyLimit ?? 0 });
  }
  if (statusCode === 415) {
    const type = String(request.headers['content-type'] ?? '(none)').slice(0, 100);
    return new SluiceError('unsupported_media_type', { type });
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new SluiceError('invalid_input', { reason: `The request cannot be read: ${message}.` });
  }
  return undefined;
}
