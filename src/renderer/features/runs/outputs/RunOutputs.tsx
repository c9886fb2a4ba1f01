import { useQuery } from '@tanstack/react-query';
import { Database, FileOutput } from 'lucide-react';
import type { RunDetail } from '../../../shared/contract/domain.ts';
import { orpc } from '../../data/client.ts';
import { CopyButton, DataList, EmptyState, formatBytes, formatCount } from '../../ui/index.ts';
import { isActive } from './run-data.ts';

type Output = RunDetail['outputs'][number];

/** What a run published: datasets and files, each whole. */
export function RunOutputs({ run }: { run: RunDetail }) {
  const { data: info } = useQuery(orpc.system.info.queryOptions({ input: {} }));
  return (
    <DataList
      label="Outputs"
      items={run.outputs}
      getId={({ nodeId, name }) => `${nodeId}/${name}`}
      columns={columns}
      onOpen={({ datasetId }) => {
        if (datasetId) window.location.hash = `/datasets/${datasetId}`;
      }}
      actions={({ kind, name }) =>
        kind === 'file' ? (
          <CopyButton label="Copy the file’s path" text={() => wholePath(name, info?.filesFolder)} />
        ) : (
          <CopyButton label="Copy the dataset’s name" text={name} />
        )
      }
      empty={
        <EmptyState
          icon={FileOutput}
          title={isActive(run) ? 'Nothing published yet' : 'Nothing was published'}
        >
          Datasets and files appear here all at once, when the run has succeeded.
        </EmptyState>
      }
    />
  );
}

/** Relative paths of a pipeline start at the files folder. */
function wholePath(path: string, filesFolder: string | undefined): string {
  const absolute = path.startsWith('/') || /^[a-z]:[\\/]/i.test(path);
  return absolute || !filesFolder ? path : `${filesFolder}/${path}`;
}

const columns = [
  {
    id: 'name',
    title: 'Output',
    width: 'minmax(220px, 3fr)',
    render: ({ kind, name, datasetId }: Output) => {
      const Icon = kind === 'dataset' ? Database : FileOutput;
      return (
        <span className="flex min-w-0 items-center gap-2">
          <Icon aria-hidden className="size-4 shrink-0 text-muted" />
          <span className={`truncate ${datasetId ? 'text-accent-text' : ''}`} title={name}>
            {name}
          </span>
        </span>
      );
    },
  },
  {
    id: 'kind',
    title: 'Kind',
    width: '100px',
    render: ({ kind }: Output) => (
      <span className="text-muted">{kind === 'dataset' ? 'Dataset' : 'File'}</span>
    ),
  },
  {
    id: 'step',
    title: 'Step',
    width: 'minmax(100px, 1fr)',
    render: ({ nodeId }: Output) => <span className="truncate font-mono text-data text-muted">{nodeId}</span>,
  },
  {
    id: 'rows',
    title: 'Rows',
    width: '110px',
    align: 'end' as const,
    render: ({ rows }: Output) => <span className="nums">{formatCount(rows)}</span>,
  },
  {
    id: 'size',
    title: 'Size',
    width: '100px',
    align: 'end' as const,
    render: ({ bytes }: Output) => <span className="text-muted nums">{formatBytes(bytes)}</span>,
  },
];
