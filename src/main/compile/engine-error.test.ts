import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { explainError, readEngineError } from './engine-error.ts';

let folder: string;
let instance: DuckDBInstance;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-errors-'));
  instance = await DuckDBInstance.create();
});
afterAll(async () => {
  instance.closeSync();
  await rm(folder, { recursive: true, force: true });
});

/** What a person reads when DuckDB itself refuses a statement. */
async function told(sql: string): Promise<string> {
  const connection = await instance.connect();
  try {
    await connection.runAndReadAll(sql);
    return 'nothing was refused';
  } catch (error) {
    return explainError(readEngineError(error)).message;
  } finally {
    connection.closeSync();
  }
}

async function toldOfFile(name: string, content: string | Buffer, reader: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return told(`select * from ${reader}('${path}')`);
}

test('a CSV file in another encoding is told as that, not as a fault of its quotes', async () => {
  const latin = Buffer.from('name,x\nM\xfcller,1\n', 'latin1');
  expect(await toldOfFile('latin.csv', latin, 'read_csv')).toMatch(/encoding.*such as Latin-1/);
  const wide = Buffer.from('\ufeffname,x\nMüller,1\n', 'utf16le');
  expect(await toldOfFile('wide.csv', wide, 'read_csv')).toMatch(/Choose the encoding of the file/);
});

test('a line beyond the limit, a file that is no table, and a false .gz each say so by their names', async () => {
  const long = `a,b\n1,"${'x'.repeat(3_000_000)}"\n`;
  expect(await toldOfFile('long.csv', long, 'read_csv')).toMatch(/^Line \d+ .* longer than 2 MB/);
  const pattern = Buffer.from(Array.from({ length: 20_000 }, (_, at) => (at * 7919 + (at >> 3)) % 256));
  expect(await toldOfFile('picture.csv', pattern, 'read_csv')).toMatch(/picture\.csv|encoding/);
  expect(await toldOfFile('plain.csv.gz', 'a,b\n1,2\n', 'read_csv')).toBe(
    'The file plain.csv.gz is not packed with gzip, though its name ends in .gz. Rename it, or pack it.',
  );
});

test('JSON: a doubled field and a wrong encoding are named', async () => {
  expect(await toldOfFile('twice.json', '[{"a":1,"a":2}]', 'read_json')).toBe(
    'Record 1 of the JSON file has the field "a" twice. Mend the file, or skip bad rows.',
  );
  const latin = Buffer.from('[{"a":"M\xfcller"}]', 'latin1');
  expect(await toldOfFile('latin.json', latin, 'read_json')).toMatch(/not in UTF-8.*Save it as UTF-8\.$/);
});

test('a damaged Parquet file is told from one that is none', async () => {
  const damaged = Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(2000, 0xab), Buffer.from('PAR1')]);
  expect(await toldOfFile('damaged.parquet', damaged, 'read_parquet')).toBe(
    'The Parquet file damaged.parquet is damaged. Make or fetch it again.',
  );
  expect(await toldOfFile('none.parquet', 'hello, I am text', 'read_parquet')).toMatch(
    /is not a Parquet file/,
  );
});

test.each(['(', '[', 'a**', '(?<n'])(
  'the regular expression %s is named as what cannot be read',
  async (pattern) => {
    expect(await told(`select regexp_matches('a', '${pattern}')`)).toMatch(
      /^The regular expression cannot be read: .+\. Mend it\.$/,
    );
  },
);
