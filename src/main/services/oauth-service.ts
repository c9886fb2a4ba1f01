import { createHash, randomBytes } from 'node:crypto';
import type { Environment, KeySummary } from '../../shared/contract/domain.ts';
import type { OauthApp, OauthRequest, OauthScope } from '../../shared/contract/oauth.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { StoredGrant, StoredOauthApp, StoredOauthToken } from '../store/oauth-repository.ts';
import { type AskedAccess, createRequestBook } from './oauth-requests.ts';
import type { ServiceContext } from './service-context.ts';
import type { AuthenticatedKey, KeysService } from './service-types.ts';

export type { AskedAccess } from './oauth-requests.ts';

const codeMilliseconds = 60_000;
export const oauthLifetimes = { accessSeconds: 3600, refreshSeconds: 30 * 24 * 3600 } as const;
/** Ended tokens stay so long, so that their second use is still noticed. */
const rememberedMilliseconds = 24 * 3_600_000;

/** How codes and tokens begin: a leaked one is recognised, and none is taken for a key. */
const heads = { code: 'slc_oac_', access: 'slc_oat_', refresh: 'slc_ort_' } as const;

export interface Consent {
  readonly id: string;
  /** Of what was asked for; all of it when left out. */
  readonly scopes?: readonly OauthScope[] | undefined;
  readonly environment: Environment;
  readonly pipelineIds: readonly string[] | null;
}

/** A code that was handed in, with what must fit it. */
export type RedeemableCode = StoredGrant & { readonly clientId: string };

export interface OauthService {
  /** Notes what an app asks for; nothing is given before the owner approves. Answers the request's id. */
  ask(asked: AskedAccess): string;
  /** Requests that wait, oldest first. */
  list(): OauthRequest[];
  get(id: string): OauthRequest;
  approve(consent: Consent): { redirectTo: string };
  deny(id: string): { redirectTo: string };
  outcome(id: string): { request: OauthRequest; redirectTo: string | undefined } | undefined;
  apps(): OauthApp[];
  revoke(appId: string): OauthApp;

  /** The grant of a code that may be exchanged now. A code that was used ends all that came of it. */
  findCode(code: string): RedeemableCode | undefined;
  /** False when somebody was faster; then the grant has ended. */
  spendCode(grantId: string): boolean;
  newAccessToken(): string;
  newRefreshToken(): string;
  saveTokens(grantId: string, scopes: readonly string[], access: string, refresh: string): void;
  /** A refresh token that may be used now. One that was used ends all that came of its grant. */
  findRefreshToken(text: string): StoredOauthToken | undefined;
  spendRefreshToken(token: StoredOauthToken): boolean;
  /** Ends the grant of an access or refresh token. Unknown texts are no error. */
  revokeToken(text: string): void;
  /** The key that an access token stands for, with the rights of the token. */
  authenticate(text: string): AuthenticatedKey | undefined;
}

/** Apps that act for the owner by OAuth 2.0: requests, consent, codes and tokens. */
export function createOauthService(context: ServiceContext, keys: KeysService): OauthService {
  const { store, clock } = context;
  const { oauth } = store;
  const announce = (): void => context.announce({ type: 'oauth.changed' });
  const book = createRequestBook(clock, announce);

  const later = (milliseconds: number): string => new Date(clock.now() + milliseconds).toISOString();
  const hasEnded = (time: string): boolean => Date.parse(time) <= clock.now();

  /** An app that comes again keeps its key, where that allows what is granted now. */
  function knownApp(asked: AskedAccess, { environment, pipelineIds }: Consent, scopes: readonly string[]) {
    return oauth.appsOf(asked.clientId).find((app) => {
      if (!keys.lives(app.keyId)) return false;
      const key = keys.get(app.keyId);
      return (
        key.environment === environment &&
        samePlace(app.redirectUri, asked.redirectUri) &&
        sameIds(key.pipelineIds, pipelineIds) &&
        scopes.every((scope) => keys.allows(key, scope))
      );
    });
  }

  function newApp(asked: AskedAccess, consent: Consent, scopes: readonly OauthScope[]): StoredOauthApp {
    const { id: keyId } = keys.create({
      name: `${asked.clientId} (OAuth)`,
      scopes: [...scopes],
      environment: consent.environment,
      plan: 'standard',
      pipelineIds: consent.pipelineIds && [...consent.pipelineIds],
      folders: [],
    });
    const at = context.now();
    const { clientId, redirectUri } = asked;
    const app = { id: context.newId(), clientId, redirectUri, keyId, createdAt: at, approvedAt: at };
    oauth.insertApp(app);
    return app;
  }

  function grantTo(asked: AskedAccess, consent: Consent): string {
    const scopes = asked.scopes.filter((scope) => consent.scopes?.includes(scope) ?? true);
    if (scopes.length === 0 || consent.scopes?.some((scope) => !asked.scopes.includes(scope)))
      throw new SluiceError('invalid_input', { reason: 'Only what the app asked for can be granted.' });
    const code = newText('code');
    store.write(() => {
      oauth.forgetBefore(later(-rememberedMilliseconds));
      const app = knownApp(asked, consent, scopes) ?? newApp(asked, consent, scopes);
      oauth.approvedAgain(app.id, asked.redirectUri, context.now());
      const grant: StoredGrant = {
        id: context.newId(),
        appId: app.id,
        redirectUri: asked.redirectUri,
        scopes,
        challenge: asked.challenge ?? null,
        createdAt: context.now(),
        codeExpiresAt: later(codeMilliseconds),
        codeUsedAt: null,
        revokedAt: null,
      };
      oauth.insertGrant(grant, digest(code));
    });
    return code;
  }

  function presentApp(app: StoredOauthApp, key: KeySummary): OauthApp {
    const { environment, lastUsedAt, revokedAt } = key;
    return { ...app, environment, scopes: key.scopes as OauthScope[], lastUsedAt, revokedAt };
  }

  function keyOf({ keyId }: StoredOauthApp): KeySummary {
    return keys.get(keyId);
  }

  function endGrant(grantId: string): void {
    store.write(() => oauth.revokeGrant(grantId, context.now()));
  }

  return {
    ask: (asked) => book.add(asked),
    list: () => book.list(),
    get: (id) => book.get(id),

    approve(consent) {
      const asked = book.waiting(consent.id);
      const redirectTo = answerAddress(asked, { code: grantTo(asked, consent) });
      book.answer(consent.id, 'approved', redirectTo);
      return { redirectTo };
    },

    deny(id) {
      const redirectTo = answerAddress(book.waiting(id), {
        error: 'access_denied',
        error_description: 'The owner did not allow it.',
      });
      book.answer(id, 'denied', redirectTo);
      return { redirectTo };
    },

    outcome: (id) => book.outcome(id),

    apps: () =>
      oauth
        .apps()
        .map((app) => presentApp(app, keyOf(app)))
        .filter(({ revokedAt }) => revokedAt === null),

    revoke: (appId) =>
      store.write(() => {
        const app = oauth.app(appId);
        if (!app) throw new SluiceError('not_found', { what: 'app', id: appId });
        keys.revoke(app.keyId);
        announce();
        return presentApp(app, keyOf(app));
      }),

    findCode(code) {
      const grant = code.startsWith(heads.code) ? oauth.grantOfCode(digest(code)) : undefined;
      const app = grant && oauth.app(grant.appId);
      if (!grant || !app || !keys.lives(app.keyId)) return undefined;
      if (grant.codeUsedAt !== null) endGrant(grant.id);
      if (grant.codeUsedAt !== null || grant.revokedAt !== null || hasEnded(grant.codeExpiresAt))
        return undefined;
      return { ...grant, clientId: app.clientId };
    },

    spendCode: (grantId) =>
      store.write(() => {
        if (oauth.spendCode(grantId, context.now())) return true;
        oauth.revokeGrant(grantId, context.now());
        return false;
      }),

    newAccessToken: () => newText('access'),
    newRefreshToken: () => newText('refresh'),

    saveTokens: (grantId, scopes, access, refresh) =>
      store.write(() => {
        const common = { grantId, scopes, createdAt: context.now() };
        const accessEnds = later(oauthLifetimes.accessSeconds * 1000);
        oauth.insertToken({ ...common, sha256: digest(access), kind: 'access', expiresAt: accessEnds });
        const refreshEnds = later(oauthLifetimes.refreshSeconds * 1000);
        oauth.insertToken({ ...common, sha256: digest(refresh), kind: 'refresh', expiresAt: refreshEnds });
      }),

    findRefreshToken(text) {
      const token = text.startsWith(heads.refresh) ? oauth.token(digest(text)) : undefined;
      if (token?.kind !== 'refresh' || !keys.lives(token.keyId)) return undefined;
      if (token.usedAt !== null) endGrant(token.grantId);
      return token.usedAt !== null || token.revokedAt !== null || hasEnded(token.expiresAt)
        ? undefined
        : token;
    },

    spendRefreshToken: ({ sha256, grantId }) =>
      store.write(() => {
        if (oauth.spendToken(sha256, context.now())) return true;
        oauth.revokeGrant(grantId, context.now());
        return false;
      }),

    revokeToken(text) {
      const token = isToken(text) ? oauth.token(digest(text)) : undefined;
      if (token) endGrant(token.grantId);
    },

    authenticate(text) {
      const token =
        text.startsWith(heads.access) && text.length <= 100 ? oauth.token(digest(text)) : undefined;
      if (token?.kind !== 'access' || token.revokedAt !== null || hasEnded(token.expiresAt)) return undefined;
      const found = keys.alive(token.keyId);
      if (!found) return undefined;
      const scopes = token.scopes.filter((scope) => keys.allows(found.key, scope));
      return { ...found, key: { ...found.key, scopes } };
    },
  };
}

/** The address that takes an answer back to the app (RFC 6749, 4.1.2; `iss` of RFC 9207). */
export function answerAddress(
  { redirectUri, state, issuer }: Pick<AskedAccess, 'redirectUri' | 'state' | 'issuer'>,
  answer: Readonly<Record<string, string>>,
): string {
  const address = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) address.searchParams.set(name, value);
  if (state !== undefined) address.searchParams.set('state', state);
  address.searchParams.set('iss', issuer);
  return address.href;
}

const isToken = (text: string): boolean => text.startsWith(heads.access) || text.startsWith(heads.refresh);

function newText(kind: keyof typeof heads): string {
  return `${heads[kind]}${randomBytes(32).toString('base64url')}`;
}

/** The texts hold 256 random bits, so a plain hash of them is safe to store. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** The port is the app's to choose each time; all else names the app. */
function samePlace(left: string, right: string): boolean {
  const [a, b] = [new URL(left), new URL(right)];
  return a.hostname === b.hostname && a.pathname === b.pathname;
}

function sameIds(left: readonly string[] | null, right: readonly string[] | null): boolean {
  return JSON.stringify(left && [...left].sort()) === JSON.stringify(right && [...right].sort());
}
