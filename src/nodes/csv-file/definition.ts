import { z } from 'zod';
import { columnTypes } from '../_kit/column-type.ts';
import { badRows, badRowsHint, filePath } from '../_kit/config.ts';
import { defineNode, noInputs, oneOutput } from '../_kit/define-node.ts';
import { field } from '../_kit/field.ts';
import { fileName } from '../_kit/summary-text.ts';

/** One character as DuckDB takes it; people write a tab as \t. */
const mark = z.string().max(4).default('');

export default defineNode({
  kind: 'csv-file',
  version: 1,
  title: 'CSV file',
  group: 'sources',
  icon: 'file-spreadsheet',
  description: 'Reads rows from a CSV or other delimited text file.',
  keywords: ['read', 'import', 'tsv', 'text file', 'delimited', 'spreadsheet', 'open'],
  inputs: noInputs,
  outputs: oneOutput,
  config: z.strictObject({
    path: field(filePath, {
      widget: 'open-file',
      label: 'File',
      help: 'A relative path starts at the files folder.',
      placeholder: 'orders.csv',
      extensions: ['csv', 'tsv', 'txt', 'gz', 'zst'],
    }),
    header: field(z.union([z.enum(['auto', 'yes', 'no']), z.boolean()]).default('auto'), {
      widget: 'choice',
      label: 'First line holds the column names',
      choices: [
        { value: 'auto', label: 'Detect' },
        { value: 'yes', label: 'Yes' },
        { value: 'no', label: 'No' },
      ],
    }),
    delimiter: field(mark, {
      widget: 'text',
      label: 'Delimiter',
      help: 'What separates two values: a comma, a semicolon, | or \\t for a tab. Empty detects it.',
      placeholder: 'detected',
    }),
    types: field(columnTypes.default({}), {
      widget: 'column-types',
      label: 'Column types',
      help: 'Types that replace the detected ones. A value that does not fit its type is a bad row.',
    }),
    read_as: field(z.enum(['detect', 'text']).default('detect'), {
      widget: 'choice',
      label: 'Other columns',
      help: 'Text keeps every value exactly as the file has it.',
      choices: [
        { value: 'detect', label: 'Detect the type' },
        { value: 'text', label: 'Read as text' },
      ],
    }),
    keep_leading_zeros: field(z.boolean().default(false), {
      widget: 'switch',
      label: 'Keep leading zeros',
      help: 'Columns with values such as 00123 stay text even where the first of them comes far down, so that codes and postcodes are not changed. Looks at the whole file once more.',
      when: { field: 'read_as', is: ['detect', undefined] },
    }),
    bad_rows: field(badRows, badRowsHint),
    quote: field(mark, {
      widget: 'text',
      label: 'Quote',
      help: 'The character around values that hold the delimiter. Empty detects it.',
      placeholder: 'detected',
      advanced: true,
    }),
    escape: field(mark, {
      widget: 'text',
      label: 'Escape',
      help: 'The character before a quote inside a quoted value. Empty detects it.',
      placeholder: 'detected',
      advanced: true,
    }),
    encoding: field(z.enum(['utf-8', 'latin-1', 'utf-16']).default('utf-8'), {
      widget: 'choice',
      label: 'Encoding',
      help: 'Choose Latin-1 when letters such as é or ü come out wrong.',
      choices: [
        { value: 'utf-8', label: 'UTF-8' },
        { value: 'latin-1', label: 'Latin-1 (Western European)' },
        { value: 'utf-16', label: 'UTF-16' },
      ],
      advanced: true,
    }),
    null_texts: field(z.array(z.string().max(100)).max(50).default([]), {
      widget: 'texts',
      label: 'Texts that mean empty',
      help: 'Values that become empty (null), such as NA or -. An empty value always does.',
      placeholder: 'NA',
      advanced: true,
    }),
    decimal_separator: field(z.enum(['.', ',']).default('.'), {
      widget: 'choice',
      label: 'Decimal separator',
      choices: [
        { value: '.', label: 'Point (1.5)' },
        { value: ',', label: 'Comma (1,5)' },
      ],
      advanced: true,
    }),
    date_format: field(z.string().max(100).default(''), {
      widget: 'text',
      label: 'Date format',
      help: 'How dates are written: %d day, %m month, %Y year. Empty detects it.',
      placeholder: '%d.%m.%Y',
      advanced: true,
    }),
    timestamp_format: field(z.string().max(100).default(''), {
      widget: 'text',
      label: 'Date and time format',
      help: 'How times are written: %H hour, %M minute, %S second. Empty detects it.',
      placeholder: '%d.%m.%Y %H:%M',
      advanced: true,
    }),
    skip_lines: field(z.int().min(0).max(1_000_000).default(0), {
      widget: 'number',
      label: 'Lines to skip',
      help: 'Lines at the top of the file, before the column names, that are not part of the table.',
      advanced: true,
    }),
  }),
  defaults: { path: '' },
  example: {
    path: 'orders.csv',
    delimiter: ';',
    types: { ordered_at: 'DATE' },
    keep_leading_zeros: true,
    null_texts: ['NA'],
  },
  summary: ({ path }) => fileName(path),
  keep: 'keep',
  vetted: true,
  reach: ({ path }) => ({ readsFiles: [path] }),
});
