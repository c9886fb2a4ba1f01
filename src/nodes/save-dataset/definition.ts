import { z } from 'zod';
import { datasetName } from '../_kit/config.ts';
import { defineNode, oneInput } from '../_kit/define-node.ts';
import { field } from '../_kit/field.ts';

export default defineNode({
  kind: 'save-dataset',
  version: 1,
  title: 'Save dataset',
  group: 'output',
  icon: 'save',
  description: 'Publishes the rows as a new version of a dataset.',
  keywords: ['write', 'publish', 'store', 'table', 'append', 'output', 'sink'],
  inputs: oneInput,
  outputs: [],
  config: z.strictObject({
    name: field(datasetName, {
      widget: 'dataset',
      label: 'Dataset',
      help: 'A dataset that does not exist yet is created.',
      placeholder: 'orders_by_region',
    }),
    mode: field(z.enum(['replace', 'append']).default('replace'), {
      widget: 'choice',
      label: 'Rows already there',
      help: 'Earlier versions are kept either way.',
      choices: [
        { value: 'replace', label: 'Replace them' },
        { value: 'append', label: 'Keep them and add these' },
      ],
    }),
  }),
  defaults: { name: '', mode: 'replace' },
  example: { name: 'orders_by_region', mode: 'replace' },
  summary: ({ name, mode }) => (name ? (mode === 'append' ? `append to ${name}` : name) : ''),
  keep: 'stream',
  vetted: true,
  reach: ({ name, mode }) => ({
    writesDatasets: [name],
    ...(mode === 'append' ? { readsDatasets: [name] } : {}),
  }),
});
