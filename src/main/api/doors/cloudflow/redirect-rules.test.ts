import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redirectFault, scopesOf } from './redirect-rules.ts';

const loopback = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Pieces that addresses, and attacks on their readers, are made of. */
const piece = fc.oneof(
  fc.constantFrom(
    ...[
      'http://',
      'https://',
      '127.0.0.1',
      'localhost',
      '[::1]',
      'evil.example',
      ':80',
      ':7430',
      '/',
      '//',
      '\\',
      '@',
      '#',
    ],
    ...[
      '?',
      '.',
      '%2e',
      '%40',
      '\t',
      '\n',
      ' ',
      '\u0000',
      'user:pw@',
      '..',
      '0x7f.1',
      '127.1',
      '：',
      '。',
      'ⓛocalhost',
    ],
  ),
  fc.string({ maxLength: 3 }),
);

test('whatever is taken leads to this machine, not to this server, and reads the same to every reader', () => {
  let taken = 0;
  const text = fc.array(piece, { minLength: 1, maxLength: 7 }).map((pieces) => pieces.join(''));
  const near = fc.tuple(fc.constantFrom('http://127.0.0.1', 'http://[::1]:9', 'http://localhost:8/a'), text);
  fc.assert(
    fc.property(
      fc.oneof(
        text,
        near.map(([start, rest]) => start + rest),
      ),
      (address) => {
        if (redirectFault(address, 7430) !== undefined) return;
        taken += 1;
        const { protocol, hostname, port, username, password, hash } = new URL(address);
        expect(protocol).toBe('http:');
        expect(loopback.has(hostname)).toBe(true);
        expect([username, password, hash]).toEqual(['', '', '']);
        expect(port).not.toBe('7430');
        // The part before the path is the same text that was judged: no reader can see another host in it.
        expect(address).toMatch(/^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(:\d+)?([/?]|$)/);
      },
    ),
    { numRuns: 20_000 },
  );
  expect(taken).toBeGreaterThan(20);
});

test('scopes are those of this door, each once', () => {
  expect(scopesOf('cloudflow:run cloudflow:read  cloudflow:run')).toEqual([
    'cloudflow:run',
    'cloudflow:read',
  ]);
  for (const text of ['all', 'execution:run', 'cloudflow:read,cloudflow:run', 'CLOUDFLOW:READ'])
    expect(scopesOf(text)).toBeUndefined();
  expect(scopesOf('')).toHaveLength(4);
});
