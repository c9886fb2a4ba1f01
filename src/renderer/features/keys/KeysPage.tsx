import { useQuery } from '@tanstack/react-query';
import { BookOpen, Plus } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useHashLocation } from 'wouter/use-hash-location';
import type { KeySummary } from '../../../shared/contract/domain.ts';
import { orpc } from '../../data/client.ts';
import { useHashQuery } from '../../data/hash-query.ts';
import { useCommands } from '../../stores/commands.ts';
import { Button, buttonClass, CopyButton, Tabs, TopBar } from '../../ui/index.ts';
import { ConnectedApps } from './ConnectedApps.tsx';
import { KeyDialog } from './KeyDialog.tsx';
import { KeyList } from './KeyList.tsx';
import { NewKeyDialog } from './NewKeyDialog.tsx';
import { RevokeKey } from './RevokeKey.tsx';
import { RotateKeyDialog } from './RotateKeyDialog.tsx';
import { useApps } from './use-keys.ts';

/** The keys that scripts use: made here, shown once, watched, rotated, revoked at once. */
export function KeysPage() {
  const [, navigate] = useHashLocation();
  const [asked, ask] = useHashQuery();
  const forPipeline = asked.get('pipeline');
  const creating = asked.has('new');
  const setCreating = useCallback(
    (on: boolean) => ask({ new: on ? '' : undefined, pipeline: undefined }),
    [ask],
  );
  const [editing, setEditing] = useState<KeySummary>();
  const [rotating, setRotating] = useState<KeySummary>();
  const [revoking, setRevoking] = useState<KeySummary>();
  const [shown, setShown] = useState<{ key: KeySummary; secret: string; isNew: boolean }>();
  const info = useQuery(orpc.system.info.queryOptions({ input: {} }));
  const apps = useApps();
  useCommands(
    'keys',
    useMemo(
      () => [{ id: 'key-new', title: 'New API key', group: 'API keys', run: () => setCreating(true) }],
      [setCreating],
    ),
  );
  const add = (
    <Button variant="primary" icon={Plus} onClick={() => setCreating(true)}>
      New key
    </Button>
  );
  const url = info.data?.url;
  return (
    <>
      <TopBar
        crumbs={[{ label: 'API keys' }]}
        aside={
          url && (
            <span className="flex min-w-0 items-center gap-1.5 text-muted">
              <span className="truncate">Scripts reach Sluice at</span>
              <code className="rounded-sm bg-sunken px-1.5 py-0.5 font-mono text-data text-ink">{url}</code>
              <CopyButton label="Copy the address" text={url} />
            </span>
          )
        }
      >
        {url && (
          <a className={buttonClass('ghost', 'md')} href={`${url}/docs`} target="_blank" rel="noreferrer">
            <BookOpen size={15} aria-hidden /> API page
          </a>
        )}
        {add}
      </TopBar>
      <section className="flex min-h-0 flex-1 flex-col bg-panel">
        <Tabs
          label="API keys"
          value={asked.get('tab') === 'apps' ? 'apps' : 'keys'}
          onChange={(tab) => ask({ tab: tab === 'apps' ? tab : undefined })}
          className="flex-1"
          panelClass="flex min-h-0 flex-1 flex-col data-[state=inactive]:hidden"
          items={[
            {
              value: 'keys',
              label: 'Keys',
              content: <KeyList add={add} edit={setEditing} rotate={setRotating} revoke={setRevoking} />,
            },
            {
              value: 'apps',
              label: 'Connected apps',
              badge: apps.data?.length || undefined,
              content: <ConnectedApps />,
            },
          ]}
        />
      </section>
      {creating && (
        <KeyDialog
          onlyFor={forPipeline ?? undefined}
          close={() => setCreating(false)}
          onCreated={(key, secret) => setShown({ key, secret, isNew: true })}
        />
      )}
      {editing && <KeyDialog apiKey={editing} close={() => setEditing(undefined)} />}
      {rotating && (
        <RotateKeyDialog
          apiKey={rotating}
          close={() => setRotating(undefined)}
          onRotated={(secret) => {
            setRotating(undefined);
            setShown({ key: rotating, secret, isNew: false });
          }}
        />
      )}
      {shown && (
        <NewKeyDialog
          apiKey={shown.key}
          secret={shown.secret}
          close={() => {
            setShown(undefined);
            if (shown.isNew) navigate(`/keys/${shown.key.id}`);
          }}
        />
      )}
      <RevokeKey apiKey={revoking} close={() => setRevoking(undefined)} />
    </>
  );
}
