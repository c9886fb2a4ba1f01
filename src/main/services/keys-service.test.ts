import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyText, newKeyParts, parseKey } from './key-format.ts';
import { tempServices } from './testing/temp-services.ts';

const wish = {
  name: 'CI',
  scopes: ['all' as const],
  environment: 'live' as const,
  plan: 'standard' as const,
};

test('a key is recognisable, works, and is shown once', () => {
  const { services, home } = tempServices();
  const { key, ...summary } = services.keys.create(wish);
  expect(key).toMatch(/^slc_live_[0-9A-Za-z]{46}$/);
  expect(summary.prefix).toBe(key.slice(0, 17));
  expect(services.keys.authenticate(key)?.key).toMatchObject({ id: summary.id, name: 'CI' });
  expect(services.keys.create({ ...wish, environment: 'sandbox' }).key).toMatch(/^slc_test_[0-9A-Za-z]{46}$/);
  const secret = key.slice(17, 49);
  expect(JSON.stringify(services.keys.list())).not.toContain(secret);
  for (const name of readdirSync(home.root).filter((file) => file.startsWith('sluice.db'))) {
    expect(readFileSync(join(home.root, name)).includes(secret)).toBe(false);
  }
});

test('no change of one character is accepted, and none costs a read of the store', () => {
  const { services, store } = tempServices();
  const { key } = services.keys.create(wish);
  const before = store.diagnostics().queries;
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-';
  let tried = 0;
  for (let at = 0; at < key.length; at += 1) {
    for (const other of alphabet) {
      if (other === key[at]) continue;
      tried += 1;
      expect(services.keys.authenticate(key.slice(0, at) + other + key.slice(at + 1))).toBeUndefined();
    }
  }
  expect(tried).toBe(55 * 63);
  expect(store.diagnostics().queries).toBe(before);
});

test('any text but a key itself is refused without an error', () => {
  const { services } = tempServices();
  const { key } = services.keys.create(wish);
  const mangled = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }).map((tail) => key + tail),
    fc.nat(key.length - 1).map((end) => key.slice(0, end)),
    fc.constantFrom(key.toUpperCase(), ` ${key}`, `${key}\n`, key.replace('live', 'test'), `Bearer ${key}`),
  );
  fc.assert(
    fc.property(mangled, (text) => {
      fc.pre(text !== key);
      expect(services.keys.authenticate(text)).toBeUndefined();
    }),
    { numRuns: 2000 },
  );
});

test('a well-formed key that nobody made, or with another secret, is refused', () => {
  const { services } = tempServices();
  const { key } = services.keys.create(wish);
  expect(services.keys.authenticate(keyText(newKeyParts('live')))).toBeUndefined();
  const parts = parseKey(key);
  expect(parts).toBeDefined();
  if (!parts) return;
  expect(keyText(parts)).toBe(key);
  expect(
    services.keys.authenticate(keyText({ ...parts, secret: newKeyParts('live').secret })),
  ).toBeUndefined();
  expect(services.keys.authenticate(keyText({ ...parts, environment: 'sandbox' }))).toBeUndefined();
});

test('a revoked key is refused at once and stays in the list', () => {
  const { services, events } = tempServices();
  const { key, id } = services.keys.create(wish);
  expect(services.keys.revoke(id).revokedAt).not.toBeNull();
  expect(services.keys.authenticate(key)).toBeUndefined();
  services.keys.revoke(id);
  expect(services.keys.list()).toHaveLength(1);
  expect(events.map((event) => event.type === 'key.changed' && event.change)).toEqual(['created', 'revoked']);
});

test('an expired key stays expired when the clock is set back, also after a restart', () => {
  const { services, clock, home, store } = tempServices();
  const { key } = services.keys.create({ ...wish, expires: '1h' });
  const start = new Date(clock.now());
  expect(services.keys.authenticate(key)).toBeDefined();
  const later = new Date(clock.now() + 3_600_000);
  expect(services.keys.authenticate(key, later)).toBeUndefined();
  expect(services.keys.authenticate(key, start)).toBeUndefined();
  expect(tempServices(home, store).services.keys.authenticate(key, start)).toBeUndefined();
});

test('the last use is written at most once a minute', () => {
  const { services, clock, store } = tempServices();
  const { key } = services.keys.create(wish);
  const lastUse = () => services.keys.list()[0]?.lastUsedAt;
  const first = new Date(clock.now()).toISOString();
  services.keys.authenticate(key);
  const before = store.diagnostics().queries;
  for (let second = 0; second < 59; second += 1) {
    clock.advance(1000);
    services.keys.authenticate(key);
  }
  expect(store.diagnostics().queries - before).toBe(59);
  expect(lastUse()).toBe(first);
  clock.advance(1000);
  services.keys.authenticate(key);
  expect(lastUse()).toBe(new Date(clock.now()).toISOString());
});

test('scopes: all opens everything, others only themselves', () => {
  const { services } = tempServices();
  const narrow = services.keys.create({ ...wish, scopes: ['execution:read'] });
  const wide = services.keys.create(wish);
  expect(services.keys.allows(narrow, 'execution:read')).toBe(true);
  expect(services.keys.allows(narrow, 'execution:run')).toBe(false);
  expect(services.keys.allows(wide, 'execution:run')).toBe(true);
});
