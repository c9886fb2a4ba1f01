import { z } from 'zod';
import { newestBatch, receivedKey } from '../../shared/plan/received.ts';
import { defineNode, noInputs, oneOutput } from '../_kit/define-node.ts';
import { field } from '../_kit/field.ts';

const fault = 'Use newest, the id of a batch, or a parameter such as $batch.';

export default defineNode({
  kind: 'received',
  version: 1,
  title: 'Received records',
  group: 'sources',
  icon: 'inbox',
  description: 'Reads the records that were sent to a source over HTTP.',
  keywords: ['ingest', 'api', 'post', 'push', 'batch', 'inbox', 'json'],
  inputs: noInputs,
  outputs: oneOutput,
  config: z.strictObject({
    source: field(z.string().trim().min(1, 'Name the source.').max(200, 'At most 200 characters.'), {
      widget: 'text',
      label: 'Source',
      help: 'The name that records are sent to, as in {"source": "orders"}.',
    }),
    batch: field(
      z
        .union([z.literal(newestBatch), z.uuid(), z.string().regex(/^\$[a-z_][a-z0-9_]*$/i, fault)], {
          error: fault,
        })
        .default(newestBatch),
      {
        widget: 'text',
        label: 'Batch',
        help: 'newest reads what came last; the id of a batch reads that one; $batch lets each run say.',
        advanced: true,
      },
    ),
  }),
  defaults: { source: '', batch: newestBatch },
  example: { source: 'orders', batch: newestBatch },
  summary: ({ source }) => source ?? '',
  keep: 'stream',
  vetted: true,
  reach: ({ source, batch }) => ({ readsReceived: [receivedKey(source, batch)] }),
});
