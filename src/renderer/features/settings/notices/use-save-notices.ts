import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { NoticeChannel } from '../../../../shared/contract/notices.ts';
import { client, orpc } from '../../../data/client.ts';

type Change = Parameters<typeof client.notices.save>[0];

/** Saves a part of the notices; each channel has its own, so that it alone says how its saving went. */
export function useSaveNotices() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (change: Change) => client.notices.save(change),
    onSuccess: (view) => cache.setQueryData(orpc.notices.get.queryOptions({ input: {} }).queryKey, view),
  });
}

export function useTestNotice(channel: NoticeChannel) {
  return useMutation({ mutationFn: () => client.notices.test({ channel }) });
}
