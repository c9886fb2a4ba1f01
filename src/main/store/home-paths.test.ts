import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { homePaths, prepareHome } from './home-paths.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-paths-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a home deep below nothing is made, closed to others, and made ready again without harm', () => {
  const home = homePaths(join(folder, 'a', 'b', 'home'));
  prepareHome(home);
  prepareHome(home);
  expect(statSync(home.uploads).isDirectory()).toBe(true);
  for (const made of [home.root, home.files, home.tmp]) expect(statSync(made).mode & 0o077).toBe(0);
});

test('a home that is a file, or lies below one, is refused by its name', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(() => prepareHome(homePaths(file))).toThrow(
    `The folder ${file} cannot be used: a part of its path is a file.`,
  );
  expect(() => prepareHome(homePaths(join(file, 'home')))).toThrow(/a part of its path is a file/);
});

test.runIf(existsSync('/proc/self'))('a place that takes no folders is refused at once', () => {
  expect(() => prepareHome(homePaths('/proc/nope/home'))).toThrow(
    expect.objectContaining({ code: 'home_unusable' }),
  );
});
