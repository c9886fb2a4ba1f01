import type { DatasetVersion } from '../../../shared/contract/domain.ts';
import { DataList, formatBytes, formatCount, TimeText } from '../../ui/index.ts';

interface DatasetVersionsProps {
  readonly versions: readonly DatasetVersion[];
  readonly shown: string;
  readonly show: (versionId: string) => void;
}

/** Every version, newest first; opening one shows its rows. */
export function DatasetVersions({ versions, shown, show }: DatasetVersionsProps) {
  return (
    <DataList
      label="Versions"
      items={versions}
      getId={({ id }) => id}
      columns={columns}
      currentId={shown}
      onOpen={({ id }) => show(id)}
    />
  );
}

const columns = [
  {
    id: 'number',
    title: 'Version',
    width: '90px',
    render: ({ number }: DatasetVersion) => <span className="font-medium nums">{number}</span>,
  },
  {
    id: 'run',
    title: 'Published by',
    width: 'minmax(160px, 2fr)',
    render: ({ runId }: DatasetVersion) =>
      runId ? (
        <a
          href={`#/runs/${runId}`}
          className="font-mono text-data text-accent-text hover:underline"
          onClick={(event) => event.stopPropagation()}
        >
          run {runId.slice(0, 8)}…{runId.slice(-4)}
        </a>
      ) : (
        <span className="text-muted">a run that was deleted</span>
      ),
  },
  {
    id: 'rows',
    title: 'Rows',
    width: '120px',
    align: 'end' as const,
    render: ({ rows }: DatasetVersion) => <span className="nums">{formatCount(rows)}</span>,
  },
  {
    id: 'size',
    title: 'Size',
    width: '110px',
    align: 'end' as const,
    render: ({ bytes }: DatasetVersion) => <span className="nums text-muted">{formatBytes(bytes)}</span>,
  },
  {
    id: 'time',
    title: 'Published',
    width: '170px',
    align: 'end' as const,
    render: ({ createdAt }: DatasetVersion) => (
      <span className="text-muted">
        <TimeText at={createdAt} style="time" />
      </span>
    ),
  },
];
