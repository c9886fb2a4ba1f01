import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exportFileName } from './export-name.ts';

const csv = { format: 'csv', spreadsheetSafe: false };

test('a plain name stays readable', () => {
  expect(exportFileName('Orders by region', 3, csv)).toBe('Orders by region v3.csv');
  expect(exportFileName('Orders', 1, { format: 'csv', spreadsheetSafe: true })).toBe(
    'Orders v1 spreadsheet.csv',
  );
});

test.each([
  '..',
  '../../etc/passwd',
  'C:\\x',
  '\\\\?\\x',
  'CON',
  'nul',
  'a\0b',
  '.',
  ' ',
  'a/b',
  'x'.repeat(300),
  '\u202Egpj.exe',
])('%j becomes one harmless file name', (name) => expectHarmless(exportFileName(name, 1, csv)));

test('any name becomes one harmless file name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (name) =>
      expectHarmless(exportFileName(name, 1, csv)),
    ),
  );
});

function expectHarmless(fileName: string): void {
  expect(fileName).toMatch(/v1\.csv$/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
  expect(fileName).not.toMatch(/[\u0000-\u001f<>:"/\\|?*\u202a-\u202e]|^\.|^ /);
  expect(Buffer.byteLength(fileName)).toBeLessThanOrEqual(255);
}
