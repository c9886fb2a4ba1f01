import { useMutation, useQuery } from '@tanstack/react-query';
import { MoreHorizontal, Pencil, PlugZap } from 'lucide-react';
import { useState } from 'react';
import { useHashLocation } from 'wouter/use-hash-location';
import type { SourceSummary } from '../../../shared/contract/sources.ts';
import { awaiting } from '../../data/awaiting.ts';
import { client, orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { useAppEvent } from '../../data/events.ts';
import { sourceAddress, sourceTypeNames } from '../../graph/source-looks.ts';
import {
  Awaited,
  Badge,
  Button,
  copyText,
  DropdownMenu,
  EmptyState,
  ErrorState,
  formatPlural,
  IconButton,
  Skeleton,
  StatusBadge,
  Tabs,
  TimeText,
  TopBar,
  toast,
} from '../../ui/index.ts';
import { DeleteSource } from './DeleteSource.tsx';
import { SourceDialog } from './SourceDialog.tsx';
import { type SourceTable, SourceTables } from './SourceTables.tsx';
import { failureWords, secretLabel, thingsOf } from './source-words.ts';
import { TestResult } from './TestResult.tsx';
import { pipelineFrom } from './use-in-pipeline.ts';
import { useSource } from './use-sources.ts';

type Tab = 'things' | 'pipelines';

/** One source: whether it is reached, what it holds, who uses it. */
export function SourcePage({ sourceId }: { sourceId: string }) {
  const [, navigate] = useHashLocation();
  const [tab, setTab] = useState<Tab>('things');
  const [open, setOpen] = useState<'edit' | 'delete'>();
  const query = useSource(sourceId);
  const source = query.data;
  useAppEvent('source.changed', ({ sourceId: changed, change }) => {
    if (change === 'removed' && changed === sourceId) navigate('/sources');
  });
  const testing = useMutation({
    mutationFn: () => client.sources.test({ id: sourceId }),
    onSuccess: () => query.refetch(),
    onError: (error) => toast.error('The test was not made', { description: callError(error).message }),
  });
  const using = useMutation({
    mutationFn: (table: SourceTable) => {
      if (!source) throw new Error('There is no source.');
      return client.pipelines.create({ document: pipelineFrom(source, table.name) });
    },
    onSuccess: ({ id, document }) => {
      // The step is selected, so that its settings and its rows are there at once. Only the hash carries the query.
      location.hash = `/pipelines/${id}?node=${document.nodes[0]?.id ?? ''}`;
    },
    onError: (error) => toast.error('No pipeline was made', { description: callError(error).message }),
  });
  const crumbs = [{ label: 'Sources', href: '#/sources' }, { label: source?.name ?? '…' }];
  if (!source)
    return (
      <>
        <TopBar crumbs={crumbs} />
        <div className="flex-1 bg-panel p-4">
          {query.isLoadingError ? (
            <ErrorState
              title={callError(query.error).message}
              where="The source could not be shown."
              onRetry={() => void query.refetch()}
            />
          ) : (
            <Skeleton lines={10} />
          )}
        </div>
      </>
    );
  const { many } = thingsOf[source.type];
  return (
    <>
      <TopBar crumbs={crumbs} aside={<SourceBadges source={source} />}>
        <Button icon={PlugZap} loading={testing.isPending} onClick={() => testing.mutate()}>
          Test connection
        </Button>
        <Button icon={Pencil} onClick={() => setOpen('edit')}>
          Edit
        </Button>
        <DropdownMenu
          align="end"
          trigger={<IconButton icon={MoreHorizontal} label="More" />}
          items={[
            { label: 'Copy id', note: 'For scripts', onSelect: () => void copyText(source.id) },
            'separator',
            { label: 'Delete', danger: true, onSelect: () => setOpen('delete') },
          ]}
        />
      </TopBar>
      <section className="flex min-h-0 flex-1 flex-col bg-panel">
        <Facts source={source} />
        {testing.data && !testing.data.ok && (
          <div className="border-b border-line px-4 py-3">
            <TestResult result={testing.data} />
          </div>
        )}
        <Tabs<Tab>
          label="Source"
          value={tab}
          onChange={setTab}
          className="flex-1"
          panelClass="flex min-h-0 flex-1 flex-col"
          items={[
            {
              value: 'things',
              label: many.charAt(0).toUpperCase() + many.slice(1),
              content: <SourceTables source={source} onUse={(table) => using.mutate(table)} />,
            },
            { value: 'pipelines', label: 'Pipelines', content: <UsedBy sourceId={sourceId} /> },
          ]}
        />
      </section>
      {open === 'edit' && <SourceDialog source={source} close={() => setOpen(undefined)} />}
      <DeleteSource source={open === 'delete' ? source : undefined} close={() => setOpen(undefined)} />
    </>
  );
}

function SourceBadges({ source: { environment, lastTest } }: { source: SourceSummary }) {
  const word = lastTest?.ok ? 'Connects' : lastTest?.failed ? failureWords[lastTest.failed] : 'Failed';
  return (
    <>
      {environment && <Badge tone={environment === 'sandbox' ? 'violet' : 'neutral'}>{environment}</Badge>}
      {lastTest && <StatusBadge status={lastTest.ok ? 'succeeded' : 'failed'} label={word} />}
    </>
  );
}

function Facts({ source }: { source: SourceSummary }) {
  const { type, config, secretNames, lastTest, description } = source;
  return (
    <div className="border-b border-line px-4 py-2">
      <p className="flex flex-wrap items-center gap-x-4 gap-y-1 text-muted">
        <span>{sourceTypeNames[type]}</span>
        <span className="min-w-0 max-w-full truncate font-mono text-data" title={sourceAddress(config)}>
          {sourceAddress(config)}
        </span>
        {secretNames.map((name) => (
          <span key={name}>{secretLabel(name)}: set</span>
        ))}
        {lastTest && (
          <span title={lastTest.message}>
            Tested <TimeText at={lastTest.at} style="relative" />
          </span>
        )}
      </p>
      {description !== '' && (
        <p className="mt-1 break-words" dir="auto">
          {description}
        </p>
      )}
    </div>
  );
}

function UsedBy({ sourceId }: { sourceId: string }) {
  const query = useQuery(orpc.sources.usedBy.queryOptions({ input: { id: sourceId } }));
  const uses = query.data ?? [];
  return (
    <Awaited {...awaiting(query)} where="The pipelines could not be listed.">
      {() =>
        uses.length === 0 ? (
          <EmptyState title="No pipeline uses it yet">
            Choose a table or a file and use it in a pipeline, or pick this source in a step of the editor.
          </EmptyState>
        ) : (
          <div className="min-h-0 flex-1 overflow-y-auto p-4">
            <p className="mb-2 text-muted">Used by {formatPlural(uses.length, 'step')}.</p>
            <ul className="space-y-1">
              {uses.map(({ pipelineId, pipelineName, nodeId }) => (
                <li key={`${pipelineId} ${nodeId}`} className="flex min-w-0 gap-2">
                  <a
                    href={`#/pipelines/${pipelineId}?node=${nodeId}`}
                    className="truncate text-accent-text hover:underline"
                    dir="auto"
                  >
                    {pipelineName}
                  </a>
                  <span className="font-mono text-data text-muted">{nodeId}</span>
                </li>
              ))}
            </ul>
          </div>
        )
      }
    </Awaited>
  );
}
