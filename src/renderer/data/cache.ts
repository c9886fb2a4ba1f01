import { QueryCache, QueryClient } from '@tanstack/react-query';
import type { AppEvent } from '../../shared/contract/events.ts';
import { orpc } from './client.ts';
import { isSignedOut } from './errors.ts';

/** Told when a call is refused because this tab is not signed in (any more). */
let onSignedOut: () => void = () => undefined;

export function whenSignedOut(tell: () => void): void {
  onSignedOut = tell;
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (count, error) => count < 2 && !isSignedOut(error),
      refetchOnWindowFocus: false,
    },
  },
  queryCache: new QueryCache({
    onError: (error) => {
      if (isSignedOut(error)) onSignedOut();
    },
  }),
});

/** Which lists an event makes stale. Screens that show one run or one document listen for themselves. */
export function refreshFor(event: AppEvent): void {
  const stale = (queryKey: readonly unknown[]) => void queryClient.invalidateQueries({ queryKey });
  switch (event.type) {
    case 'pipeline.changed':
      return stale(orpc.pipelines.list.key());
    case 'dataset.changed':
      return stale(orpc.datasets.key());
    case 'key.changed':
      return stale(orpc.keys.key());
    case 'settings.changed':
      return stale(orpc.system.settings.key());
    case 'run.removed':
      return stale(orpc.runs.list.key());
    default:
      return;
  }
}
