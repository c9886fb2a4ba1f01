import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { RetentionCategory } from '../../../../shared/contract/retention.ts';
import { orpc } from '../../../data/client.ts';
import { useAppEvent } from '../../../data/events.ts';

export function useDiskUse() {
  return useQuery(orpc.retention.use.queryOptions({ input: {} }));
}

/** What was removed lately; read again, with the use of the disk, when a clean-up ends. */
export function useCleanUps() {
  const cache = useQueryClient();
  const query = useQuery({
    ...orpc.retention.status.queryOptions({ input: {} }),
    refetchInterval: ({ state }) => (state.data?.sweeping ? 1000 : false),
  });
  const refresh = () => void cache.invalidateQueries({ queryKey: orpc.retention.key() });
  useAppEvent('retention.swept', refresh);
  // A clean-up with nothing to do ends without an event.
  const sweeping = query.data?.sweeping ?? false;
  const before = useRef(sweeping);
  useEffect(() => {
    if (before.current && !sweeping) void cache.invalidateQueries({ queryKey: orpc.retention.use.key() });
    before.current = sweeping;
  }, [sweeping, cache]);
  return { query, refresh };
}

export const categoryWords: Readonly<Record<RetentionCategory, string>> = {
  runs: 'Runs with their logs',
  logs: 'Logs of runs that stay',
  versions: 'Dataset versions',
  kept: 'Kept step results',
  uploads: 'Unfinished uploads',
  exports: 'Exported files',
  events: 'Events',
  notices: 'Sent notices',
  deliveries: 'Webhook deliveries',
  fires: 'Fires of schedules',
};
