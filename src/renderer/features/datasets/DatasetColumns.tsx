import { useQuery } from '@tanstack/react-query';
import { awaiting } from '../../data/awaiting.ts';
import { orpc } from '../../data/client.ts';
import { Awaited, DataList, formatCount, formatPercent } from '../../ui/index.ts';

interface ColumnFacts {
  readonly name: string;
  readonly type: string;
  readonly nulls: number;
  readonly distinct: number;
  readonly min: string | null;
  readonly max: string | null;
  readonly rows: number;
}

/** What every column holds: type, nulls, distinct values, least and greatest. */
export function DatasetColumns({ datasetId, versionId }: { datasetId: string; versionId: string }) {
  const query = useQuery({
    ...orpc.datasets.summary.queryOptions({ input: { id: datasetId, versionId } }),
    // A version never changes.
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { rows = 0, columns: facts = [] } = query.data ?? {};
  return (
    <Awaited {...awaiting(query)} where="The columns could not be counted.">
      {() => (
        <DataList
          label="Columns"
          items={facts.map((column) => ({ ...column, rows }))}
          getId={({ name }) => name}
          columns={columns}
        />
      )}
    </Awaited>
  );
}

const mono = (text: string | null) =>
  text === null ? (
    <span className="text-faint italic">none</span>
  ) : (
    <span className="truncate font-mono text-data" title={text}>
      {text}
    </span>
  );

const columns = [
  {
    id: 'name',
    title: 'Column',
    width: 'minmax(160px, 2fr)',
    render: ({ name }: ColumnFacts) => (
      <span className="truncate font-medium" title={name}>
        {name}
      </span>
    ),
  },
  {
    id: 'type',
    title: 'Type',
    width: '160px',
    render: ({ type }: ColumnFacts) => (
      <span className="truncate font-mono text-data text-muted" title={type}>
        {type}
      </span>
    ),
  },
  {
    id: 'nulls',
    title: 'Nulls',
    width: '150px',
    align: 'end' as const,
    render: ({ nulls, rows }: ColumnFacts) => (
      <span className="nums text-muted">
        {formatCount(nulls)} {rows > 0 && nulls > 0 && `(${formatPercent(nulls / rows)})`}
      </span>
    ),
  },
  {
    id: 'distinct',
    title: 'Distinct, about',
    width: '120px',
    align: 'end' as const,
    render: ({ distinct }: ColumnFacts) => <span className="nums text-muted">{formatCount(distinct)}</span>,
  },
  { id: 'min', title: 'Least', width: 'minmax(100px, 1fr)', render: ({ min }: ColumnFacts) => mono(min) },
  { id: 'max', title: 'Greatest', width: 'minmax(100px, 1fr)', render: ({ max }: ColumnFacts) => mono(max) },
];
