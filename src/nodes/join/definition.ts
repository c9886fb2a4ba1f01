import { z } from 'zod';
import { columnName } from '../_kit/config.ts';
import { defineNode, oneOutput } from '../_kit/define-node.ts';
import { field } from '../_kit/field.ts';
import { listed } from '../_kit/summary-text.ts';

export default defineNode({
  kind: 'join',
  version: 1,
  title: 'Join',
  group: 'combine',
  icon: 'git-merge',
  description: 'Puts the rows of two inputs together where their keys are equal.',
  keywords: ['merge', 'lookup', 'vlookup', 'match', 'combine', 'inner', 'left', 'outer', 'semi', 'anti'],
  inputs: [
    { name: 'left', label: 'Left' },
    { name: 'right', label: 'Right' },
  ],
  outputs: oneOutput,
  config: z.strictObject({
    how: field(z.enum(['inner', 'left', 'right', 'full', 'semi', 'anti']).default('inner'), {
      widget: 'choice',
      label: 'Keep',
      choices: [
        { value: 'inner', label: 'Rows that match (inner)' },
        { value: 'left', label: 'All left rows (left)' },
        { value: 'right', label: 'All right rows (right)' },
        { value: 'full', label: 'All rows of both (full)' },
        { value: 'semi', label: 'Left rows with a match (semi)' },
        { value: 'anti', label: 'Left rows without a match (anti)' },
      ],
    }),
    keys: field(
      z
        .array(z.strictObject({ left: columnName, right: columnName }))
        .min(1, 'Choose at least one pair of key columns.')
        .max(100),
      {
        widget: 'join-keys',
        label: 'Where',
        help: 'Pairs of columns that must be equal. An empty value never matches.',
      },
    ),
    suffix: field(z.string().max(100).default('_right'), {
      widget: 'text',
      label: 'Suffix for the right side',
      help: 'Added to the name of a right column when the left side has a column of that name. Key columns of one name appear once.',
      when: { field: 'how', is: ['inner', 'left', 'right', 'full', undefined] },
      advanced: true,
    }),
    take: field(z.array(columnName).max(5000).default([]), {
      widget: 'columns',
      label: 'Columns from the right side',
      help: 'Without a choice, all of them.',
      input: 'right',
      when: { field: 'how', is: ['inner', 'left', 'right', 'full', undefined] },
      advanced: true,
    }),
    keep_order: field(z.boolean().default(false), {
      widget: 'switch',
      label: 'Keep the order of the rows',
      help: 'In the order of the left rows, and of the right ones beside each; right rows without a match come last. Takes a sort.',
      advanced: true,
    }),
  }),
  defaults: { how: 'inner', keys: [] },
  example: { how: 'left', keys: [{ left: 'customer_id', right: 'id' }], suffix: '_customer' },
  summary: ({ how, keys }) => {
    const pairs = keys?.map(({ left, right }) => (left === right ? left : `${left} = ${right}`));
    return pairs?.length ? `${how ?? 'inner'} on ${listed(pairs)}` : '';
  },
  keep: 'keep',
  vetted: true,
});
