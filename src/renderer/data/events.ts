import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { AppEvent, AppEventOf } from '../../shared/contract/events.ts';
import { tellSignedOut } from './cache.ts';
import { client } from './client.ts';
import { isSignedOut } from './errors.ts';

type Listener = (event: AppEvent) => void;

const listeners = new Set<Listener>();
const reconnectListeners = new Set<() => void>();
/** Milliseconds. Sluice runs on this machine: asking it often costs nothing. */
const slowest = 3_000;

/** Whether the stream is open. A break is only told after a moment: most are mended by then. */
let connected = true;
const connectionListeners = new Set<() => void>();
const patience = 2_000;

function setConnected(next: boolean): void {
  if (connected === next) return;
  connected = next;
  for (const tell of connectionListeners) tell();
}

/** False while Sluice cannot be reached. */
export function useConnected(): boolean {
  return useSyncExternalStore(
    (tell) => {
      connectionListeners.add(tell);
      return () => connectionListeners.delete(tell);
    },
    () => connected,
  );
}

/**
 * One stream of live events for the whole window. When it breaks it is opened again with growing waits, and everyone
 * is told to ask for their lists anew: events between the two streams are not replayed.
 */
export async function followEvents(signal: AbortSignal): Promise<void> {
  let wait = 250;
  let first = true;
  let brokenAt: number | undefined;
  while (!signal.aborted) {
    try {
      const stream = await client.system.events({}, { signal });
      brokenAt = undefined;
      wait = 250;
      setConnected(true);
      if (!first) for (const tell of reconnectListeners) tell();
      first = false;
      for await (const event of stream) {
        wait = 250;
        for (const listener of listeners) listener(event);
      }
    } catch (error) {
      // A server that was started anew knows no session of the one before.
      if (isSignedOut(error)) return tellSignedOut();
      // The stream's end and its failure are mended the same way: wait, then open it again.
    }
    brokenAt ??= Date.now();
    if (Date.now() - brokenAt >= patience) setConnected(false);
    await new Promise((resolve) => setTimeout(resolve, wait));
    wait = Math.min(wait * 2, slowest);
  }
}

/** Calls `handler` for each event of one type while the component is mounted. */
export function useAppEvent<Type extends AppEvent['type']>(
  type: Type,
  handler: (event: AppEventOf<Type>) => void,
): void {
  const latest = useRef(handler);
  latest.current = handler;
  useEffect(() => {
    const listener: Listener = (event) => {
      if (event.type === type) latest.current(event as AppEventOf<Type>);
    };
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, [type]);
}

/** Hears every event, for as long as the window lives or until the returned function is called. */
export function onAnyEvent(listener: (event: AppEvent) => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export function onEventsReconnected(tell: () => void): () => void {
  reconnectListeners.add(tell);
  return () => {
    reconnectListeners.delete(tell);
  };
}
