import { expect, test } from 'vitest';
import { formatOf } from './output-file.ts';

test.each([
  ['out/orders.csv', 'csv-file'],
  ['orders.CSV.gz', 'csv-file'],
  ['a.b.ndjson', 'json-file'],
  ['/tmp/x.parquet', 'parquet-file'],
  ['constructor', undefined],
  ['notes.constructor', undefined],
  ['README', undefined],
])('%s is read as %s', (name, kind) => {
  expect(formatOf(name)?.kind).toBe(kind);
});
