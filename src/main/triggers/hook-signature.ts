import { timingSafeEqual } from 'node:crypto';
import { hmac, standardKey } from '../services/webhook-signature.ts';

/** Headers of a call by their names in lower case, and its body exactly as it came. */
export interface SignedCall {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

/** What is the same for every repetition of a call. */
export interface VerifiedCall {
  readonly slot: string;
}

/** A call may be so much older or newer than this machine's clock. */
const toleranceSeconds = 300;

/**
 * Judges the signature of a call, over its raw bytes, by either of two conventions:
 *
 * - Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,<base64>` over `id.timestamp.body`,
 *   keyed with the bytes that the secret spells after `whsec_`.
 * - `X-Timestamp` and `X-Signature: <hex>` (or `sha256=<hex>`) over `timestamp.body`, keyed with the secret as text.
 *
 * Every secret is tried, and all of them always, so that the time taken tells nothing. Without a secret (no such
 * trigger) the same work is done and refused.
 */
export function verifyCall(
  { headers, body }: SignedCall,
  secrets: readonly string[],
  nowMilliseconds: number,
): VerifiedCall | undefined {
  const standard = readStandard(headers);
  const plain = standard ? undefined : readPlain(headers);
  const timestamp = standard?.timestamp ?? plain?.timestamp ?? '';
  const keys = secrets.length > 0 ? secrets : [nobodysSecret];
  const holds = keys
    .map((secret) => {
      if (standard)
        return fitsAny(standard.signatures, hmac(standardKey(secret), [standard.id, timestamp], body));
      return fitsAny(plain?.signatures ?? [], hmac(Buffer.from(secret), [timestamp], body));
    })
    .some(Boolean);
  if (!holds || secrets.length === 0) return undefined;
  if (Math.abs(nowMilliseconds / 1000 - Number(timestamp)) > toleranceSeconds) return undefined;
  if (standard) return { slot: `call/${standard.id}` };
  return { slot: `call/x/${plain?.signatures[0]?.toString('hex') ?? ''}` };
}

const nobodysSecret = 'whsec_bm9ib2R5IG5vYm9keSBub2JvZHkgbm9ib2R5IG5vYm9keQ==';
const timestampText = /^\d{1,12}$/;

function readStandard(headers: SignedCall['headers']) {
  const id = one(headers['webhook-id']);
  const timestamp = one(headers['webhook-timestamp']);
  const signature = one(headers['webhook-signature']);
  if (id === undefined || !/^[\x21-\x7e]{1,200}$/.test(id) || signature === undefined) return undefined;
  if (timestamp === undefined || !timestampText.test(timestamp)) return undefined;
  const signatures = signature
    .split(' ', 10)
    .filter((part) => part.startsWith('v1,'))
    .map((part) => Buffer.from(part.slice(3), 'base64'));
  return { id, timestamp, signatures };
}

function readPlain(headers: SignedCall['headers']) {
  const timestamp = one(headers['x-timestamp']);
  const signature = one(headers['x-signature'])?.replace(/^sha256=/, '');
  if (timestamp === undefined || !timestampText.test(timestamp)) return undefined;
  if (signature === undefined || !/^[0-9a-f]{64}$/i.test(signature)) return undefined;
  return { timestamp, signatures: [Buffer.from(signature, 'hex')] };
}

function fitsAny(given: readonly Buffer[], expected: Buffer): boolean {
  return given
    .map((signature) => signature.length === expected.length && timingSafeEqual(signature, expected))
    .some(Boolean);
}

function one(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
