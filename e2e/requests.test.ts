import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import { expect, expectAccessible, type Product, test, useTheme } from './fixtures.ts';

const run = promisify(execFile);

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

const makeKey = async (product: Product, name: string) =>
  (await product.sluice<{ key: string }>('keys', 'create', '--name', name, '--plan', 'unlimited')).key;

/** Other tests may have sent requests to the same server. */
async function emptyTheList(app: Page): Promise<void> {
  const empty = app.getByRole('heading', { name: 'No requests yet' });
  await expect(empty.or(app.getByRole('table', { name: 'Requests' }))).toBeVisible();
  if (await empty.isHidden()) {
    await app.getByRole('button', { name: 'Clear the list' }).click();
    await app.getByRole('button', { name: 'Clear', exact: true }).click();
  }
  await expect(empty).toBeVisible();
}

test('the empty page teaches the first call, which then appears by itself; later ones wait to be asked for', async ({
  app,
  product,
}) => {
  await app.setViewportSize({ width: 1280, height: 800 });
  await app.goto(new URL('#/requests', app.url()).href);
  await emptyTheList(app);
  await expectAccessible(app);
  await app.getByRole('button', { name: 'Copy the example' }).click();
  const example = await app.evaluate(() => navigator.clipboard.readText());
  const key = await makeKey(product, 'First steps');
  const { stdout } = await run('sh', ['-c', example.replace('YOUR_API_KEY', key)]);
  expect(stdout).toContain('Succeeded');
  const first = app.getByRole('row', { name: /200 POST .*\/start\?await=true .*First steps/ });
  await expect(first).toBeVisible();
  await expectAccessible(app);

  // A refusal comes in: no row moves, a chip tells.
  await fetch(`${product.url}/v1/datasets/nothing`, { headers: { authorization: `Bearer ${key}` } });
  await fetch(`${product.url}/v1/datasets/nothing?api_key=${key}`);
  const chip = app.getByRole('button', { name: '2 new' });
  await expect(chip).toBeVisible();
  await expect(app.getByRole('row')).toHaveCount(2);
  await expectAccessible(app);
  await chip.click();
  await expect(app.getByRole('row')).toHaveCount(4);
  await expect(chip).toBeHidden();
  // The key in the address is told to nobody.
  await expect(
    app.getByRole('row', {
      name: /400 GET .*api_key=\[redacted\] A key does not belong in an address.*No valid key/,
    }),
  ).toBeVisible();
  expect(await app.content()).not.toContain(key);

  await app.getByRole('row', { name: /404 GET/ }).click();
  const drawer = app.getByRole('dialog', { name: 'GET /v1/datasets/nothing' });
  await expect(drawer.getByRole('region', { name: 'Why it was refused' })).toContainText('not_found');
  await expect(drawer.getByRole('link', { name: /First steps/ })).toBeVisible();
  await expectAccessible(app);
  await drawer.getByRole('button', { name: 'Copy as curl' }).click();
  const command = await app.evaluate(() => navigator.clipboard.readText());
  expect(command).toContain('/v1/datasets/nothing');
  expect(command).not.toContain(key);
  const again = await run('sh', ['-c', `${command} --silent --output /dev/null --write-out '%{http_code}'`]);
  expect(again.stdout).toBe('401');
  await drawer.getByRole('link', { name: /First steps/ }).click();
  await expect(app.getByRole('group', { name: /^Use over the last day/ })).toBeVisible();
});

test('a sentence says which requests are shown, and its address can be kept', async ({ app, product }) => {
  const key = await makeKey(product, 'Filtered');
  const headers = { authorization: `Bearer ${key}` };
  await fetch(`${product.url}/v1/resources?type=workflow`, { headers });
  await fetch(`${product.url}/v1/datasets/missing`, { headers });
  await app.goto(new URL('#/requests', app.url()).href);
  const rows = app.getByRole('row').filter({ hasText: 'Filtered' });
  await expect(rows).toHaveCount(2);
  const choose = async (name: string, option: string | RegExp) => {
    await app.getByRole('combobox', { name, exact: true }).click();
    await app.getByRole('option', { name: option }).click();
  };
  await choose('API', 'DataOS v1');
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText('/v1/resources');
  await choose('API', 'any API');
  await choose('Answer', /^a refusal/);
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText('404');
  await choose('Key', /^Filtered/);
  await app.getByRole('searchbox', { name: 'Search requests' }).fill('missing');
  await expect(app).toHaveURL(/status=4xx/);
  await app.reload();
  await expect(app.getByRole('row', { name: /404 GET \/v1\/datasets\/missing/ })).toHaveCount(1);
  await choose('Method', 'DELETE');
  await expect(app.getByRole('heading', { name: 'No request matches' })).toBeVisible();
  await app.getByRole('button', { name: 'Show all' }).click();
  await expect(rows).toHaveCount(2);

  await emptyTheList(app);
});

for (const theme of ['light', 'dark'] as const)
  test(`hundreds of requests are scrolled through, opened by the keyboard and readable in ${theme}`, async ({
    app,
    product,
  }) => {
    const key = await makeKey(product, `طلبات ${theme}`);
    const headers = { authorization: `Bearer ${key}` };
    const path = `/v1/datasets/${'a-long-name-'.repeat(20)}`;
    for (let sent = 0; sent < 300; sent += 50)
      await Promise.all(
        Array.from({ length: 50 }, (_, at) => fetch(`${product.url}${path}${sent + at}`, { headers })),
      );
    await app.setViewportSize({ width: 1280, height: 800 });
    await useTheme(app, theme);
    await app.goto(new URL('#/requests', app.url()).href);
    const table = app.getByRole('table', { name: 'Requests' });
    await expect(table.getByRole('row').nth(1)).toContainText('404');
    await expectAccessible(app);
    await table.getByRole('row').nth(1).focus();
    await app.keyboard.press('End');
    await expect(table).toHaveAttribute('aria-rowcount', /^(20[1-9]|2[1-9]\d|3\d\d)$/);
    await app.keyboard.press('Enter');
    await expect(app.getByRole('dialog')).toContainText('404 Not found');
    await expectAccessible(app);
    await app.keyboard.press('Escape');
    await expect(app.getByRole('dialog')).toHaveCount(0);
  });
