import type { RunStep } from '../../../../shared/contract/domain.ts';
import { type PipelineDocument, parseEndpoint } from '../../../../shared/pipeline/document.ts';

interface RanGraph {
  readonly document: Pick<PipelineDocument, 'nodes' | 'edges'>;
  readonly steps: readonly RunStep[];
}

/** A step that failed by itself, and what could not be done because of it. */
export interface Failure {
  readonly step: RunStep;
  /** Steps below it that were not reached or were stopped, in the order of the graph. */
  readonly consequences: readonly RunStep[];
}

/**
 * The failures of a run, earliest first: steps that failed while nothing above them had. A step below a failed one is
 * a consequence even where it is marked as failed itself.
 */
export function failuresOf({ document, steps }: RanGraph): Failure[] {
  const failed = steps.filter(({ status }) => status === 'failed');
  if (failed.length === 0) return [];
  const next = nextNodes(document);
  const below = new Map(failed.map(({ nodeId }) => [nodeId, reached(next, nodeId)]));
  const roots = failed.filter(
    ({ nodeId }) => !failed.some((other) => other.nodeId !== nodeId && below.get(other.nodeId)?.has(nodeId)),
  );
  return roots.sort(earlierFirst).map((step) => ({
    step,
    consequences: steps.filter(
      ({ nodeId, status }) =>
        nodeId !== step.nodeId && notDone.has(status) && below.get(step.nodeId)?.has(nodeId),
    ),
  }));
}

/** Everything below a node, itself left out, in no order. */
export function nodesBelow(document: RanGraph['document'], nodeId: string): ReadonlySet<string> {
  const found = reached(nextNodes(document), nodeId);
  found.delete(nodeId);
  return found;
}

/** The nodes that a node reads from, in the order of the wires, each once. */
export function nodesInto(document: RanGraph['document'], nodeId: string): readonly string[] {
  const ends = document.edges.filter(({ to }) => parseEndpoint(to).node === nodeId);
  return [...new Set(ends.map(({ from }) => parseEndpoint(from).node))];
}

const notDone: ReadonlySet<RunStep['status']> = new Set(['skipped', 'cancelled', 'failed', 'pending']);

/** A step without a time of its own failed while it was prepared: before those that ran. */
function earlierFirst(one: RunStep, other: RunStep): number {
  const time = ({ finishedAt, startedAt }: RunStep) => finishedAt ?? startedAt ?? '';
  return time(one).localeCompare(time(other));
}

type NextNodes = ReadonlyMap<string, readonly string[]>;
/** Every line that is drawn asks for what is below its step; the document that ran never changes. */
const knownNext = new WeakMap<RanGraph['document']['edges'], NextNodes>();

function nextNodes({ edges }: RanGraph['document']): NextNodes {
  const ready = knownNext.get(edges);
  if (ready) return ready;
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const here = parseEndpoint(from).node;
    const known = next.get(here);
    if (known) known.push(parseEndpoint(to).node);
    else next.set(here, [parseEndpoint(to).node]);
  }
  knownNext.set(edges, next);
  return next;
}

function reached(next: NextNodes, start: string): Set<string> {
  const found = new Set<string>();
  const open = [start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const there of next.get(id) ?? []) {
      if (found.has(there)) continue;
      found.add(there);
      open.push(there);
    }
  }
  return found;
}
