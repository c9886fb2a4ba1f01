import { z } from 'zod';

export const errorBody = z.object({
  error: z.string().meta({ description: 'What kind of refusal it is.' }),
  code: z.int().meta({
    description: '4001, 4010, 4040, 4290, 5000; others are the status and a zero, such as 4030 and 4090.',
  }),
  details: z.string().meta({ description: 'What is wrong and where: the step and its field by name.' }),
  retry_after: z.int().optional().meta({ description: 'Seconds, where waiting helps.' }),
});
export type ErrorBody = z.infer<typeof errorBody>;
