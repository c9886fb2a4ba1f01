import { z } from 'zod';

/** Something that is wrong with a pipeline, collected instead of thrown, so that a person sees all at once. */
export const problemSchema = z.object({
  /** Stable name of the kind of problem, e.g. `missing_input`, `unknown_column`, `invalid_config`. */
  code: z.string(),
  severity: z.enum(['error', 'warning']),
  nodeId: z.string().optional(),
  /** Place inside the node's config, e.g. ["keys", 0, "left"]. */
  path: z.array(z.union([z.string(), z.number()])).optional(),
  /** Says what is wrong and how to mend it. */
  message: z.string(),
});
export type Problem = z.infer<typeof problemSchema>;
