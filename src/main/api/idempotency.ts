import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import { canonicalJson } from '../../shared/kernel/json.ts';
import type { SubmitRun } from '../services/engine-ports.ts';

/** The header that makes a repeated submission the same one; undefined where there is none. Throws invalid_input. */
export function idempotencyKeyOf(request: Pick<FastifyRequest, 'headers'>): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && key.length > 0 && key.length <= 255) return key;
  throw new SluiceError('invalid_input', { reason: 'An Idempotency-Key has 1 to 255 characters.' });
}

/** What binds a submission to its request: `content` is all that makes it another one when it differs. */
export function idempotencyOf(
  request: Pick<FastifyRequest, 'headers'>,
  content: unknown,
): SubmitRun['idempotency'] {
  const key = idempotencyKeyOf(request);
  return key === undefined ? undefined : { key, requestDigest: digestOf(content) };
}

/** Equal for JSON values that are equal, whatever the order of their keys. */
export const digestOf = (content: unknown): string =>
  createHash('sha256')
    .update(canonicalJson(content ?? null))
    .digest('hex');
