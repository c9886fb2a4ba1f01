import { AsyncIteratorClass } from '@orpc/server';
import type { AppEvent } from '../../shared/contract/events.ts';
import type { EventBus } from '../services/index.ts';

/** Events that may wait for a slow reader. */
const defaultLimit = 5_000;

/**
 * The bus as an iterator. It listens from the moment it is made, so nothing is missed between the call and the first
 * read. A reader that falls behind by more than `limit` events is cut off: it opens a new stream and asks for its
 * lists again, which is cheaper than an endless backlog. Ends when a signal fires.
 */
export function eventStream(
  bus: EventBus,
  signals: readonly AbortSignal[],
  limit = defaultLimit,
): AsyncIteratorClass<AppEvent, void> {
  const waiting: AppEvent[] = [];
  const ended = AbortSignal.any([...signals]);
  let overrun = false;
  let wake = (): void => undefined;
  const unsubscribe = bus.subscribe((event) => {
    if (waiting.length >= limit) overrun = true;
    else waiting.push(event);
    wake();
  });
  const onEnd = (): void => wake();
  ended.addEventListener('abort', onEnd);
  const next = async (): Promise<IteratorResult<AppEvent, void>> => {
    while (!ended.aborted && !overrun) {
      const event = waiting.shift();
      if (event) return { done: false, value: event };
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return { done: true, value: undefined };
  };
  return new AsyncIteratorClass(next, async () => {
    unsubscribe();
    ended.removeEventListener('abort', onEnd);
    wake();
  });
}
