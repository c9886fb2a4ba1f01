import { z } from 'zod';
import { columnName } from '../_kit/config.ts';
import { defineNode, oneInput, oneOutput } from '../_kit/define-node.ts';
import { field } from '../_kit/field.ts';
import { listed } from '../_kit/summary-text.ts';

const fill = z
  .strictObject({
    column: columnName.optional().meta({ description: 'One column; or give `every`.' }),
    every: z
      .enum(['any', 'text', 'number'])
      .optional()
      .meta({ description: 'All columns, all text columns or all number columns.' }),
    with: z.enum(['value', 'zero', 'empty_text', 'column']).default('value'),
    value: z
      .union([z.string(), z.number(), z.boolean()])
      .optional()
      .meta({ description: 'The value, for with: value.' }),
    from: columnName.optional().meta({ description: 'The other column, for with: column.' }),
  })
  .check((context) => {
    const { column, every, with: filler, value, from } = context.value;
    const refuse = (path: string, message: string): void => {
      context.issues.push({ code: 'custom', input: context.value, path: [path], message });
    };
    if ((column === undefined) === (every === undefined))
      refuse('column', 'Choose one column, or a kind of columns.');
    if (filler === 'value' && value === undefined)
      refuse('value', 'Write the value that replaces empty ones.');
    if (filler === 'column' && from === undefined) refuse('from', 'Choose the column whose value is taken.');
  });
export type Fill = z.infer<typeof fill>;

export default defineNode({
  kind: 'fill',
  version: 1,
  title: 'Fill empty values',
  group: 'shape',
  icon: 'paint-bucket',
  description: 'Replaces empty (null) values by a fixed value or by another column’s.',
  keywords: ['null', 'missing', 'empty', 'coalesce', 'default', 'replace nulls', 'impute'],
  inputs: oneInput,
  outputs: oneOutput,
  config: z.strictObject({
    fills: field(z.array(fill).min(1, 'Choose at least one column to fill.').max(1000), {
      widget: 'fills',
      label: 'Fill',
      help: 'From top to bottom: a column that an earlier line filled has no empty values left for a later one.',
    }),
  }),
  defaults: { fills: [] },
  example: {
    fills: [
      { column: 'region', with: 'value', value: 'unknown' },
      { column: 'shipped_at', with: 'column', from: 'ordered_at' },
      { every: 'number', with: 'zero' },
    ],
  },
  summary: ({ fills }) => listed(fills?.map(fillText)),
  keep: 'stream',
  preservesRows: true,
  vetted: true,
});

const spokenEvery = { any: 'all columns', text: 'text columns', number: 'number columns' };

function fillText({ column, every, with: filler, value, from }: Partial<Fill>): string {
  const target = column ?? (every ? spokenEvery[every] : '…');
  if (filler === 'zero') return `${target}: 0`;
  if (filler === 'empty_text') return `${target}: ''`;
  return filler === 'column' ? `${target}: ${from ?? '…'}` : `${target}: ${value ?? '…'}`;
}
