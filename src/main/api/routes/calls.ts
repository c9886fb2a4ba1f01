import { ORPCError } from '@orpc/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { reportError } from '../../../shared/errors/sluice-error.ts';
import { answerErrors, routeNotFound } from '../plugins/errors.ts';
import { appBodyBytes } from '../plugins/json-bodies.ts';
import type { SignIn } from '../sign-in.ts';
import { appCaller } from './session.ts';

export const callsPrefix = '/app/rpc';

/** Answers a call of the contract; false when the path names none. */
export type HttpCalls = (
  request: FastifyRequest,
  reply: FastifyReply,
  context: { readonly caller: 'window' | 'cli' },
) => Promise<boolean>;

/** The window's and the command line's calls over HTTP. The token is checked before a body is read. */
export async function addCalls(
  scope: FastifyInstance,
  ports: { signIn: SignIn; calls: HttpCalls },
): Promise<void> {
  // A refusal outside a call has the shape of a call's error, so that the client reads it as one.
  scope.setErrorHandler(
    answerErrors((error, _request, reply) => {
      const { status } = error.entry;
      const told = new ORPCError(error.code.toUpperCase(), {
        status,
        message: error.message,
        data: reportError(error),
      });
      void reply.status(status).type('application/json; charset=utf-8');
      return { json: told.toJSON(), meta: [] };
    }),
  );
  scope.route({
    method: ['GET', 'POST'],
    url: `${callsPrefix}/*`,
    bodyLimit: appBodyBytes,
    config: { wideBodies: true },
    onRequest: async (request) => {
      appCaller(ports.signIn, request);
    },
    handler: async (request, reply) => {
      const caller = appCaller(ports.signIn, request);
      if (!(await ports.calls(request, reply, { caller }))) throw routeNotFound(request);
      return reply;
    },
  });
}
