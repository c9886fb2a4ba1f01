import type { RunStatus, RunSummary } from '../../../shared/contract/domain.ts';

export type StatusChoice = RunStatus | 'any' | 'active';

/** What the sentence above the list says. */
export interface RunChoice {
  readonly search: string;
  readonly status: StatusChoice;
  readonly pipelineId: string;
  readonly age: string;
}
export const everyRun: RunChoice = { search: '', status: 'any', pipelineId: 'any', age: 'any' };

const hours: Record<string, number | undefined> = { hour: 1, day: 24, week: 168 };

export interface RunListInput {
  readonly search: string | undefined;
  readonly pipelineId: string | undefined;
  readonly statuses: RunStatus[] | undefined;
  readonly since: string | undefined;
}

/** The sentence as the call takes it. */
export function listInput({ search, status, pipelineId, age }: RunChoice, now = Date.now()): RunListInput {
  const back = hours[age];
  return {
    search: search.trim() || undefined,
    pipelineId: pipelineId === 'any' ? undefined : pipelineId,
    statuses: statusList(status),
    since: back === undefined ? undefined : new Date(now - back * 3_600_000).toISOString(),
  };
}

function statusList(choice: StatusChoice): RunStatus[] | undefined {
  if (choice === 'any') return undefined;
  return choice === 'active' ? ['queued', 'running'] : [choice];
}

export function isNarrowed(choice: RunChoice): boolean {
  return (
    listInput(choice).search !== undefined ||
    JSON.stringify({ ...choice, search: '' }) !== JSON.stringify(everyRun)
  );
}

export function isRunChoice(value: unknown): value is RunChoice {
  if (typeof value !== 'object' || value === null) return false;
  return Object.keys(everyRun).every((name) => typeof (value as Record<string, unknown>)[name] === 'string');
}

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
  input: RunListInput,
): RunListPage[] | undefined {
  const listed = pages.some(({ runs }) => runs.some(({ id }) => id === run.id));
  const fits = fitsInput(run, input);
  if (listed) return pages.map((page) => changed(page, run, fits));
  const first = pages[0];
  // A run older than the newest one is on a page that is not loaded yet.
  const newest = first?.runs[0];
  if (!first || !fits || (newest && run.queuedAt < newest.queuedAt)) return [...pages];
  if (input.search !== undefined) return undefined;
  const grown = pages.map((page) => ({ ...page, total: page.total + 1 }));
  return [{ ...first, runs: [run, ...first.runs], total: first.total + 1 }, ...grown.slice(1)];
}

function fitsInput(run: RunSummary, { pipelineId, statuses, since }: RunListInput): boolean {
  if (pipelineId !== undefined && run.pipelineId !== pipelineId) return false;
  if (statuses && !statuses.includes(run.status)) return false;
  return since === undefined || run.queuedAt >= since;
}

function changed(page: RunListPage, run: RunSummary, fits: boolean): RunListPage {
  if (fits) return { ...page, runs: page.runs.map((before) => (before.id === run.id ? run : before)) };
  return { ...page, runs: page.runs.filter(({ id }) => id !== run.id), total: page.total - 1 };
}
