import { z } from 'zod';
import { sourceName, sourcePath } from '../_kit/config.ts';
import { defineNode, oneInput } from '../_kit/define-node.ts';
import { field } from '../_kit/field.ts';

const csvOnly = { field: 'format', is: ['csv', undefined] };

export default defineNode({
  kind: 'write-source-file',
  version: 1,
  title: 'Write a file to a source',
  group: 'output',
  icon: 'cloud-upload',
  description: 'Writes the rows to a CSV, JSON, NDJSON or Parquet file in a bucket or a folder.',
  keywords: ['s3', 'bucket', 'object', 'upload', 'put', 'folder', 'csv', 'json', 'parquet', 'export', 'sink'],
  inputs: oneInput,
  outputs: [],
  config: z.strictObject({
    source: field(sourceName, {
      widget: 'source',
      label: 'Source',
      help: 'The name of a bucket or a folder under Sources.',
      placeholder: 'lake',
    }),
    path: field(sourcePath.min(1, 'Name the file.'), {
      widget: 'source-object',
      label: 'File',
      help: 'The key of the object, or a path below the folder. One that is there is replaced once the new one is whole.',
      placeholder: 'reports/orders.parquet',
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
      when: csvOnly,
      advanced: true,
    }),
    header: field(z.boolean().default(true), {
      widget: 'switch',
      label: 'Column names in the first line',
      when: csvOnly,
      advanced: true,
    }),
  }),
  defaults: { source: '', path: '', format: 'csv' },
  example: { source: 'lake', path: 'reports/orders.parquet', format: 'parquet' },
  summary: ({ source, path }) => (source && path ? `${source}: ${path}` : ''),
  keep: 'stream',
  vetted: true,
  reach: ({ source, path, format }) => ({ writesSources: [{ source, path, format }] }),
});
