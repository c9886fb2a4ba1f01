import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { WebhookSummary } from '../../../shared/contract/webhooks.ts';
import { client, orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { formatPlural, toast } from '../../ui/index.ts';

const failed = (title: string) => (error: Error) =>
  toast.error(title, { description: callError(error).message });

/** What can be done to webhooks and deliveries with one click, with its echo. */
export function useWebhookActions() {
  const cache = useQueryClient();
  const onSuccess = () => cache.invalidateQueries({ queryKey: orpc.webhooks.key() });
  const pause = useMutation({
    mutationFn: ({ id }: WebhookSummary) => client.webhooks.pause({ id }),
    onSuccess,
    onError: failed('The webhook was not paused'),
  });
  const resume = useMutation({
    mutationFn: ({ id, waiting }: { id: string; waiting: 'send' | 'drop' }) =>
      client.webhooks.resume({ id, waiting }),
    onSuccess,
    onError: failed('The webhook was not resumed'),
  });
  const test = useMutation({
    mutationFn: ({ id }: Pick<WebhookSummary, 'id'>) => client.webhooks.test({ id }),
    onSuccess,
    onError: failed('No test was sent'),
  });
  const replay = useMutation({
    mutationFn: (ids: readonly string[]) => client.webhooks.replay({ ids: [...ids] }),
    onSuccess: async (replays) => {
      // One alone is seen where it was asked for: its row, or its drawer, which a message would cover.
      if (replays.length > 1)
        toast.success(`Sending ${formatPlural(replays.length, 'delivery', 'deliveries')} again`);
      await onSuccess();
    },
    onError: failed('Nothing was sent again'),
  });
  return { pause, resume, test, replay, refresh: onSuccess };
}
