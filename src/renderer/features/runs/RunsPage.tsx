import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { History, Play } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useHashLocation } from 'wouter/use-hash-location';
import type { RunSummary } from '../../../shared/contract/domain.ts';
import { client, orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { useAppEvent } from '../../data/events.ts';
import { useKept } from '../../data/use-kept.ts';
import {
  Awaited,
  Button,
  buttonClass,
  ConfirmDialog,
  DataList,
  EmptyState,
  FilterBar,
  formatPlural,
  SearchInput,
  Select,
  TopBar,
  toast,
} from '../../ui/index.ts';
import { runColumns } from './run-columns.tsx';
import { isActive } from './run-data.ts';
import {
  everyRun,
  isNarrowed,
  isRunChoice,
  listInput,
  type RunChoice,
  type RunListInput,
  withRun,
} from './run-list.ts';

/** All runs, newest first; rows change in place while runs move. */
export function RunsPage() {
  const [, navigate] = useHashLocation();
  const filter = useRunFilter();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [removing, setRemoving] = useState<readonly RunSummary[]>([]);
  const { query, runs, total } = useRunList(filter.input);
  const load = useEngineLoad();
  const actions = useRunActions();
  return (
    <>
      <TopBar
        crumbs={[{ label: 'Runs' }]}
        aside={
          load && (
            <span className="text-meta text-muted nums">
              {load.running} of {load.slots} slots busy, {load.queued} queued
            </span>
          )
        }
      />
      <section className="flex min-h-0 flex-1 flex-col bg-panel">
        <FilterBar
          search={
            <SearchInput
              slash
              value={filter.choice.search}
              onChange={(search) => filter.choose({ search })}
              label="Search runs"
            />
          }
          count={formatPlural(total, 'run')}
          onClear={filter.active ? filter.clear : undefined}
        >
          <FilterSentence filter={filter} />
        </FilterBar>
        <Awaited
          pending={query.isPending}
          failure={query.isLoadingError ? callError(query.error).message : undefined}
          where="The runs could not be listed."
          onRetry={() => void query.refetch()}
          lines={10}
        >
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
              menu={(run) => [
                { label: 'Open', onSelect: () => navigate(`/runs/${run.id}`) },
                { label: 'Open its pipeline', onSelect: () => navigate(`/pipelines/${run.pipelineId}`) },
                { label: 'Run again', onSelect: () => actions.again([run]) },
                'separator',
                { label: 'Cancel', disabled: !isActive(run), onSelect: () => actions.cancel([run]) },
                {
                  label: 'Delete',
                  danger: true,
                  disabled: isActive(run),
                  onSelect: () => setRemoving([run]),
                },
              ]}
              selected={selected}
              onSelectedChange={setSelected}
              bulkActions={(items) => (
                <BulkActions
                  items={items}
                  actions={actions}
                  remove={() => setRemoving(items.filter((run) => !isActive(run)))}
                />
              )}
              empty={<NoRuns filtered={filter.active} />}
            />
          )}
        </Awaited>
      </section>
      <ConfirmDialog
        open={removing.length > 0}
        onOpenChange={(open) => !open && setRemoving([])}
        title={`Delete ${formatPlural(removing.length, 'run')}?`}
        action="Delete"
        danger
        onConfirm={async () => {
          await actions.remove(removing);
          setSelected(new Set());
        }}
      >
        Their steps and logs are deleted. Datasets that they published stay.
      </ConfirmDialog>
    </>
  );
}

type Actions = ReturnType<typeof useRunActions>;

function BulkActions({
  items,
  actions,
  remove,
}: {
  items: readonly RunSummary[];
  actions: Actions;
  remove: () => void;
}) {
  const active = items.filter(isActive);
  const ended = items.length - active.length;
  return (
    <>
      <Button onClick={() => actions.again(items)}>Run {items.length} again</Button>
      {active.length > 0 && <Button onClick={() => actions.cancel(active)}>Cancel {active.length}</Button>}
      {ended > 0 && (
        <Button variant="danger" onClick={remove}>
          Delete {ended}
        </Button>
      )}
    </>
  );
}

function NoRuns({ filtered }: { filtered: boolean }) {
  if (filtered)
    return (
      <EmptyState icon={History} title="No run fits the filter">
        Widen it, or clear it.
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

function useRunFilter() {
  const [choice, setChoice] = useKept('runs', everyRun, isRunChoice);
  const input = useMemo(() => listInput(choice), [choice]);
  return {
    input,
    choice,
    choose: (change: Partial<RunChoice>) => setChoice({ ...choice, ...change }),
    clear: () => setChoice(everyRun),
    active: isNarrowed(choice),
  };
}

function FilterSentence({ filter }: { filter: ReturnType<typeof useRunFilter> }) {
  const { data: pipelines = [] } = useQuery(orpc.pipelines.list.queryOptions({ input: {} }));
  return (
    <>
      <span>of</span>
      <Select
        aria-label="Pipeline"
        variant="inline"
        value={filter.choice.pipelineId}
        onChange={(pipelineId) => filter.choose({ pipelineId })}
        options={[
          { value: 'any', label: 'any pipeline' },
          ...pipelines.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <span>that</span>
      <Select
        aria-label="State"
        variant="inline"
        value={filter.choice.status}
        onChange={(status) => filter.choose({ status })}
        options={[
          { value: 'any', label: 'are in any state' },
          { value: 'active', label: 'wait or run' },
          { value: 'succeeded', label: 'succeeded' },
          { value: 'failed', label: 'failed' },
          { value: 'cancelled', label: 'were cancelled' },
        ]}
      />
      <span>from</span>
      <Select
        aria-label="Time"
        variant="inline"
        value={filter.choice.age}
        onChange={(age) => filter.choose({ age })}
        options={[
          { value: 'any', label: 'any time' },
          { value: 'hour', label: 'the last hour' },
          { value: 'day', label: 'the last day' },
          { value: 'week', label: 'the last week' },
        ]}
      />
    </>
  );
}

/** Events come faster than a list may be asked for. */
const askAgainMilliseconds = 500;

function useRunList(input: RunListInput) {
  const cache = useQueryClient();
  const options = orpc.runs.list.infiniteOptions({
    input: (cursor: string | undefined) => ({ ...input, cursor, limit: 100 }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const query = useInfiniteQuery(options);
  const asking = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(asking.current), []);
  const askAgain = () => {
    asking.current ??= setTimeout(() => {
      asking.current = undefined;
      void cache.invalidateQueries({ queryKey: orpc.runs.list.key() });
    }, askAgainMilliseconds);
  };
  useAppEvent('run.changed', ({ run }) => {
    const data = cache.getQueryData(options.queryKey);
    const pages = data && withRun(data.pages, run, input);
    if (!pages) return askAgain();
    cache.setQueryData(options.queryKey, { ...data, pages });
  });
  const pages = query.data?.pages ?? [];
  return { query, runs: pages.flatMap((page) => page.runs), total: pages[0]?.total ?? 0 };
}

/** How busy the engine is; read once, then kept by events. */
function useEngineLoad() {
  const { data } = useQuery(orpc.system.info.queryOptions({ input: {} }));
  const [load, setLoad] = useState<{ running: number; queued: number; slots: number }>();
  useEffect(() => {
    if (data) setLoad({ running: data.running, queued: data.queued, slots: data.slots });
  }, [data]);
  useAppEvent('engine.load', ({ running, queued, slots }) => setLoad({ running, queued, slots }));
  return load;
}

function useRunActions() {
  const cache = useQueryClient();
  const each = useMutation({
    mutationFn: async ({
      runs,
      act,
    }: {
      runs: readonly RunSummary[];
      act: (id: string) => Promise<unknown>;
    }) => {
      const done = await Promise.allSettled(runs.map(({ id }) => act(id)));
      return done.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    },
    onSettled: () => cache.invalidateQueries({ queryKey: orpc.runs.list.key() }),
  });
  const run = (runs: readonly RunSummary[], act: (id: string) => Promise<unknown>, done: string) =>
    each.mutate(
      { runs, act },
      {
        onSuccess: ([first, ...others]) => {
          if (first === undefined) return void toast.success(done);
          const more = others.length ? ` (and ${others.length} more)` : '';
          toast.error('Not all of them', { description: `${callError(first.reason).message}${more}` });
        },
      },
    );
  return {
    again: (runs: readonly RunSummary[]) =>
      run(runs, (id) => client.runs.again({ id }), `Started ${formatPlural(runs.length, 'run')}`),
    cancel: (runs: readonly RunSummary[]) =>
      run(runs, (id) => client.runs.cancel({ id }), `Cancelling ${formatPlural(runs.length, 'run')}`),
    remove: async (runs: readonly RunSummary[]) => {
      await client.runs.remove({ ids: runs.map(({ id }) => id) });
      await cache.invalidateQueries({ queryKey: orpc.runs.list.key() });
    },
  };
}
