import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Download, KeyRound, Plus, Upload, Workflow } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { useHashLocation } from 'wouter/use-hash-location';
import type { PipelineSummary } from '../../../shared/contract/domain.ts';
import { AccessDialog } from '../../access/AccessDialog.tsx';
import { awaiting } from '../../data/awaiting.ts';
import { orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { useAppEvent } from '../../data/events.ts';
import { isText, useKept } from '../../data/use-kept.ts';
import { type Command, useCommands } from '../../stores/commands.ts';
import {
  Awaited,
  Badge,
  Button,
  DataList,
  EmptyState,
  FilterBar,
  formatCount,
  formatPlural,
  type MenuItems,
  RenameDialog,
  SearchInput,
  StatusBadge,
  TimeText,
  TopBar,
} from '../../ui/index.ts';
import { FileDrop } from './FileDrop.tsx';
import { withLastRun } from './last-run.ts';
import { usePipelineActions } from './pipeline-actions.ts';

/** Every pipeline of this home, and what can be done with one. */
export function PipelinesPage() {
  const [search, setSearch] = useKept('pipelines', '', isText);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [renaming, setRenaming] = useState<PipelineSummary>();
  const [access, setAccess] = useState<PipelineSummary>();
  const [, navigate] = useHashLocation();
  const chooser = useRef<HTMLInputElement>(null);
  const query = useQuery(orpc.pipelines.list.queryOptions({ input: {} }));
  const actions = usePipelineActions();
  const cache = useQueryClient();
  useAppEvent('run.changed', ({ run }) => {
    const { queryKey } = orpc.pipelines.list.queryOptions({ input: {} });
    cache.setQueryData(queryKey, (before) => before && withLastRun(before, run));
  });

  const all = query.data ?? [];
  const shown = useMemo(() => matching(all, search), [all, search]);
  useCommands(
    'pipelines',
    useMemo(() => pageCommands(actions.create, () => chooser.current?.click()), [actions.create]),
  );

  const menu = (pipeline: PipelineSummary): MenuItems => [
    { label: 'Open', onSelect: () => navigate(`/pipelines/${pipeline.id}`) },
    {
      label: 'Open the last run',
      disabled: pipeline.lastRun === null,
      onSelect: () => navigate(`/runs/${pipeline.lastRun?.id}`),
    },
    { label: 'History of its runs', onSelect: () => navigate(`/runs/history/${pipeline.id}`) },
    { label: 'Rename', onSelect: () => setRenaming(pipeline) },
    { label: 'Duplicate', onSelect: () => actions.duplicate(pipeline) },
    'separator',
    { label: 'Export as YAML', icon: Download, onSelect: () => actions.exportText(pipeline, 'yaml') },
    { label: 'Export as JSON', icon: Download, onSelect: () => actions.exportText(pipeline, 'json') },
    { label: 'API access', icon: KeyRound, onSelect: () => setAccess(pipeline) },
    { label: 'Copy id', note: 'For scripts', onSelect: () => actions.copyId(pipeline) },
    'separator',
    { label: 'Delete', danger: true, onSelect: () => actions.remove([pipeline]) },
  ];

  return (
    <>
      <TopBar crumbs={[{ label: 'Pipelines' }]}>
        <Button icon={Upload} onClick={() => chooser.current?.click()}>
          Import
        </Button>
        <Button variant="primary" icon={Plus} loading={actions.creating} onClick={actions.create}>
          New pipeline
        </Button>
        <input
          ref={chooser}
          type="file"
          hidden
          multiple
          accept=".yaml,.yml,.json"
          aria-label="Pipeline files"
          onChange={(event) => {
            void actions.importFiles([...(event.target.files ?? [])]);
            event.target.value = '';
          }}
        />
      </TopBar>
      <FileDrop accept={(files) => void actions.importFiles(files)}>
        {all.length > 0 && (
          <FilterBar
            search={<SearchInput slash value={search} onChange={setSearch} label="Search pipelines" />}
            count={
              shown.length === all.length
                ? formatPlural(all.length, 'pipeline')
                : `${formatCount(shown.length)} of ${formatCount(all.length)}`
            }
          >
            {null}
          </FilterBar>
        )}
        <Awaited {...awaiting(query)} where="The pipelines could not be listed." lines={8}>
          {() => (
            <DataList
              label="Pipelines"
              rememberAs="pipelines"
              items={shown}
              getId={({ id }) => id}
              columns={columns}
              onOpen={({ id }) => navigate(`/pipelines/${id}`)}
              menu={menu}
              selected={selected}
              onSelectedChange={setSelected}
              bulkActions={(items) => (
                <Button
                  variant="danger"
                  onClick={() => {
                    actions.remove(items);
                    setSelected(new Set());
                  }}
                >
                  Delete {formatPlural(items.length, 'pipeline')}
                </Button>
              )}
              empty={
                search ? (
                  <EmptyState icon={Workflow} title="No pipeline matches">
                    No name or description holds “{search}”.
                  </EmptyState>
                ) : (
                  <FirstPipeline create={actions.create} addSamples={actions.addSamples} />
                )
              }
            />
          )}
        </Awaited>
      </FileDrop>
      {access && <AccessDialog pipeline={access} close={() => setAccess(undefined)} />}
      {renaming && (
        <RenameDialog
          title="Rename pipeline"
          name={renaming.name}
          onRename={(name) => actions.rename(renaming, name)}
          explain={(error) => callError(error).message}
          onClose={() => setRenaming(undefined)}
        />
      )}
    </>
  );
}

function FirstPipeline({ create, addSamples }: { create: () => void; addSamples: () => void }) {
  return (
    <EmptyState
      icon={Workflow}
      title="Build your first pipeline"
      action={
        <Button variant="primary" size="lg" icon={Plus} onClick={create}>
          New pipeline
        </Button>
      }
      link={
        <Button variant="ghost" size="lg" onClick={addSamples}>
          Add the samples
        </Button>
      }
    >
      A pipeline reads rows, shapes them step by step, and saves or writes the result.
    </EmptyState>
  );
}

const columns = [
  {
    id: 'name',
    title: 'Name',
    width: 'minmax(220px, 3fr)',
    render: ({ name, description, sample, environment }: PipelineSummary) => (
      <span className="flex min-w-0 items-center gap-2">
        <span className="truncate font-medium" dir="auto" title={name}>
          {name}
        </span>
        {sample && <Badge>Sample</Badge>}
        {environment && (
          <span title={`Made with a key: only keys of ${environment} see it`} className="inline-flex">
            <Badge tone={environment === 'live' ? 'accent' : 'violet'}>{environment}</Badge>
          </span>
        )}
        <span className="min-w-0 flex-1 truncate text-left text-muted" dir="auto" title={description}>
          {description}
        </span>
      </span>
    ),
  },
  {
    id: 'run',
    title: 'Last run',
    width: '190px',
    render: ({ lastRun }: PipelineSummary) =>
      lastRun ? (
        <a
          href={`#/runs/${lastRun.id}`}
          tabIndex={-1}
          title="Open the last run"
          className="flex min-w-0 items-center gap-2 rounded-sm hover:underline"
        >
          <StatusBadge status={lastRun.status} variant="plain" />
          <span className="truncate text-muted">
            <TimeText at={lastRun.at} style="relative" />
          </span>
        </a>
      ) : (
        <span className="text-faint">Never</span>
      ),
  },
  {
    id: 'nodes',
    title: 'Steps',
    width: '64px',
    align: 'end' as const,
    render: ({ nodeCount }: PipelineSummary) => <span className="nums text-muted">{nodeCount}</span>,
  },
  {
    id: 'revision',
    title: 'Revision',
    width: '76px',
    align: 'end' as const,
    render: ({ revision }: PipelineSummary) => <span className="nums text-muted">{revision}</span>,
  },
  {
    id: 'changed',
    title: 'Changed',
    width: '120px',
    align: 'end' as const,
    render: ({ updatedAt }: PipelineSummary) => (
      <span className="text-muted">
        <TimeText at={updatedAt} style="relative" />
      </span>
    ),
  },
];

function matching(all: readonly PipelineSummary[], search: string): PipelineSummary[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return all.filter(({ name, description }) => {
    const text = `${name} ${description}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function pageCommands(create: () => void, importFile: () => void): Command[] {
  return [
    { id: 'pipeline-new', title: 'New pipeline', group: 'Pipelines', run: create },
    { id: 'pipeline-import', title: 'Import a pipeline from a file', group: 'Pipelines', run: importFile },
  ];
}
