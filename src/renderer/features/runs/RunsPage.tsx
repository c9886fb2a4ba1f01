import { useMutation } from '@tanstack/react-query';
import { History, Play, SearchX } from 'lucide-react';
import { useState } from 'react';
import { useHashLocation } from 'wouter/use-hash-location';
import type { RunSummary } from '../../../shared/contract/domain.ts';
import type { BulkAction } from '../../../shared/contract/history.ts';
import { awaiting } from '../../data/awaiting.ts';
import { client } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { hashAddress } from '../../data/hash-query.ts';
import {
  Awaited,
  buttonClass,
  copyText,
  DataList,
  EmptyState,
  FilterBar,
  formatPlural,
  type MenuItems,
  SearchInput,
  TopBar,
  toast,
} from '../../ui/index.ts';
import { runColumns } from './run-columns.tsx';
import { isActive } from './run-data.ts';
import { EditLabels } from './run-labels.tsx';
import { type BulkAsked, BulkDialog } from './run-list-bulk.tsx';
import { useRunList, useRunListFilter } from './run-list-data.ts';
import { RunListSentence } from './run-list-filter.tsx';
import { SavedSearches } from './run-list-searches.tsx';
import { RunSelectionBar, selectedText, useRunSelection } from './run-list-selection.tsx';
import { EngineSlots } from './run-list-slots.tsx';

/** All runs, newest first; rows change in place while runs move. */
export function RunsPage() {
  const [, navigate] = useHashLocation();
  const filter = useRunListFilter();
  const { query, runs, total } = useRunList(filter.filter);
  const selection = useRunSelection(runs, total, filter.filter);
  const [asked, setAsked] = useState<BulkAsked>();
  const [labelling, setLabelling] = useState<RunSummary>();
  const actions = useRunActions((action, run) => setAsked({ action, selection: { ids: [run.id] } }));
  return (
    <>
      <TopBar crumbs={[{ label: 'Runs' }]} aside={<EngineSlots />} />
      <section className="flex min-h-0 flex-1 flex-col bg-panel">
        <FilterBar
          search={
            <SearchInput
              slash
              value={filter.query.search ?? ''}
              onChange={filter.search}
              label="Search runs"
            />
          }
          count={query.data && formatPlural(total, 'run')}
          onClear={filter.active ? () => filter.replace({}) : undefined}
        >
          <RunListSentence filter={filter} />
        </FilterBar>
        <SavedSearches filter={filter} />
        <Awaited {...awaiting(query)} where="The runs could not be listed." lines={10}>
          {() => (
            <DataList
              label="Runs"
              rememberAs="runs"
              items={runs}
              getId={({ id }) => id}
              columns={runColumns}
              onOpen={({ id }) => navigate(`/runs/${id}`)}
              onEndReached={() => {
                if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
              }}
              menu={(run) => runMenu(run, actions, navigate, () => setLabelling(run))}
              selected={selection.ids}
              onSelectedChange={selection.choose}
              selectedText={selectedText(selection)}
              bulkActions={(items) => (
                <RunSelectionBar
                  selection={selection}
                  chosen={items}
                  onAction={(action) => setAsked({ action, selection: selection.asInput() })}
                />
              )}
              empty={<NoRuns filtered={filter.active} onClear={() => filter.replace({})} />}
            />
          )}
        </Awaited>
      </section>
      {asked && (
        <BulkDialog
          asked={asked}
          onClose={(did) => {
            setAsked(undefined);
            if (did) selection.clear();
          }}
        />
      )}
      {labelling && <EditLabels run={labelling} onClose={() => setLabelling(undefined)} />}
    </>
  );
}

type Actions = ReturnType<typeof useRunActions>;

function runMenu(
  run: RunSummary,
  actions: Actions,
  navigate: (to: string) => void,
  editLabels: () => void,
): MenuItems {
  const failed = run.status === 'failed' || run.status === 'cancelled';
  return [
    { label: 'Open', onSelect: () => navigate(`/runs/${run.id}`) },
    { label: 'Open its pipeline', onSelect: () => navigate(`/pipelines/${run.pipelineId}`) },
    { label: 'History of its pipeline', onSelect: () => navigate(`/runs/history/${run.pipelineId}`) },
    {
      label: 'Only runs of this pipeline',
      onSelect: () => {
        location.hash = hashAddress('#/runs', { pipeline: run.pipelineId });
      },
    },
    'separator',
    { label: 'Run again', onSelect: () => actions.again(run) },
    { label: 'Retry failed', disabled: !failed, onSelect: () => actions.retry(run) },
    { label: 'Cancel', disabled: !isActive(run), onSelect: () => actions.cancel(run) },
    'separator',
    {
      label: run.pinned ? 'Unpin' : 'Pin',
      note: run.pinned ? undefined : 'Kept whatever its age',
      onSelect: () => actions.pin(run),
    },
    { label: 'Labels…', onSelect: editLabels },
    { label: 'Copy id', onSelect: () => void copyText(run.id) },
    'separator',
    {
      label: 'Delete',
      danger: true,
      disabled: isActive(run) || run.pinned,
      onSelect: () => actions.ask('remove', run),
    },
  ];
}

/** What the menu of one row does; many rows are the selection's. */
function useRunActions(ask: (action: BulkAction, run: RunSummary) => void) {
  const each = useMutation({
    mutationFn: ({ work }: { work: () => Promise<unknown>; done: string | undefined }) => work(),
    onSuccess: (_answer, { done }) => void (done && toast.success(done)),
    onError: (error) => void toast.error('That did not work', { description: callError(error).message }),
  });
  const run = (work: () => Promise<unknown>, done?: string) => each.mutate({ work, done });
  return {
    ask,
    again: ({ id }: RunSummary) => run(() => client.runs.again({ id }), 'Started once more'),
    retry: ({ id }: RunSummary) => run(() => client.runs.retryFailed({ id }), 'Started to retry what failed'),
    cancel: ({ id }: RunSummary) => run(() => client.runs.cancel({ id }), 'Cancelling'),
    pin: ({ id, pinned }: RunSummary) => run(() => client.runs.annotate({ id, pinned: !pinned })),
  };
}

function NoRuns({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  if (filtered)
    return (
      <EmptyState
        icon={SearchX}
        title="No run fits the filter"
        action={
          <button type="button" className={buttonClass('secondary', 'lg')} onClick={onClear}>
            <History size={15} aria-hidden /> Show all runs
          </button>
        }
      >
        Widen the sentence above, or clear it.
      </EmptyState>
    );
  return (
    <EmptyState
      icon={Play}
      title="Nothing has run yet"
      action={
        <a href="#/pipelines" className={buttonClass('primary', 'lg')}>
          Open a pipeline
        </a>
      }
    >
      Every start of a pipeline, from here, a schedule or a script, is listed here with its steps, log and
      results.
    </EmptyState>
  );
}
