import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { DoorName, KeySummary } from '../../../shared/contract/domain.ts';
import { SluiceError } from '../../../shared/errors/sluice-error.ts';
import type { KeysService } from '../../services/service-types.ts';
import { answerErrors, type ErrorAnswer, routeNotFound } from './errors.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The key that a door's request came with; undefined before it was checked and outside doors. */
    key?: KeySummary;
    /** The door that a request came in by. */
    door?: DoorName;
  }
}

/** What stands in front of every door. */
export interface DoorFront {
  readonly keys: KeysService;
}

/** How one door differs in what stands in front of it. */
export interface DoorRules {
  readonly door: DoorName;
  /** Where this door's own paths begin; what is not a route below them is refused in the door's words. */
  readonly paths: readonly string[];
  /** The door's way of carrying a key; undefined where the request carries none. */
  credential(request: FastifyRequest): string | undefined;
  /** The door's error format. */
  readonly answer: ErrorAnswer;
}

/**
 * Puts a door behind its guard: every route needs a key and the scope that its operation names. That is asked before
 * the body is read, and for paths that do not exist too, so that strangers learn nothing from them. Call it first,
 * before the door's routes are added.
 */
export function guardDoor(door: FastifyInstance, front: DoorFront, rules: DoorRules): void {
  door.setErrorHandler(answerErrors(rules.answer));
  door.addHook('onRequest', async (request) => {
    request.door = rules.door;
    const text = rules.credential(request);
    const found = text ? front.keys.authenticate(text) : undefined;
    if (!found) throw new SluiceError('unauthorized');
    request.key = found.key;
    const scope = request.routeOptions.config.operation?.scope;
    if (scope && !front.keys.allows(found.key, scope)) throw new SluiceError('forbidden', { scope });
  });
  for (const path of rules.paths) {
    for (const url of [path, `${path}/*`]) {
      door.all(url, (request) => {
        throw routeNotFound(request);
      });
    }
  }
}

/** The text after a word of the Authorization header, such as `Bearer`; the word's case does not matter. */
export function authorization(request: FastifyRequest, ...words: readonly string[]): string | undefined {
  const [, word = '', text] = /^([A-Za-z]+) +(\S+) *$/.exec(request.headers.authorization ?? '') ?? [];
  return words.some((wanted) => wanted.toLowerCase() === word.toLowerCase()) ? text : undefined;
}

/** The key of a request that the guard let through. */
export function keyOf(request: FastifyRequest): KeySummary {
  if (!request.key) throw new Error('Internal error: a door answered without checking the key');
  return request.key;
}

/** Whether a key may see and start a pipeline: keys that were limited to some reach no other. */
export function reaches(key: KeySummary, pipelineId: string): boolean {
  return key.pipelineIds === null || key.pipelineIds.includes(pipelineId);
}
