import { useState } from 'react';
import { client } from '../../data/client.ts';
import { usePagedRows } from '../../data/use-paged-rows.ts';
import { Button, DataGrid, ErrorState, Input, Select, Skeleton } from '../../ui/index.ts';

interface DatasetRowsProps {
  readonly datasetId: string;
  readonly versionId: string;
}

interface View {
  readonly filter: string;
  readonly sortBy: string | null;
  readonly descending: boolean;
}
const asStored: View = { filter: '', sortBy: null, descending: false };

/** The rows of a version, paged from its file; sorted or filtered on request. */
export function DatasetRows({ datasetId, versionId }: DatasetRowsProps) {
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
  const columns = rows.columns.map(({ name }) => ({ value: name, label: name }));
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
          <Button
            variant="ghost"
            onClick={() => {
              setView(asStored);
              setDraft('');
            }}
          >
            Clear
          </Button>
        )}
      </form>
      {rows.error ? (
        <ErrorState title={rows.error.message} where="The rows could not be read." onRetry={rows.retry} />
      ) : rows.pending ? (
        <div className="p-6">
          <Skeleton lines={10} />
        </div>
      ) : (
        <DataGrid
          label="Rows of the dataset"
          columns={rows.columns}
          rowCount={rows.rowCount}
          rows={rows.rows}
          onVisibleRange={rows.onVisibleRange}
        />
      )}
    </>
  );
}
