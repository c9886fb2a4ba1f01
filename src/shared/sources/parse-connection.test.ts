import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseConnection } from './parse-connection.ts';

const database = (config: object) => expect.objectContaining(config);

test.each([
  [
    'Server=fake-db;Database=fake;User Id=fake;Password=fake;',
    { type: 'postgresql', host: 'fake-db', port: 5432, database: 'fake', user: 'fake', tls: 'off' },
    { password: 'fake' },
  ],
  [
    'postgres://u:p%40s@h:5433/db?sslmode=require',
    { type: 'postgresql', host: 'h', port: 5433, tls: 'no-verify' },
    { password: 'p@s' },
  ],
  [
    'postgresql://u:p@ss/w#rd@host/db',
    { host: 'host', database: 'db', user: 'u' },
    { password: 'p@ss/w#rd' },
  ],
  ['postgresql://h/db?sslmode=verify-full', { host: 'h', user: '', tls: 'on' }, {}],
  ['postgres://[::1]:6000/db', { host: '::1', port: 6000 }, {}],
  ['mysql://root@127.0.0.1/x', { type: 'mysql', host: '127.0.0.1', port: 3306, user: 'root' }, {}],
  ['mariadb://u:p@h/x', { type: 'mysql', host: 'h', database: 'x' }, { password: 'p' }],
  ['jdbc:mysql://h:3307/db?user=a&password=b', { type: 'mysql', port: 3307, user: 'a' }, { password: 'b' }],
  [
    "host=a dbname=b user=c password='x y' port=5432",
    { type: 'postgresql', host: 'a', database: 'b' },
    { password: 'x y' },
  ],
  [
    'Server=h,3306;Uid=a;Pwd="a;b"";c";Initial Catalog=z',
    { type: 'mysql', port: 3306, database: 'z', user: 'a' },
    { password: 'a;b";c' },
  ],
  [
    "Data Source=h;Port=3306;Username=u;Pwd='it''s'",
    { type: 'mysql', host: 'h', user: 'u' },
    { password: "it's" },
  ],
  [
    'Driver={MariaDB Connector};Host=h;Database=d;Uid=u;Pwd={a;b}',
    { type: 'mysql', host: 'h' },
    { password: 'a;b' },
  ],
  ['Server=h;Port=55440;Database=d;Uid=u;Pwd=p;', { type: 'mysql', port: 55440 }, { password: 'p' }],
  ['Server=h;Database=d;Uid=u;Pwd=p;', { type: 'mysql', port: 3306, user: 'u' }, { password: 'p' }],
  ['Server=h;Port=5432;Uid=u;Pwd=p;', { type: 'postgresql' }, { password: 'p' }],
  ['Server=h;Uid=u;Password=p;', { type: 'postgresql' }, { password: 'p' }],
  ['Provider=Npgsql;Server=h;Port=3306;Database=d', { type: 'postgresql', port: 3306 }, {}],
  ['SERVER = h ; database=d; SslMode=VerifyFull', { host: 'h', tls: 'on' }, {}],
  ['Server=h;Encrypt=true;TrustServerCertificate=true', { tls: 'no-verify' }, {}],
  ['sqlite:///abs/x.db', { type: 'sqlite', path: '/abs/x.db' }, {}],
  ['sqlite:////abs/x.db', { type: 'sqlite', path: '/abs/x.db' }, {}],
  ['sqlite:rel/x.db', { type: 'sqlite', path: 'rel/x.db' }, {}],
  ['Data Source=shop.sqlite', { type: 'sqlite', path: 'shop.sqlite' }, {}],
  ['file:in/shop.db', { type: 'sqlite', path: 'in/shop.db' }, {}],
  ['file:///data/in', { type: 'folder', path: '/data/in' }, {}],
  [
    's3://AK:se/cr+et@127.0.0.1:9000/bucket/pre/fix?region=eu-1',
    {
      type: 's3',
      endpoint: 'http://127.0.0.1:9000',
      bucket: 'bucket',
      prefix: 'pre/fix',
      region: 'eu-1',
      accessKeyId: 'AK',
    },
    { secretAccessKey: 'se/cr+et' },
  ],
  [
    's3://AK:s@minio.example.org/b',
    { endpoint: 'https://minio.example.org', bucket: 'b', prefix: '' },
    { secretAccessKey: 's' },
  ],
  ['s3://bucket/pre', { bucket: 'bucket', prefix: 'pre', accessKeyId: '' }, {}],
  [
    'https://u:p@x.org/a?b=1',
    { type: 'http', url: 'https://x.org/a?b=1', headerNames: ['Authorization'] },
    { 'header:Authorization': 'Basic dTpw' },
  ],
])('%s', (text, config, secrets) => {
  expect(parseConnection(text)).toEqual({ config: database(config), secrets });
});

test('the type that is asked for decides where a list tells none', () => {
  expect(parseConnection('Server=h;Database=d', 'mysql').config).toMatchObject({ type: 'mysql', port: 3306 });
  expect(parseConnection('Server=h;Port=3306;Database=d').config.type).toBe('mysql');
  expect(parseConnection('Server=h;Uid=u;Pwd=p', 'postgresql').config.type).toBe('postgresql');
});

test.each([
  'mongodb://h/x',
  'Driver={SQL Server};Server=h;Password=hush-hush',
  'Database=d;Password=hush-hush',
  'postgres://u:hush-hush@h:99999/d',
  'postgres://u:hush-hush@a,b/d',
  'sqlite::memory:',
  'hush-hush',
  '   ',
])('%j cannot be read, and nothing secret of it is repeated', (text) => {
  expect(() => parseConnection(text)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  try {
    parseConnection(text);
  } catch (error) {
    expect((error as Error).message).not.toContain('hush-hush');
  }
});

const anything = fc
  .string({ unit: 'grapheme', maxLength: 40 })
  .filter((value) => !/[\0\ud800-\udfff]/.test(value));

test('any password gets through an address, encoded as it should be', () => {
  fc.assert(
    fc.property(anything, (password) => {
      const { secrets } = parseConnection(`postgres://me:${encodeURIComponent(password)}@host/db`);
      expect(secrets.password ?? '').toBe(password);
    }),
  );
});

test('any password gets through a list in quotes, whatever it holds', () => {
  fc.assert(
    fc.property(anything, fc.constantFrom('"', "'"), (password, mark) => {
      const value = mark + password.replaceAll(mark, mark + mark) + mark;
      const { config, secrets } = parseConnection(`Server=h;Password=${value};User Id=me`);
      expect(secrets.password ?? '').toBe(password);
      expect(config).toMatchObject({ host: 'h', user: 'me' });
    }),
  );
});

test('no text at all does more than throw its own error', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 200 }),
      fc.constantFrom('', 'postgres://', 'Server=', 's3://', 'sqlite:', 'https://'),
      (text, start) => {
        try {
          parseConnection(start + text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid_input' });
        }
      },
    ),
  );
});
