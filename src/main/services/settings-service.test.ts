import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defaultSettings } from './settings-service.ts';
import { tempServices } from './testing/temp-services.ts';

const gigabyte = 1024 ** 3;

test.each([
  [{ memoryBytes: 24 * gigabyte, cores: 2 }, Math.floor((24 * gigabyte * 0.6) / 2), 2, 2],
  [{ memoryBytes: 128 * gigabyte, cores: 16 }, 8 * gigabyte, 16, 8],
  [{ memoryBytes: gigabyte / 8, cores: 1 }, gigabyte / 8, 1, 2],
])('defaults follow the machine: %j', (machine, runMemoryBytes, runThreads, concurrentRuns) => {
  expect(defaultSettings(machine)).toMatchObject({
    runMemoryBytes,
    runThreads,
    concurrentRuns,
    grantedFolders: [],
  });
});

test('a change is kept, announced, and leaves the rest to the defaults', () => {
  const { services, home, store, events } = tempServices();
  services.settings.save({ runThreads: 3 });
  services.settings.save({ concurrentRuns: 2, runThreads: undefined });
  expect(tempServices(home, store).services.settings.get()).toMatchObject({
    runThreads: 3,
    concurrentRuns: 2,
  });
  expect(events).toEqual([{ type: 'settings.changed' }, { type: 'settings.changed' }]);
});

test('values out of range and folders that are none are refused with a sentence', () => {
  const { services, home } = tempServices();
  expect(() => services.settings.save({ runThreads: 0 })).toThrow(/setting runThreads does not fit/);
  expect(() => services.settings.save({ grantedFolders: ['relative'] })).toThrow(/give its whole path/);
  expect(() => services.settings.save({ grantedFolders: [home.store] })).toThrow(/no such folder/);
  expect(services.settings.get().grantedFolders).toEqual([]);
});

test('a granted folder is stored where it really is', () => {
  const { services, home } = tempServices();
  const link = join(home.root, '..', 'link');
  symlinkSync(home.exports, link);
  expect(services.settings.save({ grantedFolders: [link, home.exports] }).grantedFolders).toEqual([
    home.exports,
  ]);
});
