import type { runTrigger } from '../../../shared/contract/domain.ts';
import { type RunQuery, runQuery } from '../../../shared/contract/history.ts';
import { type RunFilter, type RunState, runState } from '../../../shared/contract/runs.ts';

/** What the sentence above the run list says, as text in the address and back, and as a filter of the calls. */

const listed = [
  'search',
  'pipelineId',
  'trigger',
  'triggerId',
  'label',
  'environment',
  'last',
  'from',
  'to',
] as const;

/** The query of an address. What makes no sense is left out rather than refused: addresses are written by hand too. */
export function queryFromAddress(address: URLSearchParams): RunQuery {
  const query: Record<string, unknown> = {};
  for (const name of listed) {
    const value = address.get(name === 'pipelineId' ? 'pipeline' : name);
    if (value) query[name] = value;
  }
  const states = (address.get('state') ?? '').split(',').filter((state) => runState.safeParse(state).success);
  if (states.length > 0) query.states = states;
  const pinned = address.get('pinned');
  if (pinned === 'yes' || pinned === 'no') query.pinned = pinned === 'yes';
  for (const name of listed) {
    const one = runQuery.safeParse({ [name]: query[name] });
    if (!one.success) delete query[name];
  }
  const parsed = runQuery.safeParse(query);
  return parsed.success ? parsed.data : {};
}

/** The values that `hashAddress` writes; those that are undefined are taken out. */
export function queryToAddress(query: RunQuery): Record<string, string | undefined> {
  const { states, pinned, pipelineId, search, ...rest } = query;
  return {
    ...Object.fromEntries(listed.map((name) => [name, undefined])),
    ...rest,
    pipelineId: undefined,
    search: search?.trim() ? search : undefined,
    pipeline: pipelineId,
    state: states?.length ? states.join(',') : undefined,
    pinned: pinned === undefined ? undefined : pinned ? 'yes' : 'no',
  };
}

const hour = 3_600_000;
const backBy: Record<NonNullable<RunQuery['last']>, number> = {
  hour,
  day: 24 * hour,
  week: 7 * 24 * hour,
  month: 30 * 24 * hour,
};

/**
 * The query as the calls take it. Relative times are cut to whole minutes, so that the same question keeps its answer
 * for a minute; local days become instants here, where it is known which days those are.
 */
export function filterOf(query: RunQuery, now = Date.now()): RunFilter {
  const { last, from, to, search, states, ...rest } = query;
  const minute = Math.floor(now / 60_000) * 60_000;
  const since = last ? new Date(minute - backBy[last]) : from ? startOfDay(from) : undefined;
  const until = !last && to ? startOfDay(to, 1) : undefined;
  return {
    ...rest,
    ...(search?.trim() && { search: search.trim() }),
    ...(states?.length && { states }),
    ...(since && { since: since.toISOString() }),
    ...(until && { until: until.toISOString() }),
  };
}

/** Midnight of a local day, or of the day so many days later. */
export function startOfDay(day: string, later = 0): Date {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later);
}

export function isNarrowed(query: RunQuery): boolean {
  return Object.values(queryToAddress(query)).some((value) => value !== undefined);
}

export function sameQuery(a: RunQuery, b: RunQuery): boolean {
  const text = (query: RunQuery) =>
    JSON.stringify(
      Object.entries(queryToAddress(query))
        .filter(([, value]) => value !== undefined)
        .sort(),
    );
  return text(a) === text(b);
}

/** Choices of the word for the state; `several` stands for a combination that only an address can have. */
export const stateChoices = [
  { value: 'any', label: 'are in any state' },
  { value: 'queued,running', label: 'wait or run' },
  { value: 'running', label: 'are running' },
  { value: 'queued', label: 'are queued' },
  { value: 'retrying', label: 'are retrying' },
  { value: 'succeeded', label: 'succeeded' },
  { value: 'failed', label: 'failed' },
  { value: 'interrupted', label: 'were interrupted' },
  { value: 'cancelled', label: 'were cancelled' },
  { value: 'skipped', label: 'were skipped' },
  { value: 'failed,cancelled', label: 'failed or were cancelled' },
] as const;

export function statesOf(choice: string): RunState[] | undefined {
  return choice === 'any' ? undefined : choice.split(',').map((state) => runState.parse(state));
}

export const triggerWords: Record<(typeof runTrigger.options)[number], string> = {
  window: 'the Run button',
  api: 'a script',
  cli: 'the command line',
  schedule: 'a schedule',
  webhook: 'an inbound webhook',
  file: 'a file',
  dataset: 'a dataset',
  pipeline: 'another pipeline',
};
