import { createServer as createWebServer } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SourceConfig } from '../../shared/contract/sources.ts';
import type { TaskResults } from '../runner/protocol.ts';
import { benchLimits, type TaskBench, taskBench } from './testing/task-bench.ts';

let bench: TaskBench;
const open = new Set<Socket>();
const stops: (() => void)[] = [];
const thrown: unknown[] = [];
const onThrown = (error: unknown): void => void thrown.push(error);

beforeAll(async () => {
  bench = await taskBench();
  process.on('uncaughtException', onThrown);
});
afterAll(async () => {
  process.off('uncaughtException', onThrown);
  for (const socket of open) socket.destroy();
  for (const stop of stops) stop();
  await bench.close();
});

async function listening(onSocket: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  stops.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as { port: number }).port;
}

async function webServer(): Promise<number> {
  const server = createWebServer((_request, response) => response.writeHead(404).end('no'));
  stops.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as { port: number }).port;
}

/** What MariaDB sends to whoever connects: `length`, 0, the version of the protocol, its own version, and more. */
function mysqlGreeting(length: number): Buffer {
  const greeting = Buffer.alloc(length + 4, 'x');
  greeting.writeUInt32LE(length, 0);
  greeting.write('\n5.5.5-10.11.6-MariaDB\0', 4, 'latin1');
  return greeting;
}

async function connect(config: SourceConfig, secrets: Record<string, string> = { password: 'fake' }) {
  const source = { name: 'wrong', config, secrets, version: '1' };
  const scratch = `${bench.folder}/connect`;
  const outcome = await bench.perform({ task: 'connect', source, scratch, limits: benchLimits });
  return outcome.ok ? (outcome.result as TaskResults['connect']) : outcome.error;
}

const database = (
  type: 'postgresql' | 'mysql',
  port: number,
  change: { tls?: 'on' | 'off'; host?: string } = {},
): SourceConfig => ({ type, host: '127.0.0.1', port, database: 'shop', user: 'me', tls: 'off', ...change });
const http = (port: number): SourceConfig => ({
  type: 'http',
  url: `http://127.0.0.1:${port}/`,
  headerNames: [],
});
const s3 = (port: number): SourceConfig => ({
  type: 's3',
  bucket: 'lake',
  endpoint: `http://127.0.0.1:${port}`,
  region: 'us-east-1',
  prefix: '',
  accessKeyId: 'id',
  pathStyle: true,
});
const failed = (failed: string, words: RegExp) => ({
  ok: false,
  failed,
  message: expect.stringMatching(words),
});

// 78, 82, 69 and 100 are letters that PostgreSQL's messages begin with.
test.each([74, 78, 82, 69, 100])(
  'MySQL is told from PostgreSQL by its greeting of %i bytes',
  async (length) => {
    const port = await listening((socket) => socket.write(mysqlGreeting(length)));
    const words = /^MySQL or MariaDB listens at 127\.0\.0\.1:\d+, not PostgreSQL\. Check the port/;
    expect(await connect(database('postgresql', port))).toMatchObject(failed('answer', words));
    expect(await connect(database('postgresql', port, { tls: 'on' }))).toMatchObject(failed('answer', words));
  },
);

test('PostgreSQL is told from MySQL, although both wait for the other to speak', async () => {
  const port = await listening((socket) => socket.once('data', () => socket.end('N')));
  expect(await connect(database('mysql', port))).toMatchObject(
    failed('answer', /^PostgreSQL listens at \S+, not MySQL\./),
  );
});

test('a web server is told from a database, and from a bucket', async () => {
  const port = await webServer();
  for (const tls of ['off', 'on'] as const)
    expect(await connect(database('postgresql', port, { tls }))).toMatchObject(
      failed('answer', /^A web server listens at \S+, not PostgreSQL\./),
    );
  expect(await connect(database('mysql', port))).toMatchObject(
    failed('answer', /^A web server listens at \S+, not MySQL\./),
  );
  expect(await connect(s3(port), {})).toMatchObject(failed('bucket', /there is no bucket "lake"/i));
});

test('a database is told from a web server', async () => {
  const port = await listening((socket) => socket.write(mysqlGreeting(74)));
  const words = /does not answer as a web server does/;
  expect(await connect(http(port), {})).toMatchObject(failed('answer', words));
  expect(await connect(s3(port), {})).toMatchObject(failed('answer', words));
});

test('a server that closes at once is told as one', async () => {
  const port = await listening((socket) => socket.end());
  for (const type of ['postgresql', 'mysql'] as const)
    expect(await connect(database(type, port))).toMatchObject(
      failed('answer', /closed the connection before the sign-in/),
    );
  expect(await connect(http(port), {})).toMatchObject(failed('answer', /connection to \S+ was lost/));
  expect(await connect(s3(port), {})).toMatchObject({ ok: false, message: expect.stringMatching(/\w\.$/) });
});

test('a silent server is given up', { timeout: 60_000 }, async () => {
  const port = await listening(() => undefined);
  const silent = [
    connect(database('postgresql', port)),
    connect(database('postgresql', port, { tls: 'on' })),
    connect(database('mysql', port)),
    connect(http(port), {}),
    connect(s3(port), {}),
  ];
  for (const outcome of await Promise.all(silent))
    expect(outcome).toMatchObject(failed('timeout', /did not answer in time/));
});

test('bytes that are no protocol at all end neither the process nor the work of others', async () => {
  const noise = [
    Buffer.alloc(40, 255),
    Buffer.from('R\0\0\0\x05x'),
    Buffer.from('R\0\0\0\x08\0\0\0\x05'),
    Buffer.from('Zd\0\0\0\x08abcd'),
  ];
  noise.push(Buffer.from([1, 0, 0, 0, 10]), Buffer.from([4, 0, 0, 0, 10, 53, 0, 1]));
  for (const bytes of noise) {
    const port = await listening((socket) => {
      socket.write(bytes);
      socket.once('data', () => socket.end(bytes));
      setTimeout(() => socket.end(), 300);
    });
    for (const type of ['postgresql', 'mysql'] as const)
      expect(await connect(database(type, port))).toMatchObject({
        ok: false,
        message: expect.stringMatching(/^\p{Lu}.*\.$|^127\.0.*\.$/u),
      });
  }
  expect(thrown).toEqual([]);
});

test('the name of a host that holds the password stands as it is', async () => {
  const config = database('postgresql', 5432, { host: 'fake-db.invalid' });
  expect(await connect(config)).toMatchObject(failed('name', /fake-db\.invalid:5432/));
});
