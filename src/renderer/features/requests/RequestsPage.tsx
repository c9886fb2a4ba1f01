import { useMutation, useQuery } from '@tanstack/react-query';
import { ArrowDownUp, ArrowUp, KeyRound, Trash2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { KeySummary } from '../../../shared/contract/domain.ts';
import type { RequestEntry } from '../../../shared/contract/requests.ts';
import { KeyPicker } from '../../access/KeyPicker.tsx';
import { awaiting } from '../../data/awaiting.ts';
import { client, orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { useHashQuery } from '../../data/hash-query.ts';
import {
  Awaited,
  Button,
  buttonClass,
  ConfirmDialog,
  copyText,
  DataList,
  EmptyState,
  FilterBar,
  formatCount,
  formatPlural,
  type MenuItems,
  SearchInput,
  Select,
  TopBar,
  toast,
} from '../../ui/index.ts';
import { FirstCall } from './FirstCall.tsx';
import { RequestDrawer } from './RequestDrawer.tsx';
import { requestColumns } from './request-columns.tsx';
import {
  doorOptions,
  everything,
  isNarrowed,
  methodOptions,
  type RequestChoice,
  statusOptions,
} from './request-words.ts';
import { useRequests } from './use-requests.ts';

/** The last requests that came in by any API: who asked what, and what was answered. */
export function RequestsPage() {
  const [choice, change] = useChoice();
  const [shown, setShown] = useState<RequestEntry>();
  const [clearing, setClearing] = useState(false);
  /** Counts the times that the list began anew: at its top. */
  const [round, setRound] = useState(0);
  const { list, items, fresh, more, showNewest } = useRequests(choice);
  const narrowed = isNarrowed(choice);
  const clear = useMutation({
    mutationFn: () => client.requests.clear({}),
    onSuccess: async ({ removed }) => {
      toast.success(`Removed ${formatPlural(removed, 'request')} from the list`);
      await showNewest();
    },
  });
  const copyCurl = async ({ id }: RequestEntry) => {
    try {
      const { command } = await client.requests.asCurl({ id });
      if (await copyText(command)) toast.success('Copied as curl');
      else toast.error('The command was not copied', { description: 'Open the request and copy it there.' });
    } catch (error) {
      toast.error('The command was not copied', { description: callError(error).message });
    }
  };
  const menu = (request: RequestEntry): MenuItems => [
    { label: 'Open', onSelect: () => setShown(request) },
    { label: 'Copy as curl', onSelect: () => void copyCurl(request) },
    { label: 'Copy request id', onSelect: () => void copyText(request.id) },
    request.key && 'separator',
    request.key && {
      label: 'Requests of this key',
      onSelect: () => change({ keyId: request.key?.id ?? 'any' }),
    },
    request.key && {
      label: 'Open the key',
      onSelect: () => location.assign(`#/keys/${request.key?.id}`),
    },
  ];
  return (
    <>
      <TopBar crumbs={[{ label: 'Requests' }]}>
        <a href="#/keys" className={buttonClass('ghost', 'md')}>
          <KeyRound size={15} aria-hidden /> API keys
        </a>
        <Button icon={Trash2} disabled={items.length === 0} onClick={() => setClearing(true)}>
          Clear the list
        </Button>
      </TopBar>
      <section className="relative flex min-h-0 flex-1 flex-col bg-panel">
        {(items.length > 0 || narrowed) && (
          <Filters
            choice={choice}
            change={change}
            narrowed={narrowed}
            count={counted(items.length, list.hasNextPage)}
          />
        )}
        <Awaited {...awaiting(list)} where="The requests could not be listed." lines={8}>
          {() => (
            <DataList<RequestEntry>
              key={round}
              label="Requests"
              items={items}
              getId={getId}
              columns={requestColumns}
              rowHeight={32}
              currentId={shown?.id ?? null}
              onOpen={setShown}
              menu={menu}
              onEndReached={() => {
                if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage();
              }}
              empty={
                narrowed ? (
                  <EmptyState
                    icon={ArrowDownUp}
                    title="No request matches"
                    action={<Button onClick={() => change(everything)}>Show all</Button>}
                  >
                    Only the last requests are kept.
                  </EmptyState>
                ) : (
                  <FirstCall />
                )
              }
            />
          )}
        </Awaited>
        {fresh > 0 && (
          <NewChip
            count={fresh}
            more={more}
            show={() => void showNewest().then(() => setRound((before) => before + 1))}
          />
        )}
      </section>
      {shown && <RequestDrawer request={shown} close={() => setShown(undefined)} />}
      <ConfirmDialog
        open={clearing}
        onOpenChange={setClearing}
        title="Clear the list of requests?"
        action="Clear"
        danger
        onConfirm={async () => {
          await clear.mutateAsync();
        }}
      >
        All kept requests are removed, not only those that are shown. The figures of the keys stay.
      </ConfirmDialog>
    </>
  );
}

const getId = ({ id }: RequestEntry) => id;

const counted = (loaded: number, more: boolean) =>
  more ? `${formatCount(loaded)}+ requests` : formatPlural(loaded, 'request');

/** What is looked for, kept in the address: it can be linked, and is there again on the way back. */
function useChoice(): [RequestChoice, (part: Partial<RequestChoice>) => void] {
  const [query, ask] = useHashQuery();
  const text = query.toString();
  const choice = useMemo(() => {
    const asked = new URLSearchParams(text);
    return {
      door: asked.get('door') ?? 'any',
      keyId: asked.get('key') ?? 'any',
      statusClass: asked.get('status') ?? 'any',
      method: asked.get('method') ?? 'any',
      search: asked.get('search') ?? '',
    };
  }, [text]);
  const change = (part: Partial<RequestChoice>) => {
    const { door, keyId, statusClass, method, search } = { ...choice, ...part };
    const value = (each: string) => (each === 'any' || each === '' ? undefined : each);
    ask({
      door: value(door),
      key: value(keyId),
      status: value(statusClass),
      method: value(method),
      search: value(search),
    });
  };
  return [choice, change];
}

interface FiltersProps {
  readonly choice: RequestChoice;
  readonly change: (part: Partial<RequestChoice>) => void;
  readonly narrowed: boolean;
  readonly count: string;
}

const anyKey = { value: 'any', label: 'any key' };
const noKeys: readonly KeySummary[] = [];

function Filters({ choice, change, narrowed, count }: FiltersProps) {
  const keys = useQuery(orpc.keys.list.queryOptions({ input: {} }));
  return (
    <FilterBar
      label="Which requests"
      search={
        <SearchInput
          slash
          value={choice.search}
          onChange={(search) => change({ search })}
          label="Search requests"
        />
      }
      onClear={narrowed ? () => change(everything) : undefined}
      count={count}
    >
      Requests to
      <Select
        variant="inline"
        aria-label="API"
        value={choice.door}
        onChange={(door) => change({ door })}
        options={doorOptions}
      />
      with
      <KeyPicker
        variant="inline"
        aria-label="Key"
        value={choice.keyId}
        first={anyKey}
        keys={keys.data ?? noKeys}
        onChange={(keyId) => change({ keyId })}
      />
      by
      <Select
        variant="inline"
        aria-label="Method"
        value={choice.method}
        onChange={(method) => change({ method })}
        options={methodOptions}
      />
      answered by
      <Select
        variant="inline"
        aria-label="Answer"
        value={choice.statusClass}
        onChange={(statusClass) => change({ statusClass })}
        options={statusOptions}
      />
    </FilterBar>
  );
}

/** Says that more came in, and shows it only when asked: no row moves away under a hand. */
function NewChip({ count, more, show }: { count: number; more: boolean; show: () => void }) {
  return (
    <div className="pointer-events-none absolute inset-x-0 top-12 z-20 flex justify-center">
      <span role="status" className="pointer-events-auto animate-toast-in">
        <Button variant="primary" size="sm" icon={ArrowUp} className="rounded-lg shadow-float" onClick={show}>
          {count}
          {more && '+'} new
        </Button>
      </span>
    </div>
  );
}
