import { createHmac } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, expectAccessible, test, useTheme } from './fixtures.ts';

const row = (page: Page, name: RegExp) => page.getByRole('row', { name });

async function openNew(page: Page, kind: RegExp): Promise<void> {
  await page.getByRole('button', { name: 'New', exact: true }).first().click();
  await page.getByRole('menuitem', { name: kind }).click();
  await page.getByRole('combobox', { name: 'Pipeline that it runs' }).click();
  await page.getByRole('option', { name: /Customers to win back/ }).click();
}

test('a schedule is made by clicking, shows its next times, runs, is paused, tested and deleted', async ({
  app,
}) => {
  await app.goto(new URL('#/schedules', app.url()).href);
  await expect(app.getByText('Scheduler alive')).toBeVisible();
  await openNew(app, /^Schedule/);
  await app.getByRole('textbox', { name: 'Name', exact: true }).fill('Nightly');
  await app.getByRole('combobox', { name: 'Runs', exact: true }).click();
  await app.getByRole('option', { name: 'On days of the week' }).click();
  await app.getByRole('button', { name: 'Fri' }).click();
  await app
    .getByRole('textbox', { name: 'At' })
    .or(app.getByLabel('At', { exact: true }))
    .first()
    .fill('06:30');
  await app.getByRole('combobox', { name: 'Time zone' }).click();
  await app.keyboard.type('Berlin');
  await app.getByRole('option', { name: 'Europe/Berlin' }).click();
  const next = app.getByRole('region', { name: 'Next runs' });
  await expect(next).toContainText('At 06:30 on Monday and Friday');
  await expect(next.getByRole('listitem')).toHaveCount(10);
  await app.getByRole('button', { name: 'Create' }).click();

  await expect(row(app, /Nightly.*Active/)).toContainText('30 6 * * 1,5 · Europe/Berlin');
  await row(app, /Nightly/).click();
  await app.getByRole('button', { name: 'Run now' }).click();
  await expect(row(app, /Started.*Succeeded.*Run now/)).toBeVisible();
  await app.getByRole('button', { name: 'More' }).click();
  await app.getByRole('menuitem', { name: 'Test without running' }).click();
  await expect(app.getByRole('dialog')).toContainText('A run would start');
  await app.getByRole('button', { name: 'Done' }).click();
  await app.getByRole('button', { name: 'Pause' }).click();
  await expect(app.getByText('Paused: none of these times runs.')).toBeVisible();
  await row(app, /Started.*Succeeded/).click();
  await expect(app).toHaveURL(/#\/runs\//);

  await app.goto(new URL('#/schedules', app.url()).href);
  await row(app, /Nightly.*Paused/).click({ button: 'right' });
  await app.getByRole('menuitem', { name: 'Delete' }).click();
  await app.getByRole('button', { name: 'Delete' }).click();
  await expect(row(app, /Nightly/)).toBeHidden();
});

test('a pattern that cannot be read says why while it is typed', async ({ app }) => {
  await app.goto(new URL('#/schedules', app.url()).href);
  await openNew(app, /^Schedule/);
  await app.getByRole('combobox', { name: 'Runs', exact: true }).click();
  await app.getByRole('option', { name: 'A cron pattern' }).click();
  const pattern = app.getByRole('textbox', { name: 'Cron pattern' });
  await pattern.fill('61 * * * *');
  await expect(app.getByText(/cannot be read as a schedule/)).toBeVisible();
  await pattern.fill('*/10 * * * * *');
  await expect(app.getByRole('region', { name: 'Next runs' })).toContainText('Every 10 seconds');
});

test('a backfill is counted first and its progress shown', async ({ app, product }) => {
  const [pipeline] = (await product.sluice<{ id: string; name: string }[]>('pipelines', 'list')).filter(
    ({ name }) => name === 'Customers to win back',
  );
  expect(pipeline).toBeDefined();
  await app.goto(new URL('#/schedules', app.url()).href);
  await openNew(app, /^Schedule/);
  await app.getByRole('textbox', { name: 'Name', exact: true }).fill('Daily');
  await app.getByRole('button', { name: 'Create' }).click();
  await row(app, /Daily/).click();
  await app.getByRole('button', { name: 'Backfill', exact: true }).click();
  await expect(app.getByRole('dialog')).toContainText('7 runs');
  await app.getByRole('button', { name: 'Start 7 runs' }).click();
  await app.getByRole('tab', { name: 'Backfills' }).click();
  await expect(app.getByText('7 of 7 runs ended')).toBeVisible({ timeout: 60_000 });
  await expect(app.getByText('Done', { exact: true })).toBeVisible();
});

test('an inbound call shows its secret once, and a call signed with it starts a run', async ({ app }) => {
  await app.goto(new URL('#/schedules', app.url()).href);
  await openNew(app, /^Inbound call/);
  await app.getByRole('textbox', { name: 'Name', exact: true }).fill('Shop');
  await app.getByRole('button', { name: 'Create' }).click();
  const secret = (await app.locator('code', { hasText: /^whsec_/ }).textContent()) ?? '';
  const url = (await app.locator('code', { hasText: /\/hooks\// }).textContent()) ?? '';
  await app.getByRole('button', { name: 'Done' }).click();
  await expect(app.getByText(secret)).toHaveCount(0);
  const at = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', secret).update(`${at}.{}`).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-timestamp': at, 'x-signature': signature };
  expect((await fetch(url, { method: 'POST', headers, body: '{}' })).status).toBe(202);
  expect((await fetch(url, { method: 'POST', headers, body: '{ }' })).status).toBe(401);
  await row(app, /Shop/).click();
  await expect(row(app, /Started/)).toHaveCount(1);
});

test('a file that arrives starts a run', async ({ app, product }) => {
  mkdirSync(join(product.home, 'files', 'inbox'), { recursive: true });
  await app.goto(new URL('#/schedules', app.url()).href);
  await openNew(app, /^File trigger/);
  await app.getByRole('textbox', { name: 'Name', exact: true }).fill('Inbox');
  await app.getByRole('combobox', { name: 'Folder' }).click();
  await app.getByRole('option', { name: 'inbox' }).click();
  await app
    .getByRole('textbox', { name: 'Unchanged for' })
    .or(app.getByLabel('Unchanged for'))
    .first()
    .fill('1');
  await app.getByRole('button', { name: 'Create' }).click();
  await row(app, /Inbox/).click();
  await expect(app.getByText('It has not fired yet')).toBeVisible();
  await expect
    .poll(
      async () =>
        (await product.sluice<{ name: string; problem: string | null }[]>('schedules', 'list')).find(
          ({ name }) => name === 'Inbox',
        )?.problem,
    )
    .toBeNull();
  // The folder is looked at first, so that what lies there already does not count.
  await app.waitForTimeout(1500);
  writeFileSync(join(product.home, 'files', 'inbox', 'new.csv'), 'a\n1\n');
  await expect(row(app, /Started/)).toBeVisible({ timeout: 30_000 });
});

for (const theme of ['light', 'dark'] as const) {
  test(`the schedules page and its dialog are accessible in ${theme}`, async ({ app }) => {
    await app.setViewportSize({ width: 1280, height: 800 });
    await useTheme(app, theme);
    await app.goto(new URL('#/schedules', app.url()).href);
    await expect(app.getByText('Scheduler alive')).toBeVisible();
    await expectAccessible(app);
    await openNew(app, /^Schedule/);
    await expect(app.getByRole('region', { name: 'Next runs' }).getByRole('listitem')).toHaveCount(10);
    await expectAccessible(app);
  });
}
