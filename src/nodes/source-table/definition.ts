import { z } from 'zod';
import { sourceName, tableName } from '../_kit/config.ts';
import { defineNode, noInputs, oneOutput } from '../_kit/define-node.ts';
import { field } from '../_kit/field.ts';

export default defineNode({
  kind: 'source-table',
  version: 1,
  title: 'Table of a source',
  group: 'sources',
  icon: 'database',
  description: 'Reads a table, or the rows of a query, from a database source.',
  keywords: ['database', 'postgresql', 'mysql', 'mariadb', 'sqlite', 'sql', 'query', 'read', 'connect', 'db'],
  inputs: noInputs,
  outputs: oneOutput,
  config: z.strictObject({
    source: field(sourceName, {
      widget: 'source',
      label: 'Source',
      help: 'The name of a database under Sources.',
      placeholder: 'shop',
    }),
    table: field(tableName.default(''), {
      widget: 'source-object',
      label: 'Table',
      help: 'A table or a view, such as orders or public.orders. Empty where a query is written.',
      placeholder: 'public.orders',
    }),
    query: field(z.string().max(65_536).default(''), {
      widget: 'sql',
      label: 'Query',
      help: 'One SELECT in the words of the database, which computes it. Empty where a table is named.',
      placeholder: 'SELECT region, sum(total) AS total FROM orders GROUP BY region',
    }),
  }),
  defaults: { source: '', table: '' },
  example: { source: 'shop', table: 'public.orders' },
  summary: ({ source, table, query }) => (source ? `${source}: ${query ? query : (table ?? '')}` : ''),
  keep: 'keep',
  vetted: true,
  reach: ({ source, table, query }) => {
    if ((table === '') === (query.trim() === '')) return {};
    return { readsSources: [table === '' ? { source, query: query.trim() } : { source, table }] };
  },
});
