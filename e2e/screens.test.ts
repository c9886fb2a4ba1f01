import { expect, expectAccessible, test, useTheme } from './fixtures.ts';

const screens = [
  { name: 'pipelines', hash: '#/pipelines', ready: 'Orders by region and month' },
  { name: 'runs', hash: '#/runs', ready: 'Runs' },
  { name: 'datasets', hash: '#/datasets', ready: 'Datasets' },
  { name: 'keys', hash: '#/keys', ready: 'API keys' },
  { name: 'requests', hash: '#/requests', ready: 'Requests' },
  { name: 'webhooks', hash: '#/webhooks', ready: 'No webhooks yet' },
  { name: 'settings', hash: '#/settings', ready: 'Runs at the same time' },
];

for (const theme of ['light', 'dark'] as const) {
  for (const { name, hash, ready } of screens) {
    test(`the ${name} screen is accessible and fits 1280x800 in ${theme}`, async ({ app }) => {
      await app.setViewportSize({ width: 1280, height: 800 });
      await useTheme(app, theme);
      await app.goto(new URL(hash, app.url()).href);
      await expect(app.getByText(ready).first()).toBeVisible();
      await expectAccessible(app);
    });
  }
}

test('a sign-in link works once, and a page without a session says how to get one', async ({
  page,
  product,
}) => {
  const link = await product.signInLink();
  await page.goto(link);
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
  const other = await page.context().newPage();
  await other.goto(link);
  await expect(other.getByRole('heading', { name: 'This link no longer works' })).toBeVisible();
  await other.goto(product.url);
  await expect(other.getByText('npm run -s sluice -- sign-in')).toBeVisible();
});

test('a pipeline can be made, renamed, duplicated, exported, deleted and brought back', async ({ app }) => {
  await app.goto(new URL('#/pipelines', app.url()).href);
  const row = (name: string) => app.getByRole('row', { name: new RegExp(name) });
  await row('Customers to win back').click({ button: 'right' });
  await app.getByRole('menuitem', { name: 'Duplicate' }).click();
  await expect(row('Customers to win back copy')).toBeVisible();

  await row('Customers to win back copy').click({ button: 'right' });
  await app.getByRole('menuitem', { name: 'Rename' }).click();
  await app.getByRole('textbox', { name: 'Name' }).fill('Lost customers');
  await app.getByRole('button', { name: 'Rename' }).click();
  await expect(row('Lost customers')).toBeVisible();

  await row('Lost customers').click({ button: 'right' });
  const download = app.waitForEvent('download');
  await app.getByRole('menuitem', { name: 'Export as YAML' }).click();
  expect((await download).suggestedFilename()).toMatch(/\.yaml$/);

  await row('Lost customers').click({ button: 'right' });
  await app.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(row('Lost customers')).toBeHidden();
  await app.getByRole('button', { name: 'Undo' }).click();
  await expect(row('Lost customers')).toBeVisible();
});
