import type { Locator, Page } from '@playwright/test';
import { expect, expectAccessible, test, useTheme } from './fixtures.ts';

interface MadeKey {
  readonly key: string;
}

/** The page as anybody opens it: nobody is signed in. Complaints of the page fail the test at its end. */
async function openDocs(page: Page, url: string, door: string): Promise<string[]> {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  await page.goto(`${url}/docs#${door}`);
  await expect(page.getByRole('heading', { name: 'Sluice API' })).toBeVisible(patiently);
  return complaints;
}

/** Descriptions are large, and a machine that builds or tests beside this one draws them slowly. */
const patiently = { timeout: 60_000 };

/** Opens the first operation of a name; answers its Execute. A click that came before the page listened is made again. */
async function openOperation(page: Page, name: RegExp): Promise<Locator> {
  const execute = page.getByRole('button', { name: 'Execute' });
  const operation = page.getByRole('button', { name }).first();
  await expect(operation).toBeVisible(patiently);
  await expect(async () => {
    if ((await operation.getAttribute('aria-expanded')) !== 'true') await operation.click();
    await expect(execute).toBeVisible({ timeout: 10_000 });
  }).toPass(patiently);
  return execute;
}

test('a request is sent from the API page with a pasted key, and its answer shown', async ({
  page,
  product,
}) => {
  const { key } = await product.sluice<MadeKey>(
    'keys',
    'create',
    '--name',
    'docs',
    '--scopes',
    'datapulse:read',
  );
  const complaints = await openDocs(page, product.url, 'datapulse');
  await page.getByRole('textbox', { name: 'API key' }).fill(` ${key} `);
  await (await openOperation(page, /get.*workspace.*settings/i)).click();
  const answer = page.locator('.live-responses-table');
  await expect(answer.getByText('200', { exact: true })).toBeVisible(patiently);
  await expect(answer).toContainText('"retention_days"');
  await expect(answer).toContainText('x-ratelimit-remaining');
  await expect(page.locator('.curl-command')).toContainText(`Authorization: Bearer ${key}`);

  // It is in the memory of this tab and nowhere else.
  const stored = await page.evaluate(
    () => JSON.stringify({ ...localStorage, ...sessionStorage }) + document.cookie,
  );
  expect(stored).not.toContain(key);
  expect(page.url()).not.toContain(key);
  await page.reload();
  await expect(page.getByRole('textbox', { name: 'API key' })).toHaveValue('');
  expect(complaints).toEqual([]);
});

test('without a key the answer is the door’s own 401', async ({ page, product }) => {
  await openDocs(page, product.url, 'datapulse');
  await (await openOperation(page, /get.*workspace.*settings/i)).click();
  await expect(page.locator('.live-responses-table')).toContainText('INVALID_API_KEY', patiently);
});

test('every door is a click away and part of the address; the page reads well in light and dark', async ({
  page,
  product,
}) => {
  test.setTimeout(300_000);
  const complaints = await openDocs(page, product.url, '');
  const doors = [
    ['CloudFlow', '/api/v1/pipelines'],
    ['Execution', '/api/pub/v1/dataflows/{id}/start'],
    ['DataOS', '/v1/resources'],
    ['DataPulse', '/v1/datasets/{id}'],
    ['DataFlow', '/api/v2/ingest'],
  ] as const;
  for (const [name, path] of doors) {
    await page.getByRole('radio', { name }).click();
    await expect(page).toHaveURL(new RegExp(`/docs#${name.toLowerCase()}$`));
    await expect(page.locator(`[data-path="${path}"]`).first()).toBeVisible(patiently);
  }
  await useTheme(page, 'light');
  await expectReadable(page);
  await useTheme(page, 'dark');
  await expectReadable(page);
  expect(complaints).toEqual([]);
});

async function expectReadable(page: Page): Promise<void> {
  await openOperation(page, /post.*ingest/i);
  await expectAccessible(page);
}

test('the page is open to everybody and its policy is the window’s own', async ({ request, product }) => {
  const page = await request.get(`${product.url}/docs`);
  const window = await request.get(`${product.url}/`);
  expect(page.status()).toBe(200);
  const policy = page.headers()['content-security-policy'];
  expect(policy).toBe(window.headers()['content-security-policy']);
  expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline/);
});
