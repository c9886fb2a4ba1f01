import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Database, Pin } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useHashLocation } from 'wouter/use-hash-location';
import type { DatasetSummary } from '../../../shared/contract/domain.ts';
import { awaiting } from '../../data/awaiting.ts';
import { client, orpc } from '../../data/client.ts';
import { isText, useKept } from '../../data/use-kept.ts';
import {
  Awaited,
  Badge,
  Button,
  buttonClass,
  ConfirmDialog,
  DataList,
  EmptyState,
  FilterBar,
  formatBytes,
  formatCount,
  formatPlural,
  SearchInput,
  TimeText,
  TopBar,
  toast,
} from '../../ui/index.ts';
import { RenameDataset } from './RenameDataset.tsx';

/** Every dataset that runs have published. */
export function DatasetsPage() {
  const [search, setSearch] = useKept('datasets', '', isText);
  const [renaming, setRenaming] = useState<DatasetSummary>();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [removing, setRemoving] = useState<readonly DatasetSummary[]>([]);
  const [, navigate] = useHashLocation();
  const cache = useQueryClient();
  const query = useQuery(orpc.datasets.list.queryOptions({ input: {} }));
  const removal = useMutation({
    mutationFn: (datasets: readonly DatasetSummary[]) =>
      client.datasets.remove({ ids: datasets.map(({ id }) => id) }),
    onSuccess: async ({ removed }) => {
      setSelected(new Set());
      toast.success(`Deleted ${formatPlural(removed, 'dataset')}`);
      await cache.invalidateQueries({ queryKey: orpc.datasets.key() });
    },
  });
  const all = query.data ?? [];
  const shown = useMemo(
    () => all.filter(({ name }) => name.toLowerCase().includes(search.trim().toLowerCase())),
    [all, search],
  );
  return (
    <>
      <TopBar crumbs={[{ label: 'Datasets' }]} />
      <section className="flex min-h-0 flex-1 flex-col bg-panel">
        {all.length > 0 && (
          <FilterBar
            search={<SearchInput slash value={search} onChange={setSearch} label="Search datasets" />}
            count={
              shown.length === all.length
                ? formatPlural(all.length, 'dataset')
                : `${formatCount(shown.length)} of ${formatCount(all.length)}`
            }
          >
            {null}
          </FilterBar>
        )}
        <Awaited {...awaiting(query)} where="The datasets could not be listed." lines={8}>
          {() => (
            <DataList
              label="Datasets"
              rememberAs="datasets"
              items={shown}
              getId={({ id }) => id}
              columns={columns}
              onOpen={({ id }) => navigate(`/datasets/${id}`)}
              menu={(dataset) => [
                { label: 'Open', onSelect: () => navigate(`/datasets/${dataset.id}`) },
                { label: 'Rename', onSelect: () => setRenaming(dataset) },
                'separator',
                { label: 'Delete', danger: true, onSelect: () => setRemoving([dataset]) },
              ]}
              selected={selected}
              onSelectedChange={setSelected}
              bulkActions={(items) => (
                <Button variant="danger" onClick={() => setRemoving(items)}>
                  Delete {formatPlural(items.length, 'dataset')}
                </Button>
              )}
              empty={
                search ? (
                  <EmptyState icon={Database} title="No dataset matches">
                    No name holds “{search}”.
                  </EmptyState>
                ) : (
                  <EmptyState
                    icon={Database}
                    title="No datasets yet"
                    action={
                      <a href="#/pipelines" className={buttonClass('primary', 'lg')}>
                        Open a pipeline
                      </a>
                    }
                  >
                    A run publishes its rows here with a “Save dataset” step. Every save is a new version; old
                    ones stay as long as the storage settings say.
                  </EmptyState>
                )
              }
            />
          )}
        </Awaited>
      </section>
      {renaming && <RenameDataset dataset={renaming} close={() => setRenaming(undefined)} />}
      <ConfirmDialog
        open={removing.length > 0}
        onOpenChange={(open) => !open && setRemoving([])}
        title={
          removing.length === 1
            ? `Delete “${removing[0]?.name}”?`
            : `Delete ${formatPlural(removing.length, 'dataset')}?`
        }
        action="Delete"
        danger
        onConfirm={async () => {
          await removal.mutateAsync(removing);
        }}
      >
        All versions and their files are deleted. Pipelines that read them will say so. This cannot be undone.
      </ConfirmDialog>
    </>
  );
}

const columns = [
  {
    id: 'name',
    title: 'Name',
    width: 'minmax(220px, 3fr)',
    render: ({ name, environment, pinned }: DatasetSummary) => (
      <span className="flex min-w-0 items-center gap-2">
        <span className="truncate font-medium" dir="auto" title={name}>
          {name}
        </span>
        {environment === 'sandbox' && <Badge tone="violet">sandbox</Badge>}
        {pinned && <Pin size={13} aria-label="Pinned" className="shrink-0 text-accent-text" />}
      </span>
    ),
  },
  {
    id: 'rows',
    title: 'Rows',
    width: '110px',
    align: 'end' as const,
    render: ({ rows }: DatasetSummary) => <span className="nums">{formatCount(rows)}</span>,
  },
  {
    id: 'columns',
    title: 'Columns',
    width: '80px',
    align: 'end' as const,
    render: (dataset: DatasetSummary) => <span className="nums text-muted">{dataset.columnCount}</span>,
  },
  {
    id: 'size',
    title: 'Size',
    width: '100px',
    align: 'end' as const,
    render: ({ bytes }: DatasetSummary) => <span className="nums text-muted">{formatBytes(bytes)}</span>,
  },
  {
    id: 'versions',
    title: 'Versions',
    width: '80px',
    align: 'end' as const,
    render: ({ versionCount }: DatasetSummary) => <span className="nums text-muted">{versionCount}</span>,
  },
  {
    id: 'changed',
    title: 'Updated',
    width: '130px',
    align: 'end' as const,
    render: ({ updatedAt }: DatasetSummary) => (
      <span className="text-muted">
        <TimeText at={updatedAt} style="relative" />
      </span>
    ),
  },
];
