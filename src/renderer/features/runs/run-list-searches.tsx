import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Bookmark, ChevronDown } from 'lucide-react';
import { useState } from 'react';
import type { RunQuery, SavedSearch } from '../../../shared/contract/history.ts';
import { client, orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { useAppEvent } from '../../data/events.ts';
import { Button, cx, DropdownMenu, IconButton, RenameDialog, toast } from '../../ui/index.ts';
import type { RunListFilter } from './run-list-data.ts';
import { sameQuery } from './run-list-query.ts';

type Naming = { kind: 'new' } | { kind: 'rename'; search: SavedSearch };

/** Searches that somebody gave a name, one click away; the line is only there while it says something. */
export function SavedSearches({ filter }: { filter: RunListFilter }) {
  const { searches, save, remove, order } = useSearches();
  const [naming, setNaming] = useState<Naming>();
  const current = searches.find(({ query }) => sameQuery(query, filter.query));
  if (searches.length === 0 && !filter.active) return null;
  const move = (at: number, by: number) => {
    const ids = searches.map(({ id }) => id);
    const [id] = ids.splice(at, 1);
    if (id) ids.splice(at + by, 0, id);
    order(ids);
  };
  return (
    <nav
      aria-label="Saved searches"
      className="flex shrink-0 flex-wrap items-center gap-1.5 border-b border-line px-4 py-1.5"
    >
      {searches.map((search, at) => (
        <Chip
          key={search.id}
          search={search}
          current={search === current}
          onOpen={() => filter.replace(search === current ? {} : search.query)}
          items={[
            { label: 'Rename', onSelect: () => setNaming({ kind: 'rename', search }) },
            {
              label: 'Save the filter of now under this name',
              disabled: !filter.active || search === current,
              onSelect: () => save({ ...search, query: filter.query }),
            },
            'separator',
            { label: 'Move left', disabled: at === 0, onSelect: () => move(at, -1) },
            { label: 'Move right', disabled: at === searches.length - 1, onSelect: () => move(at, 1) },
            'separator',
            { label: 'Delete', danger: true, onSelect: () => remove(search) },
          ]}
        />
      ))}
      {filter.active && !current && (
        <Button size="sm" variant="ghost" icon={Bookmark} onClick={() => setNaming({ kind: 'new' })}>
          Save this search
        </Button>
      )}
      {naming && (
        <RenameDialog
          title={naming.kind === 'new' ? 'Save this search' : 'Rename the search'}
          action={naming.kind === 'new' ? 'Save' : 'Rename'}
          name={naming.kind === 'new' ? '' : naming.search.name}
          onRename={(name) =>
            client.history.saveSearch(
              naming.kind === 'new' ? { name, query: filter.query } : { ...naming.search, name },
            )
          }
          explain={(error) => callError(error).message}
          onClose={() => setNaming(undefined)}
        />
      )}
    </nav>
  );
}

function Chip(props: {
  search: SavedSearch;
  current: boolean;
  onOpen: () => void;
  items: Parameters<typeof DropdownMenu>[0]['items'];
}) {
  const { search, current } = props;
  return (
    <span
      className={cx(
        'inline-flex h-6 max-w-60 min-w-0 items-center rounded-control border',
        current ? 'border-accent bg-accent-soft' : 'border-line-strong bg-field',
      )}
    >
      <button
        type="button"
        aria-pressed={current}
        onClick={props.onOpen}
        title={search.name}
        className="h-full min-w-0 truncate rounded-l-control pr-1 pl-2 text-meta hover:bg-hover"
        dir="auto"
      >
        {search.name}
      </button>
      <DropdownMenu
        items={props.items}
        trigger={
          <IconButton
            size="sm"
            label={`Change “${search.name}”`}
            icon={ChevronDown}
            className="h-[22px] w-5 rounded-l-none"
          />
        }
      />
    </span>
  );
}

function useSearches() {
  const cache = useQueryClient();
  const { data: searches = [] } = useQuery(orpc.history.searches.queryOptions({ input: {} }));
  const refresh = () => cache.invalidateQueries({ queryKey: orpc.history.searches.key() });
  useAppEvent('runs.changed', () => void refresh());
  const change = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onError: (error) =>
      void toast.error('The search was not changed', { description: callError(error).message }),
    onSettled: refresh,
  });
  return {
    searches,
    save: (search: { id?: string; name: string; query: RunQuery }) =>
      change.mutate(() => client.history.saveSearch(search)),
    remove: (search: SavedSearch) =>
      change.mutate(async () => {
        await client.history.removeSearch({ id: search.id });
        toast.undo(`Deleted the search “${search.name}”`, {
          action: () =>
            change.mutate(() => client.history.saveSearch({ name: search.name, query: search.query })),
        });
      }),
    order: (ids: string[]) => change.mutate(() => client.history.orderSearches({ ids })),
  };
}
