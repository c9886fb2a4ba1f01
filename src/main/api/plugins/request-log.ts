import type { FastifyInstance } from 'fastify';
import { uuidv7 } from 'uuidv7';
import { pathOf } from './errors.ts';

const givenId = /^[\w.:-]{1,64}$/;

/** The caller's own id where it is harmless to repeat, else a new one. */
export function requestId(request: { headers: Record<string, string | string[] | undefined> }): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && givenId.test(given) && !given.includes('slc_') ? given : newRequestId();
}

export function newRequestId(): string {
  return `req_${uuidv7().replaceAll('-', '')}`;
}

/** One line a request. The query is left out whole (door 3 takes keys there), and so are all headers. */
export function addRequestLog(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    // A key that floods must not fill the disk with lines about it: its use counts these.
    const level = reply.statusCode === 429 ? 'debug' : 'info';
    request.log[level](
      {
        method: request.method,
        path: pathOf(request.url),
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime),
      },
      'request',
    );
  });
}
