import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import type { OauthApp } from '../../../shared/contract/oauth.ts';
import { orpc } from '../../data/client.ts';
import { useAppEvent } from '../../data/events.ts';

/** Milliseconds. Under a flow of requests, figures are brought up to date this often: of one key, and of thousands. */
const calm = { page: 2_000, list: 5_000 };

/** Brings figures of use up to date while requests come in. */
function useLiveUse(place: keyof typeof calm): void {
  const cache = useQueryClient();
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(waiting.current), []);
  useAppEvent('requests.changed', () => {
    waiting.current ??= setTimeout(() => {
      waiting.current = undefined;
      void cache.invalidateQueries({ queryKey: orpc.keys.recentUse.key() });
      void cache.invalidateQueries({ queryKey: orpc.keys.usage.key() });
      void cache.invalidateQueries({ queryKey: orpc.keys.get.key() });
    }, calm[place]);
  });
}

export function useKeys() {
  return useQuery({
    ...orpc.keys.list.queryOptions({ input: {} }),
    // For the times of last use; changes of keys are told.
    refetchInterval: 30_000,
  });
}

export type RecentUse = { requests: readonly number[]; refused: number; limited: number };

/** The last 24 hours by key; a key without use is not in it. */
export function useRecentUse(): ReadonlyMap<string, RecentUse> {
  useLiveUse('list');
  const query = useQuery({
    ...orpc.keys.recentUse.queryOptions({ input: {} }),
    select: asMap,
    // The hours move on even when nothing comes in.
    refetchInterval: 60_000,
  });
  return query.data ?? noUse;
}

const noUse: ReadonlyMap<string, RecentUse> = new Map();
const asMap = (rows: readonly (RecentUse & { id: string })[]): ReadonlyMap<string, RecentUse> =>
  new Map(rows.map((row) => [row.id, row]));

export function useKey(id: string) {
  return useQuery(orpc.keys.get.queryOptions({ input: { id } }));
}

export type UseSpan = 'hour' | 'day' | 'week' | 'month';

export function useKeyUse(id: string, span: UseSpan) {
  useLiveUse('page');
  return useQuery({
    ...orpc.keys.usage.queryOptions({ input: { id, span } }),
    // Another span of the same key takes the place of this one without a gap.
    placeholderData: (before) => before,
    refetchInterval: span === 'hour' ? 10_000 : 60_000,
  });
}

/** The names of pipelines, for lists of their ids. */
export function usePipelineNames(): (id: string) => string {
  const { data, isSuccess } = useQuery(orpc.pipelines.list.queryOptions({ input: {} }));
  return (id) =>
    data?.find((pipeline) => pipeline.id === id)?.name ?? (isSuccess ? 'a deleted pipeline' : '…');
}

/** The apps that were let in. One ends with its key, too. */
export function useApps() {
  const query = useQuery(orpc.oauth.apps.queryOptions({ input: {} }));
  const { refetch } = query;
  useAppEvent('key.changed', () => void refetch());
  return query;
}

/** Whose key each of the apps' keys is: nobody holds the text of such a key, so there is nothing to rotate or paste. */
export function useAppKeys(): ReadonlyMap<string, OauthApp> {
  const { data } = useApps();
  return useMemo(() => new Map((data ?? []).map((app) => [app.keyId, app])), [data]);
}
