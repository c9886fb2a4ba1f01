import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import { test as base, expect } from './fixtures.ts';
import { recordTasks } from './kit/main-thread.ts';

const seedHome = join(import.meta.dirname, '..', 'src', 'main', 'store', 'testing', 'seed-home.ts');
const runs = Number(process.env.SLUICE_SCALE_RUNS ?? 100_000);
const lines = Number(process.env.SLUICE_SCALE_LINES ?? 1_000_000);
const count = (value: number) => value.toLocaleString('en-US');
/** Milliseconds of work on the page's main thread that one task may take. */
const longestTask = 100;
/** Milliseconds by the clock of a machine that does other things too; the services' own tests count the turns between. */
const longestAnswer = 10_000;

let loggedRun = '';
const test = base.extend<object, object>({
  prepareHome: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the first parameter
    async ({}, use) =>
      use(async (home: string) => {
        const { stdout } = await promisify(execFile)(process.execPath, [
          seedHome,
          home,
          String(runs),
          String(lines),
        ]);
        ({ loggedRun } = JSON.parse(stdout) as { loggedRun: string });
      }),
    { scope: 'worker' },
  ],
});

// The recording that failures are kept with draws the page a second time, on the same thread.
test.use({ trace: 'off', screenshot: 'off' });

/** Asks the server again and again while `work` goes on; answers how long the slowest answer took. */
async function slowestAnswer(url: string, work: () => Promise<void>): Promise<number> {
  let slowest = 0;
  let over = false;
  const asking = (async () => {
    while (!over) {
      const start = performance.now();
      const response = await fetch(`${url}/healthz`);
      expect(response.ok).toBe(true);
      slowest = Math.max(slowest, performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  try {
    await work();
  } finally {
    over = true;
    await asking;
  }
  return slowest;
}

async function measured(page: Page, url: string, name: string, work: () => Promise<void>): Promise<void> {
  const tasks = await recordTasks(page);
  const slowest = await slowestAnswer(url, work);
  const { longest, seen } = await tasks.stop();
  test.info().annotations.push({
    type: name,
    description: `longest task ${longest.toFixed(0)} ms of ${seen}, slowest answer ${slowest.toFixed(0)} ms`,
  });
  console.log(
    `${name}: longest task ${longest.toFixed(0)} ms of ${seen}, slowest answer ${slowest.toFixed(0)} ms`,
  );
  expect(seen, 'the trace has the tasks of the page').toBeGreaterThan(10);
  expect(longest, `longest task while: ${name}`).toBeLessThan(longestTask);
  expect(slowest, `slowest answer while: ${name}`).toBeLessThan(longestAnswer);
}

async function wheelThrough(page: Page, by: number, times: number): Promise<void> {
  for (let at = 0; at < times; at += 1) {
    await page.mouse.wheel(0, by);
    await page.waitForTimeout(40);
  }
}

test(`a list of ${count(runs)} runs opens, scrolls, filters and is searched without a long task`, async ({
  app,
  product,
}) => {
  const list = app.getByRole('table', { name: 'Runs' });
  const bar = app.getByRole('search', { name: 'Filters' });
  await measured(app, product.url, 'opening the list', async () => {
    await app.goto(new URL('#/runs', product.url).href);
    await expect(bar.getByText(`${count(runs)} runs`)).toBeVisible();
    await expect(list.getByRole('row').nth(10)).toBeVisible();
  });
  await measured(app, product.url, 'scrolling the list', async () => {
    await list.hover();
    await wheelThrough(app, 4_000, 60);
    await expect
      .poll(async () => Number(await list.getByRole('row').last().getAttribute('aria-rowindex')))
      .toBeGreaterThan(1_000);
  });
  await measured(app, product.url, 'filtering the list', async () => {
    await app.goto(new URL('#/runs?state=failed', product.url).href);
    await expect(bar.getByText(`${count(runs / 20)} runs`)).toBeVisible();
    await app.goto(new URL('#/runs?state=skipped&trigger=window', product.url).href);
    await expect(list.getByText('Skipped').first()).toBeVisible();
    await app.goto(new URL('#/runs?label=month+end&environment=live', product.url).href);
    await expect(list.getByText('month end').first()).toBeVisible();
  });
  await measured(app, product.url, 'searching the list', async () => {
    await app.goto(new URL('#/runs', product.url).href);
    await bar.getByLabel('Search runs').fill('pipeline 07');
    await expect(bar.getByText(`${count(runs / 20)} runs`)).toBeVisible();
    await bar.getByLabel('Search runs').fill('nothing has this name');
    await expect(app.getByText('No run fits the filter')).toBeVisible();
  });
});

test('all runs that fit a filter are labelled and the labels taken back while the page stays quick', async ({
  app,
  product,
}) => {
  await app.goto(new URL('#/runs?state=failed', product.url).href);
  await app.getByRole('checkbox', { name: 'Select all' }).click();
  await app.getByRole('button', { name: `Select all ${count(runs / 20)} that fit` }).click();
  await measured(app, product.url, 'labelling by filter', async () => {
    await app.getByRole('button', { name: 'Label', exact: true }).click();
    await app.getByRole('menuitem', { name: 'Add a label' }).click();
    const dialog = app.getByRole('dialog');
    await expect(dialog.getByText(`put on ${count(runs / 20)} runs`)).toBeVisible();
    await dialog.getByRole('combobox', { name: 'Label' }).click();
    await app.getByPlaceholder('Find or make a label').fill('to look at');
    await app.keyboard.press('Enter');
    await dialog.getByRole('button', { name: /^Label/ }).click();
    await expect(dialog.getByText(`${count(runs / 20)} runs labelled.`)).toBeVisible({ timeout: 60_000 });
    await dialog.getByRole('button', { name: 'Undo' }).click();
    await expect(app.getByText(`Taken back on ${count(runs / 20)} runs`, { exact: true })).toBeVisible({
      timeout: 60_000,
    });
  });
});

test('the history of a pipeline with thousands of runs opens without a long task', async ({
  app,
  product,
}) => {
  await app.goto(new URL('#/runs?state=failed', product.url).href);
  await app.getByRole('row').nth(3).click({ button: 'right' });
  await measured(app, product.url, 'opening the history', async () => {
    await app.getByRole('menuitem', { name: 'History of its pipeline' }).click();
    // By attribute: asking for roles has the page compute the roles and names of all cells, in a task of its own.
    await expect(app.locator('[aria-label="Steps of the last 40 runs"]')).toBeVisible();
    await expect(app.locator('[aria-label="Calendar"] a').first()).toBeVisible();
    await app.locator('[aria-label="How many runs"]').click();
    await app.locator('[role=option]').last().click();
    await expect(app.locator('[aria-label="Steps of the last 200 runs"]')).toBeVisible();
  });
});

test(`a log of ${count(lines)} lines opens, scrolls, filters and is searched without a long task`, async ({
  app,
  product,
}) => {
  const log = app.getByRole('log', { name: 'Run log' });
  const level = app.getByRole('radiogroup', { name: 'Least level' });
  await measured(app, product.url, 'opening the log', async () => {
    await app.goto(new URL(`#/runs/${loggedRun}`, product.url).href);
    await expect(log.getByText(`Row group ${lines} of ${lines}`)).toBeVisible();
  });
  await measured(app, product.url, 'scrolling the log', async () => {
    await log.hover();
    await wheelThrough(app, -3_000, 60);
    await expect(log.getByText(`Row group ${lines} of ${lines}`)).toBeHidden();
  });
  await measured(app, product.url, 'filtering the log', async () => {
    await level.getByText('Errors').click();
    await expect(app.getByText(`${count(Math.floor(lines / 10_007))} lines`)).toBeVisible();
    await expect(log.getByText(/^Row group \d+ of/).first()).toBeVisible();
  });
  await measured(app, product.url, 'searching the log', async () => {
    await level.getByText('All').click();
    await app.getByLabel('Search the log').fill(`group ${Math.floor(lines / 2)} of`);
    await expect(log.getByText(`Row group ${Math.floor(lines / 2)} of`)).toBeVisible();
    await app.getByLabel('Search the log').fill('nobody ever wrote this');
    await expect(app.getByText('No line of this run fits the filter.')).toBeVisible();
  });
});
