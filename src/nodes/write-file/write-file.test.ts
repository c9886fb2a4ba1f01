import { expect, test } from 'vitest';
import { expectRows, problemPlaces, reachedBy, runNode } from '../_kit/test-kit.ts';

const rows = [{ id: 1, name: '=1+1' }];
const write = (config: Record<string, unknown>) => runNode('write-file', config, { in: rows }, { files: {} });

test('its rows are the input’s, and the action says what to write', async () => {
  const result = await write({
    path: 'out/report.tsv',
    delimiter: '\\t',
    header: false,
    spreadsheet_safe: true,
  });
  expectRows(result, rows);
  expect(result.plan?.sink?.action).toEqual({
    sink: 'write-file',
    file: { path: 'out/report.tsv', configPath: ['path'] },
    format: 'csv',
    csv: { delimiter: '\t', header: false, spreadsheetSafe: true },
  });
});

test.each(['json', 'ndjson', 'parquet'])(
  '%s has no CSV options, and spreadsheet safety is off unless asked for',
  async (format) => {
    const result = await write({ path: 'out', format });
    expect(result.plan?.sink?.action).toEqual({
      sink: 'write-file',
      file: { path: 'out', configPath: ['path'] },
      format,
    });
    expect((await write({ path: 'out' })).plan?.sink?.action).toMatchObject({
      csv: { spreadsheetSafe: false },
    });
  },
);

test('an ending that promises another format is a warning only', async () => {
  const result = await write({ path: 'out.parquet', format: 'csv' });
  expect(result.problems.map(({ severity }) => severity)).toEqual(['warning']);
  expect(problemPlaces(result)).toEqual(['unexpected_ending at format']);
  expect(result.rows).toEqual(rows);
  expect((await write({ path: 'out.jsonl', format: 'ndjson' })).problems).toEqual([]);
});

test.each([
  [{ path: '' }, 'path'],
  [{ path: 'a\0b' }, 'path'],
  [{ path: 'x', format: 'xlsx' }, 'format'],
  [{ path: 'x', delimiter: '' }, 'delimiter'],
])('%j is refused', async (config, field) => {
  expect(problemPlaces(await write(config))).toEqual([`invalid_config at ${field}`]);
});

test('it writes its file and reads none', () => {
  expect(reachedBy('write-file', { path: 'a.csv' })).toEqual({ writesFiles: ['a.csv'] });
});
