import { implement } from '@orpc/server';
import { contract } from '../../shared/contract/index.ts';
import type { CallContext, RpcCore } from './core.ts';
import { toCallError } from './errors.ts';
import { isStream, reportedStream } from './reported-stream.ts';

/** The contract, ready to be implemented: every failure leaves as a report, that of a stream too. */
export function implementer({ log, stopping }: Pick<RpcCore, 'log' | 'stopping'>) {
  return implement(contract)
    .$context<CallContext>()
    .use(async ({ next, signal }, _input, answer) => {
      try {
        const { output } = await next();
        return answer(isStream(output) ? reportedStream(output, untilStop(signal, stopping), log) : output);
      } catch (error) {
        throw toCallError(error, log);
      }
    });
}
export type Implementer = ReturnType<typeof implementer>;

/** What ends a stream: its reader, or the app. */
export function untilStop(signal: AbortSignal | undefined, stopping: AbortSignal): AbortSignal {
  return signal ? AbortSignal.any([signal, stopping]) : stopping;
}
