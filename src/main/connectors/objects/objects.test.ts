import { randomBytes } from 'node:crypto';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { SourceConnection } from '../../../shared/sources/connection.ts';
import type { TaskResults } from '../../runner/protocol.ts';
import { startS3 } from '../testing/s3-server.ts';
import { benchLimits, type TaskBench, taskBench } from '../testing/task-bench.ts';

let bench: TaskBench;
beforeAll(async () => {
  bench = await taskBench();
});
afterAll(() => bench.close());

const common = () => ({ scratch: join(bench.folder, 'own'), limits: benchLimits });
async function connect(source: SourceConnection, ownPort?: number): Promise<TaskResults['connect']> {
  const outcome = await bench.perform({ task: 'connect', source, ownPort, ...common() });
  if (!outcome.ok) throw new Error(outcome.error.message);
  return outcome.result as TaskResults['connect'];
}
const metadata = (source: SourceConnection, table?: string) =>
  bench.perform({ task: 'metadata', source, table, ...common() });
const changed = (source: SourceConnection, change: object): SourceConnection => ({
  ...source,
  config: { ...source.config, ...change } as SourceConnection['config'],
});

describe('a bucket', () => {
  let lake: Awaited<ReturnType<typeof startS3>>;
  beforeAll(async () => {
    lake = await startS3();
  });
  afterAll(() => lake.stop());

  async function put(path: string, content: Buffer | string): Promise<void> {
    const file = join(bench.folder, 'sent');
    await writeFile(file, content);
    const delivery = {
      nodeId: 'write',
      part: { source: 'lake', path },
      path: file,
      rows: 1,
      bytes: 1,
      columns: [],
    };
    const sent = await bench.perform({
      task: 'deliver',
      deliveries: [{ ...delivery, source: lake.source }],
      ...common(),
    });
    expect(sent).toMatchObject({ ok: true });
  }

  test('what is put there comes back byte for byte, in parts where it is large', async () => {
    const bytes = randomBytes(20 * 1024 * 1024);
    await put('deep/er/großes file.bin', bytes);
    const { path } = await bench.fetch(lake.source, { path: 'deep/er/großes file.bin' });
    expect((await readFile(path)).equals(bytes)).toBe(true);
  });

  test('a look into a text file takes its start, cut at a line', async () => {
    const line = `${'x'.repeat(99)}\n`;
    await put('long.csv', line.repeat(100_000));
    const { path } = await bench.fetch(lake.source, { path: 'long.csv', format: 'csv' }, { rows: 10 });
    const text = await readFile(path, 'utf8');
    expect(text.length).toBeLessThan(5_000_000);
    expect(text.length % 100).toBe(0);
  });

  test('objects are listed by their path below the prefix, and one that is asked for has columns', async () => {
    await put('2026/orders.csv', 'id,total\n1,2.5\n2,3.5\n');
    const source = changed(lake.source, { prefix: '2026' });
    expect(await metadata(source)).toMatchObject({
      ok: true,
      result: { tables: [{ name: 'orders.csv', kind: 'object', bytes: 21 }], more: false },
    });
    expect(await metadata(source, 'orders.csv')).toMatchObject({
      result: {
        tables: [
          {
            columns: [
              { name: 'id', type: 'BIGINT' },
              { name: 'total', type: 'DOUBLE' },
            ],
            rows: 2,
            rowsExact: true,
          },
        ],
      },
    });
  });

  test('a test tells what failed', async () => {
    expect(await connect(lake.source)).toMatchObject({
      ok: true,
      message: expect.stringContaining('"lake"'),
    });
    expect(await connect(changed(lake.source, { bucket: 'none' }))).toMatchObject({
      ok: false,
      failed: 'bucket',
    });
    expect(await connect(changed(lake.source, { endpoint: 'http://127.0.0.1:1' }))).toMatchObject({
      failed: 'port',
    });
    expect(await connect(changed(lake.source, { endpoint: 'http://no.such.host.invalid' }))).toMatchObject({
      failed: 'name',
    });
    expect(await connect(changed(lake.source, { endpoint: 'http://[fe80::1]:9000' }))).toMatchObject({
      failed: 'address',
    });
    const wrong = await connect({ ...lake.source, secrets: { secretAccessKey: 'wrong-secret' } });
    expect(wrong).toMatchObject({ ok: false, failed: 'credentials' });
    expect(JSON.stringify(wrong)).not.toContain('wrong-secret');
  });

  test('an object that is not there is told by its path', async () => {
    await expect(bench.fetch(lake.source, { path: 'none.csv' })).rejects.toThrow(/no object "none.csv"/);
  });
});

describe('an address', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function serve(listener: RequestListener, url = '/data/'): Promise<SourceConnection> {
    server = createServer(listener);
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const config = { type: 'http' as const, url: `http://127.0.0.1:${port}${url}`, headerNames: ['X-Token'] };
    return { name: 'web', config, secrets: { 'header:X-Token': 'hush-hush' }, version: '1' };
  }

  test('a file is fetched as it is, unpacked where the server packed it', async () => {
    const source = await serve((request, response) => {
      expect(request.headers['x-token']).toBe('hush-hush');
      expect(request.url).toBe('/data/in/a.csv?day=1');
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('id\n1\n'));
    });
    const { path } = await bench.fetch(source, { path: 'in/a.csv?day=1' });
    expect(await readFile(path, 'utf8')).toBe('id\n1\n');
    expect(path.endsWith('.csv')).toBe(true);
  });

  test('a redirect is followed, and judged like the address itself; secrets stay with their own origin', async () => {
    const other = createServer((request, response) => {
      response.end(request.headers['x-token'] === undefined ? 'plain' : 'leaked');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    let target = `http://127.0.0.1:${port}/x`;
    const source = await serve((_request, response) => response.writeHead(302, { location: target }).end());
    const { path } = await bench.fetch(source, { path: '' });
    expect(await readFile(path, 'utf8')).toBe('plain');
    target = 'http://169.254.169.254/latest/meta-data';
    await expect(bench.fetch(source, { path: '' })).rejects.toThrow(/link-local/);
    target = 'file:///etc/passwd';
    await expect(bench.fetch(source, { path: '' })).rejects.toThrow(/not followed/);
    other.close();
  });

  test.each(['../other', '//evil.example/x', 'http://evil.example/x', '..%2f..%2f../x'])(
    'the path %s does not lead away from it',
    async (path) => {
      const asked: string[] = [];
      const source = await serve((request, response) => {
        asked.push(request.url ?? '');
        response.end('a');
      });
      await bench
        .fetch(source, { path })
        .catch((error: Error) => expect(error.message).toMatch(/leads away/));
      expect(asked.every((url) => url.startsWith('/data/'))).toBe(true);
    },
  );

  test.each([
    [401, 'credentials'],
    [403, 'credentials'],
    [404, 'path'],
    [500, 'answer'],
  ])('the status %i is told as %s', async (status, failed) => {
    const source = await serve((_request, response) => response.writeHead(status).end());
    expect(await connect(source)).toMatchObject({ ok: false, failed });
  });

  test('our own port is refused by any name that leads there, another port is not', async () => {
    const source = await serve((_request, response) => response.end('a'));
    const { port } = new URL((source.config as { url: string }).url);
    expect(await connect(source, Number(port) + 1)).toMatchObject({ ok: true });
    for (const host of ['127.0.0.1', 'localhost', '127.1.2.3', '0.0.0.0', '[::1]', '[::ffff:127.0.0.1]'])
      expect(await connect(changed(source, { url: `http://${host}:${port}/` }), Number(port))).toMatchObject({
        failed: 'address',
      });
  });

  test('a connection that breaks off in the middle may be tried again', async () => {
    const source = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 1000 }).write('id\n1\n');
      setTimeout(() => response.destroy(), 20);
    });
    await expect(bench.fetch(source, { path: '' })).rejects.toMatchObject({
      report: { code: 'source_unreachable' },
    });
  });
});

describe('a folder', () => {
  test('its files are listed, links and hidden ones are not, and a link leads nowhere', async () => {
    const root = join(bench.folder, 'box');
    await mkdir(join(root, 'in'), { recursive: true });
    await writeFile(join(root, 'in', 'a.json'), '[{"id":1}]');
    await writeFile(join(root, '.hidden'), 'x');
    await writeFile(join(bench.folder, 'secret.csv'), 'a\n1\n');
    await symlink(join(bench.folder, 'secret.csv'), join(root, 'link.csv'));
    const source: SourceConnection = {
      name: 'box',
      config: { type: 'folder', path: 'box' },
      secrets: {},
      root,
      version: '1',
    };
    expect(await metadata(source)).toMatchObject({
      result: { tables: [{ name: 'in/a.json', kind: 'file', bytes: 10 }] },
    });
    expect(await metadata(source, 'in/a.json')).toMatchObject({
      result: { tables: [{ rows: 1, columns: [{ name: 'id' }] }] },
    });
    expect(await metadata(source, 'link.csv')).toMatchObject({
      ok: false,
      error: { code: 'source_refused' },
    });
    expect(await metadata(source, '../secret.csv')).toMatchObject({ ok: false });
    expect(await connect(source)).toMatchObject({ ok: true, message: 'Opened the folder: 1 file.' });
  });
});
