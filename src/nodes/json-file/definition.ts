import { z } from 'zod';
import { columnTypes } from '../_kit/column-type.ts';
import { badRows, badRowsHint, filePath } from '../_kit/config.ts';
import { defineNode, noInputs, oneOutput } from '../_kit/define-node.ts';
import { field } from '../_kit/field.ts';
import { fileName } from '../_kit/summary-text.ts';

export default defineNode({
  kind: 'json-file',
  version: 1,
  title: 'JSON file',
  group: 'sources',
  icon: 'file-braces',
  description: 'Reads records from a JSON or newline-delimited JSON file.',
  keywords: ['read', 'import', 'ndjson', 'jsonl', 'records', 'nested', 'open'],
  inputs: noInputs,
  outputs: oneOutput,
  config: z.strictObject({
    path: field(filePath, {
      widget: 'open-file',
      label: 'File',
      help: 'A relative path starts at the files folder.',
      placeholder: 'events.json',
      extensions: ['json', 'ndjson', 'jsonl', 'gz', 'zst'],
    }),
    format: field(z.enum(['auto', 'array', 'newline_delimited']).default('auto'), {
      widget: 'choice',
      label: 'Format',
      choices: [
        { value: 'auto', label: 'Detect' },
        { value: 'array', label: 'One array of records' },
        { value: 'newline_delimited', label: 'One record a line (NDJSON)' },
      ],
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
        help: 'Where the array of records stands inside one object, as names with points: data.items. Empty when the file itself is the records.',
        placeholder: 'data.items',
      },
    ),
    types: field(columnTypes.default({}), {
      widget: 'column-types',
      label: 'Column types',
      help: 'Types that replace the detected ones.',
    }),
    bad_rows: field(badRows, badRowsHint),
  }),
  defaults: { path: '' },
  example: { path: 'export.json', records_at: 'data.items', types: { id: 'VARCHAR' } },
  summary: ({ path, records_at }) => (records_at ? `${fileName(path)} at ${records_at}` : fileName(path)),
  keep: 'keep',
  vetted: true,
  reach: ({ path }) => ({ readsFiles: [path] }),
});
