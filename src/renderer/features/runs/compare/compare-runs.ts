import type { RunDetail, RunStep } from '../../../../shared/contract/domain.ts';
import type { Column } from '../../../../shared/kernel/columns.ts';
import {
  type PipelineDocument,
  type PipelineNode,
  parseEndpoint,
} from '../../../../shared/pipeline/document.ts';
import { elapsed } from '../run-data.ts';
import { type ValueChange, valueChanges } from './value-diff.ts';

export type Change = 'added' | 'removed' | 'changed' | 'same';

export interface NodeChange {
  readonly id: string;
  readonly change: Change;
  readonly before: PipelineNode | undefined;
  readonly after: PipelineNode | undefined;
  /** What differs in config, kind and switches; the place on the canvas is left out. */
  readonly changes: readonly ValueChange[];
}

/** Nodes of both documents: those of the second in its order, then those that are gone. */
export function nodeChanges(before: PipelineDocument, after: PipelineDocument): NodeChange[] {
  const old = new Map(before.nodes.map((node) => [node.id, node]));
  const now = new Set(after.nodes.map(({ id }) => id));
  const kept = after.nodes.map((node): NodeChange => {
    const past = old.get(node.id);
    if (!past) return { id: node.id, change: 'added', before: undefined, after: node, changes: [] };
    const changes = valueChanges(meaning(past), meaning(node));
    return {
      id: node.id,
      change: changes.length > 0 ? 'changed' : 'same',
      before: past,
      after: node,
      changes,
    };
  });
  const gone = before.nodes
    .filter(({ id }) => !now.has(id))
    .map(
      (node): NodeChange => ({
        id: node.id,
        change: 'removed',
        before: node,
        after: undefined,
        changes: [],
      }),
    );
  return [...kept, ...gone];
}

/** The second document with what is gone of the first, so that both can be drawn as one graph. */
export function mergedDocument(before: PipelineDocument, after: PipelineDocument): PipelineDocument {
  const now = new Set(after.nodes.map(({ id }) => id));
  const gone = before.nodes.filter(({ id }) => !now.has(id));
  const lost = new Set(gone.map(({ id }) => id));
  const edges = before.edges.filter(({ from, to }) => lost.has(nodeOf(from)) || lost.has(nodeOf(to)));
  return { ...after, nodes: [...after.nodes, ...gone], edges: [...after.edges, ...edges] };
}

const nodeOf = (end: string): string => parseEndpoint(end).node;

function meaning({ at: _place, id: _id, config, ...rest }: PipelineNode): Record<string, unknown> {
  return { ...rest, ...config };
}

export interface Pair<Value> {
  readonly name: string;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
  readonly change: Change;
}

/** Two maps side by side, in the order of the first, then what only the second has. */
export function pairs<Value>(
  before: Readonly<Record<string, Value>>,
  after: Readonly<Record<string, Value>>,
  same: (one: Value, other: Value) => boolean = Object.is,
): Pair<Value>[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.map((name) => {
    const [one, other] = [own(before, name), own(after, name)];
    return { name, before: one, after: other, change: changeOf(one, other, same) };
  });
}

const own = <Value>(record: Readonly<Record<string, Value>>, name: string) =>
  Object.hasOwn(record, name) ? record[name] : undefined;

function changeOf<Value>(
  one: Value | undefined,
  other: Value | undefined,
  same: (one: Value, other: Value) => boolean,
): Change {
  if (one === undefined) return other === undefined ? 'same' : 'added';
  if (other === undefined) return 'removed';
  return same(one, other) ? 'same' : 'changed';
}

/** Wires as texts: those that only one of the documents has. */
export function wireChanges(before: PipelineDocument, after: PipelineDocument): Pair<string>[] {
  const wires = ({ edges }: PipelineDocument) =>
    Object.fromEntries(edges.map(({ from, to }) => [`${from} → ${to}`, `${from} → ${to}`]));
  return pairs(wires(before), wires(after)).filter(({ change }) => change !== 'same');
}

/** How a run was executed, as far as it is written down with the run. */
export function settingsOf(run: RunDetail): Record<string, string> {
  const { retry, timeout } = run.document;
  return {
    Revision: String(run.revision),
    Mode: run.mode === 'inspect' ? 'keeps rows of its steps' : 'fast',
    Environment: run.environment,
    'Started by': run.cause,
    Priority: String(run.priority),
    Retry: retry ? `${retry.attempts} attempts, ${retry.backoff}, ${retry.delay}` : 'as usual',
    'Time limit': timeout ?? 'none',
  };
}

export interface StepPair {
  readonly nodeId: string;
  readonly title: string;
  readonly before: RunStep | undefined;
  readonly after: RunStep | undefined;
  /** Milliseconds more in the second run; null where one has no time of its own. */
  readonly time: number | null;
  /** Rows more in the second run; null where one did not tell. */
  readonly rows: number | null;
}

/** The steps of both runs side by side, in the order of the second. */
export function stepPairs(before: readonly RunStep[], after: readonly RunStep[]): StepPair[] {
  const old = new Map(before.map((step) => [step.nodeId, step]));
  const now = new Set(after.map(({ nodeId }) => nodeId));
  return [
    ...after.map((step) => stepPair(old.get(step.nodeId), step)),
    ...before.filter(({ nodeId }) => !now.has(nodeId)).map((step) => stepPair(step, undefined)),
  ];
}

function stepPair(before: RunStep | undefined, after: RunStep | undefined): StepPair {
  const step = after ?? before;
  return {
    nodeId: step?.nodeId ?? '',
    title: step?.title ?? '',
    before,
    after,
    time: difference(ownTime(before), ownTime(after)),
    rows: difference(before?.rows, after?.rows),
  };
}

/** A reused step did not take the time it tells. */
export const ownTime = (step: RunStep | undefined): number | null =>
  step && step.status !== 'reused' ? step.milliseconds : null;

function difference(one: number | null | undefined, other: number | null | undefined): number | null {
  return one === null || one === undefined || other === null || other === undefined ? null : other - one;
}

export interface RunTimes {
  readonly waited: number | undefined;
  readonly ran: number | undefined;
}

export function timesOf(run: RunDetail): RunTimes {
  return {
    waited: elapsed(run.queuedAt, run.startedAt ?? run.finishedAt),
    ran: run.finishedAt ? elapsed(run.startedAt, run.finishedAt) : undefined,
  };
}

export type Output = RunDetail['outputs'][number];

/** Outputs by what they are called; the same name of two steps counts as two. */
export function outputPairs(before: RunDetail, after: RunDetail): Pair<Output>[] {
  const named = (run: RunDetail) =>
    Object.fromEntries(run.outputs.map((output) => [`${output.nodeId}: ${output.name}`, output]));
  return pairs(
    named(before),
    named(after),
    (one, other) => one.rows === other.rows && one.bytes === other.bytes && one.versionId === other.versionId,
  );
}

/** Columns that came, went or have another type. */
export function columnChanges(before: readonly Column[], after: readonly Column[]): Pair<string>[] {
  const typed = (columns: readonly Column[]) =>
    Object.fromEntries(columns.map(({ name, type }) => [name, String(type)]));
  return pairs(typed(before), typed(after)).filter(({ change }) => change !== 'same');
}

/** What the comparison leaves open, as sentences. */
export function notCompared(before: RunDetail, after: RunDetail): string[] {
  const reused = [...before.steps, ...after.steps].some(({ status }) => status === 'reused');
  const fused = [...before.steps, ...after.steps].some(
    ({ status, milliseconds }) => status === 'succeeded' && milliseconds === null,
  );
  const files = [...before.outputs, ...after.outputs].some(({ kind }) => kind === 'file');
  const waits = [before, after].some(({ finishedAt }) => finishedAt === null);
  return [
    'The content of the input files: Sluice keeps no copy of what a run has read.',
    'The rows of the outputs one by one: only their number, size and columns.',
    'Memory and threads of the engine and its version: they are not written down with a run.',
    ...(files ? ['The columns of written files: they may have been replaced since.'] : []),
    ...(reused ? ['The time of reused steps: they were not executed.'] : []),
    ...(fused ? ['The time of steps that were computed together with a later one.'] : []),
    ...(before.pipelineId === after.pipelineId
      ? []
      : ['Steps of the two pipelines are matched by their id, which may be chance.']),
    ...(waits ? ['What happens from now on: one of the runs has not ended.'] : []),
  ];
}
