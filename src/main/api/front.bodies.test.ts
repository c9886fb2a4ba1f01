import { brotliCompressSync, brotliDecompressSync, deflateSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { smallPipeline, startTempApp, type TempApp } from '../../../test/support/temp-app.ts';

let temp: TempApp;
let key: string;
let flow: string;

beforeAll(async () => {
  temp = await startTempApp();
  key = await temp.key({ plan: 'unlimited' });
  flow = (await temp.client.pipelines.create({ document: smallPipeline('Packed') })).id;
});
afterAll(() => temp.stop());

async function start(body: BodyInit, headers: Record<string, string> = {}) {
  const answer = await fetch(`${temp.url}/api/pub/v1/dataflows/${flow}/start?await=true`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: answer.status, text: await answer.text() };
}

const wish = JSON.stringify({ parameters: { least: 3 } });
/** A body of so many bytes, all of them one text. */
const sized = (bytes: number): string =>
  JSON.stringify({ parameters: { least: 3, pad: 'x'.repeat(bytes - 40) } });

describe('packed bodies', () => {
  test.each([
    ['gzip', gzipSync(wish)],
    ['deflate', deflateSync(wish)],
    ['br', brotliCompressSync(wish)],
    ['identity', Buffer.from(wish)],
  ])('%s is unpacked', async (encoding, body) => {
    const { status } = await start(new Uint8Array(body), { 'content-encoding': encoding });
    expect(status).toBe(200);
    const [dataset] = await temp.client.datasets.list({ search: 'Packed' });
    expect((await temp.client.datasets.rows({ id: dataset?.id ?? '' })).total).toBe(1);
  });

  test.each([
    ['gzip', gzipSync(sized(2_000_000))],
    ['br', brotliCompressSync(sized(2_000_000))],
    ['deflate', deflateSync(sized(2_000_000))],
  ])('%s that is small packed and too large unpacked is 413', async (encoding, body) => {
    expect(body.length).toBeLessThan(10_000);
    const { status, text } = await start(new Uint8Array(body), { 'content-encoding': encoding });
    expect([status, text]).toEqual([413, 'The body is larger than 1048576 bytes. Send less at a time.']);
  });

  test.each([
    ['cut short', gzipSync(wish).subarray(0, 20), 'gzip'],
    ['no gzip at all', Buffer.from(wish), 'gzip'],
    ['of a packing that nobody unpacks', Buffer.from(wish), 'compress'],
    ['packed twice', gzipSync(gzipSync(wish)), 'gzip, gzip'],
  ])('a body that is %s is refused, and says why', async (_name, body, encoding) => {
    const { status, text } = await start(new Uint8Array(body), { 'content-encoding': encoding });
    expect(status).toBe(400);
    expect(text).toMatch(/damaged|not accepted/);
    expect(text).not.toMatch(/zlib|Z_|incorrect header|at /);
  });

  test('a body that is too large as it comes is 413 before it is read', async () => {
    expect((await start(sized(1_100_000))).status).toBe(413);
    expect((await start(sized(1_000_000))).status).toBe(400);
  });
});

describe('packed answers', () => {
  const list = async (encodings: string | undefined, method = 'GET') => {
    const head = [
      `${method} /v1/tokens HTTP/1.1`,
      `Host: 127.0.0.1:${temp.port}`,
      `Authorization: Bearer ${key}`,
      'Connection: close',
      ...(encodings === undefined ? [] : [`Accept-Encoding: ${encodings}`]),
    ];
    const answer = await temp.raw(`${head.join('\r\n')}\r\n\r\n`);
    const [headers = '', ...body] = answer.split('\r\n\r\n');
    return { headers: headers.toLowerCase(), body: Buffer.from(body.join('\r\n\r\n'), 'latin1') };
  };

  beforeAll(async () => {
    for (let count = 0; count < 20; count += 1) {
      await fetch(`${temp.url}/v1/tokens`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ name: `token ${count}`, duration: '24h' }),
      });
    }
  });

  test('a client that unpacks gets less to read, and the same', async () => {
    const plain = await list(undefined);
    expect(plain.body.length).toBeGreaterThan(1_024);
    expect(plain.headers).not.toContain('content-encoding');
    const unpack: [string, (bytes: Buffer) => Buffer][] = [
      ['gzip', gunzipSync],
      ['br', brotliDecompressSync],
    ];
    for (const [encoding, open] of unpack) {
      const packed = await list(encoding);
      expect(packed.headers).toContain(`content-encoding: ${encoding}`);
      expect(packed.body.length).toBeLessThan(plain.body.length / 2);
      expect(open(packed.body).toString()).toBe(plain.body.toString());
    }
  });

  test('says that it depends on what the client unpacks, packed or not', async () => {
    for (const encodings of [undefined, 'gzip', 'identity', 'br;q=0, gzip;q=0.5'])
      expect((await list(encodings)).headers).toContain('vary: accept-encoding');
  });

  test('HEAD has the headers and no body', async () => {
    const { headers, body } = await list(undefined, 'HEAD');
    expect(headers).toMatch(/^http\/1\.1 200 /);
    expect(headers).toContain('x-ratelimit-limit');
    expect(body.length).toBe(0);
  });
});
