import { z } from 'zod';
import { sortKey } from '../_kit/config.ts';
import { defineNode, oneInput, oneOutput } from '../_kit/define-node.ts';
import { field } from '../_kit/field.ts';
import { listed } from '../_kit/summary-text.ts';

export default defineNode({
  kind: 'sort',
  version: 1,
  title: 'Sort',
  group: 'shape',
  icon: 'arrow-down-up',
  description: 'Orders the rows by one or more columns.',
  keywords: ['order by', 'ascending', 'descending', 'rank'],
  inputs: oneInput,
  outputs: oneOutput,
  config: z.strictObject({
    by: field(z.array(sortKey).min(1, 'Choose at least one column to sort by.').max(100), {
      widget: 'sort-keys',
      label: 'Sort by',
      help: 'The first column decides; the next ones order the rows that are equal so far. Empty values come last unless told otherwise.',
    }),
  }),
  defaults: { by: [] },
  example: { by: [{ column: 'amount', descending: true }, { column: 'id' }] },
  summary: ({ by }) => listed(by?.map(({ column, descending }) => `${column} ${descending ? '↓' : '↑'}`)),
  keep: 'keep',
  preservesRows: true,
  vetted: true,
});
