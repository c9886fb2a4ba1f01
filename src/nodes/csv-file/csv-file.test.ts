import { describe, expect, test } from 'vitest';
import { expectRows, problemPlaces, reachedBy, runNode } from '../_kit/test-kit.ts';

const read = (content: string | Uint8Array, config: Record<string, unknown> = {}) =>
  runNode('csv-file', { path: 'in.csv', ...config }, {}, { files: { 'in.csv': content } });
const types = ({ columns }: { columns: readonly { name: string; type: string }[] }) =>
  Object.fromEntries(columns.map(({ name, type }) => [name, type]));

describe('detected', () => {
  test('delimiter, header and types', async () => {
    const result = await read('id;name;price;day\n1;Ada;1.5;2024-01-31\n2;"Bo; ""x""";2;2024-02-01\n');
    expect(types(result)).toEqual({ id: 'BIGINT', name: 'VARCHAR', price: 'DOUBLE', day: 'DATE' });
    expectRows(result, [
      { id: 1, name: 'Ada', price: 1.5, day: '2024-01-31' },
      { id: 2, name: 'Bo; "x"', price: 2, day: '2024-02-01' },
    ]);
  });

  test('an empty value is null', async () => {
    expectRows(await read('a,b\n1,\n,x\n'), [
      { a: 1, b: null },
      { a: null, b: 'x' },
    ]);
  });

  test('a file of names alone has no rows', async () => {
    const result = await read('id,name\n', { header: true });
    expectRows(result, []);
    expect(result.columns.map(({ name }) => name)).toEqual(['id', 'name']);
  });

  test('unicode and quoted names', async () => {
    expectRows(await read('Größe,"a ""b"""\n1,x\n'), [{ Größe: 1, 'a "b"': 'x' }]);
  });
});

describe('told', () => {
  test('delimiter, quote, escape and header', async () => {
    const result = await read("1\t'a\\'b'\n2\tc\n", {
      delimiter: '\\t',
      quote: "'",
      escape: '\\',
      header: 'no',
    });
    expect(result.rows.map((row) => Object.values(row))).toEqual([
      [1, "a'b"],
      [2, 'c'],
    ]);
  });

  test('the first line as names even where it looks like values, and the other way round', async () => {
    expectRows(await read('1,2\n3,4\n', { header: 'yes' }), [{ 1: 3, 2: 4 }]);
    expect((await read('a,b\nc,d\n', { header: false })).rows).toHaveLength(2);
  });

  test('types of single columns, whatever case they are written in', async () => {
    const result = await read('Id,price\n1,2\n', { types: { id: 'VARCHAR', price: 'DECIMAL(10,2)' } });
    expect(types(result)).toEqual({ Id: 'VARCHAR', price: 'DECIMAL(10,2)' });
    expectRows(result, [{ Id: '1', price: '2.00' }]);
  });

  test('everything as text', async () => {
    const result = await read('zip,n,d\n00123,1.50,2024-01-01\n', { read_as: 'text' });
    expectRows(result, [{ zip: '00123', n: '1.50', d: '2024-01-01' }]);
  });

  test('leading zeros kept where they occur', async () => {
    const text = 'zip,n\n00123,1\n04567,20\n';
    const kept = await read(text, { keep_leading_zeros: true });
    expect(types(kept)).toEqual({ zip: 'VARCHAR', n: 'BIGINT' });
    expectRows(kept, [
      { zip: '00123', n: 1 },
      { zip: '04567', n: 20 },
    ]);
  });

  test('leading zeros kept even where they only occur far down', async () => {
    const text = `code\n${'7\n'.repeat(30_000)}007\n`;
    expect(types(await read(text))).toEqual({ code: 'BIGINT' });
    const kept = await read(text, { keep_leading_zeros: true });
    expect(types(kept)).toEqual({ code: 'VARCHAR' });
    expect(kept.rows.at(-1)).toEqual({ code: '007' });
  });

  test('texts that mean empty, beside the empty text', async () => {
    expectRows(await read('a,b\nNA,1\nx,-\n,3\n', { null_texts: ['NA', '-'] }), [
      { a: null, b: 1 },
      { a: 'x', b: null },
      { a: null, b: 3 },
    ]);
  });

  test('a decimal comma, date and time formats', async () => {
    const result = await read('v;d;t\n1,5;31.01.2024;01.02.2024 10:30\n', {
      delimiter: ';',
      decimal_separator: ',',
      date_format: '%d.%m.%Y',
      timestamp_format: '%d.%m.%Y %H:%M',
      types: { v: 'DOUBLE', d: 'DATE', t: 'TIMESTAMP' },
    });
    expectRows(result, [{ v: 1.5, d: '2024-01-31', t: '2024-02-01T10:30:00' }]);
  });

  test('lines to skip', async () => {
    expectRows(await read('Report of May\n\nid,v\n1,2\n', { skip_lines: 2, header: 'yes' }), [
      { id: 1, v: 2 },
    ]);
  });

  test.each([
    ['latin-1', Buffer.from('name,n\nGrüße,1\n', 'latin1')],
    ['utf-16', Buffer.from('name,n\nGrüße,1\n', 'utf16le')],
  ])('encoding %s', async (encoding, bytes) => {
    expectRows(await read(bytes, { encoding }), [{ name: 'Grüße', n: 1 }]);
  });
});

describe('bad rows', () => {
  const text = 'id,v\n1,2\n2,oops\n3,4\n';
  const types = { id: 'BIGINT', v: 'BIGINT' };

  test('fail the run, saying where', async () => {
    await expect(read(text, { types })).rejects.toThrow(/oops/);
  });

  test('are left out when asked', async () => {
    expectRows(await read(text, { types, bad_rows: 'skip' }), [
      { id: 1, v: 2 },
      { id: 3, v: 4 },
    ]);
  });
});

describe('problems', () => {
  test('a delimiter that is the quote too', async () => {
    expect(problemPlaces(await read('a', { delimiter: '"', quote: '"' }))).toEqual([
      'invalid_config at delimiter',
    ]);
  });

  test('a type for a column that is not there', async () => {
    const result = await read('id\n1\n', { types: { idd: 'BIGINT' } });
    expect(problemPlaces(result)).toEqual(['unknown_column at types.idd']);
    expect(result.problems[0]?.message).toContain('"id"');
  });

  test('no file chosen', async () => {
    expect(problemPlaces(await runNode('csv-file', { path: ' ' }))).toEqual(['invalid_config at path']);
  });

  test('a file that was not granted', async () => {
    const result = await runNode('csv-file', { path: '/etc/passwd' });
    expect(result.problems[0]).toMatchObject({ severity: 'error', nodeId: 'node', path: ['path'] });
    expect(result.rows).toEqual([]);
  });
});

test('options that are left alone are not in the plan, and the file is all it reaches', async () => {
  const result = await read('a\n1\n');
  expect(result.plan?.outputs.out).toEqual({
    rel: 'read-csv',
    file: { path: 'in.csv', configPath: ['path'] },
    options: { badRows: 'fail' },
  });
  expect(reachedBy('csv-file', { path: 'x/y.csv' })).toEqual({ readsFiles: ['x/y.csv'] });
});
