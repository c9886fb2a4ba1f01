import { z } from 'zod';
import { parameterValues } from '../../../../shared/contract/domain.ts';

export const dataflowPath = z.object({
  id: z.string().meta({
    description: 'Id of the data flow (a pipeline).',
    examples: ['2b081248-4963-43b3-ba06-5b7403d58b4d'],
  }),
});
export const runPath = dataflowPath.extend({
  runid: z.string().meta({
    description: 'The runId that start answered.',
    examples: ['ad73a1ad-60eb-1066-4d61-1821009431b2'],
  }),
});

/** The key may also travel here; it is read before anything else and appears in no log. */
export const keyQuery = z.object({
  api_key: z.string().optional().meta({ description: 'API key; the header x-api-key does the same.' }),
});

export const startQuery = keyQuery.extend({
  // Python writes True, and others shout.
  await: z
    .string()
    .regex(/^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$/, 'Write true or false.')
    .default('false')
    .transform((text) => text.toLowerCase() === 'true')
    .meta({ description: 'true: answer only when the run has ended.' }),
});

/** `{"parameters": {...}}`, or the values themselves at the top. */
export const startBody = z
  .union([z.strictObject({ parameters: parameterValues }), parameterValues], {
    error:
      'Send an object such as {"parameters": {"since": "2024-01-01"}}; values are texts, numbers, true or false.',
  })
  .optional()
  .transform((body) => valuesOf(body ?? {}))
  .meta({ description: 'Values of the run’s parameters, e.g. {"parameters": {"since": "2024-01-01"}}.' });

export const runAnswer = z.object({
  runId: z.uuid(),
  status: z.enum(['Pending', 'Running', 'Succeeded', 'Failed']),
});
export type RunAnswer = z.infer<typeof runAnswer>;

export type ParameterValues = z.infer<typeof parameterValues>;

function valuesOf(body: { parameters: ParameterValues } | ParameterValues): ParameterValues {
  const { parameters } = body;
  return typeof parameters === 'object' ? parameters : (body as ParameterValues);
}
