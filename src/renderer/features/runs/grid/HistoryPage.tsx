import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ExternalLink, History } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useHashLocation } from 'wouter/use-hash-location';
import { awaiting } from '../../../data/awaiting.ts';
import { orpc } from '../../../data/client.ts';
import { useAppEvent } from '../../../data/events.ts';
import {
  Awaited,
  buttonClass,
  Combobox,
  EmptyState,
  SegmentedControl,
  Select,
  TopBar,
} from '../../../ui/index.ts';
import { RunCalendar } from './RunCalendar.tsx';
import { RunGrid } from './RunGrid.tsx';
import { RunTable } from './RunTable.tsx';

const sizes = ['20', '40', '100', '200'] as const;
const askAgainMilliseconds = 1000;

/** The past of one pipeline: its last runs by step, how long they took, and how its days went. */
export function HistoryPage({ pipelineId }: { pipelineId: string }) {
  const [size, setSize] = useState<(typeof sizes)[number]>('40');
  const [view, setView] = useState<'grid' | 'table'>('grid');
  const grid = useGrid(pipelineId, Number(size));
  const name = grid.data?.pipelineName ?? '';
  return (
    <>
      <TopBar
        crumbs={[{ label: 'Runs', href: '#/runs' }, { label: name ? `History of ${name}` : 'History' }]}
      >
        <a href={`#/runs?pipeline=${pipelineId}`} className={buttonClass('ghost', 'md')}>
          <History size={15} aria-hidden /> Its runs
        </a>
        <a href={`#/pipelines/${pipelineId}`} className={buttonClass('secondary', 'md')}>
          <ExternalLink size={15} aria-hidden /> Open the pipeline
        </a>
      </TopBar>
      <section className="flex min-h-0 flex-1 flex-col overflow-y-auto bg-panel">
        <div className="flex min-h-11 shrink-0 flex-wrap items-center gap-x-1 gap-y-1 border-b border-line px-4 py-1.5 text-muted [&_button]:text-ink">
          <span>The last</span>
          <Select
            aria-label="How many runs"
            variant="inline"
            value={size}
            onChange={setSize}
            options={sizes.map((value) => ({ value, label: value }))}
          />
          <span>runs of</span>
          <PipelineChoice pipelineId={pipelineId} name={name} />
          <span className="ml-auto">
            <SegmentedControl
              label="Show as"
              value={view}
              onChange={setView}
              options={[
                { value: 'grid', label: 'Grid' },
                { value: 'table', label: 'Table' },
              ]}
            />
          </span>
        </div>
        <Awaited {...awaiting(grid)} where="The history could not be read." lines={10}>
          {() =>
            grid.data && grid.data.runs.length > 0 ? (
              <>
                {view === 'grid' ? <RunGrid grid={grid.data} /> : <RunTable grid={grid.data} />}
                <RunCalendar pipelineId={pipelineId} />
              </>
            ) : (
              <EmptyState
                icon={History}
                title="This pipeline has not run yet"
                action={
                  <a href={`#/pipelines/${pipelineId}`} className={buttonClass('primary', 'lg')}>
                    Open the pipeline
                  </a>
                }
              >
                After some runs you see here which step failed when, and whether it becomes slower.
              </EmptyState>
            )
          }
        </Awaited>
      </section>
    </>
  );
}

function PipelineChoice({ pipelineId, name }: { pipelineId: string; name: string }) {
  const [, navigate] = useHashLocation();
  const { data: pipelines = [] } = useQuery(orpc.pipelines.list.queryOptions({ input: {} }));
  const known = pipelines.some(({ id }) => id === pipelineId);
  return (
    <Combobox
      aria-label="Pipeline"
      variant="inline"
      value={pipelineId}
      onChange={(id) => id && navigate(`/runs/history/${id}`)}
      options={[
        ...(known ? [] : [{ value: pipelineId, label: name || 'this pipeline' }]),
        ...pipelines.map((pipeline) => ({ value: pipeline.id, label: pipeline.name })),
      ]}
      searchPlaceholder="Find a pipeline"
    />
  );
}

/** Read again, at most once a second, when one of its runs moved. */
function useGrid(pipelineId: string, limit: number) {
  const cache = useQueryClient();
  const asking = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(asking.current), []);
  const askAgain = () => {
    asking.current ??= setTimeout(() => {
      asking.current = undefined;
      void cache.invalidateQueries({ queryKey: orpc.history.grid.key() });
      void cache.invalidateQueries({ queryKey: orpc.history.calendar.key() });
    }, askAgainMilliseconds);
  };
  useAppEvent('run.changed', ({ run }) => {
    if (run.pipelineId === pipelineId) askAgain();
  });
  useAppEvent('run.steps', ({ pipelineId: of }) => {
    if (of === pipelineId) askAgain();
  });
  useAppEvent('runs.changed', askAgain);
  return useQuery({
    ...orpc.history.grid.queryOptions({ input: { pipelineId, limit } }),
    placeholderData: (before) => before,
  });
}
