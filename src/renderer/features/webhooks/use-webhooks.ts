import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import type { DeliveryStatus } from '../../../shared/contract/webhooks.ts';
import { orpc } from '../../data/client.ts';
import { useAppEvent } from '../../data/events.ts';

/** Under a flow of deliveries a screen is brought up to date this often. */
const calm = 400;

/** Calls at once, then at most once in a while; the last call is never lost. */
function useCalmed(call: () => void): () => void {
  const latest = useRef(call);
  latest.current = call;
  const state = useRef<{ timer: number | undefined; again: boolean }>({ timer: undefined, again: false });
  useEffect(() => {
    const { current } = state;
    return () => clearTimeout(current.timer);
  }, []);
  return useCallback(() => {
    const { current } = state;
    const run = (): void => {
      current.again = false;
      latest.current();
      current.timer = window.setTimeout(() => {
        current.timer = undefined;
        if (current.again) run();
      }, calm);
    };
    if (current.timer === undefined) run();
    else current.again = true;
  }, []);
}

/** Keeps what is shown of webhooks true; `webhookId` leaves the others' deliveries alone. */
function useLive(webhookId?: string): void {
  const cache = useQueryClient();
  const refresh = useCalmed(() => void cache.invalidateQueries({ queryKey: orpc.webhooks.key() }));
  useAppEvent('webhook.changed', (event) => {
    // A page whose webhook is gone leaves; asking for it again would only fail.
    if (event.change !== 'removed' || event.webhookId !== webhookId) refresh();
  });
  useAppEvent('delivery.changed', (event) => {
    if (webhookId === undefined || event.webhookId === webhookId) refresh();
  });
}

export function useWebhooks() {
  useLive();
  return useQuery(orpc.webhooks.list.queryOptions({ input: {} }));
}

export function useWebhook(id: string) {
  useLive(id);
  return useQuery(orpc.webhooks.get.queryOptions({ input: { id } }));
}

export interface DeliveryChoice {
  readonly status: DeliveryStatus | 'any';
  readonly eventType: string;
  readonly search: string;
}

export function useDeliveries(webhookId: string, { status, eventType, search }: DeliveryChoice) {
  return useInfiniteQuery(
    orpc.webhooks.deliveries.infiniteOptions({
      input: (cursor: string | undefined) => ({
        webhookId,
        ...(status !== 'any' && { statuses: [status] }),
        ...(eventType !== 'any' && { eventType }),
        ...(search.trim() !== '' && { search: search.trim() }),
        ...(cursor !== undefined && { cursor }),
        limit: 100,
      }),
      initialPageParam: undefined,
      getNextPageParam: ({ next }) => next ?? undefined,
      placeholderData: keepPreviousData,
    }),
  );
}
