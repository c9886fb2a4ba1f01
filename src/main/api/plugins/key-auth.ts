import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { KeySummary } from '../../../shared/contract/domain.ts';
import { SluiceError } from '../../../shared/errors/sluice-error.ts';
import type { KeysService } from '../../services/service-types.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The key that a door's request came with; undefined before it was checked and outside doors. */
    key?: KeySummary;
  }
}

/**
 * Every route of the door needs a key, and the scope its operation names. It runs before the body is read. A path that
 * does not exist asks for a key too, so that strangers learn nothing from it.
 *
 * `keyText` is the door's way of carrying a key.
 */
export function requireKey(
  door: FastifyInstance,
  keys: KeysService,
  keyText: (request: FastifyRequest) => string | undefined,
): void {
  door.addHook('onRequest', async (request) => {
    const text = keyText(request);
    const found = text ? keys.authenticate(text) : undefined;
    if (!found) throw new SluiceError('unauthorized');
    request.key = found.key;
    const scope = request.routeOptions.config.operation?.scope;
    if (scope && !keys.allows(found.key, scope)) throw new SluiceError('forbidden', { scope });
  });
}

/** The key of a request that `requireKey` let through. */
export function keyOf(request: FastifyRequest): KeySummary {
  if (!request.key) throw new Error('Internal error: a door answered without checking the key');
  return request.key;
}
