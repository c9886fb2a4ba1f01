import { z } from 'zod';
import { filePath } from '../_kit/config.ts';
import { defineNode, noInputs, oneOutput } from '../_kit/define-node.ts';
import { field } from '../_kit/field.ts';
import { fileName } from '../_kit/summary-text.ts';

export default defineNode({
  kind: 'parquet-file',
  version: 1,
  title: 'Parquet file',
  group: 'sources',
  icon: 'file-box',
  description: 'Reads rows from a Parquet file.',
  keywords: ['read', 'import', 'columnar', 'open'],
  inputs: noInputs,
  outputs: oneOutput,
  config: z.strictObject({
    path: field(filePath, {
      widget: 'open-file',
      label: 'File',
      help: 'A relative path starts at the files folder.',
      placeholder: 'orders.parquet',
      extensions: ['parquet', 'pq'],
    }),
  }),
  defaults: { path: '' },
  example: { path: 'orders.parquet' },
  summary: ({ path }) => fileName(path),
  // The file is what keeping the rows would write.
  keep: 'stream',
  vetted: true,
  reach: ({ path }) => ({ readsFiles: [path] }),
});
