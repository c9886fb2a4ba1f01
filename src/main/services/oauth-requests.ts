import { randomBytes } from 'node:crypto';
import type { OauthRequest, OauthScope } from '../../shared/contract/oauth.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { ServiceClock } from './service-context.ts';

/** How long the owner has to answer. */
const patienceMilliseconds = 10 * 60_000;
/** How long the tab that asked can still learn the answer. */
const answeredMilliseconds = 2 * 60_000;
const mostWaiting = 50;
/** Windows are told of requests at most twice a second, however many come. */
const tellMilliseconds = 500;

/** What an app asked for, checked. */
export interface AskedAccess {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly OauthScope[];
  /** The app's own text, given back with the answer. */
  readonly state: string | undefined;
  /** S256 of a secret that the app shows at the exchange. */
  readonly challenge: string | undefined;
  /** Address of this server as the browser sees it. */
  readonly issuer: string;
}

interface Asked {
  readonly asked: AskedAccess;
  readonly id: string;
  readonly askedAt: number;
  endsAt: number;
  state: OauthRequest['state'];
  redirectTo: string | undefined;
}

export type RequestBook = ReturnType<typeof createRequestBook>;

/**
 * Requests that wait for the owner. They live in memory: nothing is given before an answer, and whoever asked asks
 * again after a restart. Anybody on this machine may ask, so the oldest give way to new ones beyond a number.
 */
export function createRequestBook(clock: ServiceClock, changed: () => void) {
  const book = new Map<string, Asked>();
  let telling = false;

  function tell(): void {
    if (telling) return;
    telling = true;
    clock.after(tellMilliseconds, () => {
      telling = false;
      changed();
    });
  }

  function sweep(): void {
    const now = clock.now();
    for (const entry of book.values()) {
      if (entry.state === 'pending' && entry.endsAt <= now) {
        entry.state = 'expired';
        entry.endsAt = now + answeredMilliseconds;
      } else if (entry.endsAt <= now) book.delete(entry.id);
    }
  }

  function find(id: string): Asked {
    sweep();
    const entry = book.get(id);
    if (!entry) throw new SluiceError('not_found', { what: 'request for access', id: id.slice(0, 100) });
    return entry;
  }

  return {
    /** Answers the request's id, which nobody can guess. */
    add(asked: AskedAccess): string {
      sweep();
      const waiting = [...book.values()].filter(({ state }) => state === 'pending');
      const [oldest] = waiting;
      if (waiting.length >= mostWaiting && oldest) book.delete(oldest.id);
      const id = randomBytes(24).toString('base64url');
      const now = clock.now();
      book.set(id, {
        asked,
        id,
        askedAt: now,
        endsAt: now + patienceMilliseconds,
        state: 'pending',
        redirectTo: undefined,
      });
      tell();
      return id;
    },

    list(): OauthRequest[] {
      sweep();
      return [...book.values()].filter(({ state }) => state === 'pending').map(present);
    },

    get: (id: string): OauthRequest => present(find(id)),

    /** What was asked, as long as it waits for its answer. Throws oauth_request_over. */
    waiting(id: string): AskedAccess {
      const entry = find(id);
      if (entry.state !== 'pending') throw new SluiceError('oauth_request_over', { state: entry.state });
      return entry.asked;
    },

    answer(id: string, state: 'approved' | 'denied', redirectTo: string): void {
      const entry = find(id);
      entry.state = state;
      entry.redirectTo = redirectTo;
      entry.endsAt = clock.now() + answeredMilliseconds;
      changed();
    },

    /** For the tab that asked: how it stands, and where to go once it was answered. Undefined for an unknown id. */
    outcome(id: string): { request: OauthRequest; redirectTo: string | undefined } | undefined {
      sweep();
      const entry = book.get(id);
      return entry && { request: present(entry), redirectTo: entry.redirectTo };
    },
  };
}

function present({ asked, id, askedAt, endsAt, state }: Asked): OauthRequest {
  const { clientId, redirectUri, scopes, challenge } = asked;
  return {
    id,
    clientId,
    redirectUri,
    scopes: [...scopes],
    proven: challenge !== undefined,
    state,
    askedAt: new Date(askedAt).toISOString(),
    expiresAt: new Date(endsAt).toISOString(),
  };
}
