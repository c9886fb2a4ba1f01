import { implement } from '@orpc/server';
import { contract } from '../../shared/contract/index.ts';
import type { CallContext, CallLog } from './core.ts';
import { toCallError } from './errors.ts';

/** The contract, ready to be implemented: every failure leaves as a report. */
export function implementer(log: CallLog) {
  return implement(contract)
    .$context<CallContext>()
    .use(async ({ next }) => {
      try {
        return await next();
      } catch (error) {
        throw toCallError(error, log);
      }
    });
}
export type Implementer = ReturnType<typeof implementer>;
