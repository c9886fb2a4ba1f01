import { ArrowDownUp, MoreHorizontal, Pencil, RotateCw } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { KeySummary } from '../../../shared/contract/domain.ts';
import { isLiveKey, keyLooks, keyState } from '../../access/key-words.ts';
import { awaiting } from '../../data/awaiting.ts';
import { callError } from '../../data/errors.ts';
import {
  Awaited,
  Button,
  buttonClass,
  copyText,
  DropdownMenu,
  ErrorState,
  IconButton,
  SegmentedControl,
  Skeleton,
  StatusBadge,
  TopBar,
} from '../../ui/index.ts';
import { KeyDialog } from './KeyDialog.tsx';
import { KeyDoors } from './KeyDoors.tsx';
import { KeyFacts } from './KeyFacts.tsx';
import { KeySnippets } from './KeySnippets.tsx';
import { NewKeyDialog } from './NewKeyDialog.tsx';
import { RevokeKey } from './RevokeKey.tsx';
import { RotateKeyDialog } from './RotateKeyDialog.tsx';
import { UseChart } from './UseChart.tsx';
import { type UseSpan, useAppKeys, useKey, useKeyUse } from './use-keys.ts';

type Open = 'edit' | 'rotate' | 'revoke';

/** One key: what it may, how much it is used and by which API, how near its limits it is, and how to call with it. */
export function KeyPage({ keyId }: { keyId: string }) {
  const [open, setOpen] = useState<Open>();
  const [secret, setSecret] = useState<string>();
  const query = useKey(keyId);
  const key = query.data;
  const app = useAppKeys().get(keyId);
  const crumbs = [{ label: 'API keys', href: '#/keys' }, { label: key?.name ?? '…' }];
  const close = () => setOpen(undefined);
  if (!key)
    return (
      <>
        <TopBar crumbs={crumbs} />
        <div className="flex-1 bg-panel p-4">
          {query.isLoadingError ? (
            <ErrorState
              title={callError(query.error).message}
              where="The key could not be shown."
              onRetry={() => void query.refetch()}
            />
          ) : (
            <Skeleton lines={10} />
          )}
        </div>
      </>
    );
  const look = keyLooks[keyState(key)];
  return (
    <>
      <TopBar crumbs={crumbs} aside={<StatusBadge status={look.status} label={look.word} />}>
        <a href={`#/requests?key=${key.id}`} className={buttonClass('ghost', 'md')}>
          <ArrowDownUp size={15} aria-hidden /> Its requests
        </a>
        {isLiveKey(key) && (
          <>
            <Button icon={Pencil} onClick={() => setOpen('edit')}>
              Edit rights
            </Button>
            {!app && (
              <Button icon={RotateCw} onClick={() => setOpen('rotate')}>
                Rotate
              </Button>
            )}
          </>
        )}
        <DropdownMenu
          align="end"
          trigger={<IconButton icon={MoreHorizontal} label="More" />}
          items={[
            { label: 'Copy prefix', note: key.prefix, onSelect: () => void copyText(key.prefix) },
            { label: 'Copy id', onSelect: () => void copyText(key.id) },
            'separator',
            {
              label: 'Revoke',
              danger: true,
              disabled: key.revokedAt !== null,
              onSelect: () => setOpen('revoke'),
            },
          ]}
        />
      </TopBar>
      <div className="flex min-h-0 flex-1 bg-panel">
        <div className="min-w-0 flex-1 overflow-y-auto">
          <Use apiKey={key} />
          {app && (
            <p className="border-t border-line px-5 py-4 text-muted">
              The key of a{' '}
              <a className="text-accent-text underline underline-offset-2" href="#/keys?tab=apps">
                connected app
              </a>
              , “<bdi>{app.clientId}</bdi>”: its tokens stand for it, and nobody holds its text.
            </p>
          )}
          {isLiveKey(key) && !app && (
            <Part title="Call it">
              <KeySnippets apiKey={key} />
            </Part>
          )}
        </div>
        <aside aria-label="Facts" className="w-80 shrink-0 overflow-y-auto border-l border-line p-4">
          <KeyFacts apiKey={key} />
        </aside>
      </div>
      {open === 'edit' && <KeyDialog apiKey={key} close={close} />}
      {open === 'rotate' && (
        <RotateKeyDialog
          apiKey={key}
          close={close}
          onRotated={(text) => {
            close();
            setSecret(text);
          }}
        />
      )}
      {secret && <NewKeyDialog apiKey={key} secret={secret} close={() => setSecret(undefined)} />}
      <RevokeKey apiKey={open === 'revoke' ? key : undefined} close={close} />
    </>
  );
}

const spans: readonly { value: UseSpan; label: string; words: string }[] = [
  { value: 'hour', label: 'Hour', words: 'the last hour' },
  { value: 'day', label: 'Day', words: 'the last day' },
  { value: 'week', label: 'Week', words: 'the last week' },
  { value: 'month', label: 'Month', words: 'the last month' },
];

function Use({ apiKey }: { apiKey: KeySummary }) {
  const [span, setSpan] = useState<UseSpan>('day');
  const query = useKeyUse(apiKey.id, span);
  return (
    <Part
      title="Use"
      action={<SegmentedControl label="Span" value={span} onChange={setSpan} options={spans} />}
    >
      <Awaited {...awaiting(query)} where="Its use could not be read." lines={8}>
        {() =>
          query.data && (
            <div className="flex flex-col gap-5">
              <UseChart
                points={query.data.points}
                pointSeconds={query.data.pointSeconds}
                span={spans.find(({ value }) => value === span)?.words ?? ''}
              />
              <KeyDoors apiKey={apiKey} byDoor={query.data.byDoor} limits={query.data.limits} />
            </div>
          )
        }
      </Awaited>
    </Part>
  );
}

function Part({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <section
      aria-label={title}
      className="px-5 py-4 [&:not(:first-child)]:border-t [&:not(:first-child)]:border-line"
    >
      <div className="mb-3 flex min-h-7 items-center justify-between gap-3">
        <h2 className="text-title font-semibold">{title}</h2>
        {action}
      </div>
      {children}
    </section>
  );
}
