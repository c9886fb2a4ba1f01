import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import type { DoorName } from '../../../shared/contract/domain.ts';
import type { RequestEntry } from '../../../shared/contract/requests.ts';
import { orpc } from '../../data/client.ts';
import { onEventsReconnected, useAppEvent } from '../../data/events.ts';
import { methods, newerThan, type RequestChoice } from './request-words.ts';

const pageSize = 100;
/** Milliseconds. Under a flow of requests, what is new is counted this often. */
const calm = 700;

function filterOf({ door, keyId, statusClass, method, search }: RequestChoice) {
  const wanted = search.trim();
  const known = methods.find((each) => each === method);
  return {
    ...(door !== 'any' && { door: door as DoorName }),
    ...(keyId !== 'any' && { keyId }),
    ...(statusClass !== 'any' && { statusClass: statusClass as '2xx' | '3xx' | '4xx' | '5xx' | '429' }),
    ...(known && { method: known }),
    ...(wanted !== '' && { search: wanted }),
  };
}

/**
 * The requests that fit, newest first, as they were when they were asked for: what comes in later is counted, and
 * shown when the person asks for it, so that no row moves away under a hand.
 */
export function useRequests(choice: RequestChoice) {
  const cache = useQueryClient();
  const filter = useMemo(() => filterOf(choice), [choice]);
  const list = useInfiniteQuery(
    orpc.requests.list.infiniteOptions({
      input: (cursor: string | undefined) => ({
        ...filter,
        ...(cursor !== undefined && { cursor }),
        limit: pageSize,
      }),
      initialPageParam: undefined,
      getNextPageParam: ({ next }) => next ?? undefined,
      placeholderData: keepPreviousData,
      // It changes when asked to, and is new each time the page is opened.
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 0,
    }),
  );
  const items = useMemo(() => list.data?.pages.flatMap(({ requests }) => requests) ?? [], [list.data]);
  const head = useQuery({
    ...orpc.requests.list.queryOptions({ input: { ...filter, limit: pageSize } }),
    enabled: list.isSuccess,
    gcTime: 0,
  });
  const askHead = useCalmed(() => void head.refetch());
  useAppEvent('requests.changed', askHead);
  useEffect(() => onEventsReconnected(askHead), [askHead]);
  const showNewest = async () => {
    await cache.resetQueries({ queryKey: orpc.requests.list.key({ type: 'infinite' }) });
  };
  const fresh = list.isPlaceholderData || !head.data ? 0 : newerThan(head.data.requests, items);
  // An empty list has no row that could move: the first request is shown by itself.
  const isEmpty = list.isSuccess && items.length === 0;
  useEffect(() => {
    if (isEmpty && fresh > 0) void list.refetch();
  }, [isEmpty, fresh, list.refetch]);
  return { list, items, fresh: isEmpty ? 0 : fresh, more: fresh >= pageSize, showNewest };
}

/** Calls at most once in a while; the last call is never lost. */
function useCalmed(call: () => void): () => void {
  const latest = useRef(call);
  latest.current = call;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useMemo(
    () => () => {
      timer.current ??= setTimeout(() => {
        timer.current = undefined;
        latest.current();
      }, calm);
    },
    [],
  );
}

export type { RequestEntry };
