import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { DoorName, KeySummary } from '../../../shared/contract/domain.ts';
import { SluiceError } from '../../../shared/errors/sluice-error.ts';
import type { RateLimits, RequestsService } from '../../services/index.ts';
import type { AuthenticatedKey, KeysService } from '../../services/service-types.ts';
import { noteAnswer } from './door-log.ts';
import { answerErrors, type ErrorAnswer, routeNotFound } from './errors.ts';
import { carriesKey } from './key-in-query.ts';
import { limitHeaders } from './limit-headers.ts';
import { OpenAnswers } from './open-answers.ts';
import { Strangers } from './strangers.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The key that a door's request came with; undefined before it was checked and outside doors. */
    key?: KeySummary;
    /** The door that a request came in by. */
    door?: DoorName;
  }
  interface FastifyInstance {
    /** The doors of this server: whose words an error at a path is told in. */
    readonly doors: DoorRules[];
    /** Wrong keys, over all doors. */
    readonly strangers: Strangers;
  }
}

/** What stands in front of every door. */
export interface DoorFront {
  readonly keys: KeysService;
  readonly limits: RateLimits;
  readonly requests: RequestsService;
}

/** How one door differs in what stands in front of it. */
export interface DoorRules {
  readonly door: DoorName;
  /** Where this door's own paths begin; what is not a route below them is refused in the door's words. */
  readonly paths: readonly string[];
  /** The paths themselves are routes of the door, with every method. */
  readonly pathsAreRoutes?: true;
  /** The door's way of carrying a key; undefined where the request carries none. */
  credential(request: FastifyRequest): string | undefined;
  /** The door's error format. */
  readonly answer: ErrorAnswer;
  /** Names under which the door's document puts a key into the query; anywhere else such a request is refused. */
  readonly keyInQuery?: readonly string[];
  /** Other texts than keys that stand in for one, asked where a text is no key. */
  readonly tokens?: { authenticate(text: string): AuthenticatedKey | undefined };
  /** `WWW-Authenticate` of a 401. */
  readonly challenge?: string;
}

/** Makes room for doors; call it once, before the first one is registered. */
export function prepareDoors(app: FastifyInstance): void {
  app.decorate('doors', []);
  app.decorate('strangers', new Strangers(() => performance.now()));
}

/**
 * Puts a door behind its guard: every route needs a key and the scope that its operation names, within the key's limits.
 * That is asked before the body is read, and for paths that do not exist too, so that strangers learn nothing from
 * them. Call it first, before the door's routes are added.
 */
export function guardDoor(door: FastifyInstance, front: DoorFront, rules: DoorRules): void {
  door.doors.push(rules);
  door.setErrorHandler(answerErrors(rules.answer));
  const open = new OpenAnswers(front.keys);
  door.addHook('onClose', async () => open.stop());
  door.addHook('onRequest', async (request, reply) => {
    request.door = rules.door;
    noteAnswer(request, reply, front);
    const found = recognise(door, front, rules, request, reply);
    request.key = found.key;
    await admit(front, rules.door, found, reply);
    open.add(found.key.id, reply.raw);
    const scope = request.routeOptions.config.operation?.scope;
    if (scope && !front.keys.allows(found.key, scope)) throw new SluiceError('forbidden', { scope });
  });
  for (const path of rules.paths) {
    for (const url of rules.pathsAreRoutes ? [`${path}/*`] : [path, `${path}/*`]) {
      door.all(url, (request) => {
        throw routeNotFound(request);
      });
    }
  }
}

/** The key of a request. Throws for none, a wrong one, and one that stands where it does not belong. */
function recognise(
  { strangers }: FastifyInstance,
  { keys }: DoorFront,
  { credential, keyInQuery = [], tokens, challenge = 'Bearer realm="Sluice"' }: DoorRules,
  request: FastifyRequest,
  reply: FastifyReply,
): AuthenticatedKey {
  const source = request.ip;
  const tellStanding = (): void => void reply.headers(limitHeaders(strangers.told(source), Date.now()));
  tellStanding();
  if (carriesKey(request.query, keyInQuery)) throw new SluiceError('key_in_address');
  const text = credential(request);
  const found = text === undefined ? undefined : (keys.authenticate(text) ?? tokens?.authenticate(text));
  if (found) return found;
  const seconds = text ? strangers.tried(source) : 0;
  tellStanding();
  if (seconds > 0) throw new SluiceError('rate_limited', { seconds });
  void reply.header('www-authenticate', challenge);
  throw new SluiceError('unauthorized');
}

/** Counts the request against the limits of its key, waits for a place where that helps, and says how the limits stand. */
async function admit(
  { limits }: DoorFront,
  door: DoorName,
  { key, maker }: AuthenticatedKey,
  reply: FastifyReply,
): Promise<void> {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort('the answer is out, or its client has gone'));
  const admission = await limits.admit(maker ? [key, maker] : [key], door, gone.signal);
  void reply.headers(limitHeaders(admission.told, Date.now()));
  if (!admission.admitted) throw new SluiceError('rate_limited', { seconds: admission.seconds });
  if (gone.signal.aborted) admission.leave();
  else gone.signal.addEventListener('abort', admission.leave, { once: true });
}

/** The door that a path belongs to; of two the one with the longer path. */
export function doorAt(doors: readonly DoorRules[], url: string): DoorRules | undefined {
  const path = url.replace(/[?#].*$/s, '');
  const lengthIn = ({ paths }: DoorRules): number =>
    Math.max(
      0,
      ...paths.filter((each) => path === each || path.startsWith(`${each}/`)).map((each) => each.length),
    );
  const [best] = [...doors].sort((a, b) => lengthIn(b) - lengthIn(a));
  return best && lengthIn(best) > 0 ? best : undefined;
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
