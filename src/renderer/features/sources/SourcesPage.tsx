import { useMutation } from '@tanstack/react-query';
import { Plug, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useHashLocation } from 'wouter/use-hash-location';
import type { SourceSummary } from '../../../shared/contract/sources.ts';
import { awaiting } from '../../data/awaiting.ts';
import { client } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { isText, useKept } from '../../data/use-kept.ts';
import { sourceAddress, sourceTypeNames } from '../../graph/source-looks.ts';
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
  toast,
} from '../../ui/index.ts';
import { DeleteSource } from './DeleteSource.tsx';
import { SourceDialog } from './SourceDialog.tsx';
import { sourceColumns } from './source-columns.tsx';
import { failureWords } from './source-words.ts';
import { useSources } from './use-sources.ts';

/** Every place outside that pipelines read from or write to. */
export function SourcesPage() {
  const [, navigate] = useHashLocation();
  const [search, setSearch] = useKept('sources', '', isText);
  const [making, setMaking] = useState(false);
  const [editing, setEditing] = useState<SourceSummary>();
  const [deleting, setDeleting] = useState<SourceSummary>();
  const query = useSources();
  const test = useTest();
  const all = useMemo(() => query.data ?? [], [query.data]);
  const shown = useMemo(() => matching(all, search), [all, search]);
  useCommands(
    'sources',
    useMemo(
      () => [{ id: 'source-new', title: 'New source', group: 'Sources', run: () => setMaking(true) }],
      [],
    ),
  );
  const add = (
    <Button variant="primary" icon={Plus} onClick={() => setMaking(true)}>
      New source
    </Button>
  );
  const menu = (source: SourceSummary): MenuItems => [
    { label: 'Open', onSelect: () => navigate(`/sources/${source.id}`) },
    { label: 'Edit', onSelect: () => setEditing(source) },
    { label: 'Test connection', onSelect: () => test.mutate(source) },
    { label: 'Copy id', note: 'For scripts', onSelect: () => void copyText(source.id) },
    'separator',
    { label: 'Delete', danger: true, onSelect: () => setDeleting(source) },
  ];
  return (
    <>
      <TopBar crumbs={[{ label: 'Sources' }]}>{add}</TopBar>
      <section className="flex min-h-0 flex-1 flex-col bg-panel">
        {all.length > 0 && (
          <FilterBar
            search={<SearchInput slash value={search} onChange={setSearch} label="Search sources" />}
            count={
              shown.length === all.length
                ? formatPlural(all.length, 'source')
                : `${formatCount(shown.length)} of ${formatCount(all.length)}`
            }
          >
            {null}
          </FilterBar>
        )}
        <Awaited {...awaiting(query)} where="The sources could not be listed." lines={6}>
          {() => (
            <DataList
              label="Sources"
              rememberAs="sources"
              items={shown}
              getId={({ id }) => id}
              columns={sourceColumns}
              onOpen={({ id }) => navigate(`/sources/${id}`)}
              menu={menu}
              empty={
                search.trim() !== '' ? (
                  <EmptyState icon={Plug} title="No source matches">
                    No name or address holds “{search.trim()}”.
                  </EmptyState>
                ) : (
                  <EmptyState icon={Plug} title="No sources yet" action={add}>
                    A source is a database, a bucket, a web address or a folder. Pipelines name it and never
                    hold its password.
                  </EmptyState>
                )
              }
            />
          )}
        </Awaited>
      </section>
      {making && (
        <SourceDialog close={() => setMaking(false)} onCreated={({ id }) => navigate(`/sources/${id}`)} />
      )}
      {editing && <SourceDialog source={editing} close={() => setEditing(undefined)} />}
      <DeleteSource source={deleting} close={() => setDeleting(undefined)} />
    </>
  );
}

/** Connects, and says in a toast what it came to; the list shows it as well. */
function useTest() {
  return useMutation({
    mutationFn: async (source: SourceSummary) => ({
      source,
      result: await client.sources.test({ id: source.id }),
    }),
    onSuccess: ({ source, result }) => {
      if (result.ok) toast.success(`“${source.name}” connects`, { description: result.message });
      else
        toast.error(
          `“${source.name}”: ${result.failed ? failureWords[result.failed] : 'it does not connect'}`,
          {
            description: result.message,
          },
        );
    },
    onError: (error) => toast.error('The test was not made', { description: callError(error).message }),
  });
}

function matching(all: readonly SourceSummary[], search: string): SourceSummary[] {
  const wanted = search.trim().toLowerCase();
  return all.filter(({ name, type, config, description }) =>
    `${name} ${sourceTypeNames[type]} ${sourceAddress(config)} ${description}`.toLowerCase().includes(wanted),
  );
}
