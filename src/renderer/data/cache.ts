import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import type { AppEvent } from '../../shared/contract/events.ts';
import { orpc } from './client.ts';
import { isSignedOut, mayPass } from './errors.ts';

/** Told when a call is refused because this tab is not signed in (any more). */
let onSignedOut: () => void = () => undefined;

export function whenSignedOut(tell: () => void): void {
  onSignedOut = tell;
}

/** Says so; what was edited stays in this tab's storage. */
export function tellSignedOut(): void {
  onSignedOut();
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // Sluice runs on this machine: without a network it is there all the same.
      networkMode: 'always',
      retry: (count, error) => count < 2 && mayPass(error),
      refetchOnWindowFocus: false,
    },
    mutations: { networkMode: 'always' },
  },
  mutationCache: new MutationCache({
    onError: (error) => {
      if (isSignedOut(error)) onSignedOut();
    },
  }),
  queryCache: new QueryCache({
    onError: (error) => {
      if (isSignedOut(error)) onSignedOut();
    },
  }),
});

type ListenedEvent =
  | 'pipeline.changed'
  | 'dataset.changed'
  | 'key.changed'
  | 'oauth.changed'
  | 'trigger.changed'
  | 'settings.changed'
  | 'run.removed'
  | 'runs.changed';

/** Which lists each event makes stale. */
const staleAfter: Record<ListenedEvent, () => readonly unknown[]> = {
  'pipeline.changed': () => orpc.pipelines.list.key(),
  'dataset.changed': () => orpc.datasets.key(),
  'key.changed': () => orpc.keys.key(),
  'oauth.changed': () => orpc.oauth.key(),
  'trigger.changed': () => orpc.triggers.key(),
  'settings.changed': () => orpc.system.settings.key(),
  'run.removed': () => orpc.runs.list.key(),
  'runs.changed': () => orpc.runs.list.key(),
};

/** Come by the thousand: the list on the screen asks again at its own pace, one that is not shown when it is opened. */
const many: ReadonlySet<AppEvent['type']> = new Set(['run.removed', 'runs.changed']);

/** Asks for stale lists again. Screens that show one run or one document listen for themselves. */
export function refreshFor(event: AppEvent): void {
  const queryKey = staleAfter[event.type as ListenedEvent]?.();
  const refetchType = many.has(event.type) ? 'none' : 'active';
  if (queryKey) void queryClient.invalidateQueries({ queryKey, refetchType });
}
