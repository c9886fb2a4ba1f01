import { createHmac, randomBytes } from 'node:crypto';
import { SluiceError } from '../../shared/errors/sluice-error.ts';

const prefix = 'whsec_';

/** 32 random bytes, written as Standard Webhooks writes a secret. */
export function newSecret(): string {
  return `${prefix}${randomBytes(32).toString('base64')}`;
}

/** A secret that a person brought along. Throws invalid_input. */
export function checkSecret(secret: string): string {
  if (!secret.startsWith(prefix)) {
    if (/^[\x21-\x7e]{16,200}$/.test(secret)) return secret;
    throw new SluiceError('invalid_input', {
      reason: 'A secret of your own has 16 to 200 visible ASCII characters and no spaces.',
    });
  }
  const bytes = Buffer.from(secret.slice(prefix.length), 'base64');
  const whole =
    bytes.toString('base64').replace(/=+$/, '') === secret.slice(prefix.length).replace(/=+$/, '');
  if (whole && bytes.length >= 24 && bytes.length <= 64) return secret;
  throw new SluiceError('invalid_input', {
    reason: 'After "whsec_" a secret holds 24 to 64 bytes as base64. Leave it out to have one made.',
  });
}

/** The key of `webhook-signature`: what the base64 says, or the text itself where it is not of that form. */
export function standardKey(secret: string): Buffer {
  return secret.startsWith(prefix)
    ? Buffer.from(secret.slice(prefix.length), 'base64')
    : Buffer.from(secret, 'utf8');
}

/** What a delivery says of itself beside its signatures. */
export interface SignedMessage {
  /** The event's id, the same for every attempt. */
  readonly id: string;
  /** Of this attempt, Unix seconds. */
  readonly timestamp: number;
  readonly body: string;
}

/** Headers that every delivery has, without the signatures. */
export function plainHeaders(deliveryId: string, eventId: string, timestamp: number): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'Sluice-Webhooks/1',
    'x-sluice-delivery': deliveryId,
    'webhook-id': eventId,
    'webhook-timestamp': String(timestamp),
  };
}

/**
 * The signatures, newest secret first. `x-signature` is the hex HMAC-SHA256 of the body under the secret exactly as it
 * is shown; `webhook-signature` is that of Standard Webhooks, under the bytes the secret stands for. While an old secret
 * overlaps, the first has a second header and the second a second entry.
 */
export function signatureHeaders(message: SignedMessage, secrets: readonly string[]): Record<string, string> {
  const [current = '', previous] = secrets;
  return {
    'x-signature': bodySignature(current, message.body),
    ...(previous !== undefined && { 'x-signature-previous': bodySignature(previous, message.body) }),
    'webhook-signature': secrets.map((secret) => standardSignature(secret, message)).join(' '),
  };
}

function bodySignature(secret: string, body: string): string {
  return hmac(Buffer.from(secret), [], body).toString('hex');
}

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
function standardSignature(secret: string, { id, timestamp, body }: SignedMessage): string {
  return `v1,${hmac(standardKey(secret), [id, String(timestamp)], body).toString('base64')}`;
}

/** HMAC-SHA256 of the parts and the body, joined by dots: what goes out is signed by it, what comes in is judged by it. */
export function hmac(key: Uint8Array, parts: readonly string[], body: Uint8Array | string): Buffer {
  const made = createHmac('sha256', key);
  for (const part of parts) made.update(`${part}.`);
  return made.update(body).digest();
}
