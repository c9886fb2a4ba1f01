import OAuth2Server from '@node-oauth/oauth2-server';
import { SluiceError } from '../../../../shared/errors/sluice-error.ts';
import { type OauthService, oauthLifetimes } from '../../../services/oauth-service.ts';
import type { TokenBody } from './oauth-schemas.ts';

/** The one person this machine's Sluice belongs to: every grant is theirs. */
const owner = { id: 'owner' };

export interface IssuedTokens {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  readonly expires_in: number;
  readonly refresh_token: string;
  readonly scope: string;
}

export type Exchange = (body: TokenBody) => Promise<IssuedTokens>;

/** Codes and refresh tokens for access tokens. What the standard says about it is the library's; the rows are the service's. */
export function createExchange(oauth: OauthService): Exchange {
  const server = new OAuth2Server({ model: modelOf(oauth) });

  return async (body) => {
    const request = new OAuth2Server.Request({
      method: 'POST',
      query: {},
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '1' },
      body: completed(body, oauth),
    });
    try {
      const token = await server.token(request, new OAuth2Server.Response({ headers: {} }), {
        accessTokenLifetime: oauthLifetimes.accessSeconds,
        refreshTokenLifetime: oauthLifetimes.refreshSeconds,
        // Apps on a desktop cannot keep a secret: what proves them is the verifier.
        requireClientAuthentication: { authorization_code: false, refresh_token: false },
      });
      return answerOf(token);
    } catch (error) {
      throw refusal(error);
    }
  };
}

/**
 * The request as the standard wants it: `{code}` alone means the client and the address that the code was given to.
 * What is sent must equal them, and is judged before the code is spent.
 */
function completed(body: TokenBody, oauth: OauthService): Record<string, string> {
  const grantType = body.grant_type ?? (body.code === undefined ? undefined : 'authorization_code');
  const { scope } = body;
  if (grantType === 'refresh_token') {
    const known = oauth.findRefreshToken(body.refresh_token ?? '');
    if (!known)
      throw invalid('invalid_grant', 'The refresh token is not valid any more. Ask the owner again.');
    if ((body.client_id ?? known.clientId) !== known.clientId)
      throw invalid('invalid_grant', 'The refresh token belongs to another client_id.');
    return defined({
      grant_type: grantType,
      refresh_token: body.refresh_token,
      client_id: known.clientId,
      scope,
    });
  }
  if (grantType !== 'authorization_code') {
    throw grantType === undefined
      ? invalid('invalid_request', 'The field "code" or "refresh_token" is missing.')
      : invalid('unsupported_grant_type', 'Only authorization_code and refresh_token are known here.');
  }
  const known = oauth.findCode(body.code ?? '');
  if (!known) throw invalid('invalid_grant', 'The code is unknown, used, or older than 60 seconds.');
  if ((body.client_id ?? known.clientId) !== known.clientId)
    throw invalid('invalid_grant', 'The code belongs to another client_id.');
  if ((body.redirect_uri ?? known.redirectUri) !== known.redirectUri)
    throw invalid('invalid_grant', 'The redirect_uri is not the one of the request.');
  if (known.challenge !== null && body.code_verifier === undefined)
    throw invalid(
      'invalid_grant',
      'The field "code_verifier" is missing: the code was asked for with a challenge.',
    );
  return defined({
    grant_type: grantType,
    code: body.code,
    client_id: known.clientId,
    redirect_uri: known.redirectUri,
    code_verifier: body.code_verifier,
  });
}

type Model = OAuth2Server.AuthorizationCodeModel & OAuth2Server.RefreshTokenModel;

function modelOf(oauth: OauthService): Model {
  const client = (id: string): OAuth2Server.Client => ({
    id,
    grants: ['authorization_code', 'refresh_token'],
  });
  return {
    // Clients are not registered: the owner is asked each time, and a code tells whom it was given to.
    getClient: async (clientId) => client(clientId),
    generateAccessToken: async () => oauth.newAccessToken(),
    generateRefreshToken: async () => oauth.newRefreshToken(),

    async getAuthorizationCode(code): Promise<OAuth2Server.AuthorizationCode | undefined> {
      const grant = oauth.findCode(code);
      return (
        grant && {
          authorizationCode: code,
          expiresAt: new Date(grant.codeExpiresAt),
          redirectUri: grant.redirectUri,
          scope: [...grant.scopes],
          ...(grant.challenge !== null && { codeChallenge: grant.challenge, codeChallengeMethod: 'S256' }),
          client: client(grant.clientId),
          user: { ...owner, grantId: grant.id },
        }
      );
    },
    revokeAuthorizationCode: async ({ user }) => oauth.spendCode(grantOf(user)),

    async getRefreshToken(text): Promise<OAuth2Server.RefreshToken | undefined> {
      const token = oauth.findRefreshToken(text);
      return (
        token && {
          refreshToken: text,
          refreshTokenExpiresAt: new Date(token.expiresAt),
          scope: [...token.scopes],
          client: client(token.clientId),
          user: { ...owner, grantId: token.grantId },
        }
      );
    },
    async revokeToken({ refreshToken }) {
      const token = oauth.findRefreshToken(refreshToken ?? '');
      return token !== undefined && oauth.spendRefreshToken(token);
    },

    async saveToken(token, forClient, user): Promise<OAuth2Server.Token> {
      const { accessToken, refreshToken = '', scope = [] } = token;
      oauth.saveTokens(grantOf(user), scope, accessToken, refreshToken);
      return { ...token, client: forClient, user };
    },
    // The owner's approval makes the code, and doors ask the service: these parts of the library are not used.
    saveAuthorizationCode: async () => undefined,
    getAccessToken: async () => undefined,
  };
}

function grantOf(user: object): string {
  return String((user as { grantId?: unknown }).grantId);
}

function answerOf({ accessToken, refreshToken = '', scope = [] }: OAuth2Server.Token): IssuedTokens {
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: oauthLifetimes.accessSeconds,
    refresh_token: refreshToken,
    scope: scope.join(' '),
  };
}

function refusal(error: unknown): unknown {
  if (!(error instanceof OAuth2Server.OAuthError) || error.code >= 500) return error;
  return invalid(error.name, sentence(error.message));
}

const invalid = (word: string, reason: string): SluiceError =>
  new SluiceError('oauth_refused', { word, reason });

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

function defined(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const given = Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(given);
}
