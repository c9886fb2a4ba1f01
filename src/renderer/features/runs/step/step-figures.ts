import type { RunStep } from '../../../../shared/contract/domain.ts';
import { type PipelineDocument, parseEndpoint } from '../../../../shared/pipeline/document.ts';
import { definitionOf } from '../../../graph/kinds.ts';

export interface StepFigures {
  readonly step: RunStep;
  /** Place in the graph's order, from 1. */
  readonly number: number;
  /** Rows that arrived over all wires; null where one of them did not tell. */
  readonly rowsIn: number | null;
  /** Rows given a second of its own time; null for a step that ran inside another. */
  readonly rowsPerSecond: number | null;
  /** Milliseconds of its own, growing while it runs; null where it did not run by itself. */
  readonly took: number | null;
}

/** What each step took in and how quickly it gave, in the order of the graph. */
export function stepFigures(
  document: Pick<PipelineDocument, 'nodes' | 'edges'>,
  steps: readonly RunStep[],
  now: number,
): StepFigures[] {
  const known = new Map(steps.map((step) => [step.nodeId, step]));
  const arriving = new Map<string, string[]>();
  for (const { from, to } of document.edges) {
    const target = parseEndpoint(to).node;
    arriving.set(target, [...(arriving.get(target) ?? []), from]);
  }
  return steps.map((step, index) => ({
    step,
    number: index + 1,
    rowsIn: rowsOver(arriving.get(step.nodeId) ?? [], known),
    rowsPerSecond: rate(step, now),
    took: timeOf(step, now),
  }));
}

function rowsOver(ends: readonly string[], steps: ReadonlyMap<string, RunStep>): number | null {
  if (ends.length === 0) return null;
  let total = 0;
  for (const end of ends) {
    const { node, port } = parseEndpoint(end);
    const step = steps.get(node);
    const rows = step && rowsOfPort(step, port);
    if (rows === null || rows === undefined) return null;
    total += rows;
  }
  return total;
}

/** A step tells the rows of its first output only. */
function rowsOfPort(step: RunStep, port: string | undefined): number | null {
  const outputs = definitionOf(step.kind)?.outputs ?? [];
  return port === undefined || outputs.length < 2 || outputs[0]?.name === port ? step.rows : null;
}

function rate(step: RunStep, now: number): number | null {
  if (step.live?.rowsPerSecond !== undefined) return Math.round(step.live.rowsPerSecond);
  const milliseconds = timeOf(step, now);
  if (step.rows === null || milliseconds === null || milliseconds <= 0) return null;
  return Math.round((step.rows / milliseconds) * 1000);
}

function timeOf({ status, milliseconds, startedAt }: RunStep, now: number): number | null {
  if (status === 'reused') return null;
  if (milliseconds !== null || status !== 'running' || !startedAt) return milliseconds;
  return Math.max(0, now - Date.parse(startedAt));
}
