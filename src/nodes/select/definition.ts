import { z } from 'zod';
import { columnType } from '../_kit/column-type.ts';
import { columnName, newColumnName } from '../_kit/config.ts';
import { defineNode, oneInput, oneOutput } from '../_kit/define-node.ts';
import { field } from '../_kit/field.ts';
import { listed } from '../_kit/summary-text.ts';

export default defineNode({
  kind: 'select',
  version: 1,
  title: 'Select columns',
  group: 'shape',
  icon: 'columns-3',
  description: 'Chooses, renames, reorders and converts columns.',
  keywords: ['rename', 'reorder', 'cast', 'convert', 'type', 'drop', 'remove columns', 'keep columns'],
  inputs: oneInput,
  outputs: oneOutput,
  config: z.strictObject({
    mode: field(z.enum(['only', 'first', 'all', 'remove']).default('only'), {
      widget: 'choice',
      label: 'Keep',
      choices: [
        { value: 'only', label: 'Only these columns' },
        { value: 'first', label: 'These first, then the rest' },
        { value: 'all', label: 'All columns, with these changes' },
        { value: 'remove', label: 'All but these' },
      ],
    }),
    columns: field(
      z
        .array(
          z.strictObject({
            column: columnName,
            as: newColumnName.optional().meta({ description: 'New name; the old one when left out.' }),
            type: columnType.optional().meta({ description: 'New type; unchanged when left out.' }),
          }),
        )
        .min(1, 'Choose at least one column.')
        .max(5000),
      {
        widget: 'selection',
        label: 'Columns',
        help: 'In this order. Each may be given a new name and a new type.',
      },
    ),
    bad_values: field(z.enum(['fail', 'null']).default('fail'), {
      widget: 'choice',
      label: 'Values that do not fit a new type',
      choices: [
        { value: 'fail', label: 'Fail the run' },
        { value: 'null', label: 'Become empty' },
      ],
      advanced: true,
    }),
  }),
  defaults: { mode: 'only', columns: [] },
  example: {
    mode: 'first',
    columns: [
      { column: 'id', as: 'order_id' },
      { column: 'amount', type: 'DECIMAL(18,2)' },
    ],
  },
  summary: ({ mode, columns }) => {
    const names = listed(
      columns?.map(({ column, as }) => (as && as !== column ? `${column} as ${as}` : column)),
    );
    if (names === '') return '';
    if (mode === 'remove') return `all but ${listed(columns?.map(({ column }) => column))}`;
    if (mode === 'all') return `all, with ${names}`;
    return mode === 'first' ? `${names}, then the rest` : names;
  },
  keep: 'stream',
  preservesRows: true,
  vetted: true,
});
