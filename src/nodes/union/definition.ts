import { z } from 'zod';
import { defineNode, oneOutput } from '../_kit/define-node.ts';
import { field } from '../_kit/field.ts';

export default defineNode({
  kind: 'union',
  version: 1,
  title: 'Union',
  group: 'combine',
  icon: 'layers',
  description: 'Stacks the rows of all inputs, matching columns by name.',
  keywords: ['append', 'concat', 'stack', 'combine', 'union all', 'merge rows'],
  inputs: [{ name: 'in', label: 'Rows', many: true }],
  outputs: oneOutput,
  config: z.strictObject({
    distinct: field(z.boolean().default(false), {
      widget: 'switch',
      label: 'Remove duplicate rows',
      help: 'Rows equal in every column appear once. A column that an input lacks is empty in its rows.',
    }),
  }),
  defaults: { distinct: false },
  example: { distinct: true },
  summary: ({ distinct }) => (distinct ? 'by name, without duplicates' : 'by name'),
  keep: 'stream',
  vetted: true,
});
