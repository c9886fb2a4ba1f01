import { useQuery } from '@tanstack/react-query';
import { Table2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { DatasetVersion } from '../../../shared/contract/domain.ts';
import type { Column } from '../../../shared/kernel/columns.ts';
import { client, orpc } from '../../data/client.ts';
import { usePagedRows } from '../../data/use-paged-rows.ts';
import {
  Awaited,
  Button,
  DataGrid,
  EmptyState,
  ErrorState,
  type GridColumn,
  Input,
  Select,
} from '../../ui/index.ts';

interface DatasetRowsProps {
  readonly datasetId: string;
  readonly version: DatasetVersion;
}

interface View {
  readonly filter: string;
  readonly sortBy: string | null;
  readonly descending: boolean;
}
const asStored: View = { filter: '', sortBy: null, descending: false };

/** The rows of a version, paged from its file; sorted or filtered on request. */
export function DatasetRows({ datasetId, version }: DatasetRowsProps) {
  const versionId = version.id;
  const [view, setView] = useState<View>(asStored);
  const [draft, setDraft] = useState('');
  const rows = usePagedRows(JSON.stringify([versionId, view]), (offset, limit, signal) =>
    client.datasets.rows(
      {
        id: datasetId,
        versionId,
        offset,
        limit,
        orderBy: view.sortBy ? [{ column: view.sortBy, descending: view.descending }] : undefined,
        filter: view.filter || undefined,
      },
      { signal },
    ),
  );
  const columns = version.columns.map(({ name }) => ({ value: name, label: name }));
  const gridColumns = useColumnStats(datasetId, version, rows.columns);
  const clear = () => {
    setView(asStored);
    setDraft('');
  };
  return (
    <>
      <form
        className="flex h-11 shrink-0 items-center gap-2 border-b border-line px-4"
        onSubmit={(event) => {
          event.preventDefault();
          setView({ ...view, filter: draft.trim() });
        }}
      >
        <div className="w-80 shrink-0">
          <Input
            mono
            aria-label="Filter"
            value={draft}
            placeholder="Filter, e.g. revenue > 1000"
            onChange={(event) => setDraft(event.target.value)}
          />
        </div>
        <Button type="submit" disabled={draft.trim() === view.filter}>
          Filter
        </Button>
        <span className="ml-3 whitespace-nowrap text-muted">sorted by</span>
        <Select
          aria-label="Sort by"
          variant="inline"
          value={view.sortBy ?? ''}
          onChange={(sortBy) => setView({ ...view, sortBy: sortBy || null })}
          options={[{ value: '', label: 'stored order' }, ...columns]}
        />
        {view.sortBy && (
          <Select
            aria-label="Direction"
            variant="inline"
            value={view.descending ? 'down' : 'up'}
            onChange={(direction) => setView({ ...view, descending: direction === 'down' })}
            options={[
              { value: 'up', label: 'ascending' },
              { value: 'down', label: 'descending' },
            ]}
          />
        )}
        {(view.filter || view.sortBy) && (
          <Button variant="ghost" onClick={clear}>
            Clear
          </Button>
        )}
      </form>
      {rows.error ? (
        <ErrorState
          title={rows.error.message}
          where={view.filter ? undefined : 'The rows could not be read.'}
          onRetry={rows.retry}
          actions={view.filter && <Button onClick={clear}>Clear the filter</Button>}
        />
      ) : (
        <Awaited pending={rows.pending} onRetry={rows.retry} lines={10}>
          {() => (
            <DataGrid
              label="Rows of the dataset"
              columns={gridColumns}
              awaitsStats={isCountedAtOnce(version)}
              rowCount={rows.rowCount}
              empty={<NoRows filtered={view.filter !== ''} clear={clear} />}
              rows={rows.rows}
              onVisibleRange={rows.onVisibleRange}
            />
          )}
        </Awaited>
      )}
    </>
  );
}

function NoRows({ filtered, clear }: { filtered: boolean; clear: () => void }) {
  if (!filtered)
    return (
      <EmptyState icon={Table2} title="No rows">
        The run that published this version wrote none.
      </EmptyState>
    );
  return (
    <EmptyState
      icon={Table2}
      title="No row fits the filter"
      action={<Button onClick={clear}>Clear it</Button>}
    >
      Other rows are there.
    </EmptyState>
  );
}

/** Above it, counting takes long enough that a person must ask for it: the Columns tab does. */
const mostRowsCounted = 2_000_000;
const isCountedAtOnce = ({ rows }: DatasetVersion) => rows > 0 && rows <= mostRowsCounted;

/** Columns with their nulls and distinct values, once these are known: counted when cheap, or when asked for before. */
function useColumnStats(
  datasetId: string,
  version: DatasetVersion,
  columns: readonly Column[],
): GridColumn[] {
  const { data } = useQuery({
    ...orpc.datasets.summary.queryOptions({ input: { id: datasetId, versionId: version.id } }),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: isCountedAtOnce(version),
  });
  return useMemo(() => {
    const known = new Map(data?.columns.map((column) => [column.name, column]));
    return columns.map(({ name, type }) => {
      const stats = known.get(name);
      return stats
        ? { name, type, nulls: stats.nulls, distinct: stats.distinct, counted: data?.rows }
        : { name, type };
    });
  }, [columns, data]);
}
