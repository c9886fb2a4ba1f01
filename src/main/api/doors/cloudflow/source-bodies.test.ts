import { expect, test } from 'vitest';
import type { SourceSummary } from '../../../../shared/contract/sources.ts';
import { changedConnection, connectionOf, freeName } from './source-bodies.ts';

test.each([
  ['Server=db;Database=shop;User Id=me;Password=pw;', 'postgresql', { password: 'pw' }],
  ['mysql://me:pw@127.0.0.1:3306/shop', 'mysql', { password: 'pw' }],
  ['postgresql://me:pw@127.0.0.1/shop', 'postgresql', { password: 'pw' }],
])('database: the engine of %s is %s', (connectionString, engine, secrets) => {
  const found = connectionOf({ type: 'database', connectionString });
  expect([found.config.type, found.secrets]).toEqual([engine, secrets]);
  expect(JSON.stringify(found.config)).not.toContain('pw');
});

test('secrets are taken out of a config, wherever they stand', () => {
  const bucket = connectionOf({
    type: 's3',
    config: { bucket: 'b', endpoint: 'http://127.0.0.1:9000', accessKeyId: 'me', secretAccessKey: 's' },
  });
  expect(bucket).toMatchObject({ config: { type: 's3', bucket: 'b' }, secrets: { secretAccessKey: 's' } });
  expect(JSON.stringify(bucket.config)).not.toContain('secretAccessKey');
  const http = connectionOf({
    type: 'http',
    config: { url: 'http://a.example/', headers: { 'X-Key': 'v' } },
  });
  expect(http).toMatchObject({ config: { headerNames: ['X-Key'] }, secrets: { 'header:X-Key': 'v' } });
  const database = connectionOf({
    type: 'database',
    config: { engine: 'mariadb', host: 'h', database: 'd', user: 'u', password: 'p' },
  });
  expect(database).toMatchObject({
    config: { type: 'mysql', host: 'h', port: 3306 },
    secrets: { password: 'p' },
  });
});

test('a CSV file is reached through its folder', () => {
  const pathOf = (path: string) => connectionOf({ type: 'csv', config: { path } }).config;
  expect(pathOf('imports/orders.csv')).toEqual({ type: 'folder', path: 'imports' });
  expect(pathOf('orders.csv')).toEqual({ type: 'folder', path: '' });
  for (const connectionString of ['/data/orders.csv', 'file:///data/orders.csv', 'file:////data/orders.csv'])
    expect(connectionOf({ type: 'csv', connectionString }).config).toEqual({ type: 'folder', path: '/data' });
  expect(connectionOf({ type: 'folder', connectionString: 'file:///data/v1.2' }).config).toEqual({
    type: 'folder',
    path: '/data/v1.2',
  });
});

test('a change lays a config over what is there, and a text replaces it', () => {
  const now = {
    config: { type: 'mysql', host: 'h', port: 3306, database: 'd', user: 'u', tls: 'off' },
  } as SourceSummary;
  expect(changedConnection({}, now)).toEqual({});
  expect(changedConnection({ config: { user: 'v', password: 'p' } }, now)).toEqual({
    config: { ...now.config, user: 'v' },
    secrets: { password: 'p' },
  });
  expect(changedConnection({ connectionString: 'postgresql://x/y' }, now).config?.type).toBe('postgresql');
});

test('headers that are no texts, and unknown types, are refused with a sentence', () => {
  for (const headers of ['x', [1], { a: { b: 1 } }])
    expect(() => connectionOf({ type: 'http', config: { url: 'http://a.example/', headers } })).toThrow(
      /headers/,
    );
  expect(() => connectionOf({ type: 'constructor', config: {} })).toThrow(/not known/);
  expect(() => connectionOf({ type: '__proto__', config: {} })).toThrow(/not known/);
});

test('a name is made from the address, and is free', () => {
  const { config } = connectionOf({ connectionString: 'postgresql://me@db.local/shop' });
  expect(freeName(config, [])).toBe('shop');
  expect(freeName(config, ['SHOP', 'shop-2'])).toBe('shop-3');
});
