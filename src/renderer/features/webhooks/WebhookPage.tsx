import { Pause, Pencil, Send } from 'lucide-react';
import { useState } from 'react';
import { useHashLocation } from 'wouter/use-hash-location';
import { callError } from '../../data/errors.ts';
import { useAppEvent } from '../../data/events.ts';
import { useHashQuery } from '../../data/hash-query.ts';
import {
  Button,
  copyText,
  Dialog,
  DropdownMenu,
  ErrorState,
  Skeleton,
  StatusBadge,
  TopBar,
} from '../../ui/index.ts';
import { DeleteWebhook } from './DeleteWebhook.tsx';
import { Deliveries } from './Deliveries.tsx';
import { DeliveryDrawer } from './DeliveryDrawer.tsx';
import { PauseBanner } from './PauseBanner.tsx';
import { RotateDialog } from './RotateDialog.tsx';
import { SecretDialog } from './SecretDialog.tsx';
import { useWebhookActions } from './use-webhook-actions.ts';
import { useWebhook } from './use-webhooks.ts';
import { VerifyExample } from './VerifyExample.tsx';
import { WebhookDialog } from './WebhookDialog.tsx';
import { WebhookFacts } from './WebhookFacts.tsx';
import { webhookLook } from './webhook-words.ts';

type Open = 'edit' | 'rotate' | 'verify' | 'delete';

/** One webhook: how it stands, what it sent, and the way to send it again. */
export function WebhookPage({ webhookId }: { webhookId: string }) {
  const [, navigate] = useHashLocation();
  const [asked, ask] = useHashQuery();
  const [open, setOpen] = useState<Open>();
  const [secret, setSecret] = useState<string>();
  const actions = useWebhookActions();
  const query = useWebhook(webhookId);
  const webhook = query.data;
  useAppEvent('webhook.changed', ({ webhookId: changed, change }) => {
    if (change === 'removed' && changed === webhookId) navigate('/webhooks');
  });
  const crumbs = [{ label: 'Webhooks', href: '#/webhooks' }, { label: webhook?.name ?? '…' }];
  if (!webhook)
    return (
      <>
        <TopBar crumbs={crumbs} />
        <div className="flex-1 bg-panel p-4">
          {query.isLoadingError ? (
            <ErrorState
              title={callError(query.error).message}
              where="The webhook could not be shown."
              onRetry={() => void query.refetch()}
            />
          ) : (
            <Skeleton lines={10} />
          )}
        </div>
      </>
    );
  const look = webhookLook(webhook);
  const delivery = asked.get('delivery') ?? undefined;
  const close = () => setOpen(undefined);
  return (
    <>
      <TopBar crumbs={crumbs} aside={<StatusBadge status={look.status} label={look.word} />}>
        <Button
          icon={Send}
          loading={actions.test.isPending}
          onClick={() => actions.test.mutate(webhook, { onSuccess: ({ id }) => ask({ delivery: id }) })}
        >
          Send test
        </Button>
        {!webhook.paused && (
          <Button icon={Pause} onClick={() => actions.pause.mutate(webhook)}>
            Pause
          </Button>
        )}
        <Button icon={Pencil} onClick={() => setOpen('edit')}>
          Edit
        </Button>
        <DropdownMenu
          align="end"
          trigger={<Button variant="ghost">More</Button>}
          items={[
            { label: 'New secret', onSelect: () => setOpen('rotate') },
            { label: 'How to verify', onSelect: () => setOpen('verify') },
            { label: 'Copy id', note: 'For scripts', onSelect: () => void copyText(webhook.id) },
            'separator',
            { label: 'Delete', danger: true, onSelect: () => setOpen('delete') },
          ]}
        />
      </TopBar>
      <section className="flex min-h-0 flex-1 flex-col bg-panel">
        {webhook.paused && (
          <PauseBanner
            webhook={webhook}
            paused={webhook.paused}
            resume={(waiting) => actions.resume.mutate({ id: webhook.id, waiting })}
            newSecret={() => setOpen('rotate')}
          />
        )}
        <WebhookFacts webhook={webhook} />
        <Deliveries
          webhook={webhook}
          currentId={delivery}
          open={(id) => ask({ delivery: id })}
          replay={(ids) => actions.replay.mutate(ids)}
        />
      </section>
      {delivery && (
        <DeliveryDrawer
          id={delivery}
          close={() => ask({ delivery: undefined })}
          replay={(id) => actions.replay.mutate([id], { onSuccess: ([made]) => ask({ delivery: made?.id }) })}
          show={(id) => ask({ delivery: id })}
        />
      )}
      {open === 'edit' && <WebhookDialog webhook={webhook} close={close} />}
      {open === 'rotate' && (
        <RotateDialog
          webhook={webhook}
          close={close}
          onRotated={(made) => {
            close();
            setSecret(made);
          }}
        />
      )}
      {open === 'verify' && (
        <Dialog open onOpenChange={close} width="lg" title="How a receiver verifies a delivery">
          <VerifyExample />
        </Dialog>
      )}
      {secret && <SecretDialog name={webhook.name} secret={secret} close={() => setSecret(undefined)} />}
      <DeleteWebhook webhook={open === 'delete' ? webhook : undefined} close={close} />
    </>
  );
}
