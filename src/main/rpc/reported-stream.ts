import { AsyncIteratorClass } from '@orpc/server';
import type { CallLog } from './core.ts';
import { toCallError } from './errors.ts';

/**
 * A stream whose failure, while it is read, leaves as a report like that of any other call. One that was ended just
 * ends: what fails then fails because of it. Leaving it leaves what it reads, also where nothing was read yet.
 */
export function reportedStream<Value, End>(
  values: AsyncIterator<Value, End>,
  ended: AbortSignal,
  log: CallLog,
): AsyncIteratorClass<Value, End | undefined> {
  const next = async (): Promise<IteratorResult<Value, End | undefined>> => {
    try {
      return await values.next();
    } catch (error) {
      if (ended.aborted) return { done: true, value: undefined };
      throw toCallError(error, log);
    }
  };
  return new AsyncIteratorClass(next, async () => {
    await values.return?.();
  });
}

export function isStream(output: unknown): output is AsyncIterator<unknown, unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output && 'next' in output;
}
