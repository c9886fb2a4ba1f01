import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RunSummary } from '../src/shared/contract/domain.ts';
import { expect, expectAccessible, type Product, test, useTheme } from './fixtures.ts';
import { applyPipeline, putFile, RunPageModel, type Written } from './page-models/run-page.ts';

/** Counts pairs of numbers: long enough to be watched on any machine, and stopped at once. */
const slow: Written = {
  name: 'Watch me',
  nodes: [
    { id: 'quick', kind: 'sql', title: 'Quick', config: { sql: 'select range as id from range(1000)' } },
    {
      id: 'heavy',
      kind: 'sql',
      title: 'Heavy',
      config: {
        sql: 'select sum(hash(a.range * b.range)) as total from range(20000000) a, range(20000) b',
      },
    },
    { id: 'save_quick', kind: 'save-dataset', config: { name: 'quick_rows' } },
    { id: 'save', kind: 'save-dataset', title: 'Save total', config: { name: 'heavy_total' } },
  ],
  edges: [
    { from: 'quick', to: 'save_quick' },
    { from: 'heavy', to: 'save' },
  ],
};

/** Fails on what `rates.csv` holds; everything from the orders is kept. */
const fragile: Written = {
  name: 'Fragile',
  nodes: [
    { id: 'orders', kind: 'csv-file', title: 'Orders', config: { path: 'samples/orders.csv' } },
    {
      id: 'by_status',
      kind: 'sql',
      title: 'By status',
      config: { sql: 'select status, count(*) as orders from orders group by status' },
    },
    { id: 'rates', kind: 'csv-file', title: 'Rates', config: { path: 'rates.csv' } },
    {
      id: 'numbers',
      kind: 'sql',
      title: 'Rates as numbers',
      config: { sql: 'select status, cast(rate as double) as rate from rates' },
    },
    {
      id: 'rated',
      kind: 'sql',
      title: 'Rated',
      config: { sql: 'select s.*, n.rate from by_status s left join numbers n using (status)' },
    },
    { id: 'save', kind: 'save-dataset', title: 'Save rated', config: { name: 'rated' } },
  ],
  edges: [
    { from: 'orders', to: 'by_status' },
    { from: 'rates', to: 'numbers' },
    { from: 'by_status', to: 'rated' },
    { from: 'numbers', to: 'rated' },
    { from: 'rated', to: 'save' },
  ],
};

const badRates = 'status,rate\nshipped,1.5\npending,none\n';
const goodRates = 'status,rate\nshipped,1.5\npending,0.5\n';

const start = (product: Product, name: string) =>
  product.sluice<RunSummary>('run', name, '--mode', 'inspect');

test('a running run grows in the Gantt by itself, and is cancelled', async ({ app, product }) => {
  const run = new RunPageModel(app);
  await applyPipeline(product, slow);
  const { id } = await start(product, slow.name);
  await run.open(id);
  await run.state(/Running/);
  await expect(run.line('heavy').getByText('Running')).toBeAttached();

  // The axis grows with the time, so the bar of a step that is over becomes a smaller part of it.
  const share = () =>
    run
      .line('quick')
      .locator('[data-bar]')
      .evaluate((bar) => Number.parseFloat((bar as HTMLElement).style.left || '1'));
  const before = await share();
  await expect.poll(share).toBeLessThan(before);

  await app.getByRole('button', { name: 'Cancel' }).click();
  await run.state('Cancelled');
  await expect(run.line('heavy')).toContainText('Cancelled');
  await expect(app.getByRole('button', { name: 'Retry failed' })).toBeVisible();
  await expectAccessible(app);
});

test('a failed run opens on the failure: the words, the SQL, what did not run, and the way to mend it', async ({
  app,
  product,
}) => {
  const run = new RunPageModel(app);
  putFile(product, 'rates.csv', badRates);
  await applyPipeline(product, fragile);
  const { id } = await start(product, fragile.name);
  await run.open(id);
  await run.state('Failed');

  const alert = app.getByRole('alert');
  await expect(alert).toContainText('"none"');
  await expect(alert).toContainText('In the step Rates as numbers');
  await expect(alert).toContainText('2 steps did not run: Rated, Save rated');
  await expect(run.line('numbers')).toHaveAttribute('aria-selected', 'true');
  await expect.poll(() => app.url()).toContain('node=numbers');
  await expect(app.getByRole('textbox', { name: 'SQL of numbers' })).toContainText(/cast\(rate as double\)/i);
  await expect(app.getByRole('region', { name: 'Its log' })).toContainText('none');
  await app.getByRole('region', { name: 'Figures' }).getByRole('button', { name: 'Rows' }).click();
  // A cheap step is not kept: its rows are computed again on request.
  const rows = app.getByRole('grid', { name: 'Rows of Rates' });
  const compute = app.getByRole('button', { name: 'Compute its first rows now' });
  await expect(rows.or(compute)).toBeVisible();
  if (await compute.isVisible()) await compute.click();
  await expect(rows).toContainText('pending');

  for (const theme of ['light', 'dark'] as const) {
    // biome-ignore lint/correctness/useHookAtTopLevel: a helper of the tests, no hook of React
    await useTheme(app, theme);
    await expect(alert).toBeVisible();
    await expectAccessible(app);
  }
  await alert.getByRole('link', { name: 'Mend it in the editor' }).click();
  await expect(
    app.getByRole('complementary', { name: 'Settings' }).getByText('numbers', { exact: true }),
  ).toBeVisible();
  await expect(app.locator('.react-flow__node[data-id="numbers"]')).toBeInViewport();
});

test('what failed is retried with what was kept, a step is run from on, and the two runs are compared', async ({
  app,
  product,
}) => {
  const run = new RunPageModel(app);
  putFile(product, 'rates.csv', badRates);
  await applyPipeline(product, fragile);
  const { id: failed } = await start(product, fragile.name);
  await run.open(failed);
  await run.state('Failed');

  putFile(product, 'rates.csv', goodRates);
  await app.getByRole('button', { name: 'Retry failed' }).click();
  const retried = await run.left(failed);
  await run.state('Succeeded');
  await expect(app.getByRole('link', { name: /^Retry of/ })).toHaveAttribute('href', `#/runs/${failed}`);
  const row = await run.openTable();
  await expect(row('by_status')).toContainText('Reused');
  await expect(row('numbers')).toContainText('Succeeded');

  await app.getByRole('radio', { name: 'Gantt' }).click();
  await run.stepMenu('numbers', /Run from here/);
  const from = await run.left(retried);
  await run.state('Succeeded');
  await expect(app.getByRole('link', { name: /^From “Rates as numbers” on/ })).toBeVisible();
  await app.getByRole('radio', { name: 'Table' }).click();
  await expect(row('numbers')).toContainText('Succeeded');
  await expect(row('rated')).toContainText('Succeeded');
  await expect(row('by_status')).toContainText('Reused');

  await app.getByRole('button', { name: 'Compare with another run' }).click();
  await app.getByRole('link', { name: /the one before/ }).click();
  await expect.poll(() => app.url()).toContain(`compare?a=${retried}&b=${from}`);
  await expect(app.getByRole('region', { name: 'Graph', exact: true })).toContainText('the same graph');
  await expect(app.getByRole('region', { name: 'Outputs' })).toContainText('rows');
  await expect(app.getByRole('region', { name: 'Not compared' })).toContainText('input files');
  await expectAccessible(app);
});

test('comparing tells which step was changed and how', async ({ app, product }) => {
  const run = new RunPageModel(app);
  putFile(product, 'rates.csv', goodRates);
  await applyPipeline(product, fragile);
  const { id: first } = await start(product, fragile.name);
  await run.open(first);
  await run.state('Succeeded');
  const nodes = fragile.nodes.map((node) =>
    node.id === 'by_status'
      ? {
          ...node,
          config: {
            sql: "select status, count(*) as orders from orders where status <> 'x' group by status",
          },
        }
      : node,
  );
  await applyPipeline(product, { ...fragile, nodes });
  const { id: second } = await start(product, fragile.name);
  await run.open(second);
  await run.state('Succeeded');
  await app.evaluate((to) => {
    location.hash = to;
  }, `#/runs/compare?a=${first}&b=${second}`);
  const graph = app.getByRole('region', { name: 'Graph', exact: true });
  await expect(graph).toContainText('1 difference');
  await expect(graph.getByRole('article')).toContainText("where status <> 'x'");
  await app.getByRole('button', { name: 'Swap' }).click();
  await expect.poll(() => app.url()).toContain(`a=${second}&b=${first}`);
});

test('the focus is one: the keyboard moves it in the Gantt, and graph, table and log follow', async ({
  app,
  product,
}) => {
  const run = new RunPageModel(app);
  putFile(product, 'rates.csv', goodRates);
  await applyPipeline(product, fragile);
  const { id } = await start(product, fragile.name);
  await run.open(id);
  await run.state('Succeeded');
  await run.gantt.focus();
  await app.keyboard.press('ArrowDown');
  await app.keyboard.press('ArrowDown');
  await expect(run.line('by_status')).toHaveAttribute('aria-selected', 'true');
  await app.keyboard.press('ArrowRight');
  await expect(run.gantt.getByRole('log')).toContainText('by_status');
  await app.keyboard.press('ArrowLeft');
  await expect(app.getByRole('log')).not.toContainText('rated');
  await app.getByRole('radio', { name: 'Table' }).click();
  await expect(run.table.locator('[data-node="by_status"]')).toHaveAttribute('aria-selected', 'true');
  await app.getByRole('radio', { name: 'Graph' }).click();
  await expect(app.locator('.react-flow__node[data-id="by_status"] .step-selected')).toBeVisible();
  await expect(app.getByRole('button', { name: 'Show all steps, not only By status' })).toBeVisible();
  await app.reload();
  await expect(app.getByRole('button', { name: 'Show all steps, not only By status' })).toBeVisible();
});

test('labels, note and pin are kept with the run', async ({ app, product }) => {
  const run = new RunPageModel(app);
  putFile(product, 'rates.csv', goodRates);
  await applyPipeline(product, fragile);
  const { id } = await start(product, fragile.name);
  await run.open(id);
  await run.state('Succeeded');
  await app.getByRole('button', { name: 'Add label' }).click();
  await app.getByRole('textbox', { name: 'Label' }).fill('month end');
  await app.keyboard.press('Enter');
  await app.getByRole('button', { name: 'Add a note' }).click();
  await app.getByRole('textbox', { name: 'Note' }).fill('Checked by hand');
  await app.getByRole('button', { name: 'Keep note' }).click();
  await app.getByRole('button', { name: /^Pin: / }).click();
  await expect(app.getByRole('button', { name: /^Unpin/ })).toBeVisible();
  await app.reload();
  await expect(app.getByRole('list', { name: 'Labels' })).toContainText('month end');
  await expect(app.getByText('Checked by hand')).toBeVisible();
  await expect(app.getByRole('button', { name: /^Unpin/ })).toBeVisible();
  // What is pinned stays when others delete all runs: nothing pinned is left behind.
  await app.getByRole('button', { name: /^Unpin/ }).click();
  await expect(app.getByRole('button', { name: /^Pin: / })).toBeVisible();
});

test.describe(() => {
  // The file that is gone is answered with an error, which the browser notes.
  test.use({ expectedComplaints: /status of 4\d\d/ });

  test('a written file is downloaded as it lies there, and its dataset in the format of choice', async ({
    app,
    product,
  }) => {
    const run = new RunPageModel(app);
    const written: Written = {
      name: 'Two outputs',
      nodes: [
        { id: 'numbers', kind: 'sql', config: { sql: 'select range as id from range(3)' } },
        { id: 'file', kind: 'write-file', title: 'Write numbers', config: { path: 'out/numbers.csv' } },
        { id: 'save', kind: 'save-dataset', config: { name: 'numbers_kept' } },
      ],
      edges: [
        { from: 'numbers', to: 'file' },
        { from: 'numbers', to: 'save' },
      ],
    };
    await applyPipeline(product, written);
    const { id } = await start(product, written.name);
    await run.open(id);
    await run.state('Succeeded');
    await app.getByRole('tab', { name: 'Outputs' }).click();
    const downloaded = async (press: () => Promise<void>) => {
      const begun = app.waitForEvent('download');
      await press();
      const download = await begun;
      return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
    };

    await app.getByRole('row', { name: /numbers\.csv/ }).click();
    const button = app.getByRole('region', { name: /^Preview of/ }).getByRole('button', { name: 'Download' });
    const file = await downloaded(() => button.click());
    expect(file.name).toBe('numbers.csv');
    expect(file.text).toBe(readFileSync(join(product.home, 'files', 'out', 'numbers.csv'), 'utf8'));
    expect(file.text.trim().split('\n')).toEqual(['id', '0', '1', '2']);

    await app.getByRole('row', { name: /numbers_kept/ }).click();
    const rows = await downloaded(async () => {
      await button.click();
      await app.getByRole('menuitem', { name: 'NDJSON' }).click();
    });
    expect(rows.name).toMatch(/^numbers_kept.*\.ndjson$/);
    expect(rows.text.trim().split('\n')).toHaveLength(3);

    // What is not there any more is said, and nothing is saved.
    rmSync(join(product.home, 'files', 'out', 'numbers.csv'));
    await app.getByRole('row', { name: /numbers\.csv/ }).click();
    await button.click();
    await expect(app.getByText('Nothing was downloaded', { exact: true })).toBeVisible();
  });
});
