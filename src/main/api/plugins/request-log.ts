import type { FastifyInstance } from 'fastify';
import { uuidv7 } from 'uuidv7';
import { pathOf } from './errors.ts';

const givenId = /^[\w.:-]{1,64}$/;

/** The caller's own id where it is harmless to repeat, else a new one. */
export function requestId(request: { headers: Record<string, string | string[] | undefined> }): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && givenId.test(given) ? given : uuidv7();
}

/** One line a request. The query is left out whole (door 3 takes keys there), and so are all headers. */
export function addRequestLog(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
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
