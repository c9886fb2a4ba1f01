import type { FastifyInstance, FastifyRequest } from 'fastify';
import { SluiceError } from '../../../../shared/errors/sluice-error.ts';
import { answerAddress, type OauthService } from '../../../services/oauth-service.ts';
import { describeDoor } from '../../openapi.ts';
import { answerErrors } from '../../plugins/errors.ts';
import { addRoute, describeIssues, refuseOtherMethods } from '../../route-kit.ts';
import { cloudflowAnswer } from './answers.ts';
import { cloudflowDescription } from './description.ts';
import { addFormBodies } from './form-bodies.ts';
import { createExchange } from './oauth-exchange.ts';
import { type AuthorizeQuery, authorizeQuery, revokeBody, tokenAnswer, tokenBody } from './oauth-schemas.ts';
import { redirectFault, scopesOf } from './redirect-rules.ts';
import { waitPage } from './wait-page.ts';

export interface OauthDoorPorts {
  readonly oauth: OauthService;
  /** The window is there to show the question. */
  readonly hasWindow: boolean;
}

const base = '/api/v1/oauth';
const authorizeUrls = [`${base}/authorize`, '/auth/oauth', '/auth/fake-oauth'] as const;
const tag = 'OAuth 2.0';

/**
 * The authorisation code flow of OAuth 2.0 with PKCE, for apps on this machine. These routes take no key: asking gives
 * nothing, and a code or token that is handed in is its own proof.
 */
export async function oauthDoor(door: FastifyInstance, ports: OauthDoorPorts): Promise<void> {
  door.setErrorHandler(answerErrors(cloudflowAnswer));
  door.addHook('onRequest', async (request) => {
    request.door = 'cloudflow';
  });
  describeDoor(door, cloudflowDescription);
  addFormBodies(door);
  for (const url of authorizeUrls) {
    addAuthorize(door, url, ports);
    refuseOtherMethods(door, url, ['GET']);
  }
  addWaiting(door, ports);
  addToken(door, ports);
  addRevoke(door, ports);
  addServerFacts(door);
}

/**
 * For browsers only, which is why it stands in the OpenAPI as the flow's address and not as an operation. The browser is
 * sent on to the question in the window, and from there to the app.
 */
function addAuthorize(door: FastifyInstance, url: string, { oauth, hasWindow }: OauthDoorPorts): void {
  door.get(url, (request, reply) => {
    const query = authorizeQuery.safeParse(request.query);
    if (!query.success)
      throw new SluiceError('invalid_input', { reason: describeIssues(query.error, 'query') });
    const asked = askedOf(query.data, request);
    if ('error' in asked) return reply.redirect(asked.error);
    const id = oauth.ask(asked);
    return reply.redirect(hasWindow ? `/#/oauth/${id}` : `/auth/oauth/wait/${id}`);
  });
}

/** What is asked for, or the address that tells the app what is wrong. A bad address is never gone to. */
function askedOf(query: AuthorizeQuery, request: FastifyRequest) {
  const fault = redirectFault(query.redirect_uri, request.socket.localPort);
  if (fault) throw new SluiceError('invalid_input', { reason: fault });
  const { client_id: clientId, redirect_uri: redirectUri, state, code_challenge: challenge } = query;
  const issuer = issuerOf(request);
  const back = (error: string, error_description: string) => ({
    error: answerAddress({ redirectUri, state, issuer }, { error, error_description }),
  });
  if (query.response_type !== 'code')
    return back('unsupported_response_type', 'response_type must be "code".');
  const scopes = scopesOf(query.scope);
  if (!scopes) return back('invalid_scope', 'A scope is not known here.');
  const method = query.code_challenge_method ?? (challenge === undefined ? undefined : 'plain');
  if (method !== undefined && method !== 'S256')
    return back('invalid_request', 'code_challenge_method must be "S256".');
  if (method !== undefined && !/^[\w-]{43}$/.test(challenge ?? ''))
    return back('invalid_request', 'code_challenge must be the base64url of a SHA-256.');
  return { clientId, redirectUri, scopes, state, challenge, issuer };
}

/** For a tab that is not signed in: it waits here for the answer that is given elsewhere. */
function addWaiting(door: FastifyInstance, { oauth }: OauthDoorPorts): void {
  door.get<{ Params: { id: string } }>('/auth/oauth/wait/:id', (request, reply) => {
    const outcome = oauth.outcome(request.params.id);
    if (!outcome)
      throw new SluiceError('not_found', { what: 'request for access', id: request.params.id.slice(0, 100) });
    if (outcome.redirectTo !== undefined) return reply.redirect(outcome.redirectTo);
    const { html, policy } = waitPage(outcome.request);
    return reply.type('text/html; charset=utf-8').header('content-security-policy', policy).send(html);
  });
}

function addToken(door: FastifyInstance, { oauth }: OauthDoorPorts): void {
  const exchange = createExchange(oauth);
  addRoute(door, {
    method: 'POST',
    url: `${base}/token`,
    operation: {
      summary: 'Exchange a code or a refresh token',
      description:
        'A code works for 60 seconds and once; a refresh token once. What comes a second time ends all tokens that came of it.',
      tag,
      body: tokenBody,
      bodyTypes: ['application/json', 'application/x-www-form-urlencoded'],
      bodyExamples: {
        code: { summary: 'The code alone', value: { code: 'FAKE-OAUTH-CODE-7890' } },
        form: {
          summary: 'With PKCE, as a form',
          type: 'application/x-www-form-urlencoded',
          value:
            'grant_type=authorization_code&code=FAKE-OAUTH-CODE-7890&redirect_uri=http%3A%2F%2F127.0.0.1%3A51234%2Fcallback&client_id=my-app&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
        },
      },
      answers: { 200: { description: 'The tokens.', schema: tokenAnswer } },
      refuses: {
        oauth_refused: {
          word: 'invalid_grant',
          reason: 'The code is unknown, used, or older than 60 seconds.',
        },
      },
    },
    handler: async ({ body, reply }) => {
      void reply.headers({ 'cache-control': 'no-store', pragma: 'no-cache' });
      return exchange(body);
    },
  });
  refuseOtherMethods(door, `${base}/token`, ['POST']);
}

function addRevoke(door: FastifyInstance, { oauth }: OauthDoorPorts): void {
  addRoute(door, {
    method: 'POST',
    url: `${base}/revoke`,
    operation: {
      summary: 'End a token',
      description: 'RFC 7009: all tokens of the same approval end. An unknown token is no error.',
      tag,
      body: revokeBody,
      bodyTypes: ['application/json', 'application/x-www-form-urlencoded'],
      bodyExamples: {
        token: { value: { token: 'slc_ort_...' } },
        form: { type: 'application/x-www-form-urlencoded', value: 'token=slc_ort_...' },
      },
      answers: { 200: { description: 'It is worth nothing now.' } },
    },
    handler: ({ body, reply }) => {
      oauth.revokeToken(body.token);
      return reply.status(200).send();
    },
  });
  refuseOtherMethods(door, `${base}/revoke`, ['POST']);
}

/** RFC 8414: where a client finds all of this. */
function addServerFacts(door: FastifyInstance): void {
  door.get('/.well-known/oauth-authorization-server', (request) => {
    const issuer = issuerOf(request);
    return {
      issuer,
      authorization_endpoint: `${issuer}${base}/authorize`,
      token_endpoint: `${issuer}${base}/token`,
      revocation_endpoint: `${issuer}${base}/revoke`,
      scopes_supported: scopesOf(undefined),
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none'],
      authorization_response_iss_parameter_supported: true,
    };
  });
}

/** The gate let only this server's own names pass as `Host`. */
function issuerOf(request: FastifyRequest): string {
  return `http://${(request.headers.host ?? '').toLowerCase()}`;
}
