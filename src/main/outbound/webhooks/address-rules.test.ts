import { networkInterfaces } from 'node:os';
import { describe, expect, test } from 'vitest';
import { addressRefusal, urlRefusal } from './address-rules.ts';

const key = { allowPrivate: false, ownPort: 7430 };
const owner = { allowPrivate: true, ownPort: 7430 };

const neverAllowed = [
  '0.0.0.0',
  '0.1.2.3',
  '::',
  '169.254.169.254',
  'fe80::1',
  '64:ff9b::7f00:1',
  '64:ff9b:1::a00:1',
  '2002:7f00:1::',
  '2002:a00:1::',
  '2001::1',
  '::7f00:1',
  '::a9fe:a9fe',
  '::ffff:169.254.169.254',
  'fec0::1',
  'ff02::1',
  '100::1',
  '2001:db8::1',
  '3fff::1',
  '5f00::1',
  '192.0.0.8',
  '192.0.2.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '192.88.99.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
];
const ownNetwork = [
  '127.0.0.1',
  '127.8.8.8',
  '::1',
  '::ffff:127.0.0.1',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.20',
  '::ffff:10.0.0.1',
  '100.64.0.1',
  'fc00::1',
  'fd12:3456::1',
];

describe('the address that is dialled', () => {
  test.each(neverAllowed)('%s is nobody’s to reach, not even the owner’s', (address) => {
    expect(addressRefusal(address, 80, key)).toBeDefined();
    expect(addressRefusal(address, 80, owner)).toBeDefined();
  });

  test.each(ownNetwork)('%s is reached by the owner’s webhooks alone', (address) => {
    expect(addressRefusal(address, 80, key)).toMatch(/local network/);
    expect(addressRefusal(address, 80, owner)).toBeUndefined();
  });

  test.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])(
    '%s is public',
    (address) => {
      expect(addressRefusal(address, 80, key)).toBeUndefined();
    },
  );

  test('our own port is reached on no address of this machine', () => {
    const own = Object.values(networkInterfaces()).flatMap((list) =>
      (list ?? []).map(({ address }) => address),
    );
    for (const address of ['127.0.0.1', '127.5.5.5', '::1', '::ffff:127.0.0.1', ...own]) {
      expect(addressRefusal(address, 7430, owner)).toBeDefined();
    }
    expect(addressRefusal('10.255.255.77', 7430, owner)).toBeUndefined();
  });
});

test.each([
  'http://2130706433/',
  'http://0x7f.1/',
  'http://0177.0.0.1/',
  'http://127.1/',
  'http://１２７.0.0.1/',
  'http://[::ffff:7f00:1]/',
])('%s is refused before anything is dialled', (text) => {
  expect(urlRefusal(new URL(text), key)).toMatch(/local network/);
});
