import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { liesWithin, numberedName, pathFault, safeFileName } from './path-rules.ts';
import { sampleDocument, tempServices } from './testing/temp-services.ts';

function bench() {
  const made = tempServices();
  const outside = join(made.home.root, '..', 'outside');
  mkdirSync(join(outside, 'deep'), { recursive: true });
  mkdirSync(`${made.home.files}2`);
  for (const file of [
    join(outside, 'secret.csv'),
    join(outside, 'deep/a.csv'),
    join(`${made.home.files}2`, 'b.csv'),
  ]) {
    writeFileSync(file, 'a\n1\n');
  }
  writeFileSync(join(made.home.files, 'orders.csv'), 'a\n1\n');
  return { ...made, files: made.services.files, outside: realpathSync(outside) };
}

const refused = expect.objectContaining({ code: 'file_not_allowed' });

test('a file below the files folder is found by its relative and its whole path', () => {
  const { files, home } = bench();
  const path = join(home.files, 'orders.csv');
  expect(files.resolveRead('orders.csv', undefined)).toBe(path);
  expect(files.resolveRead('./orders.csv', undefined)).toBe(path);
  expect(files.resolveRead(path, undefined)).toBe(path);
  expect(() => files.resolveRead('nope.csv', undefined)).toThrow(
    expect.objectContaining({ code: 'file_missing' }),
  );
  expect(() => files.resolveRead('exports', undefined)).toThrow(/is not a file/);
});

test.each([
  '../outside/secret.csv',
  'exports/../../outside/secret.csv',
  'exports/../orders.csv',
  '/etc/passwd',
  '/proc/self/environ',
  '../home/sluice.db',
  '~/x.csv',
])('the path %j is refused for reading and writing as one that leads outside', (path) => {
  const { files } = bench();
  expect(() => files.resolveRead(path, undefined)).toThrow(refused);
  expect(() => files.resolveWrite(path, undefined)).toThrow(refused);
});

test.each([
  'a\0b.csv',
  'file:///etc/passwd',
  'http://127.0.0.1/x.csv',
  '\\\\server\\share\\x.csv',
  '//server/share/x.csv',
  'C:\\Windows\\win.ini',
  'c:/Windows/win.ini',
  '..\\outside\\secret.csv',
  'CON',
  'nul.csv',
  'exports/com1.txt',
  'trailing. ',
  '',
  '   ',
  `${'x'.repeat(300)}.csv`,
])('the path %j is refused for reading, writing and listing, and told what is wrong with it', (path) => {
  const { files } = bench();
  const unfit = expect.objectContaining({ code: 'path_not_allowed' });
  expect(() => files.resolveRead(path, undefined)).toThrow(unfit);
  expect(() => files.resolveWrite(path, undefined)).toThrow(unfit);
  if (path !== '') expect(() => files.list(path)).toThrow(unfit);
});

test('a refused path is shown harmlessly: cut short, and without characters that hide or turn text', () => {
  const { files } = bench();
  expect(() => files.resolveRead('a\0\u202eb.csv', undefined)).toThrow(
    'The path a\\u0000\\u202eb.csv is not allowed: it holds control characters. Write a path below the files folder',
  );
  expect(() => files.resolveRead('x'.repeat(9000), undefined)).toThrow(
    /^The path x{200}\.\.\. is not allowed/,
  );
});

test('a path outside is refused alike whether something is there or not, neighbours with a like name included', () => {
  const { files, outside, home } = bench();
  for (const path of [
    join(outside, 'secret.csv'),
    join(outside, 'nothing.csv'),
    `${home.files}2/b.csv`,
    home.store,
  ]) {
    expect(() => files.resolveRead(path, undefined)).toThrow(refused);
    expect(() => files.resolveWrite(path, undefined)).toThrow(refused);
  }
});

test('links that lead out are refused, links that stay inside are resolved', () => {
  const { files, home, outside } = bench();
  symlinkSync(join(outside, 'secret.csv'), join(home.files, 'link.csv'));
  symlinkSync(outside, join(home.files, 'folder'));
  symlinkSync(join(outside, 'new.csv'), join(home.files, 'dangling.csv'));
  symlinkSync(join(home.files, 'loop'), join(home.files, 'loop'));
  symlinkSync(join(home.files, 'orders.csv'), join(home.files, 'inside.csv'));
  for (const path of ['link.csv', 'folder/secret.csv', 'folder/deep/a.csv']) {
    expect(() => files.resolveRead(path, undefined)).toThrow(refused);
  }
  for (const path of [
    'link.csv',
    'folder/new.csv',
    'folder/deep/x/new.csv',
    'dangling.csv',
    'loop',
    'loop/x.csv',
  ]) {
    expect(() => files.resolveWrite(path, undefined)).toThrow(refused);
  }
  expect(files.resolveRead('inside.csv', undefined)).toBe(join(home.files, 'orders.csv'));
  expect(files.resolveWrite('inside.csv', undefined)).toBe(join(home.files, 'orders.csv'));
});

test('a target may lie in folders that are still to be made, but not below a file or on a folder', () => {
  const { files, home } = bench();
  expect(files.resolveWrite('exports/2026/01/out.csv', undefined)).toBe(
    join(home.files, 'exports/2026/01/out.csv'),
  );
  expect(() => files.resolveWrite('orders.csv/out.csv', undefined)).toThrow(
    expect.objectContaining({ code: 'invalid_input' }),
  );
  expect(() => files.resolveWrite('exports', undefined)).toThrow(/is not a file/);
  expect(() => files.resolveWrite('exports/', undefined)).toThrow(/names a folder/);
});

test('a named pipe is no file', () => {
  const { files, home } = bench();
  execFileSync('mkfifo', [join(home.files, 'pipe.csv')]);
  expect(() => files.resolveRead('pipe.csv', undefined)).toThrow(/is not a file/);
});

test('a granted folder opens for all, a granted file for its pipeline alone, the home never', () => {
  const { files, services, home, outside } = bench();
  const { id } = services.pipelines.create(sampleDocument(), 'window');
  const path = files.grant(id, join(outside, 'secret.csv'));
  expect(files.resolveRead(path, id)).toBe(join(outside, 'secret.csv'));
  expect(() => files.resolveRead(path, undefined)).toThrow(refused);
  expect(() => files.resolveRead(join(outside, 'deep/a.csv'), id)).toThrow(refused);
  services.settings.save({ grantedFolders: [dirname(home.root)] });
  expect(files.resolveRead(join(outside, 'deep/a.csv'), undefined)).toBe(join(outside, 'deep/a.csv'));
  expect(() => files.resolveRead(home.store, undefined)).toThrow(refused);
  expect(() => files.resolveWrite(join(home.root, 'owner.token'), undefined)).toThrow(refused);
  expect(() => files.grant(id, home.store)).toThrow(refused);
  expect(files.resolveRead(join(home.files, 'orders.csv'), undefined)).toBe(join(home.files, 'orders.csv'));
});

test('whatever path is asked for, the answer lies in the files folder', () => {
  const { files, home, outside } = bench();
  symlinkSync(outside, join(home.files, 'out'));
  symlinkSync('..', join(home.files, 'exports', 'up'));
  linkSync(join(home.files, 'orders.csv'), join(home.files, 'exports', 'o.csv'));
  const segment = fc.constantFrom(
    '..',
    '.',
    '',
    'out',
    'up',
    'exports',
    'orders.csv',
    'o.csv',
    'files',
    'files2',
    'deep',
    'secret.csv',
    '%2e%2e',
    '..\\',
    'x',
  );
  const path = fc
    .tuple(
      fc.constantFrom('', '/', home.files, home.root, `${home.files}/`),
      fc.array(segment, { maxLength: 6 }),
    )
    .map(([start, segments]) => start + segments.join('/'));
  let answered = 0;
  const check = (ask: () => string) => {
    let answer: string;
    try {
      answer = ask();
    } catch (error) {
      expect(error).toMatchObject({ name: 'SluiceError' });
      return;
    }
    answered += 1;
    expect(answer.startsWith(`${home.files}/`)).toBe(true);
    expect(answer).not.toContain('..');
    expect(answer.includes('outside')).toBe(false);
  };
  fc.assert(
    fc.property(path, (text) => {
      check(() => files.resolveRead(text, undefined));
      check(() => files.resolveWrite(text, undefined));
    }),
    { numRuns: 3000 },
  );
  expect(answered).toBeGreaterThan(50);
});

test('containment goes by segments', () => {
  expect(liesWithin('/data', '/data')).toBe(true);
  expect(liesWithin('/data', '/data/..x/y')).toBe(true);
  expect(liesWithin('/data', '/data2')).toBe(false);
  expect(liesWithin('/data', '/')).toBe(false);
});

test('on Windows drives are paths, streams and devices are not', () => {
  expect(pathFault('C:\\data\\x.csv', 'win32')).toBeUndefined();
  expect(pathFault('data\\..\\x.csv', 'win32')).toMatch(/upwards/);
  expect(pathFault('\\\\?\\C:\\x', 'win32')).toMatch(/network or device/);
});

test('an uploaded file appears whole, under a free name, as a path that can be read', async () => {
  const { files, home } = bench();
  const send = async (uploadId: string, offset: number, text: string, last: boolean) =>
    files.upload({
      uploadId,
      name: 'C:\\my\\orders.csv',
      offset,
      base64: Buffer.from(text).toString('base64'),
      last,
    });
  const id = randomUUID();
  expect(await send(id, 0, 'a,b\n', false)).toEqual({ received: 4, path: null });
  await expect(send(id, 9, 'x', false)).rejects.toThrow('The upload holds 4 bytes');
  expect(await send(id, 4, '1,2\n', true)).toEqual({ received: 8, path: 'orders (2).csv' });
  expect(readFileSync(files.resolveRead('orders (2).csv', undefined), 'utf8')).toBe('a,b\n1,2\n');
  expect(readFileSync(join(home.files, 'orders.csv'), 'utf8')).toBe('a\n1\n');
  const many = await Promise.all(Array.from({ length: 10 }, () => send(randomUUID(), 0, 'x', true)));
  expect(new Set(many.map(({ path }) => path)).size).toBe(10);
  await expect(send('../../x', 0, 'x', true)).rejects.toThrow(/UUID/);
});

test('names of uploads become safe ones and keep their ending', () => {
  expect(
    ['../../etc/passwd', 'a:b?.csv', 'CON.csv', '.env', ' .. ', 'ä\u202eexe.csv'].map(safeFileName),
  ).toEqual(['passwd', 'a_b_.csv', '_CON.csv', 'env', 'file', 'ä_exe.csv']);
  const long = safeFileName(`${'ü'.repeat(300)}.csv`);
  expect(long.endsWith('ü.csv')).toBe(true);
  expect(Buffer.byteLength(numberedName(long, 12345))).toBeLessThanOrEqual(255);
});

test('folders are listed as configs name them, and only open ones', () => {
  const { files, services, home, outside } = bench();
  mkdirSync(join(home.files, 'sub'));
  writeFileSync(join(home.files, 'sub', 'x.csv'), '');
  writeFileSync(join(home.files, '.hidden'), '');
  symlinkSync(home.store, join(home.files, 'link.csv'));
  services.settings.save({ grantedFolders: [outside] });
  expect(files.list('').entries.map(({ path, kind }) => [path, kind])).toEqual([
    ['exports', 'folder'],
    ['sub', 'folder'],
    ['orders.csv', 'file'],
    [outside, 'folder'],
  ]);
  expect(files.list('sub').entries).toMatchObject([{ name: 'x.csv', path: 'sub/x.csv' }]);
  expect(files.list(outside).entries).toMatchObject([
    { name: 'deep' },
    { path: join(outside, 'secret.csv') },
  ]);
  for (const folder of ['..', '/etc', home.root, home.datasets, 'orders.csv/..']) {
    expect(() => files.list(folder)).toThrow(refused);
  }
  expect(() => files.list('orders.csv')).toThrow(expect.objectContaining({ code: 'file_missing' }));
});
