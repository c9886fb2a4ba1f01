import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const codeLifeMilliseconds = 60_000;
const failuresPerMinute = 20;
const maxSessions = 200;

export interface SignInCode {
  readonly code: string;
  readonly expiresAt: Date;
}

export type Redeemed =
  | { readonly outcome: 'signed-in'; readonly token: string }
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'too-many-tries' };

/**
 * Who may use the app's own calls over HTTP: a browser tab that redeemed a one-time code, and the command line, which
 * reads the owner's token from a file that only the owner can read. Everything lives in memory: a restart signs
 * tabs out. Secrets are compared as digests in constant time.
 */
export class SignIn {
  readonly #ownerToken: string;
  readonly #now: () => number;
  /** Digest of each open code -> when it ends (ms). */
  readonly #codes = new Map<string, number>();
  readonly #sessions = new Set<string>();
  #failures: number[] = [];

  constructor(ownerToken: string, now: () => number = Date.now) {
    this.#ownerToken = ownerToken;
    this.#now = now;
  }

  /** A code for one sign-in link: 60 seconds, one use. */
  issueCode(): SignInCode {
    this.#dropExpired();
    const code = randomBytes(24).toString('base64url');
    const endsAt = this.#now() + codeLifeMilliseconds;
    this.#codes.set(digest(code), endsAt);
    return { code, expiresAt: new Date(endsAt) };
  }

  /** Wrong tries are counted and answered shorter and shorter; a right code is never blocked by them. */
  redeem(code: string): Redeemed {
    this.#dropExpired();
    if (this.#codes.delete(digest(code))) return { outcome: 'signed-in', token: this.#openSession() };
    const minuteAgo = this.#now() - 60_000;
    this.#failures = this.#failures.filter((at) => at > minuteAgo);
    if (this.#failures.length >= failuresPerMinute) return { outcome: 'too-many-tries' };
    this.#failures.push(this.#now());
    return { outcome: 'refused' };
  }

  /** Whose call this is, judged by its header; undefined for nobody we know. */
  callerOf(token: string | undefined): 'window' | 'cli' | undefined {
    if (!token) return undefined;
    if (equalSecrets(token, this.#ownerToken)) return 'cli';
    return this.#sessions.has(digest(token)) ? 'window' : undefined;
  }

  /**
   * Proof that this server holds the owner's token, for a client that must not show its own copy to an impostor
   * on the same port.
   */
  prove(nonce: string): string {
    return proofFor(this.#ownerToken, nonce);
  }

  #openSession(): string {
    const token = randomBytes(32).toString('base64url');
    this.#sessions.add(digest(token));
    const [oldest] = this.#sessions;
    if (this.#sessions.size > maxSessions && oldest !== undefined) this.#sessions.delete(oldest);
    return token;
  }

  #dropExpired(): void {
    for (const [code, endsAt] of this.#codes) if (endsAt <= this.#now()) this.#codes.delete(code);
  }
}

export function proofFor(ownerToken: string, nonce: string): string {
  return createHmac('sha256', ownerToken).update(`sluice-server:${nonce}`).digest('base64url');
}

export function equalSecrets(left: string, right: string): boolean {
  return timingSafeEqual(Buffer.from(digest(left)), Buffer.from(digest(right)));
}

function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
