import type { PortRef } from '../../../graph/ports.ts';
import { staleNodes } from '../../../graph/stale.ts';
import { useDocument, useView } from '../state/editor-context.ts';

export interface KeptStep {
  readonly runId: string;
  readonly rows: number | null;
}

/** The run whose kept rows are still what the step gives; undefined after a change, or when nothing was kept. */
export function useKeptStep(ref: PortRef | undefined): KeptStep | undefined {
  const run = useView((view) => view.run);
  const stale = useDocument(
    (document) => ref !== undefined && run !== undefined && staleNodes(run.document, document).has(ref.node),
  );
  const step = ref && run?.steps.get(ref.node);
  if (!ref || !run || !step?.hasRows || stale || ref.port !== 'out') return undefined;
  if (step.status !== 'succeeded' && step.status !== 'reused') return undefined;
  return { runId: run.summary.id, rows: step.rows };
}
