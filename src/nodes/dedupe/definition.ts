import { z } from 'zod';
import { columnName, sortKey } from '../_kit/config.ts';
import { defineNode, oneInput, oneOutput } from '../_kit/define-node.ts';
import { field } from '../_kit/field.ts';
import { listed } from '../_kit/summary-text.ts';

export default defineNode({
  kind: 'dedupe',
  version: 1,
  title: 'Remove duplicates',
  group: 'shape',
  icon: 'copy-minus',
  description: 'Keeps one row for each key.',
  keywords: ['unique', 'distinct', 'deduplicate', 'latest', 'first', 'last', 'duplicates'],
  inputs: oneInput,
  outputs: oneOutput,
  config: z.strictObject({
    keys: field(z.array(columnName).max(1000).default([]), {
      widget: 'columns',
      label: 'Key columns',
      help: 'Rows with equal values here are duplicates. Without key columns, whole rows are compared.',
    }),
    order: field(z.array(sortKey).max(100).default([]), {
      widget: 'sort-keys',
      label: 'Order among duplicates',
      help: 'Decides which row is the first and which the last. Rows that are still equal, or all when this is empty, stand in the order they arrive.',
    }),
    keep: field(z.enum(['first', 'last']).default('first'), {
      widget: 'choice',
      label: 'Keep',
      choices: [
        { value: 'first', label: 'The first' },
        { value: 'last', label: 'The last' },
      ],
    }),
  }),
  defaults: { keys: [], order: [], keep: 'first' },
  example: { keys: ['customer_id'], order: [{ column: 'ordered_at', descending: true }], keep: 'first' },
  summary: ({ keys, order, keep }) => {
    const what = keys?.length ? `${keep ?? 'first'} row for each ${listed(keys)}` : 'whole rows';
    return order?.length ? `${what} by ${listed(order.map(({ column }) => column))}` : what;
  },
  keep: 'keep',
  vetted: true,
});
