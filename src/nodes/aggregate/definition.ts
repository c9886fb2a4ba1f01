import { z } from 'zod';
import { columnName, expressionText, newColumnName } from '../_kit/config.ts';
import { defineNode, oneInput, oneOutput } from '../_kit/define-node.ts';
import { field } from '../_kit/field.ts';
import { counted, listed } from '../_kit/summary-text.ts';

export const aggregateFunctions = [
  'count',
  'count_distinct',
  'sum',
  'avg',
  'min',
  'max',
  'median',
  'stddev',
  'percentile',
  'first',
  'last',
  'string_agg',
] as const;

const aggregation = z
  .strictObject({
    function: z.enum(aggregateFunctions),
    column: columnName.optional().meta({ description: 'The column; count without one counts rows.' }),
    expression: expressionText
      .optional()
      .meta({ description: 'Computed for each row, in place of a column.' }),
    as: newColumnName
      .optional()
      .meta({ description: 'Name of the result; made from the others when left out.' }),
    p: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .meta({ description: 'For percentile: 0.9 is the 90th. Default 0.5.' }),
    by: columnName.optional().meta({
      description:
        'For first and last: the column that orders the rows; their order of arrival when left out.',
    }),
    separator: z.string().max(100).optional().meta({ description: 'For string_agg. Default ", ".' }),
  })
  .check((context) => {
    const { function: name, column, expression } = context.value;
    const refuse = (path: string, message: string): void => {
      context.issues.push({ code: 'custom', input: context.value, path: [path], message });
    };
    const given = [column, expression].filter((part) => part !== undefined).length;
    if (given > 1) refuse('expression', 'Give a column or an expression, not both.');
    if (given === 0 && name !== 'count') refuse('column', 'Choose the column to aggregate.');
  });
export type Aggregation = z.infer<typeof aggregation>;

/** The name of a result that was given none: count, sum_amount, p90_price. */
export function aggregationName({ function: name, column, as, p = 0.5 }: Aggregation): string {
  if (as !== undefined) return as;
  const lead = name === 'percentile' ? `p${Number((p * 100).toFixed(4))}` : name;
  return column === undefined ? lead : `${lead}_${column}`;
}

export default defineNode({
  kind: 'aggregate',
  version: 1,
  title: 'Aggregate',
  group: 'combine',
  icon: 'sigma',
  description: 'Groups rows and computes counts, sums and other figures for each group.',
  keywords: ['group by', 'sum', 'count', 'average', 'total', 'pivot', 'summarize', 'statistics', 'median'],
  inputs: oneInput,
  outputs: oneOutput,
  config: z
    .strictObject({
      group_by: field(z.array(columnName).max(200).default([]), {
        widget: 'columns',
        label: 'Group by',
        help: 'One row for each combination of these columns. Without any, one row for everything.',
      }),
      aggregations: field(z.array(aggregation).max(500).default([]), {
        widget: 'aggregations',
        label: 'Compute',
        help: 'Empty values are left out of every figure; count without a column counts all rows. First and last go by the order of arrival, or by a column.',
      }),
    })
    .refine(({ group_by, aggregations }) => group_by.length + aggregations.length > 0, {
      message: 'Choose a column to group by, or a figure to compute.',
      path: ['aggregations'],
    }),
  defaults: { group_by: [], aggregations: [{ function: 'count', as: 'count' }] },
  example: {
    group_by: ['region'],
    aggregations: [
      { function: 'count', as: 'orders' },
      { function: 'sum', expression: 'price * quantity', as: 'revenue' },
      { function: 'last', column: 'status', by: 'ordered_at' },
    ],
  },
  summary: ({ group_by, aggregations }) => {
    const figures = listed(aggregations?.map((one) => aggregationName(one)));
    const groups = group_by?.length ? ` by ${listed(group_by)}` : '';
    return `${figures || counted(group_by?.length ?? 0, 'group column')}${groups}`;
  },
  keep: 'keep',
  vetted: true,
});
