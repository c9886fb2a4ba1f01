import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepBallast, makeRoom } from './ballast.ts';

const bytes = 64 * 1024;
const plenty = 1e12;
let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-ballast-'));
  path = join(folder, 'ballast.bin');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a start on a disk without room gives the ballast up; with room it stays', () => {
  keepBallast(path, bytes, plenty);
  makeRoom(path, plenty);
  expect(statSync(path).size).toBe(bytes);
  makeRoom(path, 0);
  expect(existsSync(path)).toBe(false);
});

test('the ballast is not made again where that would fill the disk which it was given up for', () => {
  keepBallast(path, bytes, bytes);
  expect(existsSync(path)).toBe(false);
  keepBallast(path, bytes, plenty);
  expect(existsSync(path)).toBe(true);
});

test('a home without a ballast starts too', () => {
  expect(() => makeRoom(path, 0)).not.toThrow();
});
