import type { RunStep } from '../../../../shared/contract/domain.ts';

/** One line of the Gantt: a step, or several reused ones in a row folded into one. */
export type GanttRow =
  | { readonly kind: 'step'; readonly id: string; readonly step: RunStep }
  | {
      readonly kind: 'fold';
      readonly id: string;
      readonly steps: readonly RunStep[];
      readonly open: boolean;
    };

/** Reused steps in a row are folded from this many on. */
export const foldedFrom = 3;

/**
 * The steps in their order, with stretches of reused ones folded. An opened fold keeps its line, and its steps follow.
 * A fold is named by its first step, so it stays open while steps below it change.
 */
export function ganttRows(steps: readonly RunStep[], opened: ReadonlySet<string>): GanttRow[] {
  const rows: GanttRow[] = [];
  for (let at = 0; at < steps.length; ) {
    const stretch = reusedFrom(steps, at);
    const [first] = stretch;
    if (first && stretch.length >= foldedFrom) {
      const id = `fold:${first.nodeId}`;
      const open = opened.has(id);
      rows.push({ kind: 'fold', id, steps: stretch, open });
      if (open) rows.push(...stretch.map(rowOf));
      at += stretch.length;
      continue;
    }
    const step = steps[at];
    if (step) rows.push(rowOf(step));
    at += 1;
  }
  return rows;
}

const rowOf = (step: RunStep): GanttRow => ({ kind: 'step', id: step.nodeId, step });

function reusedFrom(steps: readonly RunStep[], start: number): readonly RunStep[] {
  let end = start;
  while (steps[end]?.status === 'reused') end += 1;
  return steps.slice(start, end);
}

/** The line that stands for a node: its own, or the fold that holds it. */
export function rowIndexOf(rows: readonly GanttRow[], nodeId: string | undefined): number {
  if (nodeId === undefined) return -1;
  const own = rows.findIndex((row) => row.kind === 'step' && row.id === nodeId);
  if (own >= 0) return own;
  return rows.findIndex((row) => row.kind === 'fold' && row.steps.some((step) => step.nodeId === nodeId));
}
