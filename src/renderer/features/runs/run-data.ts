import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { RunDetail, RunStep, RunSummary } from '../../../shared/contract/domain.ts';
import { parseEndpoint } from '../../../shared/pipeline/document.ts';
import { orpc } from '../../data/client.ts';
import { onEventsReconnected, useAppEvent } from '../../data/events.ts';

/** One run, kept current by events: its summary and its steps change in place, its outputs are read at the end. */
export function useRun(runId: string) {
  const cache = useQueryClient();
  const options = orpc.runs.get.queryOptions({ input: { id: runId } });
  const query = useQuery(options);
  const patch = (change: (run: RunDetail) => RunDetail) =>
    cache.setQueryData(options.queryKey, (run: RunDetail | undefined) => run && change(run));

  useAppEvent('run.changed', ({ run }) => {
    if (run.id !== runId) return;
    const known = cache.getQueryData(options.queryKey);
    patch((before) => ({ ...before, ...run }));
    // Attempts, what it waits for and what it published are only known to the detail.
    const moved = known?.status !== run.status || known.attempt !== run.attempt;
    if (moved || run.finishedAt) void cache.invalidateQueries({ queryKey: options.queryKey });
  });
  useAppEvent('run.steps', ({ runId: of, steps }) => {
    if (of !== runId) return;
    patch((run) => ({ ...run, steps: mergeSteps(run.steps, steps) }));
  });
  // Many runs changed at once, by a bulk action: each of them is not told of.
  useAppEvent('runs.changed', () => void cache.invalidateQueries({ queryKey: options.queryKey }));
  // What was told while the stream was broken is not told again.
  useEffect(
    () =>
      onEventsReconnected(
        () => void cache.invalidateQueries({ queryKey: orpc.runs.get.key({ input: { id: runId } }) }),
      ),
    [cache, runId],
  );
  return query;
}

/** The steps of one attempt: those of the newest come with the run, earlier ones never change again. */
export function useSteps(run: RunDetail, attempt: number) {
  const newest = attempt === run.attempt || run.attempts.length < 2;
  const earlier = useQuery({
    ...orpc.runs.steps.queryOptions({ input: { id: run.id, attempt } }),
    enabled: !newest,
  });
  return {
    steps: newest ? run.steps : (earlier.data ?? []),
    pending: !newest && earlier.isPending,
    error: newest ? null : earlier.error,
    retry: () => void earlier.refetch(),
  };
}

/** New states of some steps over the known ones, in the order of the graph. */
export function mergeSteps(known: readonly RunStep[], changed: readonly RunStep[]): RunStep[] {
  // A new attempt begins with steps of its own; what is told late of the one before does not count any more.
  const attempt = Math.max(0, ...known.map((step) => step.attempt), ...changed.map((step) => step.attempt));
  const old = known.filter((step) => step.attempt === attempt);
  return mergeAttempt(
    old,
    changed.filter((step) => step.attempt === attempt),
  );
}

function mergeAttempt(known: readonly RunStep[], changed: readonly RunStep[]): RunStep[] {
  const latest = new Map(changed.map((step) => [step.nodeId, step]));
  const merged = known.map((step) => latest.get(step.nodeId) ?? step);
  const before = new Set(known.map(({ nodeId }) => nodeId));
  const added = changed.filter(({ nodeId }) => !before.has(nodeId));
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
