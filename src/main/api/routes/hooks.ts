import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { SluiceError } from '../../../shared/errors/sluice-error.ts';
import type { TriggersService } from '../../services/index.ts';
import { verifyCall } from '../../triggers/hook-signature.ts';
import { parseGuardedJson } from '../json-guard.ts';
import { defaultBodyBytes } from '../plugins/json-bodies.ts';
import { addRoute, refuseOtherMethods } from '../route-kit.ts';

export interface HookPorts {
  readonly triggers: Pick<TriggersService, 'secretsOf' | 'called'>;
  /** Wall time, Unix milliseconds. */
  now(): number;
}

const answer = z.object({
  runId: z.string().nullable().meta({ description: 'The run; the same for every repetition of the call.' }),
  outcome: z.string().meta({ description: '`started`, or `waiting` while the queue is full.' }),
});
const params = z.object({ id: z.string().max(100) });

/**
 * Signed calls that start a pipeline. The signature is judged over the bytes as they came, before anything parses them;
 * whoever cannot sign learns nothing, not even whether the trigger exists.
 */
export async function addHooks(scope: FastifyInstance, { triggers, now }: HookPorts): Promise<void> {
  const limiter = new CallLimiter(now);
  scope.removeContentTypeParser('application/json');
  scope.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: defaultBodyBytes },
    (_request, body, done) => done(null, body),
  );
  scope.addHook('onRequest', async (request) => {
    const encoding = request.headers['content-encoding'];
    // The signature is over what was sent; what would be unpacked is something else.
    if (encoding !== undefined && encoding !== 'identity') {
      throw new SluiceError('invalid_input', {
        reason: 'Send the body as it was signed, without content-encoding.',
      });
    }
  });
  addRoute(scope, {
    method: 'POST',
    url: '/hooks/:id',
    operation: {
      summary: 'Start a pipeline by a signed call',
      description:
        'Signed over the raw body: Standard Webhooks headers, or `X-Timestamp` with `X-Signature`. See docs/schedules.md.',
      tag: 'Hooks',
      params,
      headers: {
        'webhook-id': 'Unique for the call; repetitions carry the same.',
        'webhook-timestamp': 'Unix seconds, within five minutes of now.',
        'webhook-signature': '`v1,` and the base64 HMAC-SHA256 of `id.timestamp.body`.',
      },
      answers: {
        202: { description: 'A run was accepted, now or by the same call before.', schema: answer },
        401: { description: 'The signature does not fit.' },
        429: { description: 'Too many calls a minute.' },
      },
    },
    handler: ({ params: { id }, request, reply }) => {
      const body = rawBody(request);
      const call = verifyCall({ headers: request.headers, body }, triggers.secretsOf(id), now());
      if (!call) throw new SluiceError('bad_signature');
      const value = parseGuardedJson(body, { depth: 64, keys: 10_000 });
      const fire = triggers.called(id, { slot: call.slot, body: value ?? {} }, (perMinute) =>
        limiter.admit(id, perMinute),
      );
      if (fire.outcome === 'failed') throw new SluiceError('invalid_input', { reason: fire.reason ?? '' });
      void reply.status(202);
      return { runId: fire.runId, outcome: fire.outcome };
    },
  });
  refuseOtherMethods(scope, '/hooks/:id', ['POST']);
}

/** A call without a body has nothing that could be parsed; its signature is over no bytes. */
function rawBody(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

/** So many new calls in any minute, by trigger. Repetitions and forgeries take no place. */
class CallLimiter {
  readonly #now: () => number;
  readonly #calls = new Map<string, number[]>();

  constructor(now: () => number) {
    this.#now = now;
  }

  admit(id: string, perMinute: number): void {
    const now = this.#now();
    // A clock that was set back would leave calls in the future: they count no more.
    const recent = (this.#calls.get(id) ?? []).filter((at) => now - at < 60_000 && at <= now);
    const oldest = recent[0];
    if (recent.length >= perMinute && oldest !== undefined) {
      throw new SluiceError('rate_limited', {
        seconds: Math.max(1, Math.ceil((oldest + 60_000 - now) / 1000)),
      });
    }
    recent.push(now);
    this.#calls.set(id, recent);
  }
}
