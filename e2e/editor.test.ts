import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';
import { RunPageModel } from './page-models/run-page.ts';

interface Applied {
  id: string;
}

/** A small pipeline over typed rows, made by the command line, so that each test starts from a known graph. */
async function applyPipeline(
  product: { home: string; sluice<Answer>(...words: string[]): Promise<Answer> },
  name: string,
  where = 'amount > 100',
  sink = false,
): Promise<string> {
  const file = join(product.home, `${name}.json`);
  const rows = [
    { region: 'North', amount: 120 },
    { region: 'South', amount: 80 },
    { region: 'North', amount: 310 },
  ];
  const nodes: { id: string; kind: string; config: object; at: [number, number] }[] = [
    { id: 'orders', kind: 'rows', config: { rows }, at: [0, 0] },
    { id: 'large', kind: 'filter', config: { where }, at: [300, 0] },
    { id: 'sorted', kind: 'sort', config: { by: [{ column: 'amount' }] }, at: [600, 0] },
  ];
  const edges = [
    { from: 'orders', to: 'large' },
    { from: 'large', to: 'sorted' },
  ];
  if (sink) {
    nodes.push({ id: 'saved', kind: 'save-dataset', config: { name, mode: 'replace' }, at: [900, 0] });
    edges.push({ from: 'sorted', to: 'saved' });
  }
  writeFileSync(file, JSON.stringify({ name, nodes, edges }));
  return (await product.sluice<Applied>('pipelines', 'apply', file)).id;
}

test('everything can be undone and redone: delete, wire, settings, paste', async ({
  app,
  editor,
  product,
}) => {
  await editor.open(await applyPipeline(product, 'undo'));
  await editor.select('large');
  await app.keyboard.press('Delete');
  await expect(editor.nodes()).toHaveCount(2);
  await app.keyboard.press('Control+z');
  await expect(editor.nodes()).toHaveCount(3);
  await expect(editor.edges()).toHaveCount(2);
  await app.keyboard.press('Control+Shift+z');
  await expect(editor.nodes()).toHaveCount(2);
  await app.keyboard.press('Control+z');

  await editor.node('sorted').click();
  await app.keyboard.press('Control+d');
  await expect(editor.nodes()).toHaveCount(4);
  await app.keyboard.press('Control+z');
  await expect(editor.nodes()).toHaveCount(3);
  await editor.saved();
});

test('deleting with heal joins the neighbours, and a step goes between two others by a wire’s own button', async ({
  app,
  editor,
  product,
}) => {
  await editor.open(await applyPipeline(product, 'heal'));
  await editor.select('large');
  await app.keyboard.press('Control+Delete');
  await expect(editor.nodes()).toHaveCount(2);
  await expect(editor.edges()).toHaveCount(1);

  await editor.hoverWire('orders', 'sorted');
  await app.getByRole('button', { name: /Insert a step into the wire/ }).click();
  await app.getByRole('dialog', { name: 'Add a step' }).getByRole('option', { name: /Limit/ }).click();
  await expect(editor.nodes()).toHaveCount(3);
  await expect(editor.edges()).toHaveCount(2);
});

test('the preview follows the edit, and a mistake is told under its field and in the list of problems', async ({
  app,
  editor,
  product,
}) => {
  await editor.open(await applyPipeline(product, 'preview'));
  await editor.select('large');
  await expect(editor.grid().getByText('310')).toBeVisible();
  await expect(editor.grid().getByText('80', { exact: true })).toBeHidden();

  const condition = editor.settings.getByRole('textbox', { name: 'Keep rows where' });
  await condition.click();
  await app.keyboard.press('Control+a');
  await app.keyboard.type('amuont < 100');
  await expect(editor.settings.getByRole('alert')).toContainText('amount');
  await editor.bottom.getByRole('tab', { name: /Problems/ }).click();
  await app.locator('.react-flow__pane').click({ position: { x: 20, y: 20 } });
  await editor.bottom.getByRole('list', { name: 'Problems' }).getByRole('button').first().click();
  await expect(editor.settings.getByRole('textbox', { name: 'Name of the step' })).toHaveValue('Filter');
});

test('the Run button shows states and row counts on the canvas, and reuses what did not change', async ({
  app,
  editor,
  product,
}) => {
  const pipelines = await product.sluice<{ id: string; name: string }[]>('pipelines', 'list');
  await editor.open(pipelines.find(({ name }) => name === 'Orders by region and month')?.id ?? '');
  await editor.run();
  await expect(editor.node('orders')).toContainText('50,214 rows');
  await expect(editor.node('by_region_month')).toContainText('97 rows');

  await editor.select('sorted');
  await editor.settings.getByRole('combobox', { name: /Sort column 1/ }).click();
  await app.getByRole('option', { name: 'region' }).click();
  await editor.saved();
  await editor.run();
  await app.getByRole('link', { name: /Open the run/ }).click();
  const steps = await new RunPageModel(app).openTable();
  await expect(steps('by_region_month')).toContainText('Reused');
  await expect(steps('sorted')).toContainText('Succeeded');
});

test('a failing run opens on the step that failed, with a message a person can act on', async ({
  app,
  product,
}) => {
  const id = await applyPipeline(product, 'failing', 'cast(region as integer) > 1', true);
  const runId = await product
    .sluice<{ id: string }>('run', id, '--wait')
    .catch((error: { stdout: string }) => JSON.parse(error.stdout));
  await app.evaluate((hash) => {
    location.hash = hash;
  }, `/runs/${runId.id}`);
  await expect(app.getByRole('alert')).toContainText('North');
  const steps = await new RunPageModel(app).openTable();
  await expect(steps('large')).toContainText('Failed');
  await expect(steps('sorted')).toContainText('Skipped');
});

test.describe('when the server is out of reach', () => {
  test.use({ expectedComplaints: /ERR_INTERNET_DISCONNECTED|409 \(Conflict\)/ });

  test('an edit is never lost: a change saved elsewhere asks which to keep', async ({
    app,
    editor,
    product,
  }) => {
    const id = await applyPipeline(product, 'conflict');
    await editor.open(id);
    await app.context().setOffline(true);
    await editor.settings.getByLabel('Description').fill('mine');
    await app.waitForTimeout(1500);
    const exported = join(product.home, 'theirs.json');
    writeFileSync(
      exported,
      JSON.stringify({
        name: 'conflict',
        description: 'theirs',
        nodes: [{ id: 'only', kind: 'rows', config: { rows: [{ a: 1 }] } }],
      }),
    );
    await product.sluice('pipelines', 'apply', exported);
    await app.context().setOffline(false);
    const dialog = app.getByRole('dialog');
    await expect(dialog).toBeVisible({ timeout: 30_000 });
    await dialog.getByRole('button', { name: /Keep mine/ }).click();
    await editor.saved();
    await expect(editor.settings.getByLabel('Description')).toHaveValue('mine');
    await expect(editor.nodes()).toHaveCount(3);
  });
});

test('a run that a script started through the execution API stands in the window at once', async ({
  app,
  product,
}) => {
  const id = await applyPipeline(product, 'scripted');
  const { key } = await product.sluice<{ key: string }>('keys', 'create', '--name', 'window-test');
  await app.evaluate(() => {
    location.hash = '/runs';
  });
  await expect(app.getByRole('searchbox', { name: 'Search runs' })).toBeVisible();
  const response = await fetch(`${product.url}/api/pub/v1/dataflows/${id}/start?await=true`, {
    method: 'POST',
    headers: { 'x-api-key': key },
  });
  expect(await response.json()).toEqual({ runId: expect.any(String), status: 'Succeeded' });
  await expect(app.getByRole('row', { name: /scripted.*Succeeded.*window-test/ })).toBeVisible();
});
