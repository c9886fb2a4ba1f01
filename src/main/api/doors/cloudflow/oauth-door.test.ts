import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ServicesBench, tempServices } from '../../../services/testing/temp-services.ts';
import { createGatedServer } from '../../gated-server.ts';
import { addSecurityHeaders } from '../../plugins/headers.ts';
import { addJsonBodies } from '../../plugins/json-bodies.ts';
import { oauthDoor } from './oauth-door.ts';

let bench: ServicesBench;
let server: FastifyInstance;
let url: string;

beforeEach(async () => {
  bench = tempServices();
  server = Fastify({
    serverFactory: (handler) =>
      createGatedServer(handler, { devOrigins: [], word: () => ({ status: 400, headers: {}, body: '' }) }),
  });
  addSecurityHeaders(server);
  await addJsonBodies(server);
  await server.register(oauthDoor, { oauth: bench.services.oauth, hasWindow: true });
  await server.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
});
afterEach(() => server.close());

const callback = 'http://127.0.0.1:51234/callback';
const verifier = randomBytes(32).toString('base64url');
const challenge = createHash('sha256').update(verifier).digest('base64url');
const pkce = { code_challenge: challenge, code_challenge_method: 'S256' };

type Fields = Readonly<Record<string, string>>;

function ask(fields: Fields = {}, path = '/api/v1/oauth/authorize', headers: Fields = {}): Promise<Response> {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: 'tester',
    redirect_uri: callback,
    state: 's-1',
    ...fields,
  });
  return fetch(`${url}${path}?${query}`, { redirect: 'manual', headers });
}

/** The id of the request that the browser was sent to answer. */
async function asked(fields: Fields = {}): Promise<string> {
  const answer = await ask(fields);
  const [, id] = /^\/#\/oauth\/([\w-]+)$/.exec(answer.headers.get('location') ?? '') ?? [];
  if (answer.status !== 302 || !id) throw new Error(`not asked: ${answer.status} ${await answer.text()}`);
  return id;
}

const approve = (id: string, extra = {}) =>
  new URL(bench.services.oauth.approve({ id, environment: 'live', pipelineIds: null, ...extra }).redirectTo);

async function codeFor(fields: Fields = {}): Promise<string> {
  return approve(await asked(fields)).searchParams.get('code') ?? '';
}

interface TokenAnswer {
  readonly status: number;
  readonly json: Record<string, unknown> & { access_token: string; refresh_token: string };
}

async function exchange(body: unknown, path = 'token'): Promise<TokenAnswer> {
  const answer = await fetch(`${url}/api/v1/oauth/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, json: text === '' ? {} : JSON.parse(text) };
}

const works = (token: string): boolean => bench.services.oauth.authenticate(token) !== undefined;

describe('asking', () => {
  test.each(['/api/v1/oauth/authorize', '/auth/oauth', '/auth/fake-oauth'])(
    '%s sends the browser to the question and gives nothing',
    async (path) => {
      const before = bench.services.keys.list().length;
      const answer = await ask({}, path);
      expect([answer.status, answer.headers.get('location')]).toEqual([
        302,
        expect.stringMatching(/^\/#\/oauth\/[\w-]{32}$/),
      ]);
      expect(await answer.text()).toBe('');
      expect(bench.services.keys.list()).toHaveLength(before);
    },
  );

  test('a page of another site may send the browser here: it learns nothing', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await ask({}, '/api/v1/oauth/authorize', headers)).status).toBe(302);
  });

  test.each([
    'https://evil.example/callback',
    'http://evil.example/callback',
    'http://127.0.0.1.evil.example/callback',
    'http://127.0.0.1@evil.example/',
    'http://evil.example#127.0.0.1',
    'http://localhost.evil.example/',
    'http://127.0.0.1:80@evil.example/',
    'http://user@127.0.0.1:9/',
    'http://127.1/callback',
    'http://2130706433/callback',
    'http://0.0.0.0:9/callback',
    'http://[::]:9/callback',
    'http://127.0.0.1:99999/callback',
    'http://127.0.0.1:9/callback#part',
    'http://127.0.0.1:9\\@evil.example/',
    'http:\\\\evil.example',
    '//evil.example/',
    '/callback',
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'custom-app://callback',
    ' http://127.0.0.1:9/',
  ])('an answer never goes to %s', async (redirect_uri) => {
    const answer = await ask({ redirect_uri });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('location')).toBeNull();
    expect(Object.keys((await answer.json()) as object)).toEqual(['error', 'code', 'details']);
  });

  test('an answer does not go to this server itself, nor twice', async () => {
    expect((await ask({ redirect_uri: `${url}/#x`.replace('#x', '') })).status).toBe(400);
    const twice = new URLSearchParams([
      ['response_type', 'code'],
      ['client_id', 'tester'],
      ['redirect_uri', callback],
      ['redirect_uri', 'http://evil.example/'],
    ]);
    const answer = await fetch(`${url}/api/v1/oauth/authorize?${twice}`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
  });

  test.each(['http://127.0.0.1:1/a', 'http://[::1]:65535/b/c?d=e', 'http://localhost/'])(
    'an answer may go to %s',
    async (redirect_uri) => {
      expect(await asked({ redirect_uri })).toMatch(/^[\w-]{32}$/);
    },
  );

  test.each([
    ['unsupported_response_type', { response_type: 'token' }],
    ['invalid_scope', { scope: 'cloudflow:read dataos:tokens' }],
    ['invalid_scope', { scope: 'all' }],
    ['invalid_request', { code_challenge: challenge, code_challenge_method: 'plain' }],
    ['invalid_request', { code_challenge: challenge }],
    ['invalid_request', { code_challenge: 'short', code_challenge_method: 'S256' }],
    ['invalid_request', { code_challenge_method: 'S256' }],
  ])('the app is told %s at its own address, with its state', async (error, fields) => {
    const answer = await ask(fields as Fields);
    const to = new URL(answer.headers.get('location') ?? '');
    expect(answer.status).toBe(302);
    expect(to.origin + to.pathname).toBe(callback);
    expect(Object.fromEntries(to.searchParams)).toMatchObject({ error, state: 's-1', iss: url });
    expect(to.searchParams.has('code')).toBe(false);
  });

  test('the window is told, and the oldest give way to the newest beyond fifty', async () => {
    const first = await asked({ state: 'first' });
    for (let count = 0; count < 50; count += 1) await asked({ state: `n${count}` });
    expect(bench.services.oauth.list()).toHaveLength(50);
    expect(() => bench.services.oauth.get(first)).toThrow(/no request for access/);
    const told = bench.events.filter(({ type }) => type === 'oauth.changed').length;
    bench.clock.advance(500);
    expect(bench.events.filter(({ type }) => type === 'oauth.changed').length).toBe(told + 1);
  });
});

describe('the answer of the owner', () => {
  test('approval goes back with code, state and iss; refusal without a code', async () => {
    const to = approve(await asked({ redirect_uri: `${callback}?mine=1` }));
    expect(to.origin + to.pathname).toBe(callback);
    expect([...to.searchParams.keys()].sort()).toEqual(['code', 'iss', 'mine', 'state']);
    const denied = new URL(bench.services.oauth.deny(await asked()).redirectTo);
    expect(Object.fromEntries(denied.searchParams)).toMatchObject({
      error: 'access_denied',
      state: 's-1',
      iss: url,
    });
    expect(denied.searchParams.has('code')).toBe(false);
  });

  test('a request is answered once, and not after ten minutes', async () => {
    const id = await asked();
    approve(id);
    expect(() => approve(id)).toThrow(/over: it is approved/);
    expect(() => bench.services.oauth.deny(id)).toThrow(/over/);
    const late = await asked();
    bench.clock.advance(10 * 60_000);
    expect(() => approve(late)).toThrow(/over: it is expired/);
  });

  test('no more is granted than was asked for', async () => {
    const id = await asked({ scope: 'cloudflow:read' });
    expect(() => approve(id, { scopes: ['cloudflow:read', 'cloudflow:write'] })).toThrow(/Only what the app/);
    expect(approve(id, { scopes: ['cloudflow:read'] }).searchParams.has('code')).toBe(true);
  });

  test('a tab that is not signed in waits, in no frame and without a script, and is then sent on', async () => {
    const id = await asked({ client_id: '<script>alert(1)</script>' });
    const waiting = await fetch(`${url}/auth/oauth/wait/${id}`, { redirect: 'manual' });
    const html = await waiting.text();
    expect(waiting.status).toBe(200);
    expect(html).not.toContain('<script');
    expect(html).toContain('http-equiv="refresh"');
    expect(waiting.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(waiting.headers.get('x-frame-options')).toBe('DENY');
    const to = approve(id);
    const sent = await fetch(`${url}/auth/oauth/wait/${id}`, { redirect: 'manual' });
    expect([sent.status, sent.headers.get('location')]).toEqual([302, to.href]);
    expect((await fetch(`${url}/auth/oauth/wait/unknown`)).status).toBe(404);
  });
});

describe('the exchange', () => {
  test('the code alone is enough where no challenge was given, exactly as the document shows', async () => {
    const { status, json } = await exchange({ code: await codeFor() });
    expect(status).toBe(200);
    expect(json).toEqual({
      access_token: expect.stringMatching(/^slc_oat_/),
      token_type: 'Bearer',
      expires_in: 3600,
      refresh_token: expect.stringMatching(/^slc_ort_/),
      scope: 'cloudflow:read cloudflow:write cloudflow:run cloudflow:sources',
    });
    expect(works(json.access_token)).toBe(true);
    expect(works(json.refresh_token)).toBe(false);
  });

  test('a form does the same, and with a challenge the verifier is a must', async () => {
    const form = new URLSearchParams({
      grant_type: 'authorization_code',
      code: await codeFor(pkce),
      redirect_uri: callback,
      client_id: 'tester',
      code_verifier: verifier,
    });
    const answer = await fetch(`${url}/api/v1/oauth/token`, { method: 'POST', body: form });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(works(((await answer.json()) as TokenAnswer['json']).access_token)).toBe(true);
  });

  test.each([
    ['no verifier', {}],
    ['a wrong verifier', { code_verifier: randomBytes(32).toString('base64url') }],
    ['the challenge as verifier', { code_verifier: challenge }],
    ['another app', { code_verifier: verifier, client_id: 'other' }],
    ['a wrong path', { code_verifier: verifier, redirect_uri: 'http://127.0.0.1:51234/callback/' }],
    ['a wrong port', { code_verifier: verifier, redirect_uri: 'http://127.0.0.1:51235/callback' }],
    [
      'another name of this machine',
      { code_verifier: verifier, redirect_uri: 'http://localhost:51234/callback' },
    ],
    ['a wrong grant type', { code_verifier: verifier, grant_type: 'password' }],
  ])('%s gets nothing', async (_name, extra) => {
    const code = await codeFor(pkce);
    const { status, json } = await exchange({ code, ...extra });
    expect([status, json.code, Object.keys(json)]).toEqual([400, 4001, ['error', 'code', 'details']]);
    expect(json.error).toBe('grant_type' in extra ? 'unsupported_grant_type' : 'invalid_grant');
  });

  test('a wrong address does not spend the code: the one who asked still gets in', async () => {
    const code = await codeFor(pkce);
    const forged = { code, code_verifier: verifier, redirect_uri: 'http://127.0.0.1:51234/other' };
    for (let count = 0; count < 20; count += 1) expect((await exchange(forged)).status).toBe(400);
    for (let count = 0; count < 20; count += 1)
      expect((await exchange({ code: `slc_oac_${randomBytes(32).toString('base64url')}` })).status).toBe(400);
    expect((await exchange({ code, code_verifier: verifier })).status).toBe(200);
  });

  test('a verifier for a code without a challenge is refused', async () => {
    expect((await exchange({ code: await codeFor(), code_verifier: verifier })).status).toBe(400);
  });

  test('a code works for sixty seconds', async () => {
    const code = await codeFor();
    bench.clock.advance(60_000);
    expect((await exchange({ code })).json.error).toBe('invalid_grant');
  });

  test('a code that comes again ends the tokens that came of it', async () => {
    const code = await codeFor();
    const { json } = await exchange({ code });
    expect(works(json.access_token)).toBe(true);
    expect((await exchange({ code })).status).toBe(400);
    expect(works(json.access_token)).toBe(false);
    expect((await exchange({ refresh_token: json.refresh_token, grant_type: 'refresh_token' })).status).toBe(
      400,
    );
  });

  test('of many parallel exchanges of one code at most one gets tokens', async () => {
    const code = await codeFor();
    const answers = await Promise.all(Array.from({ length: 20 }, () => exchange({ code })));
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
  });

  test('two flows side by side do not mix', async () => {
    const mine = createHash('sha256').update('a'.repeat(43)).digest('base64url');
    const [one, two] = [
      await asked({ ...pkce, state: 'one', scope: 'cloudflow:read' }),
      await asked({
        code_challenge: mine,
        code_challenge_method: 'S256',
        state: 'two',
        scope: 'cloudflow:run',
      }),
    ];
    const [second, first] = [approve(two), approve(one)];
    expect([first.searchParams.get('state'), second.searchParams.get('state')]).toEqual(['one', 'two']);
    const codeOf = (to: URL) => to.searchParams.get('code') ?? '';
    expect((await exchange({ code: codeOf(first), code_verifier: verifier })).json.scope).toBe(
      'cloudflow:read',
    );
    expect((await exchange({ code: codeOf(second), code_verifier: verifier })).status).toBe(400);
  });

  test('fields that are given twice, other methods and other bodies are refused', async () => {
    const post = (body: string, type: string) =>
      fetch(`${url}/api/v1/oauth/token`, { method: 'POST', headers: { 'content-type': type }, body });
    expect((await post('code=a&code=b', 'application/x-www-form-urlencoded')).status).toBe(400);
    expect((await post('code=a', 'text/plain')).status).toBe(415);
    expect((await fetch(`${url}/api/v1/oauth/token?code=a`)).status).toBe(405);
    const foreign = await fetch(`${url}/api/v1/oauth/token`, {
      method: 'POST',
      headers: { origin: 'http://127.0.0.1:9999', 'content-type': 'application/json' },
      body: '{}',
    });
    expect(foreign.status).toBe(403);
  });
});

describe('tokens', () => {
  async function tokens(fields: Fields = {}): Promise<TokenAnswer['json']> {
    return (await exchange({ code: await codeFor(fields) })).json;
  }
  const refresh = (refresh_token: string, extra = {}) =>
    exchange({ grant_type: 'refresh_token', refresh_token, ...extra });

  test('an access token works for an hour with what was granted, as the key of its app', async () => {
    const { access_token } = await tokens({ scope: 'cloudflow:read' });
    const found = bench.services.oauth.authenticate(access_token);
    expect(found?.key).toMatchObject({
      scopes: ['cloudflow:read'],
      environment: 'live',
      name: 'tester (OAuth)',
    });
    bench.clock.advance(3_600_000);
    expect(works(access_token)).toBe(false);
  });

  test('a refresh token is replaced; the one before, used again, ends them all', async () => {
    const first = await tokens();
    const second = await refresh(first.refresh_token);
    expect(second.status).toBe(200);
    expect(works(second.json.access_token)).toBe(true);
    expect((await refresh(first.refresh_token)).json.error).toBe('invalid_grant');
    expect(works(second.json.access_token)).toBe(false);
    expect((await refresh(second.json.refresh_token)).status).toBe(400);
  });

  test('refreshing may narrow and never widen', async () => {
    const first = await tokens({ scope: 'cloudflow:read cloudflow:run' });
    const narrow = await refresh(first.refresh_token, { scope: 'cloudflow:read' });
    expect(narrow.json.scope).toBe('cloudflow:read');
    const wide = await refresh(narrow.json.refresh_token, { scope: 'cloudflow:read cloudflow:run' });
    expect([wide.status, wide.json.error]).toEqual([400, 'invalid_scope']);
  });

  test('an app ends its own tokens; an unknown one is no error', async () => {
    const { access_token, refresh_token } = await tokens();
    expect((await exchange({ token: refresh_token }, 'revoke')).status).toBe(200);
    expect(works(access_token)).toBe(false);
    expect((await exchange({ token: 'never was' }, 'revoke')).status).toBe(200);
    expect((await exchange({}, 'revoke')).status).toBe(400);
  });

  test('the owner ends an app: its tokens, its codes and its key end at once', async () => {
    const { access_token, refresh_token } = await tokens({ client_id: 'to-be-ended' });
    const code = await codeFor({ client_id: 'to-be-ended' });
    const app = bench.services.oauth.apps().find(({ clientId }) => clientId === 'to-be-ended');
    expect(bench.services.oauth.revoke(app?.id ?? '').revokedAt).not.toBeNull();
    expect(works(access_token)).toBe(false);
    expect((await refresh(refresh_token)).status).toBe(400);
    expect((await exchange({ code })).status).toBe(400);
    expect(bench.services.oauth.apps().some(({ clientId }) => clientId === 'to-be-ended')).toBe(false);
  });

  test('an app that is approved again keeps its key; another environment is another key', async () => {
    const keyOf = async (environment: string) => {
      const to = approve(
        await asked({ client_id: 'again', redirect_uri: `http://127.0.0.1:${4000 + environment.length}/x` }),
        { environment },
      );
      const { json } = await exchange({ code: to.searchParams.get('code') });
      return bench.services.oauth.authenticate(json.access_token)?.key.id;
    };
    const first = await keyOf('live');
    expect(await keyOf('live')).toBe(first);
    expect(await keyOf('sandbox')).not.toBe(first);
  });

  test('no code or token stands in the store', async () => {
    const code = await codeFor();
    const { json } = await exchange({ code });
    const files = [bench.home.store, `${bench.home.store}-wal`].map((path) => readFileSync(path));
    for (const text of [code, json.access_token, json.refresh_token])
      for (const bytes of files) expect(bytes.includes(text)).toBe(false);
    expect(JSON.stringify(bench.services.oauth.apps())).not.toContain('slc_o');
  });

  test('what is wrong with a text is never told apart', async () => {
    const { access_token, refresh_token } = await tokens();
    for (const text of [refresh_token, `${access_token}x`, access_token.slice(0, -1), '', 'slc_oat_'])
      expect(works(text)).toBe(false);
  });
});
