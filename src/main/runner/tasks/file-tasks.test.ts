import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FileFormat } from '../../../shared/plan/relation.ts';
import type { ExportResult, PageResult, RunnerTask, SniffResult, SummaryResult } from '../protocol.ts';
import { runTask } from '../run-task.ts';
import { Bench, keptOf, pipeline, silent, testLimits } from '../runner-test-kit.ts';

let bench: Bench;
let numbers: string;
beforeAll(async () => {
  bench = await Bench.open();
  numbers = await bench.parquet(
    'numbers.parquet',
    "SELECT i, i % 7 AS week, CASE WHEN i % 10 <> 0 THEN 'n' || i END AS name FROM range(300000) t(i)",
  );
});
afterAll(() => bench.close());

type Wish = Record<string, unknown> & { readonly task: RunnerTask['task']; readonly path: string };

async function perform<Result>(wish: Wish): Promise<Result> {
  const task = { scratch: await bench.scratch(), limits: testLimits, ...wish } as unknown as RunnerTask;
  const { outcome, reusable } = await runTask(task, silent);
  if (!outcome.ok) throw new Error(outcome.error.message);
  expect(reusable).toBe(true);
  return outcome.result as Result;
}

const page = (rest: Record<string, unknown>) =>
  perform<PageResult>({ task: 'page', path: numbers, offset: 0, limit: 5, ...rest });

describe('a page of a file', () => {
  it('is the rows at its place, in the file’s order', async () => {
    const { rows, total, columns } = await page({ offset: 250_000, limit: 3 });
    expect(total).toBe(300_000);
    expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'i BIGINT',
      'week BIGINT',
      'name VARCHAR',
    ]);
    expect(rows).toEqual([
      [250_000, 250_000 % 7, null],
      [250_001, 250_001 % 7, 'n250001'],
      [250_002, 250_002 % 7, 'n250002'],
    ]);
    expect((await page({ offset: 299_998, limit: 10 })).rows).toHaveLength(2);
    expect((await page({ offset: 400_000, limit: 10 })).rows).toEqual([]);
  });

  it('sorts with ties in the file’s order, so that pages neither repeat nor miss a row', async () => {
    const orderBy = [{ column: 'week', descending: true }];
    const first = await page({ orderBy, offset: 0, limit: 4 });
    const second = await page({ orderBy, offset: 4, limit: 4 });
    expect([...first.rows, ...second.rows].map(([i]) => i)).toEqual([6, 13, 20, 27, 34, 41, 48, 55]);
  });

  it('filters, and tells how many rows there are then', async () => {
    const { rows, total } = await page({ filter: 'name IS NULL AND week = 3', limit: 2 });
    expect(total).toBe(
      Number((await bench.sql(`SELECT count(*) FROM '${numbers}' WHERE name IS NULL AND week = 3`))[0]?.[0]),
    );
    expect(rows.map(([i]) => i)).toEqual([10, 80]);
  });

  it.each([
    ['1 = 1) UNION SELECT 1, 2, 3 --'],
    ['i IN (SELECT 1)'],
    ["getenv('HOME') = 'x'"],
    ['week = 1; DROP TABLE x'],
    ['count(*) > 1'],
  ])('refuses the filter %s with a sentence', async (filter) => {
    await expect(page({ filter })).rejects.toThrow(/The filter cannot be used\. .+/);
  });

  it('refuses to sort by a column that is not there', async () => {
    await expect(page({ orderBy: [{ column: 'x"', descending: false }] })).rejects.toThrow(/no column "x""/);
  });

  it('shows kept rows in their true types, not in those of the file', async () => {
    const document = pipeline(
      [
        ['n', 'parquet-file', { path: 'numbers.parquet' }],
        ['h', 'sql', { sql: "SELECT sum(i) AS h, INTERVAL '1 day' AS d FROM input" }],
      ],
      ['n > h'],
    );
    const [kept] = keptOf(await bench.run(document, { mode: 'inspect' }), 'r');
    const { columns, rows } = await perform<PageResult>({
      task: 'page',
      path: kept?.path ?? '',
      offset: 0,
      limit: 1,
    });
    expect(columns.map(({ type }) => type)).toEqual(['HUGEINT', 'INTERVAL']);
    expect(rows).toEqual([[44_999_850_000, '1 day']]);
  });

  it('needs no file of its own, so that it can be looked at on a full disk', async () => {
    const scratch = await bench.scratch();
    // Stands where a task that is profiled would write with every statement.
    await mkdir(join(scratch, 'profile.json'));
    expect(await page({ scratch, limit: 1 })).toMatchObject({ total: 300_000 });
  });

  it('of a file that is none says so', async () => {
    const path = await bench.file('not.parquet', 'no parquet at all, but long enough to be read');
    await expect(page({ path })).rejects.toThrow(/not a Parquet file/);
  });
});

describe('a summary', () => {
  it('tells nulls, distinct values and the range of each column', async () => {
    const path = await bench.parquet(
      'small.parquet',
      "SELECT * FROM (VALUES (1, 'b', [1]), (5, NULL, [2]), (5, 'a', NULL)) t(n, s, l)",
    );
    expect(await perform<SummaryResult>({ task: 'summary', path })).toEqual({
      rows: 3,
      columns: [
        { name: 'n', type: 'INTEGER', nulls: 0, distinct: 2, min: '1', max: '5' },
        { name: 's', type: 'VARCHAR', nulls: 1, distinct: 2, min: 'a', max: 'b' },
        { name: 'l', type: 'INTEGER[]', nulls: 1, distinct: 2, min: null, max: null },
      ],
    });
  });
});

const exported = (path: string, format: FileFormat, spreadsheetSafe = false) =>
  perform<ExportResult>({ task: 'export', path, format, spreadsheetSafe });

describe('an export', () => {
  const rows = `SELECT * FROM (VALUES
    (9223372036854775807, 12.50::DECIMAL(9,2), 'a,"b"' || chr(10) || 'c', DATE '1500-01-01', TIMESTAMP '2024-01-01 00:00:00.000001', true, 0.1),
    (-1, NULL, '', NULL, NULL, false, -0.5),
    (0, -0.05, '=1+1', DATE '2024-12-31', TIMESTAMP '1970-01-01', NULL, NULL)) t(big, dec, words, day, moment, flag, num)`;

  it.each<[FileFormat, string]>([
    [
      'csv',
      "read_csv('FILE', columns={big: 'BIGINT', dec: 'DECIMAL(9,2)', words: 'VARCHAR', day: 'DATE', moment: 'TIMESTAMP', flag: 'BOOLEAN', num: 'DECIMAL(2,1)'}, allow_quoted_nulls=false)",
    ],
    [
      'json',
      "read_json('FILE', columns={big: 'BIGINT', dec: 'DECIMAL(9,2)', words: 'VARCHAR', day: 'DATE', moment: 'TIMESTAMP', flag: 'BOOLEAN', num: 'DECIMAL(2,1)'})",
    ],
    [
      'ndjson',
      "read_json('FILE', format='newline_delimited', columns={big: 'BIGINT', dec: 'DECIMAL(9,2)', words: 'VARCHAR', day: 'DATE', moment: 'TIMESTAMP', flag: 'BOOLEAN', num: 'DECIMAL(2,1)'})",
    ],
    ['parquet', "read_parquet('FILE')"],
  ])('as %s is read back as it was', async (format, reader) => {
    const path = await bench.parquet('mixed.parquet', rows);
    const { path: file, rows: count, bytes } = await exported(path, format);
    expect(count).toBe(3);
    expect(bytes).toBe((await readFile(file)).length);
    expect(await bench.sql(`SELECT * FROM ${reader.replace('FILE', file)}`)).toEqual(await bench.sql(rows));
    if (format === 'json') expect(JSON.parse(await readFile(file, 'utf8'))).toHaveLength(3);
  });

  it('as JSON stays JSON where a number is none', async () => {
    const path = await bench.parquet(
      'nan.parquet',
      "SELECT unnest(['nan'::DOUBLE, 'inf', '-inf', 1.5, NULL]) AS x",
    );
    const { path: file } = await exported(path, 'json');
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(
      ['NaN', 'Infinity', '-Infinity', 1.5, null].map((x) => ({ x })),
    );
  });

  it('of no rows is a whole file', async () => {
    const path = await bench.parquet('none.parquet', 'SELECT 1 AS a, 2 AS b WHERE false');
    expect(await readFile((await exported(path, 'csv')).path, 'utf8')).toBe('a,b\n');
    expect(JSON.parse(await readFile((await exported(path, 'json')).path, 'utf8'))).toEqual([]);
  });

  const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
  const lead = fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\uFEFF=', ' =', '＝', '');

  it('for a spreadsheet has no cell that starts a formula, and changes no other', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(lead, fc.stringMatching(/^[a-z0-9 (!,"']{0,8}$/), fc.integer({ min: -9999, max: 9999 })),
          { minLength: 1, maxLength: 20 },
        ),
        async (cells) => {
          const values = cells.map(
            ([start, rest, number]) => `(${quoted(start + rest)}, ${number}, ${quoted(String(number))})`,
          );
          const path = await bench.parquet(
            'cells.parquet',
            `SELECT * FROM (VALUES ${values.join(', ')}) t(words, n, digits)`,
          );
          const read = async (safe: boolean) => {
            const { path: file } = await exported(path, 'csv', safe);
            // The driver drops a byte order mark at the start of a text it hands over, so it is spelled out here.
            const rows = await bench.sql(
              `SELECT replace(words, chr(65279), '<BOM>'), n, digits FROM read_csv('${file}', header=true, auto_detect=false, columns={words: 'VARCHAR', n: 'VARCHAR', digits: 'VARCHAR'}, quote='"', escape='"', allow_quoted_nulls=false, new_line='\\n')`,
            );
            return rows.map(([words, ...rest]) => [String(words).replace('<BOM>', '\uFEFF'), ...rest]);
          };
          expect(await read(false)).toEqual(
            cells.map(([start, rest, n]) => [start + rest, String(n), String(n)]),
          );
          for (const [at, [words, n, digits]] of (await read(true)).entries()) {
            const [start = '', rest = '', number] = cells[at] ?? [];
            const whole = start + rest;
            expect([n, digits]).toEqual([String(number), String(number)]);
            expect(words === whole || words === `'${whole}`).toBe(true);
            const isNumber = /^\s*[+-]?(?:\d+(?:[.,]\d+)*|[.,]\d+)\s*$/.test(whole);
            if (start !== '' && !isNumber) expect(words).toBe(`'${whole}`);
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  it('for a spreadsheet guards column names too', async () => {
    const path = await bench.parquet('names.parquet', 'SELECT 1 AS "=cmd()", \'x\' AS plain');
    expect(await readFile((await exported(path, 'csv', true)).path, 'utf8')).toBe("'=cmd(),plain\n1,x\n");
  });
});

describe('sniffing', () => {
  it('tells the form of a CSV file and shows its first rows', async () => {
    const path = await bench.file('s.csv', 'a;b\n1;x\n2;y\n');
    expect(await perform<SniffResult>({ task: 'sniff', path, format: 'csv' })).toMatchObject({
      delimiter: ';',
      header: true,
      columns: [
        { name: 'a', type: 'BIGINT' },
        { name: 'b', type: 'VARCHAR' },
      ],
      rows: [
        [1, 'x'],
        [2, 'y'],
      ],
    });
    const all = await perform<SniffResult>({
      task: 'sniff',
      path,
      format: 'csv',
      csv: { allText: true, header: false, badRows: 'fail' },
    });
    expect(all.rows[0]).toEqual(['a', 'b']);
  });

  it('shows JSON and Parquet files', async () => {
    const path = await bench.file('s.json', '[{"a": 1, "b": {"c": [1, 2]}}, {"a": 2, "b": null}]');
    const json = await perform<SniffResult>({ task: 'sniff', path, format: 'json' });
    expect(json.rows).toEqual([
      [1, { c: [1, 2] }],
      [2, null],
    ]);
    expect(
      (await perform<SniffResult>({ task: 'sniff', path: numbers, format: 'parquet' })).rows,
    ).toHaveLength(50);
  });

  it('of what is no such file is an error with a sentence', async () => {
    const path = await bench.file('bad.json', '{"a": ');
    await expect(perform({ task: 'sniff', path, format: 'json' })).rejects.toThrow(/[A-Z].+\./);
  });
});
