import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SluiceError } from '../../../shared/errors/sluice-error.ts';
import { doorAt } from './door-guard.ts';
import { knownError, reportAnswer, type WordedAnswer, wordError } from './errors.ts';
import { dataPolicy, securityHeaders, setSecurityHeaders } from './headers.ts';
import { limitHeaders } from './limit-headers.ts';
import { newRequestId } from './request-log.ts';

/** A request that ended before it became one: the server's own refusals. */
export interface EarlyRefusal {
  readonly code: 'invalid_input' | 'headers_too_large' | 'request_timeout';
  /** As far as it was read. */
  readonly method: string;
  readonly url: string;
}

/** What no route takes (an address that cannot be read, a method that nobody knows) in the words of the door it was meant for. */
export function refuseUnrouted(
  app: FastifyInstance,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  setSecurityHeaders(request, reply);
  const told = knownError(error, request) ?? new SluiceError('internal');
  const door = doorAt(app.doors, request.url);
  // No key was looked at: what holds here is the limit of strangers.
  if (door) void reply.headers(limitHeaders(app.strangers.told(request.ip), Date.now()));
  const { status, headers, body } = wordError(door?.answer ?? reportAnswer, told, request);
  void reply.status(status).headers(headers).send(body);
}

/** The same where there is no request at all, only a socket. */
export function wordRefusal(app: FastifyInstance, { code, method, url }: EarlyRefusal): WordedAnswer {
  const id = newRequestId();
  const details =
    code === 'invalid_input' ? { reason: 'The request cannot be read: it is not proper HTTP.' } : {};
  const { status, headers, body } = wordError(
    doorAt(app.doors, url)?.answer ?? reportAnswer,
    new SluiceError(code, details),
    {
      id,
      method,
      url,
      headers: {},
    },
  );
  const fixed = { ...securityHeaders, 'content-security-policy': dataPolicy, 'cache-control': 'no-store' };
  return { status, headers: { ...fixed, 'x-request-id': id, ...headers }, body };
}
