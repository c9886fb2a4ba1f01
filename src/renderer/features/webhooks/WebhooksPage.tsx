import { Network, Plus, Webhook } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useHashLocation } from 'wouter/use-hash-location';
import type { WebhookSummary } from '../../../shared/contract/webhooks.ts';
import { awaiting } from '../../data/awaiting.ts';
import { isText, useKept } from '../../data/use-kept.ts';
import { useCommands } from '../../stores/commands.ts';
import {
  Awaited,
  Button,
  copyText,
  DataList,
  EmptyState,
  FilterBar,
  formatCount,
  formatPlural,
  type MenuItems,
  SearchInput,
  TopBar,
} from '../../ui/index.ts';
import { DeleteWebhook } from './DeleteWebhook.tsx';
import { HostsDialog } from './HostsDialog.tsx';
import { SecretDialog } from './SecretDialog.tsx';
import { useWebhookActions } from './use-webhook-actions.ts';
import { useWebhooks } from './use-webhooks.ts';
import { WebhookDialog } from './WebhookDialog.tsx';
import { webhookColumns } from './webhook-columns.tsx';

/** Every address that is told of events: made here, watched here. */
export function WebhooksPage() {
  const [, navigate] = useHashLocation();
  const [search, setSearch] = useKept('webhooks', '', isText);
  const [dialog, setDialog] = useState<'new' | 'hosts'>();
  const [editing, setEditing] = useState<WebhookSummary>();
  const [deleting, setDeleting] = useState<WebhookSummary>();
  const [made, setMade] = useState<{ webhook: WebhookSummary; secret: string }>();
  const actions = useWebhookActions();
  const query = useWebhooks();
  const all = useMemo(() => query.data ?? [], [query.data]);
  const shown = useMemo(() => matching(all, search), [all, search]);
  useCommands(
    'webhooks',
    useMemo(
      () => [{ id: 'webhook-new', title: 'New webhook', group: 'Webhooks', run: () => setDialog('new') }],
      [],
    ),
  );
  const add = (
    <Button variant="primary" icon={Plus} onClick={() => setDialog('new')}>
      New webhook
    </Button>
  );
  const menu = (webhook: WebhookSummary): MenuItems => [
    { label: 'Open', onSelect: () => navigate(`/webhooks/${webhook.id}`) },
    { label: 'Edit', onSelect: () => setEditing(webhook) },
    { label: 'Send test', onSelect: () => actions.test.mutate(webhook) },
    webhook.paused
      ? { label: 'Resume', onSelect: () => actions.resume.mutate({ id: webhook.id, waiting: 'send' }) }
      : { label: 'Pause', onSelect: () => actions.pause.mutate(webhook) },
    { label: 'Copy id', note: 'For scripts', onSelect: () => void copyText(webhook.id) },
    'separator',
    { label: 'Delete', danger: true, onSelect: () => setDeleting(webhook) },
  ];
  return (
    <>
      <TopBar crumbs={[{ label: 'Webhooks' }]}>
        <Button variant="ghost" icon={Network} onClick={() => setDialog('hosts')}>
          Allowed hosts
        </Button>
        {add}
      </TopBar>
      <section className="flex min-h-0 flex-1 flex-col bg-panel">
        {all.length > 0 && (
          <FilterBar
            search={<SearchInput slash value={search} onChange={setSearch} label="Search webhooks" />}
            count={
              shown.length === all.length
                ? formatPlural(all.length, 'webhook')
                : `${formatCount(shown.length)} of ${formatCount(all.length)}`
            }
          >
            {null}
          </FilterBar>
        )}
        <Awaited {...awaiting(query)} where="The webhooks could not be listed." lines={6}>
          {() => (
            <DataList
              label="Webhooks"
              rememberAs="webhooks"
              items={shown}
              getId={({ id }) => id}
              columns={webhookColumns}
              isDim={({ paused }) => paused !== null}
              onOpen={({ id }) => navigate(`/webhooks/${id}`)}
              menu={menu}
              empty={
                search.trim() !== '' ? (
                  <EmptyState icon={Webhook} title="No webhook matches">
                    No name or address holds “{search.trim()}”.
                  </EmptyState>
                ) : (
                  <EmptyState icon={Webhook} title="No webhooks yet" action={add}>
                    A webhook tells a program of yours the moment a run ends or a dataset changes, signed and
                    retried, instead of letting it poll.
                  </EmptyState>
                )
              }
            />
          )}
        </Awaited>
      </section>
      {dialog === 'new' && (
        <WebhookDialog
          close={() => setDialog(undefined)}
          onCreated={(webhook, secret) => {
            setMade({ webhook, secret });
            void actions.refresh();
          }}
        />
      )}
      {dialog === 'hosts' && <HostsDialog close={() => setDialog(undefined)} />}
      {editing && <WebhookDialog webhook={editing} close={() => setEditing(undefined)} />}
      {made && (
        <SecretDialog
          name={made.webhook.name}
          secret={made.secret}
          close={() => {
            setMade(undefined);
            navigate(`/webhooks/${made.webhook.id}`);
          }}
        />
      )}
      <DeleteWebhook webhook={deleting} close={() => setDeleting(undefined)} />
    </>
  );
}

function matching(all: readonly WebhookSummary[], search: string): WebhookSummary[] {
  const wanted = search.trim().toLowerCase();
  return all.filter(({ name, url }) => `${name} ${url}`.toLowerCase().includes(wanted));
}
