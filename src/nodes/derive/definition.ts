import { z } from 'zod';
import { expressionText, newColumnName } from '../_kit/config.ts';
import { defineNode, oneInput, oneOutput } from '../_kit/define-node.ts';
import { field } from '../_kit/field.ts';
import { listed } from '../_kit/summary-text.ts';

export default defineNode({
  kind: 'derive',
  version: 1,
  title: 'Derive columns',
  group: 'shape',
  icon: 'square-function',
  description: 'Adds or replaces columns computed by expressions.',
  keywords: ['calculate', 'formula', 'compute', 'expression', 'add column', 'window', 'running total'],
  inputs: oneInput,
  outputs: oneOutput,
  config: z.strictObject({
    columns: field(
      z
        .array(z.strictObject({ name: newColumnName, expression: expressionText }))
        .min(1, 'Add at least one column.')
        .max(500),
      {
        widget: 'derivations',
        label: 'Columns',
        help: 'A name that exists already is replaced in place. A later expression may use the columns made before it. Window functions are allowed: sum(amount) over (partition by region order by ordered_at).',
        placeholder: 'price * quantity',
      },
    ),
  }),
  defaults: { columns: [] },
  example: {
    columns: [
      { name: 'total', expression: 'price * quantity' },
      { name: 'share', expression: 'total / sum(total) over (partition by region)' },
    ],
  },
  summary: ({ columns }) => {
    const [only] = columns ?? [];
    if (columns?.length === 1 && only) return `${only.name} = ${only.expression}`;
    return listed(columns?.map(({ name }) => name));
  },
  keep: 'stream',
  preservesRows: true,
  vetted: true,
});
