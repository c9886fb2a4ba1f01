import { dialect } from '../../compile/dialect.ts';
import {
  type CompiledGraph,
  type CompiledNode,
  type PortRef,
  portKey,
  upstreamPorts,
} from '../../compile/index.ts';
import { canKeep } from '../stored-types.ts';

/** The nodes that a run is about. */
export type Scope = ReadonlySet<string>;

/**
 * One statement of a run. `table`: rows that several readers share, in a temporary table. `keep`: rows written to a
 * file that later inspect runs may use. `sink`: the rows that leave.
 */
export interface WorkStep {
  readonly kind: 'table' | 'keep' | 'sink';
  readonly target: PortRef;
  /** The nodes that this statement computes, its own last; those materialised by earlier steps are not among them. */
  readonly covers: readonly string[];
}

export function wholeScope(graph: CompiledGraph): Scope {
  return new Set(graph.nodes.filter(({ disabled }) => !disabled).map(({ nodeId }) => nodeId));
}

/** A node and all that it needs. */
export function scopeUpTo(graph: CompiledGraph, nodeId: string): Scope {
  const scope = new Set<string>();
  const waiting = [nodeId];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const node = graph.byId.get(next);
    if (!node || scope.has(next)) continue;
    scope.add(next);
    waiting.push(...inputsOf(node).map((input) => input.nodeId));
  }
  return scope;
}

export const inputsOf = (node: CompiledNode): PortRef[] => Object.values(node.inputs).flat();

/** The ports that wires can start at. */
export const outputsOf = (node: CompiledNode): PortRef[] =>
  Object.keys(node.plan?.outputs ?? {})
    .filter((port) => port !== node.plan?.check?.port)
    .map((port) => ({ nodeId: node.nodeId, port }));

/** The port of a node's judged rows, where it judges them. */
export const checkedPort = ({ nodeId, plan }: CompiledNode): PortRef | undefined =>
  plan?.check && { nodeId, port: plan.check.port };

/** The temporary table of a shared port. User texts cannot name it: every name they may use is a CTE's. */
export const tableOf = ({ nodeId, port }: PortRef): string => dialect.identifier(`shared ${nodeId}.${port}`);

/**
 * What must be executed, in order. A port in `reusable` is taken as it is, and nothing above it is executed for it.
 */
export function planSteps(
  graph: CompiledGraph,
  scope: Scope,
  mode: 'fast' | 'inspect',
  reusable: ReadonlySet<string> = new Set(),
  wanted?: string,
): WorkStep[] {
  const nodes = graph.nodes.filter(({ nodeId, plan }) => scope.has(nodeId) && plan !== undefined);
  const roots = rootsOf(nodes, mode, wanted);
  const readers = liveReaders(graph, roots, reusable);
  const rootKeys = new Set(roots.map(portKey));
  const materialised = new Map([...reusable].map((key) => [key, '']));
  const steps: WorkStep[] = [];
  const add = (kind: WorkStep['kind'], target: PortRef) => {
    steps.push({ kind, target, covers: coveredBy(graph, target, materialised) });
    if (kind !== 'sink') materialised.set(portKey(target), '');
  };
  for (const node of nodes) {
    if (node.plan?.sink) add('sink', { nodeId: node.nodeId, port: 'in' });
    const needed = outputsOf(node).some((port) => {
      const key = portKey(port);
      return !reusable.has(key) && ((readers.get(key) ?? 0) > 0 || rootKeys.has(key));
    });
    const checked = checkedPort(node);
    // Judged once, whoever reads the good rows and the bad.
    if (checked && needed) add('table', checked);
    for (const port of outputsOf(node)) {
      const key = portKey(port);
      const read = readers.get(key) ?? 0;
      if (reusable.has(key) || (read === 0 && !rootKeys.has(key))) continue;
      const kind = materialisation(node, port, { mode, readers: read, root: rootKeys.has(key) });
      if (kind) add(kind, port);
    }
  }
  return steps;
}

/** Where the work ends: sinks, the node that was asked for, and in an inspect run whatever nobody reads. */
function rootsOf(nodes: readonly CompiledNode[], mode: 'fast' | 'inspect', wanted?: string): PortRef[] {
  const read = new Set(nodes.flatMap(inputsOf).map(portKey));
  return nodes.flatMap((node) => {
    if (node.plan?.sink) return [{ nodeId: node.nodeId, port: 'in' }];
    if (node.nodeId === wanted) return outputsOf(node);
    return mode === 'inspect' ? outputsOf(node).filter((port) => !read.has(portKey(port))) : [];
  });
}

/** How many statements read each port, counting only what leads to a root. */
function liveReaders(
  graph: CompiledGraph,
  roots: readonly PortRef[],
  reusable: ReadonlySet<string>,
): ReadonlyMap<string, number> {
  const readers = new Map<string, number>();
  const seen = new Set<string>();
  const waiting = roots.filter((root) => !reusable.has(portKey(root))).map(({ nodeId }) => nodeId);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const node = graph.byId.get(next);
    if (!node || seen.has(next)) continue;
    seen.add(next);
    for (const input of inputsOf(node)) {
      readers.set(portKey(input), (readers.get(portKey(input)) ?? 0) + 1);
      if (!reusable.has(portKey(input))) waiting.push(input.nodeId);
    }
  }
  return readers;
}

interface PortUse {
  readonly mode: 'fast' | 'inspect';
  readonly readers: number;
  readonly root: boolean;
}

function materialisation(node: CompiledNode, port: PortRef, use: PortUse): 'table' | 'keep' | undefined {
  // Its rows already lie in a columnar file: a copy would only cost, and every reader takes just what it needs.
  if (isStoredRead(node) && !(use.mode === 'inspect' && isFetched(node))) return undefined;
  if (use.mode === 'inspect' && (use.root || node.definition?.keep === 'keep')) {
    return canKeep(node.ports[port.port] ?? []) ? 'keep' : 'table';
  }
  // A step that draws anew each time is drawn once, or its count would speak of other rows than its readers saw.
  const drawn = use.mode === 'inspect' && node.volatile && node.definition?.preservesRows !== true;
  return use.readers > 1 || use.root || drawn ? 'table' : undefined;
}

/** True for a node that is nothing but the rows of a Parquet file. */
export function isStoredRead(node: CompiledNode): boolean {
  const relations = Object.values(node.plan?.outputs ?? {});
  return (
    relations.length > 0 && relations.every(({ rel }) => rel === 'read-parquet' || rel === 'read-dataset')
  );
}

/** What was fetched from a source is gone with the run: to be looked at later its rows are kept like any other step's. */
const isFetched = ({ plan }: CompiledNode): boolean =>
  Object.values(plan?.outputs ?? {}).some(
    (relation) => relation.rel === 'read-parquet' && relation.file.source !== undefined,
  );

function coveredBy(
  graph: CompiledGraph,
  target: PortRef,
  materialised: ReadonlyMap<string, string>,
): string[] {
  const above = upstreamPorts(graph, target, materialised).filter((port) => !materialised.has(portKey(port)));
  return [...new Set([...above.map(({ nodeId }) => nodeId), target.nodeId])];
}
