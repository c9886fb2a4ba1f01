import type { RunDetail, RunStep } from '../../../../shared/contract/domain.ts';
import { parseEndpoint } from '../../../../shared/pipeline/document.ts';

type NotedRun = Pick<RunDetail, 'document' | 'status'> & { readonly steps: readonly RunStep[] };

/** What stands in the place of a bar, for each step that has no time of its own: why it has none. */
export function stepNotes(run: NotedRun): ReadonlyMap<string, string> {
  const steps = new Map(run.steps.map((step) => [step.nodeId, step]));
  const after = neighbours(run, 'from');
  const before = neighbours(run, 'to');
  const notes = new Map<string, string>();
  for (const step of run.steps) {
    const note = noteOf(step, {
      below: () => nearest(step.nodeId, after, steps, ({ startedAt }) => startedAt !== null),
      cause: () => nearest(step.nodeId, before, steps, ({ status }) => status === 'failed'),
      status: run.status,
    });
    if (note) notes.set(step.nodeId, note);
  }
  return notes;
}

interface Around {
  readonly below: () => RunStep | undefined;
  readonly cause: () => RunStep | undefined;
  /** Of the run. */
  readonly status: RunDetail['status'];
}

function noteOf(step: RunStep, { below, cause, status }: Around): string | undefined {
  if (step.error) return step.error.message;
  switch (step.status) {
    case 'reused':
      return 'Kept by an earlier run';
    case 'succeeded': {
      if (step.startedAt) return undefined;
      const host = below();
      return host ? `Computed together with “${host.title}”` : 'Computed together with a later step';
    }
    case 'skipped': {
      const root = cause();
      if (root) return `Not reached: “${root.title}” failed`;
      if (status === 'cancelled') return 'Not begun when the run was cancelled';
      return status === 'failed' ? 'Not begun when another step failed' : 'Not needed, or not reached';
    }
    case 'cancelled':
      return status === 'failed' ? 'Stopped when another step failed' : undefined;
    default:
      return undefined;
  }
}

function neighbours(run: NotedRun, side: 'from' | 'to'): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const edge of run.document.edges) {
    const here = parseEndpoint(edge[side]).node;
    const there = parseEndpoint(edge[side === 'from' ? 'to' : 'from']).node;
    const known = found.get(here);
    if (known) known.push(there);
    else found.set(here, [there]);
  }
  return found;
}

/** The closest step along the wires that fits, however many steps away. */
function nearest(
  start: string,
  next: ReadonlyMap<string, readonly string[]>,
  steps: ReadonlyMap<string, RunStep>,
  fits: (step: RunStep) => boolean,
): RunStep | undefined {
  const seen = new Set([start]);
  const queue = [start];
  for (const node of queue) {
    const step = steps.get(node);
    if (step && node !== start && fits(step)) return step;
    for (const neighbour of next.get(node) ?? []) {
      if (!seen.has(neighbour)) queue.push(neighbour);
      seen.add(neighbour);
    }
  }
  return undefined;
}
