import { z } from 'zod';
import { sourceName, tableName } from '../_kit/config.ts';
import { defineNode, oneInput } from '../_kit/define-node.ts';
import { field } from '../_kit/field.ts';

export default defineNode({
  kind: 'write-table',
  version: 1,
  title: 'Write to a table',
  group: 'output',
  icon: 'database-zap',
  description: 'Writes the rows into a table of a database source, in one transaction.',
  keywords: [
    'database',
    'postgresql',
    'mysql',
    'mariadb',
    'sqlite',
    'insert',
    'load',
    'sink',
    'export',
    'db',
  ],
  inputs: oneInput,
  outputs: [],
  config: z.strictObject({
    source: field(sourceName, {
      widget: 'source',
      label: 'Source',
      help: 'The name of a database under Sources.',
      placeholder: 'shop',
    }),
    table: field(tableName.min(1, 'Name the table.'), {
      widget: 'source-object',
      label: 'Table',
      help: 'A table that does not exist yet is created with the types of the columns.',
      placeholder: 'public.report',
    }),
    mode: field(z.enum(['append', 'replace']).default('append'), {
      widget: 'choice',
      label: 'Rows already there',
      help: 'They are replaced in the same transaction that writes the new ones. The table itself stays.',
      choices: [
        { value: 'append', label: 'Keep them and add these' },
        { value: 'replace', label: 'Replace them' },
      ],
    }),
  }),
  defaults: { source: '', table: '', mode: 'append' },
  example: { source: 'shop', table: 'public.report', mode: 'replace' },
  summary: ({ source, table, mode }) =>
    source && table ? `${mode === 'replace' ? '' : 'append to '}${source}: ${table}` : '',
  keep: 'stream',
  vetted: true,
  reach: ({ source, table, mode }) => ({ writesSources: [{ source, table, mode }] }),
});
