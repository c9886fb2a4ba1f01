import { expect, test } from 'vitest';
import { defaultHome } from './paths.ts';

const host = (platform: NodeJS.Platform, env: Record<string, string> = {}) => ({
  platform,
  env,
  homeFolder: '/u/ana',
});

test('SLUICE_HOME wins on every platform', () => {
  for (const platform of ['linux', 'darwin', 'win32'] as const) {
    expect(defaultHome(host(platform, { SLUICE_HOME: '/data/sluice', XDG_DATA_HOME: '/x' }))).toBe(
      '/data/sluice',
    );
  }
});

test('each platform keeps its data where its programs do', () => {
  expect(defaultHome(host('linux'))).toBe('/u/ana/.local/share/sluice');
  expect(defaultHome(host('linux', { XDG_DATA_HOME: '/x/data' }))).toBe('/x/data/sluice');
  expect(defaultHome(host('linux', { XDG_DATA_HOME: 'relative' }))).toBe('/u/ana/.local/share/sluice');
  expect(defaultHome(host('darwin'))).toBe('/u/ana/Library/Application Support/Sluice');
});
