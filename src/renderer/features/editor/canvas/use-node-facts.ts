import { useMemo } from 'react';
import type { RunStep } from '../../../../shared/contract/domain.ts';
import type { PipelineDocument } from '../../../../shared/pipeline/document.ts';
import { staleNodes } from '../../../graph/stale.ts';
import { useDocument, useView } from '../state/editor-context.ts';
import type { LiveRun } from '../state/view-store.ts';
import { type NodeState, nodeState } from './node-state.ts';

const ended = new Set(['succeeded', 'failed', 'cancelled']);
export const isLive = (run: LiveRun | undefined): boolean =>
  run !== undefined && !ended.has(run.summary.status);

let lastStale: { ran: PipelineDocument; now: PipelineDocument; nodes: ReadonlySet<string> } | undefined;

/** One computation for all cards that ask about the same pair of documents. */
function staleOf(ran: PipelineDocument | undefined, now: PipelineDocument): ReadonlySet<string> {
  if (!ran) return new Set();
  if (lastStale?.ran !== ran || lastStale.now !== now) lastStale = { ran, now, nodes: staleNodes(ran, now) };
  return lastStale.nodes;
}

export interface NodeFigures {
  readonly state: NodeState;
  readonly step: RunStep | undefined;
  readonly stale: boolean;
}

/** State and figures of one step, from the document, the last check and the last run. */
export function useNodeFigures(id: string, disabled: boolean): NodeFigures {
  const run = useView((view) => view.run);
  const problems = useView((view) => view.checked.problems);
  const stale = useDocument((document) => staleOf(run?.document, document).has(id));
  const step = run?.steps.get(id);
  return useMemo(() => {
    const own = problems.filter((problem) => problem.nodeId === id);
    return { step, stale, state: nodeState({ disabled, step, stale, problems: own, live: isLive(run) }) };
  }, [disabled, id, problems, run, stale, step]);
}
