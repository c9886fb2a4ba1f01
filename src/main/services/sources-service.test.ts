import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { sourceSummary } from '../../shared/contract/sources.ts';
import { memorySecretStore } from './secret-book.ts';
import { type ServicesBench, sampleDocument, tempServices } from './testing/temp-services.ts';

const config = {
  type: 'postgresql' as const,
  host: 'db.local',
  port: 5432,
  database: 'shop',
  user: 'me',
  tls: 'off' as const,
};
const secrets = { password: 'hush-hush' };

let bench: ServicesBench;
let store: ReturnType<typeof memorySecretStore>;
beforeEach(async () => {
  store = memorySecretStore();
  bench = tempServices(undefined, undefined, { secrets: store });
  await bench.services.sources.loadSecrets();
});

const create = (name = 'shop', place = {}) =>
  bench.services.sources.create({ name, config, secrets }, 'window', place);

test('its secrets go to the keychain and to whoever connects, and nowhere else', async () => {
  const source = await create();
  expect(source).toEqual(sourceSummary.parse(source));
  expect(source).toMatchObject({
    name: 'shop',
    type: 'postgresql',
    secretNames: ['password'],
    lastTest: null,
  });
  expect(
    JSON.stringify([
      source,
      bench.services.sources.list(),
      bench.events,
      bench.services.eventLog.list({ limit: 50 }),
    ]),
  ).not.toContain('hush-hush');
  expect(JSON.stringify(bench.store.sources.list())).not.toContain('hush-hush');
  expect(bench.services.sources.connection(source.id)).toMatchObject({ name: 'shop', config, secrets });
});

test('a name is taken once in its place, whatever the case of its letters', async () => {
  await create('Shop');
  await expect(create(' sHOP ')).rejects.toMatchObject({ code: 'name_taken' });
  await create('shop', { environment: 'sandbox' });
  await expect(create('SHOP', { environment: 'sandbox' })).rejects.toMatchObject({ code: 'name_taken' });
  expect(bench.services.sources.list({ environment: 'live' })).toHaveLength(1);
  expect(bench.services.sources.list({ search: 'SHO' })).toHaveLength(2);
});

test('a pipeline means the source of its environment before one for all', async () => {
  const all = await create();
  const own = await create('shop', { environment: 'sandbox' });
  const { sources } = bench.services;
  expect(sources.findByName('SHOP', { environment: 'sandbox' })?.id).toBe(own.id);
  expect(sources.findByName('shop', { environment: 'live' })?.id).toBe(all.id);
  expect(sources.findByName('shop')?.id).toBe(all.id);
  expect(() => sources.named({ source: 'other' }, { environment: 'live', pipelineId: undefined })).toThrow(
    expect.objectContaining({ code: 'source_missing' }),
  );
});

test('a change that is refused leaves the secrets as they were', async () => {
  const { sources } = bench.services;
  const ids = [(await create('one')).id, (await create('two')).id];
  const changes = await Promise.allSettled(
    ids.map((id) => sources.update(id, { name: 'both', secrets: { password: 'changed' } }, 'window')),
  );
  expect(changes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect(ids.map((id) => sources.connection(id).secrets.password)).toEqual(['changed', 'hush-hush']);
});

test('a change keeps the secrets, unless it moves the source elsewhere', async () => {
  const { id } = await create();
  const { sources } = bench.services;
  await sources.update(id, { name: 'store', config: { ...config, database: 'other' } }, 'window');
  expect(sources.connection(id)).toMatchObject({ name: 'store', secrets });
  sources.recordTest(id, { ok: true, failed: null, message: 'Fine.', server: null, milliseconds: 1 });
  expect(sources.get(id).lastTest).toMatchObject({ ok: true, at: expect.any(String) });
  const moved = await sources.update(id, { config: { ...config, host: 'elsewhere' } }, 'key:x');
  expect(moved).toMatchObject({ secretNames: [], lastTest: null });
  expect(sources.connection(id).secrets).toEqual({});
  expect(sources.tried({ config, secrets: {}, secretsOf: id }).secrets).toEqual({});
});

test('an empty secret is removed, one that its type does not have is refused', async () => {
  const { id } = await create();
  const { sources } = bench.services;
  await expect(sources.update(id, { secrets: { token: 'x' } }, 'window')).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringContaining('"token"'),
  });
  expect(await sources.update(id, { secrets: { password: '' } }, 'window')).toMatchObject({
    secretNames: [],
  });
});

test('secrets of removed sources, and of sources that never came to be, are forgotten', async () => {
  const { id } = await create();
  await expect(create()).rejects.toMatchObject({ code: 'name_taken' });
  expect(await bench.services.sources.remove([id, id], 'window')).toEqual({ removed: 1 });
  expect(await store.read('sources')).toBe('{}');
  expect(() => bench.services.sources.get(id)).toThrow(expect.objectContaining({ code: 'not_found' }));
});

test('a lost secret is told with its name, and not as a failing connection', async () => {
  const { id } = await create();
  const again = tempServices(bench.home, bench.store, { secrets: memorySecretStore() });
  await again.services.sources.loadSecrets();
  expect(() => again.services.sources.connection(id)).toThrow(
    expect.objectContaining({ code: 'source_refused', message: expect.stringContaining('password') }),
  );
});

test('its folder and its file are judged anew for each connection', async () => {
  const { sources } = bench.services;
  mkdirSync(join(bench.home.files, 'in'), { recursive: true });
  const folder = await sources.create({ name: 'in', config: { type: 'folder', path: 'in' } }, 'window');
  writeFileSync(join(bench.home.files, 'in', 'a.csv'), 'a\n1\n');
  const connection = sources.connection(folder.id);
  expect(connection.root).toBe(join(bench.home.files, 'in'));
  expect(sources.fileIn(connection, 'a.csv', 'read')).toBe(join(bench.home.files, 'in', 'a.csv'));
  expect(() => sources.fileIn(connection, '../secret.csv', 'read')).toThrow(
    expect.objectContaining({ code: 'file_not_allowed' }),
  );
  const outside = await sources.create(
    { name: 'out', config: { type: 'sqlite', path: '/etc/shop.db' } },
    'window',
  );
  expect(() => sources.connection(outside.id)).toThrow(expect.objectContaining({ code: 'file_not_allowed' }));
});

test('the steps that use a source are found, and not those that use another of its name', async () => {
  const all = await create();
  const read = (source: string) => [
    { id: 'read', kind: 'source-table', config: { source, table: 'orders' } },
    { id: 'write', kind: 'write-table', config: { source: 'shop', table: 'report' } },
    { id: 'note', kind: 'text', config: { text: 'shop' } },
  ];
  const { pipelines, sources } = bench.services;
  const document = { ...sampleDocument('Uses it'), nodes: read('SHOP').slice(0, 2), edges: [] } as ReturnType<
    typeof sampleDocument
  >;
  const uses = pipelines.create(document, 'window');
  pipelines.create(sampleDocument('shop'), 'window');
  expect(sources.usedBy(all.id)).toEqual([
    { pipelineId: uses.id, pipelineName: 'Uses it', nodeId: 'read' },
    { pipelineId: uses.id, pipelineName: 'Uses it', nodeId: 'write' },
  ]);
  const sandbox = await create('shop', { environment: 'sandbox' });
  pipelines.create({ ...document, name: 'Sandbox' }, 'key:x', { environment: 'sandbox' });
  expect(sources.usedBy(sandbox.id).map(({ pipelineName }) => pipelineName)).toEqual([
    'Sandbox',
    'Sandbox',
    'Uses it',
    'Uses it',
  ]);
  expect(sources.usedBy(all.id).map(({ pipelineName }) => pipelineName)).toEqual(['Uses it', 'Uses it']);
});
