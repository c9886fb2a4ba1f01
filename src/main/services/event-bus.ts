import type { AppEvent } from '../../shared/contract/events.ts';

export type EventListener = (event: AppEvent) => void;

/** Everything the core announces. Services publish only after the commit that made it true. */
export interface EventBus {
  publish(event: AppEvent): void;
  /** Answers how to stop listening. */
  subscribe(listener: EventListener): () => void;
}

/** `onListenerError` learns of a listener that threw; the other listeners and the publisher never notice. */
export function createEventBus(onListenerError: (error: unknown) => void = () => {}): EventBus {
  const listeners = new Set<EventListener>();
  return {
    publish(event) {
      for (const listener of [...listeners]) {
        try {
          listener(event);
        } catch (error) {
          onListenerError(error);
        }
      }
    },
    subscribe(listener) {
      // A function of its own, so that one listener subscribed twice is called twice and leaves twice.
      const entry: EventListener = (event) => listener(event);
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
  };
}
