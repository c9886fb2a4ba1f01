import { useQuery } from '@tanstack/react-query';
import { RefreshCw, Table2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { SourceMetadata, SourceSummary } from '../../../shared/contract/sources.ts';
import { isDatabase } from '../../../shared/sources/connection.ts';
import { orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import {
  Awaited,
  Button,
  DataList,
  EmptyState,
  formatBytes,
  formatCount,
  formatPlural,
  SearchInput,
} from '../../ui/index.ts';
import { thingsOf } from './source-words.ts';
import { useSourceTables } from './use-sources.ts';

export type SourceTable = SourceMetadata['tables'][number];

interface SourceTablesProps {
  readonly source: SourceSummary;
  readonly onUse: (table: SourceTable) => void;
}

/** What stands in a source, and the columns of what is chosen. */
export function SourceTables({ source, onUse }: SourceTablesProps) {
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState<string>();
  const query = useSourceTables(source.id);
  const { one, many } = thingsOf[source.type];
  const tables = useMemo(() => query.data?.tables ?? [], [query.data]);
  const shown = tables.filter(({ name }) => name.toLowerCase().includes(search.trim().toLowerCase()));
  const table = shown.find(({ name }) => name === chosen) ?? shown[0];
  return (
    <div className="flex min-h-0 flex-1">
      <section className="flex min-w-0 flex-[3] flex-col">
        <div className="flex items-center gap-2 border-b border-line px-4 py-2">
          <SearchInput value={search} onChange={setSearch} label={`Search ${many}`} />
          <span className="text-muted nums">
            {query.data &&
              `${formatPlural(tables.length, one)}${query.data.more ? ', and more that are not listed' : ''}`}
          </span>
          <Button
            size="sm"
            variant="ghost"
            icon={RefreshCw}
            className="ml-auto"
            loading={query.isFetching}
            onClick={() => void query.refetch()}
          >
            Ask again
          </Button>
        </div>
        <Awaited
          pending={query.isPending}
          failure={query.isError && !query.data ? callError(query.error).message : undefined}
          where={`The ${many} could not be listed.`}
          onRetry={() => void query.refetch()}
          lines={8}
        >
          {() => (
            <DataList
              label={many.charAt(0).toUpperCase() + many.slice(1)}
              items={shown}
              getId={({ name }) => name}
              columns={isDatabase(source.config) ? tableColumns : fileColumns}
              currentId={table?.name}
              onOpen={({ name }) => setChosen(name)}
              menu={(each) => [{ label: 'Use in a new pipeline', onSelect: () => onUse(each) }]}
              empty={
                <EmptyState
                  icon={Table2}
                  title={search.trim() === '' ? `No ${many} here` : `No ${one} matches`}
                >
                  {search.trim() === ''
                    ? `The source was reached, and it holds no ${many} that this user may see.`
                    : `No name holds “${search.trim()}”.`}
                </EmptyState>
              }
            />
          )}
        </Awaited>
      </section>
      {(table || query.isPending) && (
        <section aria-label="Columns" className="flex min-w-0 flex-[2] flex-col border-l border-line">
          {table && <TableColumns source={source} table={table} onUse={onUse} />}
        </section>
      )}
    </div>
  );
}

/** Columns come with the list where they are cheap; else they are asked for when a table is looked at. */
function TableColumns({ source, table, onUse }: SourceTablesProps & { readonly table: SourceTable }) {
  const asked = useQuery({
    ...orpc.sources.metadata.queryOptions({ input: { id: source.id, table: table.name } }),
    enabled: table.columns.length === 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const columns = table.columns.length > 0 ? table.columns : (asked.data?.tables[0]?.columns ?? []);
  return (
    <>
      <div className="flex items-center gap-2 border-b border-line px-4 py-2">
        <h2
          className="min-w-0 flex-1 truncate font-mono text-data font-semibold"
          dir="auto"
          title={nameOf(table)}
        >
          {nameOf(table)}
        </h2>
        <Button size="sm" variant="primary" onClick={() => onUse(table)}>
          Use in a pipeline
        </Button>
      </div>
      <Awaited
        pending={table.columns.length === 0 && asked.isPending}
        failure={asked.isError ? callError(asked.error).message : undefined}
        where="The columns could not be read."
        onRetry={() => void asked.refetch()}
        lines={5}
      >
        {() => (
          <DataList
            label="Columns"
            items={columns}
            getId={({ name }) => name}
            columns={columnColumns}
            empty={
              <EmptyState title="No columns are known">
                They are found out when a pipeline reads it.
              </EmptyState>
            }
          />
        )}
      </Awaited>
    </>
  );
}

/** A web address holds one thing: itself, which has no name below it. */
const nameOf = ({ name }: SourceTable): string => name || 'The address itself';

const tableColumns = [
  {
    id: 'name',
    title: 'Name',
    width: 'minmax(180px, 1fr)',
    render: (table: SourceTable) => (
      <span className="truncate font-mono text-data" dir="auto" title={nameOf(table)}>
        {nameOf(table)}
      </span>
    ),
  },
  {
    id: 'kind',
    title: 'Kind',
    width: '72px',
    render: ({ kind }: SourceTable) => <span className="text-muted">{kind}</span>,
  },
  {
    id: 'columns',
    title: 'Columns',
    width: '80px',
    align: 'end' as const,
    render: ({ columns }: SourceTable) => (
      <span className="text-muted nums">{columns.length > 0 ? formatCount(columns.length) : '–'}</span>
    ),
  },
  {
    id: 'rows',
    title: 'Rows',
    width: '120px',
    align: 'end' as const,
    render: ({ rows, rowsExact }: SourceTable) => (
      <span className="nums" title={rowsExact ? undefined : 'As the server guesses; a count would take long'}>
        {rows === null ? '–' : `${rowsExact ? '' : '≈ '}${formatCount(rows)}`}
      </span>
    ),
  },
  {
    id: 'bytes',
    title: 'Size',
    width: '88px',
    align: 'end' as const,
    render: ({ bytes }: SourceTable) => (
      <span className="text-muted nums">{bytes === null ? '–' : formatBytes(bytes)}</span>
    ),
  },
];

/** Rows and columns of files are found out when they are looked at. */
const fileColumns = tableColumns.filter(({ id }) => id === 'name' || id === 'bytes');

const columnColumns = [
  {
    id: 'name',
    title: 'Column',
    width: 'minmax(120px, 1fr)',
    render: ({ name }: SourceTable['columns'][number]) => (
      <span className="truncate" dir="auto" title={name}>
        {name}
      </span>
    ),
  },
  {
    id: 'type',
    title: 'Type',
    width: 'minmax(110px, 200px)',
    render: ({ type }: SourceTable['columns'][number]) => (
      <span className="truncate font-mono text-data text-muted" title={type}>
        {type}
      </span>
    ),
  },
  {
    id: 'nullable',
    title: 'Empty',
    width: '72px',
    render: ({ nullable }: SourceTable['columns'][number]) => (
      <span className="text-muted">{nullable ? 'allowed' : 'never'}</span>
    ),
  },
];
