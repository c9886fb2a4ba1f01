import { expect, test } from 'vitest';
import { nodeOpener, openCommand } from './opener.ts';

const host = (platform: NodeJS.Platform, env: Record<string, string> = {}) => ({
  platform,
  env,
  homeFolder: '/',
});
const url = 'http://127.0.0.1:7430/#signin=a&b';

test('an address is handed over as one argument, never through a shell', () => {
  expect(openCommand(host('win32'), url)?.at(-1)).toBe(url);
  expect(openCommand(host('darwin'), url)).toEqual(['open', url]);
  expect(openCommand(host('linux', { DISPLAY: ':0' }), url)).toEqual(['xdg-open', url]);
});

test('without a display nothing is opened, and the caller is told', async () => {
  expect(await nodeOpener(host('linux')).open(url)).toBe(false);
});

test('only web addresses are opened', async () => {
  expect(await nodeOpener(host('linux', { DISPLAY: ':0' })).open('file:///etc/passwd')).toBe(false);
});
