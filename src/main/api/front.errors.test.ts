import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTempApp, type TempApp } from '../../../test/support/temp-app.ts';
import {
  type DocumentedRoute,
  documentedRoutes,
  filledPath,
  keyHeaders,
  mutates,
} from './testing/documented-routes.ts';

let temp: TempApp;
let routes: DocumentedRoute[];
let key: string;
const nobody = '01a1fddd-f0bb-7bfb-8bc1-4e85fb7a3c58';

beforeAll(async () => {
  temp = await startTempApp();
  key = await temp.key({ plan: 'unlimited' });
  routes = (await documentedRoutes(temp.url)).filter(({ scope }) => scope !== undefined);
});
afterAll(() => temp.stop());

/** One route of each door, by the door's name in its scope. */
const doors = (): [string, DocumentedRoute][] =>
  [...Map.groupBy(routes, ({ scope = '' }) => scope.split(':')[0] ?? '')].flatMap(([door, [first]]) =>
    first ? [[door, first]] : [],
  );

/** How each door words an error, in the least that its document says. */
const shapes: Record<string, (text: string) => unknown> = {
  dataflow: (text) =>
    expect(JSON.parse(text)).toEqual({
      error: expect.anything(),
      message: expect.any(String),
      code: expect.anything(),
    }),
  cloudflow: (text) =>
    expect(JSON.parse(text)).toMatchObject({ error: expect.any(String), code: expect.any(Number) }),
  execution: (text) => expect(text).toMatch(/^[A-Z][^{}<>]+\.$/),
  dataos: (text) =>
    expect(JSON.parse(text)).toMatchObject({
      error: { code: expect.stringMatching(/^[A-Z_]+$/), message: expect.any(String) },
    }),
  datapulse: (text) =>
    expect(JSON.parse(text)).toEqual({
      error: {
        code: expect.any(String),
        message: expect.any(String),
        type: expect.any(String),
        request_id: expect.any(String),
      },
    }),
};

/** A refusal of a status, in the door's words, with an id, and with nothing of ours in it. */
function expectRefusal(door: string, { status, id, text }: Refused, wanted: number): void {
  expect([door, status]).toEqual([door, wanted]);
  expect(id).toBeTruthy();
  shapes[door]?.(text);
  expect(text).not.toMatch(/FST_|ERR_|HPE_|SELECT |node:|node_modules|\/src\/|undefined|\.ts/);
  expect(text).not.toContain(temp.home);
}

interface Refused {
  readonly status: number;
  readonly id: string | null;
  readonly text: string;
}

async function send(method: string, path: string, init: RequestInit = {}): Promise<Refused> {
  const answer = await fetch(`${temp.url}${path}`, {
    method,
    ...init,
    headers: { ...keyHeaders(path, key), ...init.headers },
  });
  return { status: answer.status, id: answer.headers.get('x-request-id'), text: await answer.text() };
}

async function sendRaw(text: string): Promise<Refused> {
  const answer = await temp.raw(text);
  const [head = '', ...body] = answer.split('\r\n\r\n');
  return {
    status: Number(head.split(' ')[1]),
    id: /x-request-id: (\S+)/i.exec(head)?.[1] ?? null,
    text: body.join('\r\n\r\n'),
  };
}

const json = { 'content-type': 'application/json' };

describe('every refusal is in the words of its door', () => {
  test('no key', async () => {
    for (const [door, route] of doors()) {
      const answer = await fetch(`${temp.url}${filledPath(route, nobody)}`, { method: route.method });
      const id = answer.headers.get('x-request-id');
      expectRefusal(door, { status: answer.status, id, text: await answer.text() }, 401);
    }
  });

  test('a path that does not exist', async () => {
    for (const [door, route] of doors())
      expectRefusal(door, await send('GET', `${prefixOf(route)}/no/such/place`), 404);
  });

  test('a method that a path does not have, and what it has instead', async () => {
    for (const [door, route] of doors()) {
      const path = filledPath(route, nobody);
      const there = new Set(routes.filter((each) => each.path === route.path).map(({ method }) => method));
      const other = ['DELETE', 'PATCH', 'PUT', 'POST'].find((method) => !there.has(method));
      if (!other) continue;
      expectRefusal(door, await send(other, path), 405);
      const options = await fetch(`${temp.url}${path}`, {
        method: 'OPTIONS',
        headers: keyHeaders(path, key),
      });
      expect([door, options.status]).toEqual([door, 204]);
      for (const method of there) expect(options.headers.get('allow')).toContain(method);
      expect(await options.text()).toBe('');
    }
  });

  test('a method that nobody knows', async () => {
    for (const [door, route] of doors()) expectRefusal(door, await send('PROPFIND', prefixOf(route)), 404);
  });

  test('an address that cannot be read, or is too long', async () => {
    for (const [door, route] of doors()) {
      expectRefusal(door, await send('GET', `${prefixOf(route)}/%zz`), 400);
      const long = await send('GET', `${prefixOf(route)}/${'x'.repeat(5_000)}`);
      expect([404, 414]).toContain(long.status);
      expectRefusal(door, long, long.status);
    }
  });

  test('bodies that are no JSON, too deep, too large, of another type, or damaged', async () => {
    const records = Array.from({ length: 12_000 }, (_none, at) => ({ at, text: 'x'.repeat(1_000) }));
    const large = JSON.stringify({ source: 'a', data: records });
    for (const [door] of doors()) {
      // Raw bodies are judged by their route.
      const route = routes.find(
        (each) => each.scope?.startsWith(door) && mutates(each) && each.method !== 'DELETE',
      );
      if (!route) continue;
      const path = filledPath(route, nobody);
      const body = (text: string, headers: Record<string, string> = json) =>
        send(route.method, path, { body: text, headers });
      expectRefusal(door, await body('{'), 400);
      expectRefusal(door, await body('['.repeat(5_000)), 400);
      expectRefusal(door, await body('{"__proto__": {"x": 1}}'), 400);
      expectRefusal(door, await body('x', { 'content-type': 'text/html' }), 415);
      expectRefusal(door, await body('x', { ...json, 'content-encoding': 'gzip' }), 400);
      expectRefusal(door, await body(large), 413);
    }
  });

  test('requests that are no proper HTTP', async () => {
    for (const [door, route] of doors()) {
      const path = filledPath(route, nobody);
      const head = `${route.method} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${temp.port}\r\n`;
      expectRefusal(door, await sendRaw(`${head}Broken header\r\n\r\n`), 400);
      expectRefusal(door, await sendRaw(`${head}Content-Length: x\r\n\r\n`), 400);
      expectRefusal(door, await sendRaw(`${head}X-Big: ${'a'.repeat(17_000)}\r\n\r\n`), 431);
    }
  });

  test('a key in the address: refused everywhere but at the door whose document puts it there', async () => {
    for (const [door, route] of doors()) {
      const path = filledPath(route, nobody);
      for (const query of [`api_key=${key}`, `access_token=${key}`, `page=${key}`, `q=Bearer%20${key}`]) {
        const answer = await send(route.method, `${path}?${query}`);
        if (door === 'execution' && query.startsWith('api_key=')) expect(answer.status).not.toBe(401);
        else expectRefusal(door, answer, 400);
        expect(answer.text).not.toContain(key.slice(17, 49));
      }
    }
    const { requests } = await temp.client.requests.list({ limit: 500 });
    expect(requests.some(({ error }) => error === 'key_in_address')).toBe(true);
    expect(JSON.stringify(requests)).not.toContain(key.slice(17, 49));
  });
});

test('the caller’s own request id comes back, one that could hurt does not, and the list knows it', async () => {
  const [, route] = doors()[0] ?? [];
  const path = filledPath(route ?? { method: 'GET', path: '/', scope: '', places: [] }, nobody);
  expect((await send('GET', path, { headers: { 'x-request-id': 'mine-1' } })).id).toBe('mine-1');
  expect((await send('GET', path, { headers: { 'x-request-id': 'a<b>' } })).id).toMatch(/^req_[0-9a-f]{32}$/);
  const { requests } = await temp.client.requests.list({ search: 'mine-1' });
  expect(requests[0]).toMatchObject({ id: 'mine-1', method: 'GET' });
});

test('the text of a key is told once, and is nowhere after that', async () => {
  const made = await Promise.all(
    Array.from({ length: 30 }, (_none, at) =>
      temp.client.keys.create({ name: `key ${at}`, plan: 'unlimited' }),
    ),
  );
  const [first] = made;
  const id = first?.id ?? '';
  const rotated = await temp.client.keys.rotate({ id });
  const texts = [key, rotated.key, ...made.map((each) => each.key)];
  for (const text of texts)
    await fetch(`${temp.url}/v1/tokens?key=${text}`, { headers: { authorization: `Bearer ${text}` } });
  const told = JSON.stringify(
    await Promise.all([
      temp.client.keys.list({}),
      temp.client.keys.get({ id }),
      temp.client.keys.update({ id, name: 'renamed' }),
      temp.client.keys.usage({ id }),
      temp.client.keys.recentUse({}),
      temp.client.requests.list({ limit: 500 }),
      temp.client.events.list({ types: ['key.*'], limit: 200 }),
      temp.client.diagnostics.get({}),
      temp.client.system.info({}),
      temp.client.keys.revoke({ id }),
    ]),
  );
  const files = readdirSync(temp.home, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const bytes = files.map((entry) => readFileSync(join(entry.parentPath, entry.name)));
  for (const text of texts) {
    const secret = text.slice(17, 49);
    expect(told).not.toContain(secret);
    for (const kind of [
      secret,
      Buffer.from(text).toString('base64').slice(24, 60),
      Buffer.from(secret, 'utf16le'),
    ])
      expect(bytes.some((file) => file.includes(kind))).toBe(false);
  }
});

/** Where a door's paths begin, as far as no place is in them. */
function prefixOf({ path }: DocumentedRoute): string {
  return path.replace(/\/\{.*$/, '').replace(/\/$/, '');
}
