import { z } from 'zod';
import { defineNode, oneInput, oneOutput } from '../_kit/define-node.ts';
import { field } from '../_kit/field.ts';
import { counted } from '../_kit/summary-text.ts';

const rowCount = z.int().min(0).max(1_000_000_000_000);

export default defineNode({
  kind: 'limit',
  version: 1,
  title: 'Limit or sample',
  group: 'shape',
  icon: 'list-end',
  description: 'Keeps the first rows, or a random sample that is the same on every run.',
  keywords: ['head', 'top', 'first rows', 'sample', 'random', 'offset', 'skip rows'],
  inputs: oneInput,
  outputs: oneOutput,
  config: z.strictObject({
    mode: field(z.enum(['first', 'sample', 'percent']).default('first'), {
      widget: 'choice',
      label: 'Keep',
      choices: [
        { value: 'first', label: 'The first rows' },
        { value: 'sample', label: 'A sample of so many rows' },
        { value: 'percent', label: 'A sample in percent' },
      ],
    }),
    count: field(rowCount.default(1000), {
      widget: 'number',
      label: 'Rows',
      when: { field: 'mode', is: ['first', 'sample', undefined] },
    }),
    offset: field(rowCount.default(0), {
      widget: 'number',
      label: 'Rows to skip first',
      when: { field: 'mode', is: ['first', undefined] },
    }),
    percent: field(z.number().min(0).max(100).default(10), {
      widget: 'number',
      label: 'Percent of the rows',
      when: { field: 'mode', is: ['percent'] },
    }),
    seed: field(z.int().min(0).max(2_147_483_647).default(1), {
      widget: 'number',
      label: 'Seed',
      help: 'The same seed and the same rows give the same sample. Change it for another sample.',
      when: { field: 'mode', is: ['sample', 'percent'] },
      advanced: true,
    }),
  }),
  defaults: { mode: 'first', count: 1000 },
  example: { mode: 'sample', count: 500, seed: 7 },
  summary: ({ mode, count = 1000, offset = 0, percent = 10 }) => {
    if (mode === 'percent') return `${percent} % sample`;
    if (mode === 'sample') return `sample of ${counted(count, 'row')}`;
    return `first ${counted(count, 'row')}${offset > 0 ? ` after ${offset}` : ''}`;
  },
  keep: 'keep',
  vetted: true,
});
