import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { KeySummary } from '../../../shared/contract/domain.ts';
import { client, orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import {
  Awaited,
  Badge,
  Button,
  ConfirmDialog,
  CopyButton,
  copyText,
  DataList,
  EmptyState,
  FilterBar,
  formatCount,
  formatPlural,
  SearchInput,
  StatusBadge,
  TimeText,
  TopBar,
  toast,
} from '../../ui/index.ts';
import { CreateKeyDialog } from './CreateKeyDialog.tsx';
import { keyState, scopeText } from './key-words.ts';

/** Up to so many, the eye is the better search. */
const fewKeys = 10;

/** The keys that scripts use: made here, shown once, revoked at once. */
export function KeysPage() {
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<KeySummary>();
  const query = useQuery(orpc.keys.list.queryOptions({ input: {} }));
  const info = useQuery(orpc.system.info.queryOptions({ input: {} }));
  const cache = useQueryClient();
  const revoke = useMutation({
    mutationFn: (key: KeySummary) => client.keys.revoke({ id: key.id }),
    onSuccess: async (key) => {
      toast.success(`Revoked “${key.name}”`, { description: 'Requests with it are refused from now on.' });
      await cache.invalidateQueries({ queryKey: orpc.keys.key() });
    },
  });
  const [showEnded, setShowEnded] = useState(false);
  const all = useMemo(() => query.data ?? [], [query.data]);
  const ended = all.filter((key) => keyState(key) !== 'active').length;
  const [search, setSearch] = useState('');
  const keys = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    const shown = showEnded || wanted ? all : all.filter((key) => keyState(key) === 'active');
    return shown.filter(({ name, prefix }) => `${name} ${prefix}`.toLowerCase().includes(wanted));
  }, [all, showEnded, search]);
  const add = (
    <Button variant="primary" icon={Plus} onClick={() => setCreating(true)}>
      New key
    </Button>
  );
  return (
    <>
      <TopBar crumbs={[{ label: 'API keys' }]}>{add}</TopBar>
      <section className="flex min-h-0 flex-1 flex-col bg-panel">
        {info.data && (
          <p className="flex items-center gap-2 border-b border-line px-4 py-2 text-muted">
            Scripts reach Sluice at
            <code className="rounded-sm bg-sunken px-1.5 py-0.5 font-mono text-data text-ink">
              {info.data.url}
            </code>
            <CopyButton label="Copy the address" text={info.data.url} />
            <a
              className="ml-auto text-accent-text hover:underline"
              href={`${info.data.url}/openapi.json`}
              target="_blank"
              rel="noreferrer"
            >
              OpenAPI
            </a>
          </p>
        )}
        {all.length > fewKeys && (
          <FilterBar
            search={<SearchInput slash value={search} onChange={setSearch} label="Search keys" />}
            count={`${formatCount(keys.length)} of ${formatPlural(all.length, 'key')}`}
          >
            {null}
          </FilterBar>
        )}
        <Awaited
          pending={query.isPending}
          failure={query.isLoadingError ? callError(query.error).message : undefined}
          where="The keys could not be listed."
          onRetry={() => void query.refetch()}
          lines={6}
        >
          {() => (
            <DataList
              label="API keys"
              items={keys}
              getId={({ id }) => id}
              columns={columns}
              isDim={(key) => keyState(key) !== 'active'}
              foot={
                ended > 0 &&
                search.trim() === '' && (
                  <div className="px-4 py-2">
                    <Button variant="ghost" size="sm" onClick={() => setShowEnded(!showEnded)}>
                      {showEnded ? 'Hide' : 'Show'} {formatPlural(ended, 'revoked or expired key')}
                    </Button>
                  </div>
                )
              }
              menu={(key) => [
                {
                  label: 'Copy prefix',
                  note: key.prefix,
                  onSelect: () => void copyText(key.prefix),
                },
                'separator',
                {
                  label: 'Revoke',
                  danger: true,
                  disabled: key.revokedAt !== null,
                  onSelect: () => setRevoking(key),
                },
              ]}
              empty={
                search.trim() !== '' ? (
                  <EmptyState icon={KeyRound} title="No key matches">
                    No name or prefix holds “{search.trim()}”.
                  </EmptyState>
                ) : all.length > 0 ? undefined : (
                  <EmptyState icon={KeyRound} title="No keys yet" action={add}>
                    A key lets a script start pipelines and read results on this machine. It is shown once,
                    when it is made.
                  </EmptyState>
                )
              }
            />
          )}
        </Awaited>
      </section>
      {creating && <CreateKeyDialog url={info.data?.url ?? ''} close={() => setCreating(false)} />}
      <ConfirmDialog
        open={revoking !== undefined}
        onOpenChange={(open) => !open && setRevoking(undefined)}
        title={`Revoke “${revoking?.name ?? ''}”?`}
        action="Revoke"
        danger
        onConfirm={async () => {
          if (revoking) await revoke.mutateAsync(revoking);
        }}
      >
        Every script that uses it is refused from its next request on. A revoked key cannot be brought back.
      </ConfirmDialog>
    </>
  );
}

const columns = [
  {
    id: 'name',
    title: 'Name',
    width: 'minmax(160px, 2fr)',
    render: ({ name }: KeySummary) => (
      <span className="truncate font-medium" dir="auto" title={name}>
        {name}
      </span>
    ),
  },
  {
    id: 'prefix',
    title: 'Key',
    width: '180px',
    render: ({ prefix }: KeySummary) => (
      <span className="truncate font-mono text-data text-muted">{prefix}…</span>
    ),
  },
  {
    id: 'environment',
    title: 'Environment',
    width: '100px',
    render: ({ environment }: KeySummary) => (
      <Badge tone={environment === 'live' ? 'accent' : 'violet'}>{environment}</Badge>
    ),
  },
  {
    id: 'scopes',
    title: 'May',
    width: 'minmax(120px, 1.5fr)',
    render: ({ scopes }: KeySummary) => <span className="truncate text-muted">{scopeText(scopes)}</span>,
  },
  {
    id: 'state',
    title: 'State',
    width: '110px',
    render: (key: KeySummary) => {
      const state = keyState(key);
      if (state === 'active') return <StatusBadge status="succeeded" label="Active" variant="plain" />;
      return (
        <StatusBadge status="cancelled" label={state === 'revoked' ? 'Revoked' : 'Expired'} variant="plain" />
      );
    },
  },
  {
    id: 'expires',
    title: 'Expires',
    width: '150px',
    align: 'end' as const,
    render: ({ expiresAt }: KeySummary) =>
      expiresAt ? <TimeText at={expiresAt} style="relative" /> : <span className="text-muted">Never</span>,
  },
  {
    id: 'used',
    title: 'Last used',
    width: '120px',
    align: 'end' as const,
    render: ({ lastUsedAt }: KeySummary) =>
      lastUsedAt ? <TimeText at={lastUsedAt} style="relative" /> : <span className="text-faint">Never</span>,
  },
];
