import { useMutation, useQuery } from '@tanstack/react-query';
import { Pencil, Pin, PinOff } from 'lucide-react';
import { useState } from 'react';
import type { DatasetSummary, DatasetVersion } from '../../../shared/contract/domain.ts';
import { client, orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { useAppEvent } from '../../data/events.ts';
import {
  Awaited,
  Badge,
  Button,
  ErrorState,
  formatBytes,
  formatCount,
  formatPlural,
  Select,
  Tabs,
  TimeText,
  TopBar,
  toast,
} from '../../ui/index.ts';
import { DatasetColumns } from './DatasetColumns.tsx';
import { DatasetRows } from './DatasetRows.tsx';
import { DatasetVersions } from './DatasetVersions.tsx';
import { ExportMenu } from './ExportMenu.tsx';
import { RenameDataset } from './RenameDataset.tsx';

type Tab = 'rows' | 'columns' | 'versions';

/** One dataset: its rows at any size, its columns, its versions, and a way out of here. */
export function DatasetPage({ datasetId }: { datasetId: string }) {
  const [tab, setTab] = useState<Tab>('rows');
  const [chosen, setChosen] = useState<string>();
  const [renaming, setRenaming] = useState(false);
  const query = useQuery(orpc.datasets.get.queryOptions({ input: { id: datasetId } }));
  useAppEvent('dataset.changed', (event) => {
    if (event.datasetId === datasetId) void query.refetch();
  });
  const pinning = useMutation({
    mutationFn: (pinned: boolean) => client.datasets.pin({ id: datasetId, pinned }),
    onSuccess: () => query.refetch(),
    onError: (error) => toast.error('The pin was not changed', { description: callError(error).message }),
  });
  const dataset = query.data;
  const crumbs = [{ label: 'Datasets', href: '#/datasets' }, { label: dataset?.name ?? '…' }];
  if (!dataset)
    return (
      <>
        <TopBar crumbs={crumbs} />
        <div className="flex-1 bg-panel">
          <Awaited
            pending
            failure={query.isLoadingError ? callError(query.error).message : undefined}
            where="The dataset could not be shown."
            onRetry={() => void query.refetch()}
            lines={10}
          >
            {() => null}
          </Awaited>
        </div>
      </>
    );
  const version = dataset.versions.find(({ id }) => id === chosen) ?? dataset.versions[0];
  if (!version)
    return <ErrorState title="This dataset has no version." next="Run the pipeline that saves it." />;
  return (
    <>
      <TopBar
        crumbs={crumbs}
        aside={
          <>
            {dataset.environment === 'sandbox' && <Badge tone="violet">sandbox</Badge>}
            {dataset.pinned && (
              <Badge tone="accent">
                <Pin size={11} aria-hidden className="mr-1" />
                pinned
              </Badge>
            )}
          </>
        }
      >
        <Button
          variant="ghost"
          icon={dataset.pinned ? PinOff : Pin}
          loading={pinning.isPending}
          title="A pinned dataset keeps all its versions, whatever the storage settings say."
          onClick={() => pinning.mutate(!dataset.pinned)}
        >
          {dataset.pinned ? 'Unpin' : 'Pin'}
        </Button>
        <Button variant="ghost" icon={Pencil} onClick={() => setRenaming(true)}>
          Rename
        </Button>
        <Select
          aria-label="Version"
          value={version.id}
          onChange={setChosen}
          options={dataset.versions.map(versionOption)}
        />
        <ExportMenu datasetId={datasetId} versionId={version.id} />
      </TopBar>
      {renaming && <RenameDataset dataset={dataset} close={() => setRenaming(false)} />}
      <section className="flex min-h-0 flex-1 flex-col bg-panel">
        <Facts dataset={dataset} version={version} />
        <Tabs<Tab>
          label="Dataset"
          value={tab}
          onChange={setTab}
          className="flex-1"
          panelClass="flex min-h-0 flex-1 flex-col"
          items={[
            {
              value: 'rows',
              label: 'Rows',
              content: <DatasetRows datasetId={datasetId} version={version} />,
            },
            {
              value: 'columns',
              label: 'Columns',
              badge: version.columns.length,
              content: <DatasetColumns datasetId={datasetId} versionId={version.id} />,
            },
            {
              value: 'versions',
              label: 'Versions',
              badge: dataset.versions.length,
              content: (
                <DatasetVersions
                  versions={dataset.versions}
                  shown={version.id}
                  show={(id) => {
                    setChosen(id);
                    setTab('rows');
                  }}
                />
              ),
            },
          ]}
        />
      </section>
    </>
  );
}

function Facts({ dataset, version }: { dataset: DatasetSummary; version: DatasetVersion }) {
  return (
    <p className="flex items-center gap-4 border-b border-line px-4 py-2 text-muted nums">
      <span>{formatPlural(version.rows, 'row')}</span>
      <span>{formatPlural(version.columns.length, 'column')}</span>
      <span>{formatBytes(version.bytes)}</span>
      <span>
        Version {formatCount(version.number)}, <TimeText at={version.createdAt} style="relative" />
      </span>
      {version.runId && (
        <a href={`#/runs/${version.runId}`} className="text-accent-text hover:underline">
          Run that published it
        </a>
      )}
      {version.id !== dataset.versionId && (
        <span className="text-status-warning">Not the current version</span>
      )}
    </p>
  );
}

function versionOption(version: DatasetVersion, index: number) {
  return {
    value: version.id,
    label: index === 0 ? `Version ${version.number} (current)` : `Version ${version.number}`,
    note: formatPlural(version.rows, 'row'),
  };
}
