export type VerifyLanguage = 'python' | 'javascript' | 'shell';

/** How a receiver proves that a delivery is genuine. The guide holds the same lines, and a test runs them. */
export const verifySnippets: Readonly<Record<VerifyLanguage, string>> = {
  python: `import hashlib
import hmac

def is_genuine(secret: str, body: bytes, signature: str) -> bool:
    """body: the raw bytes, before any parsing; signature: the header X-Signature."""
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, signature)`,
  javascript: `import { createHmac, timingSafeEqual } from 'node:crypto';

/** body: the raw bytes, before any parsing; signature: the header X-Signature. */
export function isGenuine(secret, body, signature) {
  const expected = Buffer.from(createHmac('sha256', secret).update(body).digest('hex'));
  const given = Buffer.from(signature);
  return expected.length === given.length && timingSafeEqual(expected, given);
}`,
  shell: `# body.json holds the raw body, SIGNATURE the header X-Signature
expected=$(openssl dgst -sha256 -hmac "$SECRET" body.json | sed 's/.*= *//')
[ "$expected" = "$SIGNATURE" ] && echo genuine`,
};
