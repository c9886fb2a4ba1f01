import { SluiceError } from '../../shared/errors/sluice-error.ts';
import { type CompiledGraph, type PortRef, portKey, tableName } from './compiled-graph.ts';
import { dialect } from './dialect.ts';
import type { BoundParameters } from './oracle.ts';

/** Port key -> the table expression that already holds its rows, quoted: `"t1"` or `read_parquet('/x')`. */
export type Materialised = ReadonlyMap<string, string>;

/** Where a node's own SELECT stands in a statement; offsets count characters. */
export interface Span extends PortRef {
  readonly start: number;
  readonly end: number;
}

export interface RenderedQuery {
  readonly sql: string;
  /** Just the parameters that the statement names. */
  readonly parameters: BoundParameters;
  readonly spans: readonly Span[];
}

const nothing: Materialised = new Map();

/** The rows of a port as one statement: a WITH chain of tables named after the nodes. */
export function renderQuery(graph: CompiledGraph, target: PortRef, materialised = nothing): RenderedQuery {
  const kept = materialised.get(portKey(target));
  if (kept !== undefined) return { sql: `SELECT * FROM ${kept}`, parameters: {}, spans: [] };
  const writer = new StatementWriter();
  const chain = upstreamPorts(graph, target, materialised);
  chain.forEach((ref, at) => {
    writer.add(`${at === 0 ? 'WITH ' : ',\n'}${dialect.identifier(tableName(ref))} AS (\n`);
    const ready = materialised.get(portKey(ref));
    if (ready !== undefined) writer.add(`SELECT * FROM ${ready}`);
    else writer.addNode(graph, ref);
    writer.add('\n)');
  });
  // A SELECT with a WITH of its own cannot follow a WITH directly.
  const wrapped =
    chain.length > 0 && /^\s*with\b/i.test(graph.byId.get(target.nodeId)?.sql[target.port] ?? '');
  if (chain.length > 0) writer.add(wrapped ? '\nSELECT * FROM (\n' : '\n');
  writer.addNode(graph, target);
  if (wrapped) writer.add('\n)');
  return { sql: writer.sql, parameters: pick(graph.parameters, writer.parameters), spans: writer.spans };
}

/** The ports that a target reads, directly or not, each after those it reads itself; the target is left out. */
export function upstreamPorts(graph: CompiledGraph, target: PortRef, materialised = nothing): PortRef[] {
  const found = new Map<string, PortRef>();
  const visit = (ref: PortRef): void => {
    for (const inner of directInputs(graph, ref)) {
      if (found.has(portKey(inner))) continue;
      if (!materialised.has(portKey(inner))) visit(inner);
      // Set after its own inputs, so the order of the map is an order of dependence.
      found.set(portKey(inner), inner);
    }
  };
  if (!materialised.has(portKey(target))) visit(target);
  return [...found.values()];
}

/** Ports that more than one node, or one node twice, reads from; in topological order. */
export function sharedPorts(graph: CompiledGraph): PortRef[] {
  const uses = new Map<string, number>();
  for (const node of graph.nodes) {
    if (node.disabled) continue;
    for (const ref of Object.values(node.inputs).flat())
      uses.set(portKey(ref), (uses.get(portKey(ref)) ?? 0) + 1);
  }
  return graph.nodes.flatMap((node) =>
    Object.keys(node.ports)
      .map((port) => ({ nodeId: node.nodeId, port }))
      .filter((ref) => (uses.get(portKey(ref)) ?? 0) > 1),
  );
}

function directInputs(graph: CompiledGraph, { nodeId, port }: PortRef): readonly PortRef[] {
  const node = graph.byId.get(nodeId);
  if (!node) return [];
  // A disabled node passes on its first input alone.
  if (node.disabled) return (node.inputs[node.definition?.inputs[0]?.name ?? 'in'] ?? []).slice(0, 1);
  const own = node.plan?.check?.port;
  if (own !== undefined && own !== port) return [{ nodeId, port: own }];
  return Object.values(node.inputs).flat();
}

class StatementWriter {
  sql = '';
  readonly parameters = new Set<string>();
  readonly spans: Span[] = [];

  add(text: string): void {
    this.sql += text;
  }

  addNode(graph: CompiledGraph, ref: PortRef): void {
    const node = graph.byId.get(ref.nodeId);
    const sql = node?.sql[ref.port];
    if (!node || sql === undefined) throw notCompiled(graph, ref);
    const start = this.sql.length;
    this.add(sql);
    this.spans.push({ ...ref, start, end: this.sql.length });
    for (const name of node.parameters) this.parameters.add(name);
  }
}

function notCompiled(graph: CompiledGraph, { nodeId, port }: PortRef): SluiceError {
  const node = graph.byId.get(nodeId);
  if (node?.plan)
    return new SluiceError('invalid_input', { reason: `The step ${nodeId} has no rows at "${port}".` });
  const first = graph.problems.find(
    (problem) => problem.severity === 'error' && (!problem.nodeId || problem.nodeId === nodeId),
  );
  const reason = (first ?? graph.problems.find((problem) => problem.severity === 'error'))?.message;
  return new SluiceError('invalid_pipeline', { reason: reason ?? `there is no step ${nodeId}.` });
}

function pick(parameters: BoundParameters, names: ReadonlySet<string>): BoundParameters {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => names.has(name)));
}
