import { z } from 'zod';
import { columnTypes } from '../_kit/column-type.ts';
import { badRows, badRowsHint, sourceName, sourcePath } from '../_kit/config.ts';
import { defineNode, noInputs, oneOutput } from '../_kit/define-node.ts';
import { field } from '../_kit/field.ts';

const csvOnly = { field: 'format', is: ['csv', undefined] };

export default defineNode({
  kind: 'source-file',
  version: 1,
  title: 'File of a source',
  group: 'sources',
  icon: 'cloud-download',
  description: 'Reads a CSV, JSON or Parquet file from a bucket, an address or a folder.',
  keywords: [
    's3',
    'bucket',
    'object',
    'http',
    'https',
    'url',
    'download',
    'folder',
    'csv',
    'json',
    'parquet',
    'read',
  ],
  inputs: noInputs,
  outputs: oneOutput,
  config: z.strictObject({
    source: field(sourceName, {
      widget: 'source',
      label: 'Source',
      help: 'The name of a bucket, an address or a folder under Sources.',
      placeholder: 'lake',
    }),
    path: field(sourcePath.default(''), {
      widget: 'source-object',
      label: 'File',
      help: 'The key of an object, or a path below the folder or the address. Empty reads the address itself.',
      placeholder: '2026/orders.csv',
    }),
    format: field(z.enum(['csv', 'json', 'parquet']).default('csv'), {
      widget: 'choice',
      label: 'Format',
      choices: [
        { value: 'csv', label: 'CSV' },
        { value: 'json', label: 'JSON or NDJSON' },
        { value: 'parquet', label: 'Parquet' },
      ],
    }),
    header: field(z.enum(['auto', 'yes', 'no']).default('auto'), {
      widget: 'choice',
      label: 'First line holds the column names',
      choices: [
        { value: 'auto', label: 'Detect' },
        { value: 'yes', label: 'Yes' },
        { value: 'no', label: 'No' },
      ],
      when: csvOnly,
    }),
    delimiter: field(z.string().max(4).default(''), {
      widget: 'text',
      label: 'Delimiter',
      help: 'What separates two values: a comma, a semicolon, | or \\t for a tab. Empty detects it.',
      placeholder: 'detected',
      when: csvOnly,
    }),
    read_as: field(z.enum(['detect', 'text']).default('detect'), {
      widget: 'choice',
      label: 'Columns',
      help: 'Text keeps every value exactly as the file has it.',
      choices: [
        { value: 'detect', label: 'Detect the type' },
        { value: 'text', label: 'Read as text' },
      ],
      when: csvOnly,
    }),
    records_at: field(
      z
        .string()
        .trim()
        .max(500)
        .regex(/^([^.]+(\.[^.]+)*)?$/, 'Write names with points between them, such as data.items.')
        .default(''),
      {
        widget: 'text',
        label: 'Records at',
        help: 'Where the array of records stands inside one object, as names with points: data.items.',
        placeholder: 'data.items',
        when: { field: 'format', is: ['json'] },
      },
    ),
    types: field(columnTypes.default({}), {
      widget: 'column-types',
      label: 'Column types',
      help: 'Types that replace the detected ones. Parquet files have their own.',
      when: { field: 'format', is: ['csv', 'json', undefined] },
    }),
    bad_rows: field(badRows, badRowsHint),
    encoding: field(z.enum(['utf-8', 'latin-1', 'utf-16']).default('utf-8'), {
      widget: 'choice',
      label: 'Encoding',
      choices: [
        { value: 'utf-8', label: 'UTF-8' },
        { value: 'latin-1', label: 'Latin-1 (Western European)' },
        { value: 'utf-16', label: 'UTF-16' },
      ],
      when: csvOnly,
      advanced: true,
    }),
    null_texts: field(z.array(z.string().max(100)).max(50).default([]), {
      widget: 'texts',
      label: 'Texts that mean empty',
      help: 'Values that become empty (null), such as NA or -. An empty value always does.',
      placeholder: 'NA',
      when: csvOnly,
      advanced: true,
    }),
  }),
  defaults: { source: '', path: '', format: 'csv' },
  example: { source: 'lake', path: '2026/orders.csv', format: 'csv', delimiter: ';' },
  summary: ({ source, path }) => (source ? `${source}: ${path || 'its address'}` : ''),
  keep: 'keep',
  vetted: true,
  reach: ({ source, path, format }) => ({ readsSources: [{ source, path, format }] }),
});
