import { oc } from '@orpc/contract';
import { z } from 'zod';
import { uuid } from '../kernel/ids.ts';
import { durationPattern } from '../kernel/time.ts';
import { environment, keyPlans, keyScope, keySummary } from './domain.ts';

export const keysContract = {
  list: oc.input(z.object({}).default({})).output(z.array(keySummary)),
  /** The only answer that ever holds the key itself. */
  create: oc
    .input(
      z.object({
        name: z.string().trim().min(1).max(200),
        scopes: z.array(keyScope).min(1).default(['all']),
        environment: environment.default('live'),
        plan: z.enum(keyPlans).default('standard'),
        /** How long it lives, e.g. "720h"; for ever when left out. */
        expires: z.string().regex(durationPattern).optional(),
      }),
    )
    .output(keySummary.extend({ key: z.string() })),
  revoke: oc.input(z.object({ id: uuid })).output(keySummary),
};
