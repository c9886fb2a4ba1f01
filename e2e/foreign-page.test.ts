import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext } from '@playwright/test';
import { stateOf } from '../src/main/store/testing/store-state.ts';
import { expect, test } from './fixtures.ts';

/** What the script of a hostile page got to read of one try. */
interface Read {
  readonly target: string;
  readonly how: string;
  readonly status: number;
  readonly text: string;
}

const paths = [
  '/openapi.json',
  '/api/v2/jobs/x',
  '/api/v1/pipelines',
  '/api/pub/v1/dataflows/x/runs/x/status',
  '/v1/resources',
  '/v1/workspace/settings',
  '/app/rpc/pipelines/list',
];
const writes: readonly (readonly [string, string])[] = [
  ['/api/v2/ingest', '{"source":"evil","data":[{"a":1}]}'],
  ['/api/v1/pipelines', '{"name":"evil","steps":[]}'],
  ['/v1/resources', '{"name":"evil","version":"v1","type":"secret","secret":{"data":{"a":"b"}}}'],
  ['/v1/tokens', '{"name":"evil"}'],
  ['/v1/webhooks', '{"url":"https://evil.test/","events":["resource.created"]}'],
];

/** Everything that a page can try from a browser, with a key that leaked and with the owner's cookie. */
async function attack(context: BrowserContext, from: string, bases: readonly string[], key: string) {
  const page = await context.newPage();
  await page.goto(from);
  const read = await page.evaluate(
    async ({ bases, paths, writes, key }) => {
      const got: { target: string; how: string; status: number; text: string }[] = [];
      const attempt = async (how: string, target: string, init: RequestInit): Promise<void> => {
        try {
          const answer = await fetch(target, { credentials: 'include', ...init });
          if (answer.type === 'opaque') return;
          got.push({ target, how, status: answer.status, text: await answer.text() });
        } catch {
          // The browser or the server kept it from us.
        }
      };
      const settled = (make: (done: () => void) => void): Promise<void> =>
        Promise.race([new Promise<void>(make), new Promise<void>((done) => setTimeout(done, 1500))]);
      for (const base of bases) {
        const keyed = { authorization: `Bearer ${key}`, 'x-api-key': key };
        for (const path of paths) {
          await attempt('get', base + path, {});
          await attempt('get without cors', base + path, { mode: 'no-cors' });
          await attempt('get with a key', base + path, { headers: keyed });
        }
        for (const [path, body] of writes) {
          for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
            const simple = { method: 'POST', body, headers: { 'content-type': type } };
            await attempt(`post ${type}`, base + path, { ...simple, mode: 'no-cors' });
          }
          await attempt('post a blob', base + path, {
            method: 'POST',
            body: new Blob([body]),
            mode: 'no-cors',
          });
          const json = { 'content-type': 'application/json', ...keyed };
          await attempt('post json with a key', base + path, { method: 'POST', body, headers: json });
          await settled((done) => {
            const frame = Object.assign(document.createElement('iframe'), {
              name: 'sink',
              onload: () => done(),
            });
            document.body.append(frame);
            const form = Object.assign(document.createElement('form'), {
              method: 'post',
              action: base + path,
              enctype: 'text/plain',
              target: 'sink',
            });
            form.append(Object.assign(document.createElement('input'), { name: body, value: '' }));
            document.body.append(form);
            form.submit();
          });
          for (const each of document.querySelectorAll('iframe, form')) each.remove();
        }
        await settled((done) => {
          const events = new EventSource(`${base}/app/rpc/events/list`, { withCredentials: true });
          events.onopen = () => got.push({ target: base, how: 'events', status: 200, text: 'opened' });
          events.onerror = () => done();
        });
        await settled((done) => {
          const socket = new WebSocket(`${base.replace('http', 'ws')}/`);
          socket.onopen = () => got.push({ target: base, how: 'socket', status: 101, text: 'opened' });
          socket.onerror = () => done();
        });
      }
      return got;
    },
    { bases, paths, writes, key },
  );
  await page.close();
  return read as Read[];
}

test('a page of another site, and one whose name was bound to this machine, read and change nothing', async ({
  playwright,
  product,
}, { project }) => {
  test.setTimeout(240_000);
  const { key } = await product.sluice<{ key: string }>('keys', 'create', '--name', 'leaked');
  const evil = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>evil</title><body>');
  });
  await new Promise<void>((done) => evil.listen(0, '127.0.0.1', done));
  const { args = [], ...launch } = project.use.launchOptions ?? {};
  const browser = await playwright.chromium.launch({
    ...launch,
    // Newer browsers ask before a page may reach this machine. Others do not: what holds here is the server's alone.
    args: [
      ...args,
      '--host-resolver-rules=MAP evil.test 127.0.0.1',
      '--disable-features=LocalNetworkAccessChecks',
    ],
  });
  try {
    const context = await browser.newContext();
    // The owner is signed in beside it.
    const owner = await context.newPage();
    await owner.goto(await product.signInLink());
    await expect(owner.getByRole('navigation', { name: 'Main' })).toBeVisible();
    await owner.close();
    const { port } = new URL(product.url);
    const rebound = `http://evil.test:${port}`;
    // The page came from its own server, before its name was bound to this machine.
    await context.route(`${rebound}/page`, (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>evil</title><body>' }),
    );
    const bases = [product.url, `http://localhost:${port}`, `http://0.0.0.0:${port}`, rebound];
    const before = stateOf(product.home);
    const foreign = `http://evil.test:${(evil.address() as AddressInfo).port}/`;
    const read = [
      ...(await attack(context, foreign, bases, key)),
      ...(await attack(context, `${rebound}/page`, bases, key)),
    ];
    // A rebound page reads the refusal of its own origin, and no more.
    expect(read.length).toBeGreaterThan(20);
    expect(
      read.filter(
        ({ target, status, text }) => !target.startsWith(rebound) || status !== 403 || text.length > 64,
      ),
    ).toEqual([]);
    expect(stateOf(product.home)).toEqual(before);
    // The same key from a script, which sends no Origin, is let in: the key is good, the pages were not.
    const script = await fetch(`${product.url}/v1/resources`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(script.status).toBe(200);
  } finally {
    await browser.close();
    evil.close();
  }
});
