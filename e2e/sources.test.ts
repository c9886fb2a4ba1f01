import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Page } from '@playwright/test';
import { expect, expectAccessible, test, useTheme } from './fixtures.ts';

const longName = 'a_table_with_a_name_that_goes_on_and_on_until_no_column_of_any_list_could_hold_it_all';

test.use({
  prepareHome: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the first parameter
    async ({}, use) =>
      use(async (home: string) => {
        const folder = join(home, 'files', 'shop');
        await mkdir(folder, { recursive: true });
        await writeFile(join(folder, 'returns.csv'), 'id,reason\n1,broken\n2,late\n');
        const database = new DatabaseSync(join(folder, 'shop.db'));
        database.exec(`CREATE TABLE orders (id INTEGER NOT NULL, region TEXT, amount REAL);
          INSERT INTO orders VALUES (1, 'EU', 10.5), (2, 'US', 20), (3, 'EU', 5);
          CREATE TABLE "طلبات" (id INTEGER); CREATE TABLE ${longName} (x TEXT);`);
        database.close();
      }),
    { scope: 'worker' },
  ],
});

const goTo = (app: Page, hash: string) => app.goto(new URL(hash, app.url()).href);
const newSource = async (app: Page) => {
  await app.getByRole('button', { name: 'New source' }).first().click();
  await expect(app.getByRole('dialog', { name: 'New source' })).toBeVisible();
};
const choose = async (app: Page, field: string, option: string) => {
  await app.getByRole('combobox', { name: field }).click();
  await app.getByRole('option', { name: option, exact: true }).click();
};

test('a database is tried, made, looked into and used in a pipeline that runs', async ({ app, product }) => {
  await app.setViewportSize({ width: 1280, height: 800 });
  await goTo(app, '#/sources');
  await expect(app.getByRole('heading', { name: 'No sources yet' })).toBeVisible();
  await expectAccessible(app);

  await newSource(app);
  await expectAccessible(app);
  await choose(app, 'Type', 'SQLite');
  await app.getByRole('textbox', { name: 'File' }).fill('shop/nowhere.db');
  await app.getByRole('button', { name: 'Test connection' }).click();
  await expect(app.getByRole('status').filter({ hasText: 'Path' })).toBeVisible();
  await app.getByRole('textbox', { name: 'File' }).fill('shop/shop.db');
  await app.getByRole('button', { name: 'Test connection' }).click();
  await expect(app.getByRole('status').filter({ hasText: 'It connects' })).toBeVisible();
  await app.getByRole('textbox', { name: 'Name' }).fill('shop');
  await expectAccessible(app);
  await app.getByRole('button', { name: 'Create source' }).click();

  const table = app.getByRole('row', { name: /^orders table 3 3/ });
  await expect(table).toBeVisible();
  await expect(app.getByRole('row', { name: /طلبات/ })).toBeVisible();
  await app.getByRole('searchbox', { name: 'Search tables' }).fill('orders');
  await expect(app.getByRole('row', { name: /amount/ })).toBeVisible();
  await expectAccessible(app);
  await useTheme(app, 'dark');
  await expect(table).toBeVisible();
  await expectAccessible(app);
  await useTheme(app, 'light');

  await table.click();
  await app.getByRole('button', { name: 'Use in a pipeline' }).click();
  await expect(app).toHaveURL(/#\/pipelines\/[0-9a-f-]{36}/);
  const id = /pipelines\/([0-9a-f-]{36})/.exec(app.url())?.[1] ?? '';
  await expect(app.getByText('shop: orders').first()).toBeVisible();
  const run = await product.sluice<{ status: string }>('run', id, '--mode', 'inspect', '--wait');
  expect(run.status).toBe('succeeded');

  await goTo(app, '#/sources');
  await app.getByRole('row', { name: /^shop/ }).click();
  await app.getByRole('tab', { name: 'Pipelines' }).click();
  await expect(app.getByRole('link', { name: 'shop: orders' })).toBeVisible();
});

test.describe('a database that is not there', () => {
  test.use({ expectedComplaints: /the server responded with a status of (400|502)/ });
  test('a connection string fills the form, and a stored password is never shown', async ({ app }) => {
    await goTo(app, '#/sources');
    await newSource(app);
    const box = app.getByRole('textbox', { name: 'Connection string' });
    await box.fill('Server=127.0.0.1;Port=1;Database=books;User Id=reader;Password=hunter2-secret;');
    await app.getByRole('button', { name: 'Fill in' }).click();
    await expect(app.getByRole('textbox', { name: 'Host' })).toHaveValue('127.0.0.1');
    await expect(app.getByRole('textbox', { name: 'Database' })).toHaveValue('books');
    await expect(app.getByRole('textbox', { name: 'User' })).toHaveValue('reader');
    await expect(app.getByLabel('Password')).toHaveValue('hunter2-secret');
    await expect(app.getByRole('textbox', { name: 'Name' })).toHaveValue('books');
    await expect(box).toHaveValue('');
    await box.fill('this is no address');
    await app.getByRole('button', { name: 'Fill in' }).click();
    await expect(box).toHaveAttribute('aria-invalid', 'true');
    await box.fill('');

    await app.getByRole('button', { name: 'Test connection' }).click();
    await expect(app.getByRole('status').filter({ hasText: 'Port' })).toBeVisible();
    await app.getByRole('button', { name: 'Create source' }).click();
    await expect(app.getByText('Password: set')).toBeVisible();
    await expect(app.getByText('The tables could not be listed.')).toBeVisible();
    await expectAccessible(app);

    await app.getByRole('button', { name: 'Edit' }).click();
    await expect(app.getByLabel('Password')).toHaveValue('');
    await expect(app.getByLabel('Password')).toHaveAttribute('placeholder', 'Set. Type to replace it');
    expect(await app.content()).not.toContain('hunter2-secret');
    await app.getByRole('button', { name: 'Remove' }).click();
    await app.getByRole('button', { name: 'Save source' }).click();
    await expect(app.getByText('Password: set')).toBeHidden();

    await app.getByRole('button', { name: 'More' }).click();
    await app.getByRole('menuitem', { name: 'Delete' }).click();
    await app.getByRole('button', { name: 'Delete', exact: true }).click();
    await expect(app).toHaveURL(/#\/sources$/);
    await expect(app.getByRole('row', { name: /^books/ })).toBeHidden();
  });
});

test('a folder lists its files, and a step of the editor picks source and file', async ({
  app,
  editor,
  product,
}) => {
  await goTo(app, '#/sources');
  await newSource(app);
  await choose(app, 'Type', 'Folder');
  await app.getByRole('textbox', { name: 'Folder' }).fill('shop');
  await app.getByRole('textbox', { name: 'Name' }).fill('drop');
  await app.getByRole('button', { name: 'Create source' }).click();
  const file = app.getByRole('row', { name: /returns\.csv/ });
  await expect(file).toBeVisible();
  await file.click();
  await app.getByRole('button', { name: 'Use in a pipeline' }).click();
  await expect(app).toHaveURL(/#\/pipelines\//);
  const id = /pipelines\/([0-9a-f-]{36})/.exec(app.url())?.[1] ?? '';
  await editor.select('returns');
  await expect(editor.settings.getByRole('combobox', { name: 'File' })).toContainText('returns.csv');
  await expect(editor.settings.getByRole('combobox', { name: 'Source' })).toContainText('drop');
  await editor.settings.getByRole('combobox', { name: 'File' }).click();
  await expect(app.getByRole('option', { name: /returns\.csv/ })).toBeVisible();
  await app.keyboard.press('Escape');
  await expectAccessible(app);
  expect((await product.sluice<{ status: string }>('run', id, '--mode', 'inspect', '--wait')).status).toBe(
    'succeeded',
  );
});
