import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { RunDetail, RunStep, RunSummary } from '../../../shared/contract/domain.ts';
import { parseEndpoint } from '../../../shared/pipeline/document.ts';
import { orpc } from '../../data/client.ts';
import { useAppEvent } from '../../data/events.ts';

/** One run, kept current by events: its summary and its steps change in place, its outputs are read at the end. */
export function useRun(runId: string) {
  const cache = useQueryClient();
  const options = orpc.runs.get.queryOptions({ input: { id: runId } });
  const query = useQuery(options);
  const patch = (change: (run: RunDetail) => RunDetail) =>
    cache.setQueryData(options.queryKey, (run: RunDetail | undefined) => run && change(run));

  useAppEvent('run.changed', ({ run }) => {
    if (run.id !== runId) return;
    patch((before) => ({ ...before, ...run }));
    // What the run published is only known to the detail.
    if (run.finishedAt) void cache.invalidateQueries({ queryKey: options.queryKey });
  });
  useAppEvent('run.steps', ({ runId: of, steps }) => {
    if (of === runId) patch((run) => ({ ...run, steps: mergeSteps(run.steps, steps) }));
  });
  return query;
}

/** New states of some steps over the known ones, in the order of the graph. */
export function mergeSteps(known: readonly RunStep[], changed: readonly RunStep[]): RunStep[] {
  const latest = new Map(changed.map((step) => [step.nodeId, step]));
  const merged = known.map((step) => latest.get(step.nodeId) ?? step);
  const added = changed.filter(({ nodeId }) => !known.some((step) => step.nodeId === nodeId));
  return [...merged, ...added];
}

export function isActive(run: Pick<RunSummary, 'status'>): boolean {
  return run.status === 'queued' || run.status === 'running';
}

/** Milliseconds between two times, the second defaulting to now. */
export function elapsed(from: string | null, to: string | null, now = Date.now()): number | undefined {
  if (!from) return undefined;
  return Math.max(0, (to ? Date.parse(to) : now) - Date.parse(from));
}

/** The step a failed run opens on: the earliest that failed, not one of the steps skipped because of it. */
export function rootFailure(steps: readonly RunStep[]): RunStep | undefined {
  const failed = steps.filter(({ status }) => status === 'failed');
  return failed.sort((a, b) => (a.startedAt ?? '').localeCompare(b.startedAt ?? ''))[0];
}

/** Rows read and written: the run's own count once it ended, before that what its first and last steps have told. */
export function rowsSoFar(run: RunDetail): { read: number | null; written: number | null } {
  const entered = new Set(run.document.edges.map(({ to }) => parseEndpoint(to).node));
  const left = new Set(run.document.edges.map(({ from }) => parseEndpoint(from).node));
  return {
    read: run.rowsRead ?? sum(run.steps.filter(({ nodeId }) => !entered.has(nodeId))),
    written: run.rowsWritten ?? sum(run.steps.filter(({ nodeId }) => !left.has(nodeId))),
  };
}

function sum(steps: readonly RunStep[]): number | null {
  const told = steps.flatMap(({ rows }) => (rows === null ? [] : [rows]));
  return told.length === 0 ? null : told.reduce((total, rows) => total + rows, 0);
}
