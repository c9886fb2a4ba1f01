import { useQuery, useQueryClient } from '@tanstack/react-query';
import { orpc } from '../../data/client.ts';
import { useAppEvent } from '../../data/events.ts';

/** Keeps what is shown of sources true. What stands in a database is asked for anew only when one asks. */
function useLive(): void {
  const cache = useQueryClient();
  useAppEvent('source.changed', () => {
    void cache.invalidateQueries({ queryKey: orpc.sources.list.key() });
    void cache.invalidateQueries({ queryKey: orpc.sources.get.key() });
  });
}

export function useSources() {
  useLive();
  return useQuery(orpc.sources.list.queryOptions({ input: {} }));
}

export function useSource(id: string) {
  useLive();
  return useQuery(orpc.sources.get.queryOptions({ input: { id } }));
}

/** Tables of a database, objects of a bucket, files of a folder. It connects, so it is not asked again by itself. */
export function useSourceTables(id: string) {
  return useQuery({
    ...orpc.sources.metadata.queryOptions({ input: { id } }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}
