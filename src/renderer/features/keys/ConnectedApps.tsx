import { useQueryClient } from '@tanstack/react-query';
import { AppWindow } from 'lucide-react';
import { useState } from 'react';
import type { OauthApp } from '../../../shared/contract/oauth.ts';
import { doorLook } from '../../access/doors.ts';
import { awaiting } from '../../data/awaiting.ts';
import { client, orpc } from '../../data/client.ts';
import {
  Awaited,
  Badge,
  ConfirmDialog,
  DataList,
  EmptyState,
  type ListColumn,
  TimeText,
  toast,
} from '../../ui/index.ts';

import { useApps } from './use-keys.ts';

/** Apps that were let in by a consent: what they may, and the way to end it. */
export function ConnectedApps() {
  const cache = useQueryClient();
  const [revoking, setRevoking] = useState<OauthApp>();
  const query = useApps();
  const open = ({ keyId }: OauthApp) => location.assign(`#/keys/${keyId}`);
  return (
    <>
      <Awaited {...awaiting(query)} where="The connected apps could not be listed." lines={4}>
        {() => (
          <DataList
            label="Connected apps"
            items={query.data ?? []}
            getId={getId}
            columns={columns}
            onOpen={open}
            menu={(app) => [
              { label: 'Open its key', onSelect: () => open(app) },
              { label: 'Its requests', onSelect: () => location.assign(`#/requests?key=${app.keyId}`) },
              'separator',
              { label: 'Revoke', danger: true, onSelect: () => setRevoking(app) },
            ]}
            empty={
              <EmptyState icon={AppWindow} title="No connected apps">
                An app that signs in by OAuth (CloudFlow v1) asks here first; what you approve is listed here,
                and ends when you revoke it.
              </EmptyState>
            }
          />
        )}
      </Awaited>
      <ConfirmDialog
        open={revoking !== undefined}
        onOpenChange={(on) => !on && setRevoking(undefined)}
        title={`Revoke the access of “${revoking?.clientId ?? ''}”?`}
        action="Revoke"
        danger
        onConfirm={async () => {
          if (!revoking) return;
          await client.oauth.revoke({ id: revoking.id });
          toast.success(`“${revoking.clientId}” has no access any more`);
          await Promise.all([
            cache.invalidateQueries({ queryKey: orpc.oauth.key() }),
            cache.invalidateQueries({ queryKey: orpc.keys.key() }),
          ]);
        }}
      >
        Its tokens end at once, and it has to ask again. Runs of it that are under way go on to their end;
        those that still wait are cancelled.
      </ConfirmDialog>
    </>
  );
}

const getId = ({ id }: OauthApp) => id;

const columns: readonly ListColumn<OauthApp>[] = [
  {
    id: 'name',
    title: 'App',
    width: 'minmax(180px, 3fr)',
    render: ({ clientId, redirectUri }) => (
      <span className="flex min-w-0 items-baseline gap-2">
        <span className="max-w-[60%] shrink-0 truncate font-medium" dir="auto" title={clientId}>
          {clientId}
        </span>
        <span
          className="min-w-0 flex-1 truncate text-left font-mono text-data text-muted"
          title={redirectUri}
        >
          {redirectUri}
        </span>
      </span>
    ),
  },
  {
    id: 'environment',
    title: 'Environment',
    width: '80px',
    render: ({ environment }) => (
      <Badge tone={environment === 'live' ? 'accent' : 'violet'}>{environment}</Badge>
    ),
  },
  {
    id: 'may',
    title: 'May',
    width: 'minmax(140px, 2fr)',
    render: ({ scopes }) => {
      const { verbs } = doorLook('cloudflow');
      const words = scopes
        .map((scope) => verbs[scope.split(':')[1] as keyof typeof verbs] ?? scope)
        .join(', ');
      return (
        <span className="truncate text-muted" title={words}>
          {words}
        </span>
      );
    },
  },
  {
    id: 'used',
    title: 'Last used',
    width: '110px',
    align: 'end',
    render: ({ lastUsedAt }) =>
      lastUsedAt ? <TimeText at={lastUsedAt} style="relative" /> : <span className="text-faint">Never</span>,
  },
  {
    id: 'approved',
    title: 'Approved',
    width: '110px',
    align: 'end',
    render: ({ approvedAt }) => <TimeText at={approvedAt} style="relative" />,
  },
];
