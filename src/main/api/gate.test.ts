import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTempApp, type TempApp } from '../../../test/support/temp-app.ts';
import { documentedRoutes, filledPath } from './testing/documented-routes.ts';

let temp: TempApp;
let renderer: string;

beforeAll(async () => {
  renderer = mkdtempSync(join(tmpdir(), 'sluice-window-'));
  mkdirSync(join(renderer, 'assets'));
  writeFileSync(join(renderer, 'index.html'), '<!doctype html><title>Sluice</title>');
  writeFileSync(join(renderer, 'assets/a.js'), 'export {};');
  temp = await startTempApp(renderer);
  for (const route of await documentedRoutes(temp.url)) routes.push([route.method, filledPath(route, id)]);
  routes.push(['OPTIONS', '/app/session']);
});
afterAll(async () => {
  await temp.stop();
  rmSync(renderer, { recursive: true });
});

const id = '01a1fddd-f0bb-7bfb-8bc1-4e85fb7a3c58';
/** The app's own, then those that the doors document. */
const routes: [string, string][] = [
  ['GET', '/'],
  ['GET', '/index.html'],
  ['GET', '/assets/a.js'],
  ['GET', '/healthz'],
  ['GET', '/readyz'],
  ['GET', '/openapi.json'],
  ['GET', '/nothing/here'],
  ['GET', '/%'],
  ['POST', '/app/session'],
  ['POST', '/app/proof'],
  ['POST', '/app/rpc/system/info'],
  ['GET', '/app/downloads/x'],
];

/** Header lines of a request that is not meant for this server. */
const hostileHosts = (port: number): [string, string][] => [
  ['foreign name', 'Host: evil.example'],
  ['foreign name with our port', `Host: evil.example:${port}`],
  ['our address as a prefix', `Host: 127.0.0.1.evil.example:${port}`],
  ['our name as a prefix', `Host: LOCALHOST.evil:${port}`],
  ['empty', 'Host:'],
  ['missing', 'X-None: 1'],
  ['given twice', `Host: 127.0.0.1:${port}\r\nHost: 127.0.0.1:${port}`],
  ['given twice, one foreign', `Host: 127.0.0.1:${port}\r\nHost: evil.example`],
  ['user info', `Host: user@127.0.0.1:${port}`],
  ['trailing dot', `Host: localhost.:${port}`],
  ['wrong port', 'Host: 127.0.0.1:1'],
  ['no port', 'Host: 127.0.0.1'],
  ['port with a zero in front', `Host: 127.0.0.1:0${port}`],
  ['mapped IPv6', `Host: [::ffff:7f00:1]:${port}`],
  ['any address', `Host: 0.0.0.0:${port}`],
  ['other loopback', `Host: 127.0.0.2:${port}`],
  ['.local', `Host: sluice.local:${port}`],
  ['punycode', `Host: xn--lcalhost-n2a:${port}`],
  ['255 characters', `Host: ${'a'.repeat(255)}:${port}`],
  ['space inside', `Host: 127.0.0.1 evil:${port}`],
  ['tab inside', `Host: 127.0.0.1\t:${port}`],
  ['underscore', `Host: local_host:${port}`],
  ['IPv6 zone', `Host: [::1%25lo]:${port}`],
  ['decimal address', `Host: 2130706433:${port}`],
  ['short address', `Host: 127.1:${port}`],
  ['list', `Host: 127.0.0.1:${port}, evil.example`],
  ['unbracketed IPv6', `Host: ::1:${port}`],
];

describe('the Host of a request', () => {
  test('every hostile Host is 403 on every route, with a short body', async () => {
    const leaks: string[] = [];
    for (const [method, path] of routes) {
      for (const [name, header] of hostileHosts(temp.port)) {
        const answer = await temp.raw(
          `${method} ${path} HTTP/1.1\r\n${header}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
        );
        if (!isRefusal(answer)) leaks.push(`${name} on ${method} ${path}: ${answer.slice(0, 60)}`);
      }
    }
    expect(leaks).toEqual([]);
  });

  test('the answer comes before the body is read and before the key is looked at', async () => {
    const answer = await temp.raw(
      `POST /api/pub/v1/dataflows/${id}/start?api_key=x HTTP/1.1\r\nHost: evil.example\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n`,
    );
    expect(isRefusal(answer)).toBe(true);
  });

  test.each([
    [
      'absolute form',
      (port: number) => `GET http://127.0.0.1:${port}/healthz HTTP/1.1\r\nHost: 127.0.0.1:${port}`,
    ],
    [
      'absolute form, foreign',
      (port: number) => `GET http://evil.example/ HTTP/1.1\r\nHost: 127.0.0.1:${port}`,
    ],
    ['asterisk form', (port: number) => `OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1:${port}`],
    ['HTTP/1.0 without Host', () => 'GET /healthz HTTP/1.0\r\nX: 1'],
    ['CONNECT', (port: number) => `CONNECT evil.example:443 HTTP/1.1\r\nHost: 127.0.0.1:${port}`],
    [
      'upgrade with a foreign Host',
      () => 'GET /app/rpc/x HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket',
    ],
    [
      'unknown expectation with a foreign Host',
      () => 'GET / HTTP/1.1\r\nHost: evil.example\r\nExpect: something',
    ],
  ])('%s is 403', async (_name, head) => {
    expect(await temp.raw(`${head(temp.port)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 403 /);
  });

  test.each(['127.0.0.1', 'localhost', 'LocalHost', '[::1]'])('%s with our port passes', async (name) => {
    const answer = await temp.raw(
      `GET /healthz HTTP/1.1\r\nHost: ${name}:${temp.port}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('what is no HTTP is refused without an answer from a route', async () => {
    const head = `GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${temp.port}\r\n`;
    expect(await temp.raw(`${head}X-Big: ${'a'.repeat(64 * 1024)}\r\n\r\n`)).toMatch(refusedUnread);
    const many = Array.from({ length: 10_000 }, (_none, at) => `X-${at}: 1\r\n`).join('');
    expect(await temp.raw(`${head}${many}\r\n`)).toMatch(refusedUnread);
    const smuggled = `POST /app/session HTTP/1.1\r\nHost: 127.0.0.1:${temp.port}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`;
    expect(await temp.raw(smuggled)).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('the origin of a request', () => {
  const send = (method: string, path: string, headers: string[]): Promise<string> =>
    temp.raw(
      [
        `${method} ${path} HTTP/1.1`,
        `Host: 127.0.0.1:${temp.port}`,
        'Connection: close',
        'Content-Length: 0',
        ...headers,
        '',
        '',
      ].join('\r\n'),
    );
  /** Pages that a link or a redirect of another site may open: they hold no data and start nothing. */
  const openPaths = new Set([
    '/',
    '/index.html',
    '/api/v1/oauth/authorize',
    '/auth/oauth',
    '/auth/fake-oauth',
  ]);
  const isShell = ([method, path]: [string, string]) => method === 'GET' && openPaths.has(path);
  const foreign: [string, string[]][] = [
    ['foreign origin', ['Origin: http://evil.example']],
    ['null origin', ['Origin: null']],
    ['empty origin', ['Origin:']],
    ['https twin of ours', ['Origin: https://127.0.0.1']],
    ['other local port', ['Origin: http://127.0.0.1:3000']],
    ['two origins', ['Origin: http://127.0.0.1', 'Origin: http://evil.example']],
    ['cross-site', ['Sec-Fetch-Site: cross-site']],
    ['same-site', ['Sec-Fetch-Site: same-site']],
    ['cross-site that calls itself no-cors', ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors']],
    ['cross-site that calls itself navigate', ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate']],
    ['unknown site', ['Sec-Fetch-Site: whatever']],
  ];

  test('every foreign page is 403 on every route but the shell', async () => {
    const leaks: string[] = [];
    for (const route of routes.filter((candidate) => !isShell(candidate))) {
      for (const [name, headers] of foreign) {
        const answer = await send(...route, headers);
        if (!isRefusal(answer)) leaks.push(`${name} on ${route.join(' ')}: ${answer.slice(0, 60)}`);
      }
    }
    expect(leaks).toEqual([]);
  });

  test('a link on a foreign page may open the shell, which holds no data', async () => {
    for (const [, headers] of foreign) expect(await send('GET', '/', headers)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await send('POST', '/', ['Origin: http://evil.example'])).toMatch(/^HTTP\/1\.1 403 /);
  });

  test('our own page and programs without an origin pass', async () => {
    const own = `Origin: http://127.0.0.1:${temp.port}`;
    expect(await send('GET', '/healthz', [own, 'Sec-Fetch-Site: same-origin'])).toMatch(/^HTTP\/1\.1 200 /);
    expect(await send('GET', '/healthz', ['Sec-Fetch-Site: none'])).toMatch(/^HTTP\/1\.1 200 /);
    expect(await send('GET', '/healthz', [])).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('no answer ever allows another origin, and every answer carries the safety headers', async () => {
    for (const route of routes.slice(0, -1)) {
      const answer = (await send(...route, [])).toLowerCase();
      expect(answer).not.toContain('access-control-');
      expect(answer).toContain('x-content-type-options: nosniff');
      expect(answer).toContain('content-security-policy: ');
    }
  });

  test('the shell is served under the strict policy', async () => {
    const answer = await send('GET', '/', []);
    const policy = /content-security-policy: (.*)\r/i.exec(answer)?.[1] ?? '';
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe|\*|unsafe-eval/);
  });
});

/** The answer, or nothing where the reset of the unread rest overtook it. */
const refusedUnread = /^(HTTP\/1\.1 431 |$)/;

function isRefusal(answer: string): boolean {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  // A Host that the parser itself rejects ends as 400: no route saw it either.
  return /^HTTP\/1\.1 (403|400) /.test(head) && body.length <= 64;
}
