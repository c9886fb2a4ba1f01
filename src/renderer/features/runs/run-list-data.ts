import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { RunQuery } from '../../../shared/contract/history.ts';
import type { RunFilter } from '../../../shared/contract/runs.ts';
import { orpc } from '../../data/client.ts';
import { onEventsReconnected, useAppEvent } from '../../data/events.ts';
import { hashAddress, useHashQuery } from '../../data/hash-query.ts';
import { useKept } from '../../data/use-kept.ts';
import { withRun } from './run-list.ts';
import { filterOf, isNarrowed, queryFromAddress, queryToAddress } from './run-list-query.ts';

/** Runs of one page of the list. */
const pageRuns = 100;
/** Events come faster than a list may be asked for; a list of many pages is asked for less often. */
const askAgainMilliseconds = 500;
const perPageMilliseconds = 50;

const isText = (value: unknown): value is string => typeof value === 'string';

export type RunListFilter = ReturnType<typeof useRunListFilter>;

/**
 * The filter lives in the address: it can be shared, and every choice is a step that the back button takes back. Coming
 * back to the bare list finds it as it was left.
 */
export function useRunListFilter() {
  const [address, replace] = useHashQuery();
  const [kept, keep] = useKept('runs.query', '', isText);
  const text = address.toString();
  const query = useMemo(() => queryFromAddress(new URLSearchParams(text)), [text]);
  // Only at the start: later an empty address means that the filter was cleared.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    if (text === '' && kept !== '') replace(Object.fromEntries(new URLSearchParams(kept)));
  }, []);
  useEffect(() => keep(text), [text, keep]);
  const filter = useFilter(query);
  return {
    query,
    filter,
    active: isNarrowed(query),
    choose: (change: RunQuery) => {
      location.hash = hashAddress('#/runs', queryToAddress({ ...query, ...change }));
    },
    /** In place, for what changes with every key. */
    search: (search: string) => replace(queryToAddress({ ...query, search })),
    replace: (next: RunQuery) => {
      location.hash = hashAddress('#/runs', queryToAddress(next));
    },
  };
}

/** Relative times move on: once a minute the filter is made anew. */
function useFilter(query: RunQuery): RunFilter {
  const [minute, setMinute] = useState(0);
  useEffect(() => {
    if (!query.last) return;
    const timer = setInterval(() => setMinute((before) => before + 1), 60_000);
    return () => clearInterval(timer);
  }, [query.last]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the minute makes it anew
  return useMemo(() => filterOf(query), [query, minute]);
}

/** The list as far as it was scrolled, changing in place while runs move. */
export function useRunList(filter: RunFilter) {
  const cache = useQueryClient();
  const options = orpc.runs.list.infiniteOptions({
    input: (cursor: string | undefined) => ({ ...filter, cursor, limit: pageRuns }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    // The old list stays while the new one is asked for.
    placeholderData: (before) => before,
  });
  const query = useInfiniteQuery(options);
  const pages = query.data?.pages;
  const askAgain = useAskAgain(pages?.length ?? 1);
  useAppEvent('run.changed', ({ run }) => {
    const data = cache.getQueryData(options.queryKey);
    const moved = data && withRun(data.pages, run, filter);
    if (!moved) return askAgain();
    cache.setQueryData(options.queryKey, { ...data, pages: moved });
  });
  useAppEvent('runs.changed', askAgain);
  useAppEvent('run.removed', askAgain);
  useEffect(() => onEventsReconnected(askAgain), [askAgain]);
  const runs = useMemo(() => pages?.flatMap((page) => page.runs) ?? [], [pages]);
  return { query, runs, total: pages?.[0]?.total ?? 0, askAgain };
}

function useAskAgain(pages: number): () => void {
  const cache = useQueryClient();
  const asking = useRef<ReturnType<typeof setTimeout>>(undefined);
  const wait = useRef(askAgainMilliseconds);
  wait.current = askAgainMilliseconds + perPageMilliseconds * pages;
  useEffect(() => () => clearTimeout(asking.current), []);
  return useCallback(() => {
    asking.current ??= setTimeout(() => {
      asking.current = undefined;
      void cache.invalidateQueries({ queryKey: orpc.runs.list.key() });
      void cache.invalidateQueries({ queryKey: orpc.history.labels.key() });
    }, wait.current);
  }, [cache]);
}

/** How busy the engine is; read once, then kept by events. */
export function useEngineLoad() {
  const { data } = useQuery(orpc.system.info.queryOptions({ input: {} }));
  const [load, setLoad] = useState<{ running: number; queued: number; slots: number }>();
  useEffect(() => {
    if (data) setLoad({ running: data.running, queued: data.queued, slots: data.slots });
  }, [data]);
  useAppEvent('engine.load', ({ running, queued, slots }) => setLoad({ running, queued, slots }));
  return load;
}
