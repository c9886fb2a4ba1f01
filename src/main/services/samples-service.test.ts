import { createHash } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { sampleFiles } from '../../../scripts/sample-data.ts';
import { documentFromText, documentToText } from '../compile/index.ts';
import { openStore } from '../store/open-store.ts';
import { tempHome } from '../store/testing/temp-home.ts';
import { createEventBus, createServices } from './index.ts';

const samplesFolder = join(import.meta.dirname, '../../../resources/samples');

function seeded() {
  const home = tempHome();
  const store = openStore(home, { ballastBytes: 0 });
  onTestFinished(() => store.close());
  const documentText = { parse: documentFromText, print: documentToText };
  const make = () => createServices({ store, home, events: createEventBus(), documentText, samplesFolder });
  return { home, services: make(), make };
}

test('the packed data are what the script makes', () => {
  for (const [name, text] of Object.entries(sampleFiles())) {
    const packed = gunzipSync(readFileSync(join(samplesFolder, `${name}.gz`)));
    expect(digest(packed), name).toBe(digest(text));
  }
});

test('the data have the size and the dirt that the sample promises', () => {
  const {
    'orders.csv': orders = '',
    'customers.csv': customers = '',
    'products.csv': products = '',
  } = sampleFiles();
  const rows = orders.trimEnd().split('\n').slice(1);
  const ids = rows.map((row) => row.split(',')[0]);
  expect(rows.length).toBeGreaterThan(50_000);
  expect(new Set(ids).size).toBe(47_600);
  expect(rows.length - new Set(rows).size).toBeGreaterThan(300);
  expect(rows.filter((row) => /,"(North|South|East|West|Central) ",/.test(row)).length).toBeGreaterThan(500);
  expect(rows.filter((row) => row.includes(',,')).length).toBeGreaterThan(1000);
  expect(customers.split('\n')).toHaveLength(5002);
  expect(customers).toMatch(/"Nguyễn, María"/);
  expect(products).toMatch(/\n000137,/);
});

test('the first start brings data and pipelines, later ones nothing, and removed samples come back only when asked for', () => {
  const { home, services, make } = seeded();
  expect(services.samples.seedOnFirstStart()).toEqual({ added: 5 });
  expect(
    services.pipelines
      .list()
      .map(({ name, sample }) => [name, sample])
      .sort(),
  ).toEqual([
    ['Customers to win back', true],
    ['Orders by region and month', true],
  ]);
  expect(statSync(join(home.files, 'samples/orders.csv')).size).toBeGreaterThan(3_000_000);
  services.pipelines.remove(
    services.pipelines.list().map(({ id }) => id),
    'window',
  );
  rmSync(join(home.files, 'samples/products.csv'));
  writeFileSync(join(home.files, 'samples/customers.csv'), 'mine');
  expect(make().samples.seedOnFirstStart()).toEqual({ added: 0 });
  expect(services.pipelines.list()).toEqual([]);
  expect(services.samples.add()).toEqual({ added: 3 });
  expect(services.samples.add()).toEqual({ added: 0 });
  expect(readFileSync(join(home.files, 'samples/customers.csv'), 'utf8')).toBe('mine');
});

function digest(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
