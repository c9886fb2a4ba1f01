import { expect, expectAccessible, test, useTheme } from './fixtures.ts';

interface Started {
  readonly id: string;
}

/** Three runs of two pipelines, so that the list has something to tell. */
async function runSamples(sluice: <Answer>(...words: string[]) => Promise<Answer>): Promise<string[]> {
  const pipelines = await sluice<{ id: string; name: string }[]>('pipelines', 'list');
  const ids = [];
  const [first, second] = pipelines;
  for (const id of [first?.id, second?.id, first?.id])
    if (id) ids.push((await sluice<Started>('run', id)).id);
  return ids;
}

test('runs are found by a sentence that lives in the address, saved under a name, and brought back', async ({
  app,
  product,
}) => {
  await runSamples(product.sluice);
  const bar = app.getByRole('search', { name: 'Filters' });
  const list = app.getByRole('table', { name: 'Runs' });
  await app.goto(new URL('#/runs', app.url()).href);
  // The head, these three runs, and those that other tests on this home have made.
  await expect(list.getByRole('row').nth(3)).toBeVisible();
  const rows = await list.getByRole('row').count();

  await bar.getByRole('combobox', { name: 'Started by' }).click();
  await app.getByRole('option', { name: 'a schedule' }).click();
  await expect(app.getByText('No run fits the filter')).toBeVisible();
  expect(app.url()).toContain('trigger=schedule');
  await app.goBack();
  await expect(list.getByRole('row')).toHaveCount(rows);

  await bar.getByRole('combobox', { name: 'State' }).click();
  await app.getByRole('option', { name: 'succeeded', exact: true }).click();
  await expect(list.getByText('Succeeded').first()).toBeVisible();
  await app.getByRole('button', { name: 'Save this search' }).click();
  await app.getByRole('textbox', { name: 'Name' }).fill('Went well');
  await app.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  const chip = app
    .getByRole('navigation', { name: 'Saved searches' })
    .getByRole('button', { name: 'Went well', exact: true });
  await expect(chip).toHaveAttribute('aria-pressed', 'true');

  await bar.getByRole('button', { name: 'Clear' }).click();
  await expect(chip).toHaveAttribute('aria-pressed', 'false');
  await chip.click();
  expect(app.url()).toContain('state=succeeded');
  await app.reload();
  await expect(chip).toHaveAttribute('aria-pressed', 'true');

  await app.getByRole('button', { name: 'Change “Went well”' }).click();
  await app.getByRole('menuitem', { name: 'Rename' }).click();
  await app.getByRole('textbox', { name: 'Name' }).fill('Fine');
  await app.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
  await app.getByRole('button', { name: 'Change “Fine”' }).click();
  await app.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(app.getByRole('button', { name: 'Fine', exact: true })).toBeHidden();
  await app.getByRole('button', { name: 'Undo' }).click();
  await expect(app.getByRole('button', { name: 'Fine', exact: true })).toBeVisible();
  await bar.getByRole('button', { name: 'Clear' }).click();
});

test('all that fit are chosen by the keyboard, counted, labelled, unlabelled and deleted', async ({
  app,
  product,
}) => {
  await runSamples(product.sluice);
  await app.goto(new URL('#/runs', app.url()).href);
  const list = app.getByRole('table', { name: 'Runs' });
  const rows = list.getByRole('row');
  await expect(rows.nth(3)).toBeVisible();
  const before = (await rows.count()) - 1;

  await rows.nth(1).focus();
  await app.keyboard.press('Control+a');
  const bar = app.getByRole('toolbar', { name: 'Selected items' });
  await expect(bar.getByText(`${before} selected`)).toBeVisible();
  await bar.getByRole('button', { name: 'Label' }).click();
  await app.getByRole('menuitem', { name: 'Add a label' }).click();
  const dialog = app.getByRole('dialog');
  await expect(dialog.getByText(`A label is put on ${before} runs.`)).toBeVisible();
  await dialog.getByRole('combobox', { name: 'Label' }).click();
  await app.getByPlaceholder('Find or make a label').fill('year end');
  await app.keyboard.press('Enter');
  await dialog.getByRole('button', { name: `Label ${before}` }).click();
  await expect(dialog.getByText(`${before} runs labelled.`)).toBeVisible();
  await dialog.getByRole('button', { name: 'Done' }).click();
  // A run that has another label too shows only one of them, so they are counted by the filter.
  await app.goto(new URL('#/runs?label=year+end', app.url()).href);
  await expect(rows).toHaveCount(before + 1);

  // A pinned run stays when all others are deleted.
  await rows.nth(1).click({ button: 'right' });
  await app.getByRole('menuitem', { name: 'Pin' }).click();
  await expect(rows.nth(1).getByText('Pinned')).toBeAttached();
  await app.getByRole('checkbox', { name: 'Select all' }).click();
  await bar.getByRole('button', { name: 'Delete' }).click();
  await expect(dialog.getByText('Left alone: 1 pinned.')).toBeVisible();
  await dialog.getByRole('button', { name: `Delete ${before - 1}` }).click();
  await expect(dialog.getByText(`${before - 1} run`)).toBeVisible();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(rows).toHaveCount(2);
});

test('two chosen runs are compared, and one run is found again in the history of its pipeline', async ({
  app,
  product,
}) => {
  await runSamples(product.sluice);
  await app.goto(new URL('#/runs', app.url()).href);
  await app.getByRole('checkbox', { name: 'Select row 1', exact: true }).click();
  await app.getByRole('checkbox', { name: 'Select row 2', exact: true }).click();
  await app.getByRole('button', { name: 'Compare' }).click();
  await expect.poll(() => app.url()).toMatch(/#\/runs\/compare\?a=.+&b=.+/);

  await app.goBack();
  const row = app.getByRole('table', { name: 'Runs' }).getByRole('row').nth(1);
  await row.click({ button: 'right' });
  await app.getByRole('menuitem', { name: 'History of its pipeline' }).click();
  const grid = app.getByRole('grid');
  await expect(grid.getByRole('gridcell').first()).toBeVisible();
  await grid.getByRole('gridcell').last().focus();
  await app.keyboard.press('Home');
  await app.keyboard.press('Enter');
  await expect.poll(() => app.url()).toMatch(/#\/runs\/[0-9a-f-]{36}\?node=/);
});

for (const theme of ['light', 'dark'] as const) {
  test(`the list, a count, the slots and the history are accessible in ${theme}`, async ({
    app,
    product,
  }) => {
    await app.setViewportSize({ width: 1280, height: 800 });
    await useTheme(app, theme);
    await runSamples(product.sluice);
    await app.goto(new URL('#/runs?last=month', app.url()).href);
    await expect(app.getByRole('table', { name: 'Runs' }).getByRole('row').nth(1)).toBeVisible();
    await expectAccessible(app);
    await app.getByRole('button', { name: /slots busy/ }).click();
    await expect(app.getByText('Nothing waits.')).toBeVisible();
    await expectAccessible(app);
    await app.keyboard.press('Escape');
    await app.getByRole('checkbox', { name: 'Select all' }).click();
    await app.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click();
    await expect(app.getByRole('dialog').getByText('will be deleted')).toBeVisible();
    await expectAccessible(app);
    await app.getByRole('button', { name: 'Leave them' }).click();
    await app.getByRole('table', { name: 'Runs' }).getByRole('row').nth(1).click({ button: 'right' });
    await app.getByRole('menuitem', { name: 'History of its pipeline' }).click();
    await expect(app.getByRole('grid')).toBeVisible();
    await expect(app.getByRole('region', { name: 'Calendar' }).getByRole('link').first()).toBeVisible();
    await expectAccessible(app);
    await app.getByRole('radio', { name: 'Table' }).click();
    await expect(app.getByRole('columnheader', { name: 'Ran' })).toBeVisible();
    await expectAccessible(app);
  });
}
