import { z } from 'zod';
import { conditionSchema, conditionText } from '../../shared/plan/condition.ts';
import { defineNode, oneInput, oneOutput } from '../_kit/define-node.ts';
import { field } from '../_kit/field.ts';

export default defineNode({
  kind: 'filter',
  version: 1,
  title: 'Filter',
  group: 'shape',
  icon: 'funnel',
  description: 'Keeps the rows for which a condition holds.',
  keywords: ['where', 'condition', 'remove rows'],
  inputs: oneInput,
  outputs: oneOutput,
  config: z.strictObject({
    where: field(conditionSchema, {
      widget: 'condition',
      label: 'Keep rows where',
      placeholder: "amount > 100 and region = 'EU'",
    }),
  }),
  defaults: { where: '' },
  example: { where: "amount > 100 and region = 'EU'" },
  summary: (config) => conditionText(config.where),
  keep: 'stream',
  vetted: true,
});
