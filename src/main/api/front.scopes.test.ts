import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { smallPipeline, startTempApp, type TempApp } from '../../../test/support/temp-app.ts';
import { type KeyScope, keyScopes } from '../../shared/contract/domain.ts';
import { stateOf } from '../store/testing/store-state.ts';
import {
  type DocumentedRoute,
  documentedRoutes,
  filledPath,
  keyHeaders,
  mutates,
} from './testing/documented-routes.ts';

let temp: TempApp;
let routes: DocumentedRoute[];
const nobody = '01a1fddd-f0bb-7bfb-8bc1-4e85fb7a3c58';

beforeAll(async () => {
  temp = await startTempApp();
  routes = await documentedRoutes(temp.url);
});
afterAll(() => temp.stop());

async function send(route: DocumentedRoute, path: string, key: string | undefined, init: RequestInit = {}) {
  const answer = await fetch(`${temp.url}${path}`, {
    method: route.method,
    redirect: 'manual',
    ...init,
    headers: { ...(key && keyHeaders(path, key)), ...init.headers },
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

/** What needs no key, and why. */
const open = [
  /^\/healthz$|^\/readyz$/,
  // Signed, each with a secret of its own.
  /^\/hooks\//,
  // They are how an app gets a key's rights at all.
  /^\/api\/v1\/oauth\/|^\/auth\//,
];

describe('scopes over all documented routes', () => {
  test('every route of a door names its scope', () => {
    const without = routes.filter(({ scope }) => scope === undefined).map(({ path }) => path);
    expect(without.filter((path) => !open.some((pattern) => pattern.test(path)))).toEqual([]);
    const unknown = routes.filter(({ scope }) => scope && !(keyScopes as readonly string[]).includes(scope));
    expect(unknown).toEqual([]);
  });

  test('a key passes where it has the scope and is refused with 403 everywhere else', async () => {
    const wrong: string[] = [];
    for (const scope of keyScopes) {
      const key = await temp.key({ scopes: [scope], plan: 'unlimited' });
      for (const route of routes.filter((each) => each.scope !== undefined)) {
        const allowed = scope === 'all' || route.scope === scope;
        const { status } = await send(route, filledPath(route, nobody), key);
        const fits = allowed ? status !== 401 && status !== 403 && status < 500 : status === 403;
        if (!fits) wrong.push(`${scope} at ${route.method} ${route.path}: ${status}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('without a key every route is 401 with a challenge and an id, and nothing of ours', async () => {
    for (const route of routes.filter((each) => each.scope !== undefined)) {
      const { status, headers, text } = await send(route, filledPath(route, nobody), undefined);
      expect([route.path, status]).toEqual([route.path, 401]);
      expect(headers.get('www-authenticate')).toMatch(/realm="/);
      expect(headers.get('x-request-id')).toMatch(/^req_/);
      expect(headers.get('x-ratelimit-limit')).not.toBeNull();
      expect(text).not.toMatch(/SELECT|\/tmp\/|node_modules| at .*:\d+:\d+/);
    }
  });

  test('a cookie opens nothing', async () => {
    const key = await temp.key();
    for (const route of routes.filter((each) => each.scope !== undefined)) {
      const cookies = ['x-api-key', 'api_key', 'authorization', 'session']
        .map((name) => `${name}=${key}`)
        .join('; ');
      expect(
        (await send(route, filledPath(route, nobody), undefined, { headers: { cookie: cookies } })).status,
      ).toBe(401);
    }
  });
});

/** At which routes a key learns anything of these ids, by asking for them or in a list. */
async function finds(key: string, ids: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const route of routes.filter((each) => each.scope !== undefined)) {
    if (route.places.length === 0) {
      const { text } = mutates(route) ? { text: '' } : await send(route, route.path, key);
      if (ids.some((id) => text.includes(id))) found.push(`${route.path} lists it`);
      continue;
    }
    for (const id of ids) {
      const { status } = await send(route, filledPath(route, id), key);
      // 403: a limited key may not make or change some things at all, whatever their names.
      const hidden = status === 404 || status === 400 || (mutates(route) && status === 403);
      if (!hidden) found.push(`${route.method} ${route.path} with ${id}: ${status}`);
    }
  }
  return found;
}

describe('a key that is limited to some pipelines', () => {
  test('finds nothing of any other one: no id of it is known at any route', async () => {
    const [mine, theirs] = [
      await temp.client.pipelines.create({ document: smallPipeline('Mine') }),
      await temp.client.pipelines.create({ document: smallPipeline('Theirs') }),
    ];
    const run = await temp.client.runs.start({ pipelineId: theirs.id });
    await until(async () => (await temp.client.runs.get({ id: run.id })).status === 'succeeded');
    const [dataset] = await temp.client.datasets.list({ search: 'Theirs' });
    const key = await temp.key({ pipelineIds: [mine.id], plan: 'unlimited' });
    const ids = [theirs.id, run.id, dataset?.id ?? '', dataset?.versionId ?? '', 'Theirs'];
    expect(await finds(key, ids)).toEqual([]);
    expect((await temp.client.runs.list({ pipelineId: theirs.id })).runs).toHaveLength(1);
    // Runs and rows belong to an environment, also those of a pipeline that both see.
    const sandboxed = await temp.key({ environment: 'sandbox', plan: 'unlimited' });
    expect(await finds(sandboxed, ids.slice(1, 4))).toEqual([]);
  });

  test('starts its own pipeline, and any that it is given later, at door 3', async () => {
    const [first, second] = [
      await temp.client.pipelines.create({ document: smallPipeline('First') }),
      await temp.client.pipelines.create({ document: smallPipeline('Second') }),
    ];
    const { id, key } = await temp.client.keys.create({ name: 'limited', pipelineIds: [first.id] });
    const start = async (pipelineId: string) =>
      (
        await fetch(`${temp.url}/api/pub/v1/dataflows/${pipelineId}/start`, {
          method: 'POST',
          headers: { 'x-api-key': key },
        })
      ).status;
    expect([await start(first.id), await start(second.id)]).toEqual([200, 404]);
    await temp.client.keys.allowPipeline({ id, pipelineId: second.id, allowed: true });
    await temp.client.keys.allowPipeline({ id, pipelineId: first.id, allowed: false });
    expect([await start(first.id), await start(second.id)]).toEqual([404, 200]);
  });
});

test('a folder that a key was given is open to its runs alone, to read and to write', async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-given-')));
  writeFileSync(join(folder, 'in.csv'), 'a\n1\n2\n');
  const { id } = await temp.client.pipelines.create({
    document: {
      schema: 1,
      name: 'Copies',
      parameters: {},
      nodes: [
        { id: 'in', kind: 'csv-file', config: { path: join(folder, 'in.csv') } },
        { id: 'out', kind: 'write-file', config: { path: join(folder, 'out.csv') } },
      ],
      edges: [{ from: 'in', to: 'out' }],
    },
  });
  const start = async (key: string) => {
    const answer = await fetch(`${temp.url}/api/pub/v1/dataflows/${id}/start?await=true`, {
      method: 'POST',
      headers: { 'x-api-key': key },
    });
    return ((await answer.json()) as { status: string }).status;
  };
  const [given, other] = [await temp.key({ folders: [folder] }), await temp.key()];
  expect(await start(given)).toBe('Succeeded');
  expect(readFileSync(join(folder, 'out.csv'), 'utf8')).toBe('a\n1\n2\n');
  rmSync(join(folder, 'out.csv'));
  // The same document again: nothing that was kept ready for the first key serves the second.
  expect(await start(other)).toBe('Failed');
  expect(existsSync(join(folder, 'out.csv'))).toBe(false);
  expect(await start(given)).toBe('Succeeded');
  rmSync(folder, { recursive: true });
});

describe('what a page of another site may send without being asked', () => {
  const forms: [string, RequestInit][] = [
    ['a form', { body: new URLSearchParams({ name: 'x', source: 'x' }) }],
    ['a multipart form', { body: multipart() }],
    ['plain text', { headers: { 'content-type': 'text/plain' }, body: '{"name":"x"}' }],
    ['a body without a type', { body: new Blob(['{"name":"x"}']) }],
    ['a body of a made-up type', { headers: { 'content-type': 'text/x-json' }, body: '{"name":"x"}' }],
  ];

  test('it changes nothing at any route, even with a valid key', async () => {
    const key = await temp.key({ plan: 'unlimited' });
    await settled(temp);
    const before = stateOf(temp.home);
    const wrong: string[] = [];
    for (const route of routes.filter((each) => each.scope !== undefined && mutates(each))) {
      for (const [name, init] of forms) {
        const { status } = await send(route, filledPath(route, nobody), key, init);
        if (![415, 403, 404, 400].includes(status))
          wrong.push(`${name} at ${route.method} ${route.path}: ${status}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(stateOf(temp.home)).toEqual(before);
  });

  test('nor without a key', async () => {
    await settled(temp);
    const before = stateOf(temp.home);
    for (const route of routes.filter(mutates)) {
      for (const [, init] of forms) {
        const { status } = await send(route, filledPath(route, nobody), undefined, init);
        expect([route.path, status >= 400 && status < 500]).toEqual([route.path, true]);
      }
    }
    expect(stateOf(temp.home)).toEqual(before);
  });
});

describe('what a limited key cannot do', () => {
  test('no key of a door reaches the calls of the window', async () => {
    const key = await temp.key();
    for (const call of ['keys/create', 'keys/list', 'diagnostics/get', 'settings/save', 'system/info']) {
      const ways: [string, string][] = [
        ['authorization', `Bearer ${key}`],
        ['x-api-key', key],
        ['x-sluice-session', key],
      ];
      for (const [name, value] of ways) {
        const answer = await fetch(`${temp.url}/app/rpc/${call}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', [name]: value },
          body: '{"json":{}}',
        });
        expect([call, answer.status]).toEqual([call, 401]);
      }
    }
  });

  test('no scope alone makes keys, addresses of webhooks or sources but the one that says so', () => {
    const special: Record<string, KeyScope> = {
      '/tokens': 'dataos:tokens',
      '/webhooks': 'dataos:webhooks',
      '/datasources': 'cloudflow:sources',
    };
    for (const { path, scope, method } of routes) {
      const [, needed] = Object.entries(special).find(([part]) => path.includes(part)) ?? [];
      if (needed && (method !== 'GET' || needed !== 'cloudflow:sources'))
        expect([path, scope]).toEqual([path, needed]);
    }
  });
});

function multipart(): FormData {
  const form = new FormData();
  form.set('name', 'x');
  return form;
}

/** Until what earlier tests left behind has been written. */
async function settled({ client }: TempApp): Promise<void> {
  await until(async () => (await client.runs.list({ statuses: ['queued', 'running'] })).runs.length === 0);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it never happened');
}
