import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { SluiceError } from '../../../shared/errors/sluice-error.ts';
import type { SignIn } from '../sign-in.ts';

const codeBody = z.object({ code: z.string().min(1).max(200) });
const nonceBody = z.object({ nonce: z.string().min(16).max(200) });

/** Header that carries a session's or the owner's token. Never a cookie: cookies reach every port of this machine. */
export const sessionHeader = 'x-sluice-session';

/** A one-time code becomes a session token; a nonce becomes the proof that this is the owner's server. */
export function addSession(app: FastifyInstance, signIn: SignIn): void {
  app.post('/app/session', (request, reply) => {
    const body = codeBody.safeParse(request.body);
    const redeemed = body.success ? signIn.redeem(body.data.code) : ({ outcome: 'refused' } as const);
    if (redeemed.outcome === 'signed-in') return { token: redeemed.token };
    const tooMany = redeemed.outcome === 'too-many-tries';
    if (tooMany) void reply.header('retry-after', '60');
    void reply.status(tooMany ? 429 : 401);
    return {
      error: tooMany ? 'Too many tries. Wait a minute.' : 'This sign-in link was used already or is too old.',
    };
  });
  app.post('/app/proof', (request) => {
    const body = nonceBody.safeParse(request.body);
    if (!body.success)
      throw new SluiceError('invalid_input', { reason: 'A nonce of 16 to 200 characters is needed.' });
    return { proof: signIn.prove(body.data.nonce) };
  });
}

/** Whose app call this is; refuses strangers. */
export function appCaller(signIn: SignIn, request: FastifyRequest): 'window' | 'cli' {
  const token = request.headers[sessionHeader];
  const caller = signIn.callerOf(typeof token === 'string' ? token : undefined);
  if (!caller) throw new SluiceError('unauthorized');
  return caller;
}
