import { useQuery } from '@tanstack/react-query';
import { Database, FileOutput } from 'lucide-react';
import { useState } from 'react';
import type { RunDetail } from '../../../../shared/contract/domain.ts';
import { orpc } from '../../../data/client.ts';
import { CopyButton, DataList, EmptyState, formatBytes, formatCount } from '../../../ui/index.ts';
import { isActive } from '../run-data.ts';
import { OutputPreview } from './OutputPreview.tsx';

type Output = RunDetail['outputs'][number];
const idOf = ({ nodeId, name }: Output) => `${nodeId}/${name}`;

/** What a run published: datasets and files, each whole; the chosen one is shown beside them. */
export function RunOutputs({ run }: { run: RunDetail }) {
  const { data: info } = useQuery(orpc.system.info.queryOptions({ input: {} }));
  const [chosen, setChosen] = useState<string>();
  const output = run.outputs.find((one) => idOf(one) === chosen) ?? run.outputs[0];
  if (!output)
    return (
      <EmptyState icon={FileOutput} title={isActive(run) ? 'Nothing published yet' : 'Nothing was published'}>
        Datasets and files appear here all at once, when the run has succeeded.
      </EmptyState>
    );
  return (
    <div className="grid min-h-0 flex-1 grid-cols-[minmax(380px,2fr)_minmax(0,3fr)] divide-x divide-line">
      <div className="flex min-h-0 flex-col">
        <DataList
          label="Outputs"
          items={run.outputs}
          getId={idOf}
          columns={columns}
          currentId={idOf(output)}
          onOpen={(one) => setChosen(idOf(one))}
          rowHeight={32}
          actions={({ kind, name }) =>
            kind === 'file' ? (
              <CopyButton label="Copy the file’s path" text={() => wholePath(name, info?.filesFolder)} />
            ) : (
              <CopyButton label="Copy the dataset’s name" text={name} />
            )
          }
        />
      </div>
      <OutputPreview key={idOf(output)} run={run} output={output} />
    </div>
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
    width: 'minmax(160px, 3fr)',
    render: ({ kind, name }: Output) => {
      const Icon = kind === 'dataset' ? Database : FileOutput;
      return (
        <span className="flex min-w-0 items-center gap-2">
          <Icon
            role="img"
            aria-label={kind === 'dataset' ? 'Dataset' : 'File'}
            className="size-4 shrink-0 text-muted"
          />
          <span className="truncate" title={name} dir="auto">
            {name}
          </span>
        </span>
      );
    },
  },
  {
    id: 'rows',
    title: 'Rows',
    width: '80px',
    align: 'end' as const,
    render: ({ rows }: Output) => <span className="nums">{formatCount(rows)}</span>,
  },
  {
    id: 'size',
    title: 'Size',
    width: '76px',
    align: 'end' as const,
    render: ({ bytes }: Output) => <span className="text-muted nums">{formatBytes(bytes)}</span>,
  },
];
