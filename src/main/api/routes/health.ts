import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { addRoute } from '../route-kit.ts';

const health = z.object({ status: z.enum(['ok', 'stopping']) });

/** `/healthz`: the process answers. `/readyz`: it takes work; 503 while it stops. */
export function addHealth(app: FastifyInstance, isReady: () => boolean): void {
  addRoute(app, {
    method: 'GET',
    url: '/healthz',
    operation: {
      summary: 'Is the process alive?',
      tag: 'Health',
      answers: { 200: { description: 'It answers.', schema: health } },
    },
    handler: () => ({ status: 'ok' }),
  });
  addRoute(app, {
    method: 'GET',
    url: '/readyz',
    operation: {
      summary: 'Does it take work?',
      tag: 'Health',
      answers: {
        200: { description: 'It takes runs.', schema: health },
        503: { description: 'It is shutting down.', schema: health },
      },
    },
    handler: ({ reply }) => {
      const ready = isReady();
      void reply.status(ready ? 200 : 503);
      return { status: ready ? 'ok' : 'stopping' };
    },
  });
}
