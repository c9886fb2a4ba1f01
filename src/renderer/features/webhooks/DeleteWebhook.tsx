import { useQueryClient } from '@tanstack/react-query';
import type { WebhookSummary } from '../../../shared/contract/webhooks.ts';
import { client, orpc } from '../../data/client.ts';
import { ConfirmDialog, toast } from '../../ui/index.ts';

interface DeleteWebhookProps {
  readonly webhook: WebhookSummary | undefined;
  readonly close: () => void;
}

export function DeleteWebhook({ webhook, close }: DeleteWebhookProps) {
  const cache = useQueryClient();
  return (
    <ConfirmDialog
      open={webhook !== undefined}
      onOpenChange={(open) => !open && close()}
      title={`Delete “${webhook?.name ?? ''}”?`}
      action="Delete"
      danger
      onConfirm={async () => {
        if (!webhook) return;
        await client.webhooks.remove({ ids: [webhook.id] });
        toast.success(`Deleted “${webhook.name}”`);
        await cache.invalidateQueries({ queryKey: orpc.webhooks.list.key() });
      }}
    >
      Its deliveries are deleted with it, those that still wait too. Nothing is sent to its address any more.
    </ConfirmDialog>
  );
}
