import { globSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, expectAccessible, test } from './fixtures.ts';

test('from an empty canvas to a saved dataset: read, filter, join, aggregate, save', async ({
  app,
  editor,
  product,
}) => {
  await editor.openNew();

  await editor.add('CSV file');
  await editor.chooseSample('orders.csv');
  await expect(editor.grid().getByText('SO-200001').first()).toBeVisible();

  await editor.add('Filter');
  const condition = editor.settings.getByRole('textbox', { name: 'Keep rows where' });
  await condition.click();
  await app.keyboard.type("status = 'shipped'");
  await app.keyboard.press('Escape');

  await editor.add('Join');
  await app.locator('.react-flow__pane').click({ position: { x: 30, y: 30 } });
  await editor.add('CSV file');
  await editor.chooseSample('customers.csv');
  await editor.wire('csv_file_2', 'join', 1);
  await editor.select('join');
  await editor.settings.getByRole('button', { name: 'Add pair' }).click();
  await editor.pick(editor.settings.getByRole('combobox', { name: 'Pair 1, left column' }), 'customer_id');
  await editor.pick(editor.settings.getByRole('combobox', { name: 'Pair 1, right column' }), 'customer_id');
  await expect(editor.grid().getByText('SO-200001').first()).toBeVisible();

  await editor.add('Aggregate');
  await editor.pick(editor.settings.getByRole('combobox', { name: 'Group by' }), 'country');
  await app.keyboard.press('Escape');

  await editor.add('Save dataset');
  await editor.settings.getByRole('combobox', { name: 'Dataset' }).click();
  await app.keyboard.type('orders_by_country');
  await app.keyboard.press('Enter');
  await editor.saved();
  await expectAccessible(app);

  await editor.run();
  await expect(editor.node('filter')).toContainText('rows');

  const files = `${product.home}/files/samples`;
  const byHand = await (await DuckDBInstance.create(':memory:')).connect();
  const [published] = globSync('datasets/*/*.parquet', { cwd: product.home });
  const difference = await byHand.runAndReadAll(`
    WITH ours AS (SELECT country, count FROM '${join(product.home, published ?? '')}'),
      theirs AS (SELECT country, count(*) AS count FROM '${files}/orders.csv' o
        JOIN '${files}/customers.csv' c USING (customer_id) WHERE status = 'shipped' GROUP BY country)
    (FROM ours EXCEPT ALL FROM theirs) UNION ALL (FROM theirs EXCEPT ALL FROM ours)`);
  expect(difference.getRows()).toEqual([]);

  await app.getByRole('link', { name: /Open the run/ }).click();
  await expect(app.getByRole('row', { name: /Save dataset/ })).toContainText('Succeeded');
  await app.getByRole('tab', { name: /Outputs/ }).click();
  await app.getByRole('link', { name: 'Open dataset' }).click();
  await expect(app.getByRole('grid', { name: 'Rows of the dataset' })).toBeVisible();
});
