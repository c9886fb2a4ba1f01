import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { endlessPipeline, smallPipeline } from '../../../test/support/temp-app.ts';

const program = join(import.meta.dirname, 'main.ts');
const servers = new Set<ChildProcess>();
let folder: string;
let home: string;
let file: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-cli-'));
  home = join(folder, 'home');
  file = join(folder, 'small.json');
  writeFileSync(file, JSON.stringify(smallPipeline('From a file')));
});
afterEach(async () => {
  for (const server of servers) await ended(server, 'SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function sluice(...args: string[]): Promise<Ended> {
  return finished(
    spawn(process.execPath, [program, ...args], { env: { ...process.env, SLUICE_HOME: home } }),
  );
}

function finished(child: ChildProcess): Promise<Ended> {
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    err += chunk;
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}

interface Ready {
  readonly url: string;
  readonly pid: number;
  readonly version: string;
  readonly openapi: string;
}

async function serve(...args: string[]): Promise<{ child: ChildProcess; ready: Ready; end: Promise<Ended> }> {
  const child = spawn(process.execPath, [program, 'serve', '--home', home, '--port', '0', '--json', ...args]);
  servers.add(child);
  const end = finished(child);
  const line = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk) => {
      text += chunk;
      if (text.includes('\n')) resolve(text);
    });
    void end.then(({ err }) => reject(new Error(err)));
  });
  return { child, ready: JSON.parse(line), end };
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  servers.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await exit;
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  );
}

describe('serve', () => {
  test('prints one line, answers, is found in server.json, and leaves nothing when told to stop', async () => {
    const { child, ready, end } = await serve();
    expect(Object.keys(ready)).toEqual(['url', 'pid', 'version', 'openapi']);
    expect(ready.pid).toBe(child.pid);
    expect((await fetch(ready.openapi)).status).toBe(200);
    const serverFile = join(home, 'server.json');
    expect(JSON.parse(readFileSync(serverFile, 'utf8'))).toMatchObject({ url: ready.url, pid: ready.pid });
    for (const name of ['server.json', 'owner.token', 'sluice.db', 'sluice.log']) {
      expect([name, statSync(join(home, name)).mode & 0o077]).toEqual([name, 0]);
    }
    expect(statSync(home).mode & 0o077).toBe(0);
    child.kill('SIGTERM');
    const { code, out, err } = await end;
    expect([code, err]).toEqual([0, '']);
    expect(out.trim().split('\n')).toHaveLength(1);
    expect(existsSync(serverFile)).toBe(false);
    await expect(fetch(ready.url)).rejects.toThrow();
  });

  test('apps that ask for access are answered in a terminal', async () => {
    const { child, ready } = await serve();
    const query = 'response_type=code&client_id=tool&redirect_uri=http%3A%2F%2Flocalhost%3A9%2Fcb&state=s';
    await fetch(`${ready.url}/auth/oauth?${query}`, { redirect: 'manual' });
    const [request] = JSON.parse((await sluice('apps', 'requests', '--json')).out);
    expect(request).toMatchObject({ clientId: 'tool', state: 'pending', proven: false });
    const { redirectTo } = JSON.parse(
      (await sluice('apps', 'approve', request.id, '--scopes', 'cloudflow:read', '--json')).out,
    );
    expect(redirectTo).toMatch(/^http:\/\/localhost:9\/cb\?code=slc_oac_/);
    const [app] = JSON.parse((await sluice('apps', 'list', '--json')).out);
    expect(app).toMatchObject({ clientId: 'tool', scopes: ['cloudflow:read'] });
    expect((await sluice('apps', 'revoke', app.id)).code).toBe(0);
    expect(JSON.parse((await sluice('apps', 'list', '--json')).out)).toEqual([]);
    expect((await sluice('apps', 'approve', request.id)).code).toBe(1);
    await ended(child, 'SIGTERM');
  });

  test('a stop is clean while a page follows events and a request waits for a run', async () => {
    const { child, ready, end } = await serve();
    writeFileSync(join(folder, 'busy.json'), JSON.stringify(endlessPipeline('Busy')));
    const { id } = JSON.parse((await sluice('pipelines', 'apply', join(folder, 'busy.json'), '--json')).out);
    const { key } = JSON.parse((await sluice('keys', 'create', '--name', 'k', '--json')).out);
    const door = `${ready.url}/api/pub/v1/dataflows/${id}`;
    const headers = { 'x-api-key': key, 'idempotency-key': 'busy' };
    const start = (query = '') => fetch(`${door}/start${query}`, { method: 'POST', headers });
    const { runId } = (await (await start()).json()) as { runId: string };
    const status = async () =>
      ((await (await fetch(`${door}/runs/${runId}/status`, { headers })).json()) as { status: string })
        .status;
    while ((await status()) !== 'Running') await new Promise((resolve) => setTimeout(resolve, 50));
    const waiting = start('?await=true').catch(() => undefined);
    const events = await fetch(`${ready.url}/app/rpc/system/events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-sluice-session': readFileSync(join(home, 'owner.token'), 'utf8').trim(),
      },
      body: '{"json":{}}',
    });
    expect(events.headers.get('content-type')).toBe('text/event-stream');
    child.kill('SIGTERM');
    expect(await end).toMatchObject({ code: 0, err: '' });
    await waiting;
    expect(JSON.parse((await sluice('fsck', '--json')).out)).toMatchObject({ integrity: 'ok', lost: [] });
  });

  test('a second one on the same home leaves with 3 and says so; after kill -9 of the first it starts', async () => {
    const { child } = await serve();
    const second = await sluice('serve', '--home', home, '--port', '0', '--json');
    expect([second.code, second.out]).toEqual([3, '']);
    expect(second.err).toContain(`Another Sluice already uses the folder ${home}`);
    await ended(child, 'SIGKILL');
    const { ready } = await serve();
    expect((await fetch(`${ready.url}/readyz`)).status).toBe(200);
  });

  test('a port that is taken is refused with a sentence', async () => {
    const squatter = createServer();
    const port = await listening(squatter);
    const refused = await sluice('serve', '--home', home, '--port', String(port), '--json');
    squatter.close();
    expect([refused.code, refused.out]).toEqual([1, '']);
    expect(refused.err).toContain(`The port ${port} is taken`);
  });
});

describe.each([
  ['without a server', false],
  ['with a server', true],
])('commands %s', (_name, withServer) => {
  test('work on the home folder and print JSON exactly as promised', async () => {
    if (withServer) await serve();
    const applied = await sluice('pipelines', 'apply', file, '--json');
    expect(applied).toMatchObject({ code: 0, err: '' });
    const pipeline = JSON.parse(applied.out);
    expect(Object.keys(pipeline)).toEqual(['id', 'name', 'revision']);
    const again = JSON.parse((await sluice('pipelines', 'apply', file, '--json')).out);
    expect(again).toEqual(pipeline);

    const list = JSON.parse((await sluice('pipelines', 'list', '--home', home, '--json')).out);
    expect(list).toContainEqual(expect.objectContaining({ id: pipeline.id, name: 'From a file' }));
    const exported = await sluice('pipelines', 'export', pipeline.id, '--json');
    expect(JSON.parse(exported.out)).toMatchObject({ name: 'From a file', edges: smallPipeline('x').edges });
    expect((await sluice('pipelines', 'export', 'From a file')).out).toContain('name: From a file');

    const ran = await sluice('run', pipeline.id, '--wait', '--param', 'least=3', '--json');
    expect(ran.code).toBe(0);
    const run = JSON.parse(ran.out);
    expect(run).toMatchObject({ status: 'succeeded', rowsRead: 3, rowsWritten: 1, trigger: 'cli' });
    const entries = JSON.parse((await sluice('logs', run.id, '--json')).out);
    const followed = (await sluice('logs', run.id, '--json', '--follow', '--since', '1h')).out
      .trim()
      .split('\n');
    expect(followed.map((line) => JSON.parse(line))).toEqual(entries);
    expect(entries.length).toBeGreaterThan(0);

    const created = JSON.parse(
      (
        await sluice(
          'keys',
          'create',
          '--name',
          'n',
          '--scopes',
          'execution:run,execution:read',
          '--expires',
          '720h',
          '--json',
        )
      ).out,
    );
    expect(Object.keys(created)).toEqual(['id', 'key']);
    expect(created.key).toMatch(/^slc_live_/);
    expect((await sluice('keys', 'revoke', created.id)).code).toBe(0);
    const listed = JSON.parse((await sluice('keys', 'list', '--json')).out);
    expect(listed).toContainEqual(expect.objectContaining({ id: created.id, revokedAt: expect.any(String) }));
    expect(JSON.stringify(listed)).not.toContain(created.key);

    const explained = JSON.parse((await sluice('explain', file, '--json')).out);
    expect(explained.nodes.map(({ nodeId }: { nodeId: string }) => nodeId)).toEqual([
      'data',
      'recent',
      'out',
    ]);
    const checked = await sluice('fsck', '--json');
    expect(checked.code).toBe(0);
    expect(JSON.parse(checked.out)).toEqual({
      integrity: 'ok',
      lost: [],
      orphans: [],
      missing: [],
      duplicates: [],
    });
    expect((await sluice('info', '--json')).code).toBe(0);
  });
});

describe('wrong usage and failures', () => {
  test.each([
    [2, ['unknown-command']],
    [2, ['serve', '--port', '99999']],
    [2, ['keys', 'create']],
    [2, ['keys', 'create', '--name', 'x', '--environment', 'moon']],
    [1, ['pipelines', 'apply', '/no/such/file.yaml']],
    [1, ['run', 'No such pipeline']],
    [1, ['run', '01a1fddd-f0bb-7bfb-8bc1-4e85fb7a3c58']],
    [1, ['sign-in']],
  ])('leaves with %i, one sentence and no JSON: %j', async (code, args) => {
    const answer = await sluice(...args);
    expect([answer.code, answer.out]).toEqual([code, '']);
    expect(answer.err.trim()).not.toBe('');
    expect(answer.err).not.toMatch(/\n\s+at /);
  });

  test('a failed run leaves with 1 and still prints the run', async () => {
    const broken = smallPipeline('Fails');
    broken.nodes[1] = {
      id: 'recent',
      kind: 'derive',
      config: { columns: [{ name: 'b', expression: "CAST('x' || a AS INTEGER)" }] },
    };
    writeFileSync(join(folder, 'fails.json'), JSON.stringify(broken));
    const { id } = JSON.parse((await sluice('pipelines', 'apply', join(folder, 'fails.json'), '--json')).out);
    const failed = await sluice('run', id, '--wait', '--json');
    expect(failed.code).toBe(1);
    expect(JSON.parse(failed.out)).toMatchObject({ status: 'failed', error: { code: expect.any(String) } });
  });
});

test('the owner token is never shown to another program on the noted port', async () => {
  await sluice('info', '--json');
  const token = readFileSync(join(home, 'owner.token'), 'utf8').trim();
  const heard: string[] = [];
  const impostor = createServer((request, response) => {
    heard.push(JSON.stringify(request.headers));
    request.on('data', (chunk) => heard.push(String(chunk)));
    request.on('end', () => response.setHeader('content-type', 'application/json').end('{"proof":"AAAA"}'));
  });
  const port = await listening(impostor);
  const note = {
    url: `http://127.0.0.1:${port}`,
    pid: 1,
    version: '0.0.0',
    startedAt: new Date().toISOString(),
  };
  writeFileSync(join(home, 'server.json'), JSON.stringify(note));
  const answer = await sluice('pipelines', 'list', '--json');
  impostor.close();
  rmSync(join(home, 'server.json'));
  expect(answer.code).toBe(0);
  expect(heard.length).toBeGreaterThan(0);
  expect(heard.join('\n')).not.toContain(token);
});

test('hosts that webhooks of keys may reach are allowed and taken back in a terminal', async () => {
  const hosts = async (...args: string[]) => JSON.parse((await sluice('webhooks', ...args, '--json')).out);
  expect(await hosts('allow', '127.0.0.1:8000', 'http://nas.local/hook')).toEqual([
    '127.0.0.1:8000',
    'nas.local:80',
  ]);
  expect((await sluice('webhooks', 'hosts')).out).toBe('127.0.0.1:8000\nnas.local:80\n');
  expect(await hosts('disallow', '127.0.0.1:8000')).toEqual(['nas.local:80']);
  const wrong = await sluice('webhooks', 'allow', 'no host');
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringMatching(/no host with a port/)]);
}, 120_000);

test('keys get new texts, other rights and a sentence about what cannot be', async () => {
  const asJson = async (...args: string[]) => JSON.parse((await sluice('keys', ...args, '--json')).out);
  const made = await asJson('create', '--name', 'k', '--plan', 'starter', '--folder', folder);
  const rotated = await asJson('rotate', made.id, '--overlap', '1h');
  expect(Object.keys(rotated)).toEqual(['id', 'key', 'previousUntil']);
  expect([rotated.id, rotated.key === made.key]).toEqual([made.id, false]);
  const changed = await asJson('update', made.id, '--scopes', 'dataos:read', '--no-folders');
  expect(changed).toMatchObject({ plan: 'starter', scopes: ['dataos:read'], folders: [] });
  const usage = await asJson('usage', made.id, '--span', 'week');
  expect(usage.limits).toContainEqual(
    expect.objectContaining({ door: 'datapulse', window: 'minute', limit: 60 }),
  );
  const tooLong = await sluice('keys', 'rotate', made.id, '--overlap', '8d');
  expect([tooLong.code, tooLong.err]).toEqual([1, expect.stringMatching(/0s to 7d/)]);
}, 120_000);
