import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron, type ElectronApplication, expect, type Page, test } from '@playwright/test';
import { findElectron, hasDisplay } from '../../scripts/kit/desktop.ts';

const program = findElectron();
const root = resolve(import.meta.dirname, '../..');
const missing = program ? 'there is no screen for a window' : 'the desktop runtime is not installed';

/** The real shell. It needs the runtime and a screen; where either is missing the suite says so and is skipped. */
test.describe('the desktop shell', () => {
  test.skip(!program || !hasDisplay(), missing);
  let app: ElectronApplication;
  let page: Page;
  let home: string;

  test.beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'sluice-desktop-'));
    const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    app = await _electron.launch({
      executablePath: program ?? '',
      args: [root, ...sandbox, `--home=${home}`, '--port=0'],
    });
    page = await app.firstWindow();
  });
  test.afterAll(async () => {
    await app?.close();
    if (home) rmSync(home, { recursive: true, force: true });
  });

  test('shows the pipelines without a sign-in', async () => {
    await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
    expect(page.url()).toMatch(/^sluice:\/\/app\//);
  });

  test('gives the page one bridge and nothing of Node', async () => {
    const seen = await page.evaluate(() => ({
      node: ['require', 'process', 'module', 'Buffer'].filter((name) => name in globalThis),
      bridge: Object.keys(Reflect.get(globalThis, 'sluice') as object).sort(),
    }));
    expect(seen.node).toEqual([]);
    expect(seen.bridge).toEqual(['connect', 'head', 'pickFile', 'pickSaveFile', 'platform', 'showInFolder']);
  });

  test('stays on its own pages and opens no window', async () => {
    await page.evaluate(() => {
      for (const url of ['https://example.invalid/', 'file:///etc/passwd', 'data:text/html,x']) {
        globalThis.open(url);
        globalThis.location.assign(url);
      }
    });
    await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
    expect(app.windows()).toHaveLength(1);
  });

  test('runs a sample pipeline in a utility process', async () => {
    const isPackaged = await app.evaluate(({ app: shell }) => shell.isPackaged);
    expect(isPackaged).toBe(false);
    await page.getByText('Orders by region and month').first().click();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await expect(page.getByText('Succeeded').first()).toBeVisible({ timeout: 60_000 });
  });
});
