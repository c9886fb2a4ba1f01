import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyText, newKeyParts, parseKey } from './key-format.ts';
import { sampleDocument, submission, tempServices } from './testing/temp-services.ts';

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

test('the last use is known at once and written at most once a minute', () => {
  const { services, clock, store } = tempServices();
  const { key, id } = services.keys.create(wish);
  const written = () => store.keys.find(id)?.lastUsedAt;
  services.keys.authenticate(key);
  for (let second = 0; second < 59; second += 1) {
    clock.advance(1000);
    const before = store.diagnostics().queries;
    services.keys.authenticate(key);
    // Two reads: what the key is, and its row.
    expect(store.diagnostics().queries - before).toBe(2);
    expect(services.keys.get(id).lastUsedAt).toBe(new Date(clock.now()).toISOString());
  }
  expect(written()).toBeNull();
  const last = new Date(clock.now()).toISOString();
  clock.advance(1000);
  expect(written()).toBe(last);
  expect(services.keys.get(id).lastUsedAt).toBe(last);
});

test('scopes: all opens everything, others only themselves', () => {
  const { services } = tempServices();
  const narrow = services.keys.create({ ...wish, scopes: ['execution:read'] });
  const wide = services.keys.create(wish);
  expect(services.keys.allows(narrow, 'execution:read')).toBe(true);
  expect(services.keys.allows(narrow, 'execution:run')).toBe(false);
  expect(services.keys.allows(wide, 'execution:run')).toBe(true);
});

describe('rotating', () => {
  test('both texts work for the overlap, then only the new one; the prefix stays', () => {
    const { services, clock, events } = tempServices();
    const { key: old, id, prefix } = services.keys.create(wish);
    const rotated = services.keys.rotate(id);
    expect(rotated.prefix).toBe(prefix);
    expect(Date.parse(rotated.previousUntil ?? '') - clock.now()).toBe(24 * 3_600_000);
    for (const text of [old, rotated.key]) expect(services.keys.authenticate(text)?.key.id).toBe(id);
    clock.advance(24 * 3_600_000 - 1);
    expect(services.keys.authenticate(old)).toBeDefined();
    clock.advance(1);
    expect(services.keys.authenticate(old)).toBeUndefined();
    expect(services.keys.authenticate(rotated.key)).toBeDefined();
    expect(services.keys.get(id).previousUntil).toBeNull();
    expect(events.at(-1)).toMatchObject({ type: 'key.changed', change: 'rotated' });
  });

  test('the earlier text stays ended when the clock is set back', () => {
    const { services, clock } = tempServices();
    const { key: old, id } = services.keys.create(wish);
    services.keys.rotate(id, '1h');
    const start = new Date(clock.now());
    clock.advance(3_600_000);
    expect(services.keys.authenticate(old)).toBeUndefined();
    expect(services.keys.authenticate(old, start)).toBeUndefined();
  });

  test('the next rotation ends an overlap under way: never more than two texts work', () => {
    const { services } = tempServices();
    const first = services.keys.create(wish);
    const second = services.keys.rotate(first.id, '7d');
    const third = services.keys.rotate(first.id, '7d');
    const works = [first, second, third].map(({ key }) => services.keys.authenticate(key) !== undefined);
    expect(works).toEqual([false, true, true]);
  });

  test('without an overlap the earlier text ends at once', () => {
    const { services } = tempServices();
    const { key: old, id } = services.keys.create(wish);
    const { key, previousUntil } = services.keys.rotate(id, '0s');
    expect(previousUntil).toBeNull();
    expect(services.keys.authenticate(old)).toBeUndefined();
    expect(services.keys.authenticate(key)).toBeDefined();
  });

  test.each(['169h', '8d', 'soon'])('an overlap of %s is refused and changes nothing', (overlap) => {
    const { services } = tempServices();
    const { key, id } = services.keys.create(wish);
    expect(() => services.keys.rotate(id, overlap)).toThrow(/0s to 7d/);
    expect(services.keys.authenticate(key)).toBeDefined();
    expect(services.keys.get(id).previousUntil).toBeNull();
  });

  test('a revoked or expired key gets no new text', () => {
    const { services, clock } = tempServices();
    const revoked = services.keys.create(wish);
    services.keys.revoke(revoked.id);
    const expired = services.keys.create({ ...wish, expires: '1h' });
    clock.advance(3_600_000);
    for (const { id } of [revoked, expired])
      expect(() => services.keys.rotate(id)).toThrow(/Create a new one/);
  });
});

describe('pipelines and folders of a key', () => {
  test('a limited key is given pipelines one by one; an unlimited one reaches all', () => {
    const { services } = tempServices();
    const [a = '', b = ''] = ['A', 'B'].map(
      (name) => services.pipelines.create(sampleDocument(name), 'window').id,
    );
    const { id } = services.keys.create({ ...wish, pipelineIds: [a] });
    expect(services.keys.allowPipeline(id, b, true).pipelineIds).toEqual([a, b]);
    expect(services.keys.allowPipeline(id, a, false).pipelineIds).toEqual([b]);
    expect(services.keys.allowPipeline(id, b, false).pipelineIds).toEqual([]);
    const free = services.keys.create(wish);
    expect(services.keys.allowPipeline(free.id, a, true).pipelineIds).toBeNull();
    expect(() => services.keys.allowPipeline(free.id, a, false)).toThrow(/reaches all pipelines/);
  });

  test('a pipeline of the other environment is not there for a key', () => {
    const { services } = tempServices();
    const { id } = services.pipelines.create(sampleDocument('Sandboxed'), 'window', {
      environment: 'sandbox',
    });
    expect(() => services.keys.create({ ...wish, pipelineIds: [id] })).toThrow(/no pipeline/);
    expect(services.keys.create({ ...wish, environment: 'sandbox', pipelineIds: [id] }).pipelineIds).toEqual([
      id,
    ]);
  });

  test('folders are stored with their links resolved; the home and what does not exist are refused', () => {
    const { services, home } = tempServices();
    const folder = mkdtempSync(join(tmpdir(), 'sluice-key-'));
    symlinkSync(folder, join(folder, 'link'));
    const { id } = services.keys.create({ ...wish, folders: [join(folder, 'link')] });
    expect(services.keys.get(id).folders).toEqual([realpathSync(folder)]);
    for (const bad of [home.root, home.files, join(folder, 'none'), 'relative'])
      expect(() => services.keys.update({ id, folders: [bad] })).toThrow(/cannot be given to a key/);
    // What it has already stays possible to send back, even when the folder is gone.
    rmSync(folder, { recursive: true });
    expect(services.keys.update({ id, name: 'Later', folders: services.keys.get(id).folders }).name).toBe(
      'Later',
    );
  });

  test('a run of the key may use its folders, a run of another key may not', () => {
    const { services } = tempServices();
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-key-')));
    writeFileSync(join(folder, 'a.csv'), 'a');
    const pipeline = services.pipelines.create(sampleDocument(), 'window').id;
    const trusted = services.keys.create({ ...wish, folders: [folder] });
    const other = services.keys.create(wish);
    for (const { id: keyId } of [trusted, other])
      services.runs.submit(submission(pipeline, { trigger: 'api', keyId }));
    const folders = [services.runs.claimNext()?.folders, services.runs.claimNext()?.folders];
    expect(folders).toEqual([[folder], []]);
    const file = join(folder, 'a.csv');
    expect(services.files.resolveRead(file, pipeline, [folder])).toBe(file);
    expect(() => services.files.resolveRead(file, pipeline, [])).toThrow(/outside the folders/);
  });
});

describe('what ends with a key', () => {
  test('its queued runs are cancelled, its running one goes on, runs of others are left alone', async () => {
    const { services } = tempServices();
    const pipeline = services.pipelines.create(sampleDocument(), 'window').id;
    const [key, other] = [services.keys.create(wish), services.keys.create(wish)];
    const submit = (keyId: string) =>
      services.runs.submit(submission(pipeline, { trigger: 'api', keyId })).id;
    const running = submit(key.id);
    expect(services.runs.claimNext()?.id).toBe(running);
    const queued = Array.from({ length: 450 }, () => submit(key.id));
    const theirs = submit(other.id);
    services.keys.revoke(key.id);
    await services.keys.endOrphanedRuns();
    const statuses = new Set(queued.map((id) => services.runs.summary(id)?.status));
    expect([...statuses]).toEqual(['cancelled']);
    expect(services.runs.summary(running)?.status).toBe('running');
    expect(services.runs.summary(theirs)?.status).toBe('queued');
  });
});

test('changes of a key are domain events that hold no secret', () => {
  const { services, store } = tempServices();
  const { id, key } = services.keys.create(wish);
  services.keys.update({ id, name: 'Renamed' });
  const rotated = services.keys.rotate(id, '1h');
  services.keys.revoke(id);
  const events = services.eventLog.list({ types: ['key.*'], limit: 10 }).events;
  expect(events.map(({ type }) => type)).toEqual([
    'key.created',
    'key.updated',
    'key.rotated',
    'key.revoked',
  ]);
  expect(events[2]?.data).toMatchObject({ keyId: id, name: 'Renamed', previousUntil: rotated.previousUntil });
  const text = JSON.stringify([events, store.keys.list().map(({ id: each }) => services.keys.get(each))]);
  for (const secret of [key, rotated.key]) expect(text).not.toContain(secret.slice(17, 49));
});
