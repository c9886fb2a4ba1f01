import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AxeBuilder } from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import { EditorModel } from './page-models/editor.ts';

const root = join(import.meta.dirname, '..');
const cli = join(root, 'src', 'main', 'cli', 'main.ts');
const run = promisify(execFile);

/** A real server on a home folder of its own, with the samples of a first start. */
export interface Product {
  readonly url: string;
  readonly home: string;
  /** Runs a `sluice` command on this home and answers its JSON. */
  sluice<Answer>(...words: string[]): Promise<Answer>;
  /** A fresh sign-in link. */
  signInLink(): Promise<string>;
}

interface WorkerFixtures {
  /** Fills the home folder before the server starts. */
  prepareHome: (home: string) => Promise<void>;
  product: Product;
}
interface TestFixtures {
  /** A page that is signed in, and that fails the test when it logs an error or breaks the content policy. */
  app: Page;
  /** What the page may complain of all the same, e.g. requests that fail because the test is offline. */
  expectedComplaints: RegExp;
  editor: EditorModel;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  prepareHome: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the first parameter
    async ({}, use) => use(async () => undefined),
    { scope: 'worker' },
  ],
  product: [
    async ({ prepareHome }, use) => {
      const home = mkdtempSync(join(tmpdir(), 'sluice-e2e-'));
      await prepareHome(home);
      const server = spawn(process.execPath, [cli, 'serve', '--home', home, '--port', '0', '--json']);
      const { url } = await firstLine(server);
      const sluice = async <Answer>(...words: string[]): Promise<Answer> => {
        const { stdout } = await run(process.execPath, [cli, ...words, '--home', home, '--json']);
        return JSON.parse(stdout) as Answer;
      };
      const signInLink = async () => (await sluice<{ url: string }>('sign-in')).url;
      await use({ url, home, sluice, signInLink });
      await ended(server);
      rmSync(home, { recursive: true, force: true });
    },
    { scope: 'worker' },
  ],
  // Nothing matches it.
  expectedComplaints: [/(?!)/, { option: true }],
  app: async ({ page, product, expectedComplaints }, use) => {
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(`page error: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
    });
    await page.goto(await product.signInLink());
    await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
    await use(page);
    expect(complaints.filter((text) => !expectedComplaints.test(text))).toEqual([]);
  },
  editor: async ({ app }, use) => use(new EditorModel(app)),
});

export { expect };

/** Nothing that axe calls serious or critical, and no sideways scrolling. */
export async function expectAccessible(page: Page): Promise<void> {
  // Figures that fade in have no contrast yet.
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => null))),
  );
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`,
    );
  expect(grave).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
}

export async function useTheme(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await page.evaluate((choice) => localStorage.setItem('theme', choice), theme);
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
}

function firstLine(server: ChildProcess): Promise<{ url: string }> {
  return new Promise((resolve, reject) => {
    let said = '';
    let failed = '';
    server.stderr?.on('data', (chunk) => {
      failed += chunk;
    });
    server.stdout?.on('data', (chunk) => {
      said += chunk;
      if (said.includes('\n')) resolve(JSON.parse(said));
    });
    server.once('exit', (code) => reject(new Error(`The server ended with ${code}. ${failed}`)));
  });
}

function ended(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    server.removeAllListeners('exit');
    server.once('exit', () => resolve());
    server.kill('SIGTERM');
  });
}
