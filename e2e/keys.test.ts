import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, expectAccessible, type Product, test, useTheme } from './fixtures.ts';
import { KeysModel, startStatus } from './page-models/keys.ts';

const run = promisify(execFile);

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

async function samplePipeline(product: Product, name = 'Orders by region and month'): Promise<string> {
  const pipelines = await product.sluice<{ id: string; name: string }[]>('pipelines', 'list');
  return pipelines.find((each) => each.name === name)?.id ?? '';
}

test('a key is made with chosen rights, not lost by accident, tried at once, and its use is counted', async ({
  app,
  product,
}) => {
  await app.setViewportSize({ width: 1280, height: 800 });
  const keys = new KeysModel(app);
  await keys.open();
  const dialog = await keys.startNew('Nightly export', async (form) => {
    await keys.choose(form.getByRole('combobox', { name: 'It may' }), /^Read only/);
    await form.getByRole('checkbox', { name: 'Execution: start pipelines' }).click();
    await expect(form.getByRole('combobox', { name: 'It may' })).toHaveText('As chosen below');
    await keys.choose(form.getByRole('combobox', { name: 'Plan' }), /^Starter/);
    await expect(form.getByRole('list', { name: 'Limits of the plan' })).toContainText(
      '60 a minute, 10,000 a day, 5 at once',
    );
  });
  await expectAccessible(app);
  await dialog.getByRole('button', { name: 'Create key' }).click();

  // Neither Escape nor a first "Done" loses what was not copied.
  const shown = app.getByRole('dialog', { name: 'The key “Nightly export”' });
  await expect(shown).toBeVisible();
  await app.keyboard.press('Escape');
  await shown.getByRole('button', { name: 'Done' }).click();
  await expect(shown.getByRole('alert')).toHaveText('The key was not copied, and it is not shown again.');
  await expectAccessible(app);

  await keys.choose(shown.getByRole('combobox', { name: 'API of the example' }), /^Execution/);
  await shown.getByRole('button', { name: 'Copy the example' }).click();
  const example = await app.evaluate(() => navigator.clipboard.readText());
  expect(example).toMatch(/slc_live_\w{46}/);
  const { stdout } = await run('sh', ['-c', example]);
  expect(stdout).toContain('Succeeded');

  const secret = await keys.takeSecret();
  expect(await app.evaluate(() => navigator.clipboard.readText())).toBe(secret);
  // Its own page, with what the key did so far.
  await expect(app.getByRole('group', { name: /^Use over the last day: 1 request\./ })).toBeVisible();
  await expect(app.getByRole('row', { name: /^Execution 1 / })).toContainText('9,999 of 10,000 a day');
  await expect(app.getByRole('complementary', { name: 'Facts' })).toContainText('start pipelines');
  await expectAccessible(app);

  // A right it was not given is refused, and counted as that.
  const refused = await fetch(`${product.url}/v1/resources`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: '{}',
  });
  expect(refused.status).toBe(403);
  await expect(app.getByRole('group', { name: /^Use over the last day: 2 requests\./ })).toBeVisible();
  await app.getByRole('radio', { name: 'Hour' }).click();
  await app.getByRole('group', { name: /^Use over the last hour/ }).press('ArrowLeft');
  await expect(app.getByRole('status').filter({ hasText: 'Refused' })).toContainText('Refused 1');

  await keys.open();
  await expect(keys.row('Nightly export')).toContainText('Starter');
  await expect(keys.row('Nightly export').getByRole('img')).toHaveAccessibleName(
    '2 requests in 24 hours, 1 refusal',
  );
});

test('a home without keys says what a key is for', async ({ app }) => {
  await app.route('**/app/rpc/keys/list', (route) => route.fulfill({ json: { json: [], meta: [] } }));
  await new KeysModel(app).open();
  await expect(app.getByRole('heading', { name: 'No keys yet' })).toBeVisible();
  await expectAccessible(app);
});

test('a key is rotated with an overlap, and then ended at once', async ({ app, product }) => {
  const keys = new KeysModel(app);
  const pipeline = await samplePipeline(product);
  await keys.open();
  const first = await keys.create('Rotating');
  await expect(app.getByRole('region', { name: 'Use' })).toBeVisible();
  await app.getByRole('button', { name: 'Rotate' }).click();
  await expectAccessible(app);
  await app.getByRole('button', { name: 'Make a new text' }).click();
  const second = await keys.takeSecret();
  expect(second).not.toBe(first);
  await expect(app.getByText(/^works until/)).toBeVisible();
  expect(await startStatus(product.url, pipeline, first)).toBe(200);
  expect(await startStatus(product.url, pipeline, second)).toBe(200);

  await app.getByRole('button', { name: 'Rotate' }).click();
  const overlap = app.getByRole('combobox', { name: 'The text in use works on for' });
  await keys.choose(overlap, /^Not at all/);
  await app.getByRole('button', { name: 'Make a new text' }).click();
  const third = await keys.takeSecret();
  await expect(app.getByText(/^works until/)).toBeHidden();
  expect(await startStatus(product.url, pipeline, first)).toBe(401);
  expect(await startStatus(product.url, pipeline, second)).toBe(401);
  expect(await startStatus(product.url, pipeline, third)).toBe(200);

  await app.getByRole('button', { name: 'More' }).click();
  await app.getByRole('menuitem', { name: 'Revoke' }).click();
  await expect(app.getByRole('dialog')).toContainText('those that still wait are cancelled');
  await app.getByRole('button', { name: 'Revoke' }).click();
  await expect(app.getByText('Revoked', { exact: true }).first()).toBeVisible();
  await expect(app.getByRole('button', { name: 'Rotate' })).toBeHidden();
  expect(await startStatus(product.url, pipeline, third)).toBe(401);
  await keys.open();
  await expect(keys.row('Rotating')).toBeHidden();
  await keys.choose(app.getByRole('combobox', { name: 'State' }), 'that ended');
  await expect(keys.row('Rotating')).toContainText('Revoked');
});

test('a key limited to pipelines is let into one, and taken off it, from the pipeline', async ({
  app,
  product,
}) => {
  const keys = new KeysModel(app);
  const pipeline = await samplePipeline(product);
  await keys.open();
  const secret = await keys.create('Limited', async (form) => {
    await form.getByRole('radio', { name: 'Only some' }).click();
  });
  expect(await startStatus(product.url, pipeline, secret)).toBe(404);

  await app.goto(new URL(`#/pipelines/${pipeline}`, app.url()).href);
  await app.getByRole('button', { name: 'API access' }).click();
  const access = app.getByRole('dialog', { name: 'API access of “Orders by region and month”' });
  await expect(access).toContainText(pipeline);
  const reaching = access.getByRole('table', { name: 'Keys that reach it' });
  await expect(reaching.getByRole('row', { name: /Limited/ })).toBeHidden();
  await access.getByRole('combobox', { name: 'Add a key' }).click();
  await app.getByRole('option', { name: /^Limited/ }).click();
  await expect(reaching.getByRole('row', { name: /Limited.*was added/ })).toBeVisible();
  await expectAccessible(app);
  expect(await startStatus(product.url, pipeline, secret)).toBe(200);

  await access.getByRole('button', { name: 'Take “Limited” off' }).click();
  await expect(reaching.getByRole('row', { name: /Limited/ })).toBeHidden();
  expect(await startStatus(product.url, pipeline, secret)).toBe(404);

  await access.getByRole('link', { name: 'New key for it' }).click();
  const dialog = app.getByRole('dialog', { name: 'New API key' });
  await expect(dialog.getByRole('combobox', { name: 'Chosen pipelines' })).toHaveText(
    'Orders by region and month',
  );
  await dialog.getByRole('textbox', { name: 'Name' }).fill('For one');
  await dialog.getByRole('button', { name: 'Create key' }).click();
  const own = await keys.takeSecret();
  expect(await startStatus(product.url, pipeline, own)).toBe(200);
  const other = await samplePipeline(product, 'Customers to win back');
  expect(await startStatus(product.url, other, own)).toBe(404);
});

test.describe('with a refusal', () => {
  // The browser itself logs answers that refuse.
  test.use({ expectedComplaints: /status of 400/ });

  test('rights are edited on the key’s page and hold at its next request', async ({ app, product }) => {
    const keys = new KeysModel(app);
    const pipeline = await samplePipeline(product);
    await keys.open();
    const secret = await keys.create('Edited');
    expect(await startStatus(product.url, pipeline, secret)).toBe(200);
    await app.getByRole('button', { name: 'Edit rights' }).click();
    const dialog = app.getByRole('dialog', { name: 'Rights of “Edited”' });
    await dialog.getByRole('checkbox', { name: 'Execution: start pipelines' }).click();
    const folder = dialog.getByRole('textbox', { name: 'Folders' });
    await folder.fill('not/absolute');
    await folder.press('Enter');
    await dialog.getByRole('button', { name: 'Save rights' }).click();
    // What is wrong stands at the field that caused it.
    await expect(folder).toHaveAttribute('aria-invalid', 'true');
    await dialog.getByRole('button', { name: 'Withdraw not/absolute' }).click();
    await dialog.getByRole('button', { name: 'Save rights' }).click();
    await expect(dialog).toBeHidden();
    expect(await startStatus(product.url, pipeline, secret)).toBe(403);
  });
});

test('a key is made, copied and left with the keyboard alone', async ({ app }) => {
  await new KeysModel(app).open();
  await app.getByRole('button', { name: 'New key' }).first().focus();
  await app.keyboard.press('Enter');
  await expect(app.getByRole('textbox', { name: 'Name' })).toBeFocused();
  await app.keyboard.type('By hand');
  await app.keyboard.press('Enter');
  await expect(app.getByRole('button', { name: 'Copy key' })).toBeFocused();
  await app.keyboard.press('Enter');
  const copied = await app.evaluate(() => navigator.clipboard.readText());
  expect(copied).toMatch(/^slc_live_/);
  await app.getByRole('button', { name: 'Done' }).focus();
  await app.keyboard.press('Enter');
  await expect(app.getByRole('dialog')).toHaveCount(0);
  await expect(app.getByText(copied)).toHaveCount(0);
});

for (const theme of ['light', 'dark'] as const)
  test(`keys with long and right-to-left names fit the list and the page, in ${theme}`, async ({
    app,
    product,
  }) => {
    const long = `${theme} ${'a name without an end '.repeat(8)}`.trim();
    const names = [long, `مفتاح التصدير ${theme}`];
    for (const name of names) await product.sluice('keys', 'create', '--name', name, '--expires', '48h');
    await app.setViewportSize({ width: 1280, height: 800 });
    await useTheme(app, theme);
    const keys = new KeysModel(app);
    await keys.open();
    for (const name of names) {
      await app.getByRole('searchbox', { name: 'Search keys' }).fill(name);
      await expect(keys.row(name)).toContainText('Expires soon');
      await expectAccessible(app);
      await keys.row(name).click();
      await expect(app.getByRole('region', { name: 'Use' })).toBeVisible();
      await expect(app.getByRole('row', { name: /^Execution/ })).toBeVisible();
      await expectAccessible(app);
      await keys.open();
    }
  });
