import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { manualClock, nodeClock } from '../../platform/clock.ts';
import type { NameLookup } from './name-lookup.ts';
import { createNameLookup } from './name-lookup.ts';
import { type PostResult, post } from './post.ts';
import { answerStatus, startReceiver } from './testing/receiver.ts';

const owner = { allowPrivate: true, ownPort: undefined };
const stranger = { allowPrivate: false, ownPort: undefined };
const never = new AbortController().signal;
const system = createNameLookup();

interface Options {
  readonly policy?: typeof owner | typeof stranger | { allowPrivate: boolean; ownPort: number };
  readonly lookup?: NameLookup;
}

function send(
  url: string,
  { policy = owner, lookup = system }: Options = {},
  clock = nodeClock,
): Promise<PostResult> {
  return post({ url: new URL(url), headers: {}, body: '{}', policy }, { clock, lookup }, never);
}

/** A server that speaks raw bytes. */
async function rawServer(
  onConnection: (socket: Socket) => void,
  host = '127.0.0.1',
): Promise<{ port: number; connections: () => number }> {
  let count = 0;
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    count += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  server.listen(0, host);
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port, connections: () => count };
}

test('a 2xx is taken, anything else is an error of its own kind', async () => {
  const receiver = await startReceiver();
  expect(await send(receiver.url)).toMatchObject({ statusCode: 204, error: null });
  receiver.answer((_request, response) => response.writeHead(500, 'Oh no').end('broken'));
  expect(await send(receiver.url)).toMatchObject({
    statusCode: 500,
    error: 'status',
    answer: 'broken',
    message: 'Answered 500 Oh no.',
  });
  const gone = await rawServer((socket) => socket.destroy());
  expect(await send(`http://127.0.0.1:${gone.port}/`)).toMatchObject({
    statusCode: null,
    error: 'unreachable',
  });
  const garbage = await rawServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n'));
  expect(await send(`http://127.0.0.1:${garbage.port}/`)).toMatchObject({ error: 'bad_answer' });
  expect(await send(`https://127.0.0.1:${garbage.port}/`)).toMatchObject({ error: 'tls' });
  expect(await send('http://127.0.0.1:1/')).toMatchObject({ error: 'refused' });
});

test('a redirect is not followed', async () => {
  const canary = await startReceiver();
  const receiver = await startReceiver();
  for (const status of [301, 302, 303, 307, 308]) {
    receiver.answer(answerStatus(status, { location: canary.url }));
    expect(await send(receiver.url)).toMatchObject({ statusCode: status, error: 'redirect' });
  }
  expect(canary.connections()).toBe(0);
});

test('a receiver that never answers is given up, one that only drips its body is not', async () => {
  const silent = await rawServer(() => undefined);
  const halfHeaders = await rawServer((socket) => socket.write('HTTP/1.1 200 OK\r\nX-A: '));
  const drip = await rawServer((socket) =>
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nabc'),
  );
  const clock = manualClock();
  const pending = [silent, halfHeaders, drip].map(({ port }) => send(`http://127.0.0.1:${port}/`, {}, clock));
  while (silent.connections() + halfHeaders.connections() + drip.connections() < 3)
    await new Promise((go) => setTimeout(go, 10));
  await new Promise((go) => setTimeout(go, 400));
  clock.advance(5_000);
  const [noAnswer, half, dripped] = await Promise.all(pending);
  expect(noAnswer).toMatchObject({ error: 'timeout', statusCode: null });
  expect(half).toMatchObject({ error: 'timeout', statusCode: null });
  expect(dripped).toMatchObject({ error: null, statusCode: 200, answer: 'abc' });
});

test('of an endless answer 64 KB are read and 4 KB kept', async () => {
  let sent = 0;
  const endless = await rawServer((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n');
    const block = Buffer.alloc(16 * 1024, 'x');
    const more = (): void => {
      while (!socket.destroyed && socket.write(block)) sent += block.length;
    };
    socket.on('drain', more);
    more();
  });
  const result = await send(`http://127.0.0.1:${endless.port}/`);
  expect(result).toMatchObject({ error: null, statusCode: 200 });
  expect(result.answer).toHaveLength(4096);
  // What the sockets' own buffers took is all that left the receiver beyond what was read.
  expect(sent).toBeLessThan(16 * 1024 * 1024);
});

test('a packed answer is not unpacked, and ten thousand headers are too many', async () => {
  const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024));
  const receiver = await startReceiver((_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
  });
  expect(await send(receiver.url)).toMatchObject({ error: null, answer: '(gzip-encoded, not shown)' });
  const headers = Array.from({ length: 10_000 }, (_none, index) => `X-${index}: y\r\n`).join('');
  const many = await rawServer((socket) => socket.write(`HTTP/1.1 200 OK\r\n${headers}\r\n`));
  expect(await send(`http://127.0.0.1:${many.port}/`)).toMatchObject({
    error: 'bad_answer',
    statusCode: null,
  });
});

test('an ordinary key’s webhook reaches nothing on this machine or its network, however the URL is written', async () => {
  // Every loopback form arrives at a listener on all addresses, if it is dialled at all.
  const canary = await rawServer(
    (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
    '::',
  );
  const { port } = canary;
  const names: Readonly<Record<string, LookupAddress[]>> = {
    'one.test': [{ address: '127.0.0.1', family: 4 }],
    'two.test': [{ address: '::1', family: 6 }],
    'mapped.test': [{ address: '::ffff:127.0.0.1', family: 6 }],
    'both.test': [
      { address: '::1', family: 6 },
      { address: '127.0.0.1', family: 4 },
    ],
    'nat64.test': [{ address: '64:ff9b::7f00:1', family: 6 }],
    '6to4.test': [{ address: '2002:7f00:1::', family: 6 }],
    'any.test': [{ address: '0.0.0.0', family: 4 }],
    'any6.test': [{ address: '::', family: 6 }],
    'lan.test': [{ address: '10.1.2.3', family: 4 }],
    'meta.test': [{ address: '169.254.169.254', family: 4 }],
    'cgn.test': [{ address: '100.100.100.200', family: 4 }],
    'compat.test': [{ address: '::127.0.0.1', family: 6 }],
    'empty.test': [],
  };
  const lookup: NameLookup = (name) => (names[name] ? Promise.resolve(names[name]) : system(name, 0));
  const hosts = [
    ...[
      '127.0.0.1',
      '127.1',
      '127.0.1',
      '0177.0.0.1',
      '0x7f.0.0.1',
      '0x7f000001',
      '2130706433',
      '017700000001',
    ],
    ...['127.8.9.10', '127.255.255.254', '①②⑦.0.0.1', '127。0。0。1', '127.0.0.1.', '%31%32%37.0.0.1'],
    ...[
      '0.0.0.0',
      '0',
      '0x0',
      '0.0.0.1',
      '[::]',
      '[::1]',
      '[0:0:0:0:0:0:0:1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
    ],
    ...[
      '[::127.0.0.1]',
      '[64:ff9b::127.0.0.1]',
      '[64:ff9b:1::7f00:1]',
      '[2002:7f00:1::]',
      '[2001:0:7f00:1::]',
    ],
    ...[
      '[fe80::1]',
      '[fc00::1]',
      '[fd00:ec2::254]',
      '[fec0::1]',
      '[ff02::1]',
      '[100::1]',
      '[::ffff:10.0.0.1]',
    ],
    ...[
      '10.0.0.1',
      '10.255.255.255',
      '172.16.0.1',
      '172.31.0.1',
      '192.168.0.1',
      '192.168.1.254',
      '100.64.0.1',
    ],
    ...['169.254.169.254', '169.254.0.1', '2852039166', '198.18.0.1', '192.0.0.1', '224.0.0.1', '240.0.0.1'],
    ...['255.255.255.255', 'localhost', 'LOCALHOST', 'localhost.', 'ip6-localhost', ...Object.keys(names)],
  ];
  expect(hosts.length).toBeGreaterThanOrEqual(60);
  const results = await Promise.all(
    hosts.map((host) => send(`http://${host}:${port}/`, { policy: stranger, lookup })),
  );
  for (const [index, { error }] of results.entries())
    expect(['address_refused', 'name_unknown'], hosts[index]).toContain(error);
  expect(canary.connections()).toBe(0);
  // The listener is there: the owner's own webhook arrives, on both families.
  for (const host of ['127.0.0.1', '[::1]', 'one.test'])
    expect(await send(`http://${host}:${port}/`, { lookup })).toMatchObject({ statusCode: 200 });
  expect(canary.connections()).toBe(3);
  // But never where Sluice itself listens.
  for (const host of [
    '127.0.0.1',
    '[::1]',
    'localhost',
    '[::ffff:127.0.0.1]',
    'one.test',
    'both.test',
    '127.9.9.9',
  ])
    expect(
      await send(`http://${host}:${port}/`, { policy: { allowPrivate: true, ownPort: port }, lookup }),
    ).toMatchObject({ error: 'address_refused' });
  expect(canary.connections()).toBe(3);
});

test('a name is judged at every dial: public once and private later is refused later', async () => {
  const canary = await startReceiver();
  const answers: LookupAddress[][] = [[], [{ address: '127.0.0.1', family: 4 }]];
  const asked: string[] = [];
  const lookup: NameLookup = (name) => {
    asked.push(name);
    return Promise.resolve(answers.shift() ?? []);
  };
  const url = `http://changing.test:${canary.port}/`;
  expect((await send(url, { policy: stranger, lookup })).error).toBe('address_refused');
  expect((await send(url, { policy: stranger, lookup })).message).toMatch(
    /127\.0\.0\.1 lies on this machine/,
  );
  expect(asked).toHaveLength(2);
  expect(canary.connections()).toBe(0);
});

test('of a name with private and public addresses only the public ones are handed to the dialler', async () => {
  const { guardedLookup } = await import('./post.ts');
  const guarded = guardedLookup(
    () =>
      Promise.resolve([
        { address: 'fd00::1', family: 6 },
        { address: '8.8.8.8', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ]),
    80,
    stranger,
  );
  const handed = await new Promise((resolve, reject) =>
    guarded('mixed.test', { all: true }, (error, found) => (error ? reject(error) : resolve(found))),
  );
  expect(handed).toEqual([{ address: '8.8.8.8', family: 4 }]);
});
