/**
 * The shell's wiring against a stand-in for the `electron` module: it records what it was told. What only the real
 * runtime can show is in e2e/electron.
 */
import { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type * as Electron from 'electron';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { channels } from '../../preload/channels.ts';
import { programFiles } from '../app/config.ts';
import type { AppClient } from '../app/find-server.ts';
import { appUrl, fileFor, serveWindow } from './app-scheme.ts';
import { mayOpenOutside } from './external-links.ts';
import { fuses } from './fuses.ts';
import { forbiddenSwitch, launchArguments } from './launch-options.ts';
import { menuTemplate } from './menu.ts';
import { keychainSecrets } from './native-ports.ts';
import { addQuitLadder } from './quit-ladder.ts';
import { runShell } from './shell.ts';
import { standIn } from './testing/electron-stand-in.ts';
import { isAppPage } from './window-guards.ts';
import { windowOptions } from './window-options.ts';

const root = resolve(import.meta.dirname, '../../..');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-shell-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('with a stand-in for electron, the shell', () => {
  const stand = standIn();
  const files = { ...programFiles(root), preload: '/out/preload/index.cjs' };
  const trusted = { url: appUrl, parent: null, detached: false, postMessage: stand.posted };
  const untrusted = [
    null,
    { ...trusted, url: 'https://evil.example/' },
    { ...trusted, url: 'sluice://other/index.html' },
    { ...trusted, parent: trusted },
    { ...trusted, detached: true },
  ];

  beforeAll(async () => {
    await runShell(stand.electron, files, [`--home=${join(folder, 'home')}`, '--port=0']);
  });
  afterAll(async () => {
    stand.app.emit('before-quit', { preventDefault() {} });
    await stand.exited;
  });

  test('makes one window that shows the page of the app scheme, isolated and sandboxed', () => {
    expect(stand.windows).toHaveLength(1);
    expect(stand.windows[0]?.loaded).toBe(appUrl);
    expect(stand.windows[0]?.options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    });
    expect(stand.told).toEqual(
      expect.arrayContaining(['registerSchemesAsPrivileged', 'enableSandbox', 'protocol.handle:sluice']),
    );
    expect(stand.told.indexOf('registerSchemesAsPrivileged')).toBeLessThan(stand.told.indexOf('whenReady'));
  });

  test('the scheme is standard and secure, and does not stand above the content policy', () => {
    expect(stand.schemes).toEqual([
      { scheme: 'sluice', privileges: expect.not.objectContaining({ bypassCSP: true, corsEnabled: true }) },
    ]);
  });

  test('denies every permission but writing to the clipboard, in all three ways', () => {
    const names = [
      'media',
      'geolocation',
      'notifications',
      'midi',
      'pointerLock',
      'fullscreen',
      'openExternal',
      'hid',
      'serial',
      'usb',
      'bluetooth',
      'clipboard-read',
      'display-capture',
      'idle-detection',
      'storage-access',
      'window-management',
      'fileSystem',
      'keyboardLock',
      'speaker-selection',
      'unknown',
    ];
    for (const name of names) {
      expect([name, stand.requestPermission(name), stand.checkPermission(name)]).toEqual([
        name,
        false,
        false,
      ]);
    }
    expect(stand.requestPermission('clipboard-sanitized-write')).toBe(true);
    expect(stand.devicePermission()).toBe(false);
  });

  test('no contents may navigate away, open a window or host a webview', () => {
    const contents = stand.newContents();
    for (const url of [
      'https://evil.example',
      'file:///etc/passwd',
      'data:text/html,x',
      'javascript:1',
      'sluice://other/',
    ]) {
      expect([url, contents.tryNavigate(url)]).toEqual([url, 'prevented']);
      expect(contents.open(url)).toEqual({ action: 'deny' });
    }
    expect(contents.tryNavigate(appUrl)).toBe('allowed');
    expect(contents.tryWebview()).toBe('prevented');
    expect(stand.openedOutside).toEqual(['https://evil.example']);
  });

  test('hands a fresh port to a trusted page only, and the app answers on it', async () => {
    for (const frame of untrusted) stand.ipc.emit(channels.connect, { senderFrame: frame }, 'request-0001');
    stand.ipc.emit(channels.connect, { senderFrame: trusted }, { not: 'a text' });
    stand.ipc.emit(channels.connect, { senderFrame: trusted }, '<script>');
    expect(stand.handedOver).toEqual([]);
    stand.ipc.emit(channels.connect, { senderFrame: trusted }, 'request-0002');
    const [handed] = stand.handedOver;
    expect(handed?.id).toBe('request-0002');
    const port = handed?.port as MessageChannel['port2'];
    port.start();
    const client: AppClient = createORPCClient(new RPCLink({ port }));
    expect(await client.system.info({})).toMatchObject({ head: 'electron', home: join(folder, 'home') });
    port.close();
  });

  test('dialogs answer a trusted page only, and never a wrong shape', async () => {
    for (const name of [
      channels.pickFile,
      channels.pickSaveFile,
      channels.pickFolder,
      channels.showInFolder,
    ]) {
      for (const frame of untrusted) await expect(stand.invoke(name, frame, {})).rejects.toThrow('Refused');
      for (const wrong of [null, 7, { pipelineId: 'x' }, { extensions: ['../x'] }, '']) {
        await expect(stand.invoke(name, trusted, wrong)).rejects.toThrow('Refused');
      }
    }
  });

  test('a chosen file is granted to the pipeline, a cancelled dialog is null', async () => {
    const outside = join(folder, 'chosen.csv');
    writeFileSync(outside, 'a\n1\n');
    stand.chooses = outside;
    expect(await stand.invoke(channels.pickFile, trusted, {})).toBe(outside);
    stand.chooses = undefined;
    expect(await stand.invoke(channels.pickFile, trusted, {})).toBeNull();
  });

  test('a chosen folder is answered and nothing more: whoever asked for it grants it', async () => {
    stand.chooses = folder;
    expect(await stand.invoke(channels.pickFolder, trusted, {})).toBe(folder);
    stand.chooses = undefined;
    expect(await stand.invoke(channels.pickFolder, trusted, {})).toBeNull();
  });

  test('only chosen files and files of the home are shown in their folder', async () => {
    stand.shown.length = 0;
    await stand.invoke(channels.showInFolder, trusted, '/etc/passwd');
    await stand.invoke(channels.showInFolder, trusted, join(folder, 'home', 'files', '..', 'owner.token'));
    expect(stand.shown).toEqual([]);
    await stand.invoke(channels.showInFolder, trusted, join(folder, 'home', 'files', 'a.csv'));
    await stand.invoke(channels.showInFolder, trusted, join(folder, 'chosen.csv'));
    expect(stand.shown).toHaveLength(2);
  });

  test('a second start brings the window to the front', () => {
    stand.app.emit('second-instance');
    expect(stand.windows[0]?.focused).toBe(true);
  });
});

test('with a stand-in for electron, a second instance leaves without a window', async () => {
  const stand = standIn({ firstInstance: false });
  await runShell(stand.electron, { root, runner: '', inspector: '', preload: '' }, [
    `--home=${join(folder, 'second')}`,
  ]);
  expect(stand.windows).toEqual([]);
  expect(await stand.exited).toBe(0);
});

test('with a stand-in for electron, a packaged app refuses switches that would open it', async () => {
  const stand = standIn({ packaged: true, switches: ['remote-debugging-port'] });
  await runShell(stand.electron, { root, runner: '', inspector: '', preload: '' }, []);
  expect([stand.windows.length, await stand.exited]).toEqual([0, 2]);
  expect(forbiddenSwitch(() => false)).toBeUndefined();
});

describe('with a stand-in for electron, the quit ladder', () => {
  const climb = (stop: () => Promise<void>) => {
    const app = new EventEmitter();
    const exits: number[] = [];
    const late: (() => void)[] = [];
    const standApp = Object.assign(app, { exit: (code: number) => void exits.push(code) });
    addQuitLadder({
      app: standApp as unknown as Electron.App,
      stop,
      onFailure: () => undefined,
      after: (_milliseconds, call) => void late.push(call),
    });
    let held = 0;
    app.emit('before-quit', {
      preventDefault: () => {
        held += 1;
      },
    });
    app.emit('before-quit', {
      preventDefault: () => {
        held += 1;
      },
    });
    return { exits, late, held: () => held };
  };

  test('waits for the core to stop, then exits once with 0', async () => {
    let stops = 0;
    const { exits, held } = climb(async () => {
      stops += 1;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect([stops, held(), exits]).toEqual([1, 2, [0]]);
  });

  test('exits with 1 when the stop fails, or takes too long', async () => {
    const failing = climb(() => Promise.reject(new Error('no')));
    await new Promise((resolve) => setImmediate(resolve));
    expect(failing.exits).toEqual([1]);
    const hanging = climb(() => new Promise(() => undefined));
    for (const call of hanging.late) call();
    expect(hanging.exits).toEqual([1]);
  });
});

describe('the app scheme', () => {
  const inside = () => join(folder, 'window');
  beforeAll(() => {
    mkdirSync(join(folder, 'window/assets'), { recursive: true });
    mkdirSync(join(folder, 'window-twin'));
    writeFileSync(join(folder, 'window/index.html'), '<title>Sluice</title>');
    writeFileSync(join(folder, 'window/assets/a b.js'), 'export {};');
    writeFileSync(join(folder, 'secret.txt'), 'canary');
    writeFileSync(join(folder, 'window-twin/secret.txt'), 'canary');
    symlinkSync(join(folder, 'secret.txt'), join(folder, 'window/link.txt'));
  });

  test('serves the files of its folder under the policy', async () => {
    let handler: ((request: Request) => Promise<Response>) | undefined;
    serveWindow(
      {
        handle: (_scheme, given) => {
          handler = given as typeof handler;
        },
      },
      inside(),
    );
    const answer = await handler?.(new Request(appUrl));
    expect(await answer?.text()).toBe('<title>Sluice</title>');
    expect(answer?.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect((await handler?.(new Request(appUrl, { method: 'POST' })))?.status).toBe(405);
    expect((await handler?.(new Request('sluice://app/none.js')))?.status).toBe(404);
    expect(await fileFor(inside(), 'sluice://app/assets/a%20b.js')).toMatch(/a b\.js$/);
  });

  test('no address reaches a file outside the folder', async () => {
    const climbs = [
      '..',
      '%2e%2e',
      '%2E%2E',
      '.%2e',
      '%252e%252e',
      '..%5c',
      '..\\',
      '%c0%ae%c0%ae',
      '..%00',
      './..',
    ];
    const targets = ['secret.txt', 'window-twin/secret.txt', 'etc/passwd'];
    const addresses = climbs.flatMap((climb) =>
      targets.flatMap((target) => [
        `sluice://app/${climb}/${target}`,
        `sluice://app/assets/${climb}/${climb}/${target}`,
      ]),
    );
    const odd = [
      'sluice://app/link.txt',
      'sluice://app//etc/passwd',
      'sluice://app/\\\\server\\share',
      'sluice://other/index.html',
      'file:///etc/passwd',
      'sluice://user@app/index.html',
      'sluice://app:1/index.html',
      'sluice://app/assets',
      'sluice://app/-twin/secret.txt',
      'x',
    ];
    const read: string[] = [];
    for (const address of [...addresses, ...odd]) {
      const path = await fileFor(inside(), address);
      // A folder is no file: reading it fails, so only paths of files count.
      if (path && !path.endsWith('/assets')) read.push(`${address} -> ${path}`);
    }
    expect(read).toEqual([]);
  });
});

test.each([
  ['https://example.org/a', true],
  ['mailto:a@example.org', true],
  ['http://example.org', false],
  ['https://user:pw@example.org', false],
  ['file:///etc/passwd', false],
  ['smb://server/x', false],
  ['\\\\server\\share', false],
  ['ms-msdt:/id', false],
  ['search-ms:query=x', false],
  ['vbscript:x', false],
  ['javascript:alert(1)', false],
  ['data:text/html,x', false],
  [`https://example.org/${'a'.repeat(3_000)}`, false],
  ['no address', false],
])('%s may leave the app: %s', (address, allowed) => {
  expect(mayOpenOutside(address)).toBe(allowed);
});

test('pages of the app are known by their exact origin', () => {
  expect(isAppPage('sluice://app/index.html#/runs')).toBe(true);
  for (const other of ['sluice://app.evil/', 'sluice://user@app/', 'https://app/', 'sluice:app', '']) {
    expect(isAppPage(other)).toBe(false);
  }
});

test('launch arguments are ours alone, and wrong ones are left out', () => {
  expect(launchArguments(['.', '--no-sandbox', '--home=/x', '--port=0'])).toEqual({ home: '/x', port: 0 });
  expect(launchArguments(['--port=abc'])).toEqual({ home: undefined, port: undefined });
});

test('the menu offers developer tools to developers only', () => {
  const actions = { openInBrowser() {}, showFiles() {}, quit() {} };
  const roles = (developer: boolean) => JSON.stringify(menuTemplate('linux', developer, actions));
  expect(roles(true)).toContain('toggleDevTools');
  expect(roles(false)).not.toContain('toggleDevTools');
  expect(JSON.stringify(menuTemplate('darwin', false, actions))).toContain('appMenu');
});

test('window options and fuses leave the page no way to Node', () => {
  expect(windowOptions('/p').webPreferences).toMatchObject({ preload: '/p', nodeIntegrationInWorker: false });
  expect(fuses).toMatchObject({
    RunAsNode: false,
    OnlyLoadAppFromAsar: true,
    GrantFileProtocolExtraPrivileges: false,
  });
});

test('with a stand-in for safeStorage, secrets are sealed, and a keyring that protects nothing is not called one', async () => {
  const kept = new Map<string, string>();
  const inner = {
    protection: 'file' as const,
    read: async (name: string) => kept.get(name),
    write: async (name: string, value: string) => void kept.set(name, value),
    remove: async (name: string) => void kept.delete(name),
  };
  const storage = (backend: string) => ({
    isEncryptionAvailable: () => true,
    encryptString: (text: string) => Buffer.from([...text].reverse().join('')),
    decryptString: (bytes: Buffer) => [...bytes.toString()].reverse().join(''),
    getSelectedStorageBackend: () => backend,
  });
  const sealed = keychainSecrets(storage('gnome_libsecret') as Electron.SafeStorage, inner, 'linux');
  await sealed.write('a', 'canary');
  expect([...kept.values()].join()).not.toContain('canary');
  expect([sealed.protection, await sealed.read('a')]).toEqual(['keychain', 'canary']);
  expect(keychainSecrets(storage('basic_text') as Electron.SafeStorage, inner, 'linux').protection).toBe(
    'file',
  );
});
