import { z } from 'zod';
import { filePath } from '../_kit/config.ts';
import { defineNode, oneInput } from '../_kit/define-node.ts';
import { field } from '../_kit/field.ts';
import { fileName } from '../_kit/summary-text.ts';

export default defineNode({
  kind: 'write-file',
  version: 1,
  title: 'Write file',
  group: 'output',
  icon: 'file-output',
  description: 'Writes the rows to a CSV, JSON, NDJSON or Parquet file.',
  keywords: ['export', 'save', 'csv', 'json', 'ndjson', 'parquet', 'output', 'sink', 'download'],
  inputs: oneInput,
  outputs: [],
  config: z.strictObject({
    path: field(filePath, {
      widget: 'save-file',
      label: 'File',
      help: 'A relative path starts at the files folder. An existing file is replaced once the new one is whole.',
      placeholder: 'report.csv',
      extensions: ['csv', 'json', 'ndjson', 'parquet'],
    }),
    format: field(z.enum(['csv', 'json', 'ndjson', 'parquet']).default('csv'), {
      widget: 'choice',
      label: 'Format',
      choices: [
        { value: 'csv', label: 'CSV' },
        { value: 'json', label: 'JSON (one array)' },
        { value: 'ndjson', label: 'NDJSON (one record a line)' },
        { value: 'parquet', label: 'Parquet' },
      ],
    }),
    delimiter: field(z.string().min(1, 'Write a delimiter.').max(2).default(','), {
      widget: 'text',
      label: 'Delimiter',
      help: 'One character; \\t is a tab.',
      when: { field: 'format', is: ['csv', undefined] },
      advanced: true,
    }),
    header: field(z.boolean().default(true), {
      widget: 'switch',
      label: 'Column names in the first line',
      when: { field: 'format', is: ['csv', undefined] },
      advanced: true,
    }),
    spreadsheet_safe: field(z.boolean().default(false), {
      widget: 'switch',
      label: 'Safe to open in a spreadsheet',
      help: 'Puts an apostrophe before text that a spreadsheet would run as a formula (=, +, -, @). The text in the file is then no longer exactly the data.',
      when: { field: 'format', is: ['csv', undefined] },
      advanced: true,
    }),
  }),
  defaults: { path: '', format: 'csv' },
  example: { path: 'report.csv', format: 'csv', delimiter: ';' },
  summary: ({ path }) => fileName(path),
  keep: 'stream',
  vetted: true,
  reach: ({ path }) => ({ writesFiles: [path] }),
});
