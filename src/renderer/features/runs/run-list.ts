import type { RunSummary } from '../../../shared/contract/domain.ts';
import type { RunFilter, RunState } from '../../../shared/contract/runs.ts';

export interface RunListPage {
  readonly runs: RunSummary[];
  readonly next: string | null;
  readonly total: number;
}

/**
 * The pages after a run moved: in its place when it is listed, in front when it is new and fits, gone when it fits no
 * longer. Undefined where only the server can tell, since a search looks at more than a row holds.
 */
export function withRun(
  pages: readonly RunListPage[],
  run: RunSummary,
  filter: RunFilter,
): RunListPage[] | undefined {
  const listed = pages.some(({ runs }) => runs.some(({ id }) => id === run.id));
  const fits = fitsFilter(run, filter);
  if (listed) return pages.map((page) => changed(page, run, fits));
  const first = pages[0];
  // A run older than the newest one is on a page that is not loaded yet.
  const newest = first?.runs[0];
  if (!first || !fits || (newest && run.queuedAt < newest.queuedAt)) return [...pages];
  if (filter.search !== undefined) return undefined;
  const grown = pages.map((page) => ({ ...page, total: page.total + 1 }));
  return [{ ...first, runs: [run, ...first.runs], total: first.total + 1 }, ...grown.slice(1)];
}

const inState: Record<RunState, (run: RunSummary) => boolean> = {
  queued: ({ status }) => status === 'queued',
  retrying: ({ status, attempt }) => status === 'queued' && attempt > 0,
  running: ({ status }) => status === 'running',
  succeeded: ({ status }) => status === 'succeeded',
  failed: ({ status }) => status === 'failed',
  interrupted: ({ status, error }) => status === 'failed' && error?.code === 'interrupted',
  cancelled: ({ status }) => status === 'cancelled',
  skipped: ({ status, error }) => status === 'cancelled' && error?.code === 'skipped',
};

/** What the store's own conditions say, but for the search. */
export function fitsFilter(run: RunSummary, filter: RunFilter): boolean {
  const same = (['pipelineId', 'environment', 'trigger', 'triggerId', 'pinned'] as const).every(
    (name) => filter[name] === undefined || filter[name] === run[name],
  );
  if (!same || (filter.label !== undefined && !run.labels.includes(filter.label))) return false;
  if (filter.statuses && !filter.statuses.includes(run.status)) return false;
  if (filter.states && !filter.states.some((state) => inState[state](run))) return false;
  if (filter.until !== undefined && run.queuedAt >= filter.until) return false;
  return filter.since === undefined || run.queuedAt >= filter.since;
}

function changed(page: RunListPage, run: RunSummary, fits: boolean): RunListPage {
  if (fits) return { ...page, runs: page.runs.map((before) => (before.id === run.id ? run : before)) };
  const runs = page.runs.filter(({ id }) => id !== run.id);
  return { ...page, runs, total: page.total - 1 };
}
