import { z } from 'zod';
import { datasetKey } from '../../shared/plan/dataset-key.ts';
import { datasetName } from '../_kit/config.ts';
import { defineNode, noInputs, oneOutput } from '../_kit/define-node.ts';
import { field } from '../_kit/field.ts';

export default defineNode({
  kind: 'dataset',
  version: 1,
  title: 'Dataset',
  group: 'sources',
  icon: 'database',
  description: 'Reads the rows of a dataset that a pipeline saved.',
  keywords: ['read', 'table', 'saved', 'published', 'version'],
  inputs: noInputs,
  outputs: oneOutput,
  config: z.strictObject({
    name: field(datasetName, {
      widget: 'dataset',
      label: 'Dataset',
      help: 'Each run reads the version that is current when it starts.',
    }),
    version_id: field(z.union([z.literal(''), z.uuid('This is not the id of a version.')]).default(''), {
      widget: 'text',
      label: 'Version',
      help: 'The id of one version, to read the same rows for ever. Empty reads the current one.',
      placeholder: 'current',
      advanced: true,
    }),
  }),
  defaults: { name: '' },
  example: { name: 'orders_by_region' },
  summary: ({ name, version_id }) => (version_id ? `${name} (fixed version)` : (name ?? '')),
  keep: 'stream',
  vetted: true,
  reach: ({ name, version_id }) => ({ readsDatasets: [datasetKey(name, version_id)] }),
});
