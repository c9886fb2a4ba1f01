import { SluiceError } from '../../../shared/errors/sluice-error.ts';
import type { Cell } from '../../../shared/kernel/columns.ts';
import type { Problem } from '../../../shared/pipeline/problem.ts';
import {
  type CompiledGraph,
  type CompiledNode,
  locateError,
  type PortRef,
  portKey,
  renderQuery,
} from '../../compile/index.ts';
import { compileTask } from '../compile-task.ts';
import type { Database } from '../database.ts';
import { resourceFailure } from '../failure.ts';
import type { ColumnStats, PreviewResult, PreviewTask } from '../protocol.ts';
import { inputsOf, scopeUpTo } from '../run/plan-steps.ts';
import type { TaskDone } from '../run-task.ts';

/** The first rows at a port. Sinks show what would arrive; nothing is written or sent. */
export async function previewTask(task: PreviewTask, database: Database): Promise<TaskDone<PreviewResult>> {
  const started = performance.now();
  const graph = await compileTask(task, database);
  const node = graph.byId.get(task.nodeId);
  if (!node && !task.document.nodes.some(({ id }) => id === task.nodeId)) {
    throw new SluiceError('not_found', { what: 'node', id: task.nodeId });
  }
  const scope = scopeUpTo(graph, task.nodeId);
  const problems = graph.problems.filter(
    ({ nodeId }) => nodeId === undefined || scope.has(nodeId) || nodeId === task.nodeId,
  );
  const target = node && portOf(node, task.port);
  const columns = (target && graph.byId.get(target.nodeId)?.ports[target.port]) ?? [];
  const shown = target ? await readRows(task, graph, target, database) : nothing;
  const rows = shown.rows.slice(0, task.limit);
  const result: PreviewResult = {
    columns,
    rows,
    more: shown.rows.length > task.limit,
    partial: shown.partial,
    ...(task.stats ? { stats: columns.map(({ name }, at) => statsOf(name, rows, at)) } : {}),
    problems: shown.problem ? [...problems, shown.problem] : problems,
    milliseconds: Math.round(performance.now() - started),
  };
  return { result };
}

interface Shown {
  readonly rows: readonly Cell[][];
  readonly partial: boolean;
  /** Why there are no rows: a value that does not convert is told at its step, as any other mistake. */
  readonly problem?: Problem;
}
const nothing: Shown = { rows: [], partial: false };

/** Undefined where problems hide the port. A disabled node shows the rows it passes on. */
function portOf(node: CompiledNode, port: string | undefined): PortRef | undefined {
  if (node.disabled) return inputsOf(node)[0];
  if (!node.plan) return undefined;
  const name = port ?? (node.plan.sink ? 'in' : Object.keys(node.plan.outputs)[0]);
  return name !== undefined && name in node.ports ? { nodeId: node.nodeId, port: name } : undefined;
}

async function readRows(
  task: PreviewTask,
  graph: CompiledGraph,
  target: PortRef,
  database: Database,
): Promise<Shown> {
  const sources = task.scanLimit === undefined ? [] : sourcesOf(graph, scopeUpTo(graph, target.nodeId));
  const cut = new Map(
    sources.map((source) => [portKey(source), cutTable(graph, source, task.scanLimit ?? 0)]),
  );
  const rendered = renderQuery(graph, target, cut);
  try {
    const limited = `SELECT * FROM (\n${rendered.sql}\n) LIMIT ${task.limit + 1}`;
    const rows = await database.rows(limited, { parameters: rendered.parameters, profiled: true });
    return { rows, partial: await wasCut(task, graph, sources, database) };
  } catch (error) {
    database.throwIfCancelled();
    const resource = resourceFailure(error, task.limits);
    if (resource) throw resource;
    const {
      code,
      message,
      path,
      nodeId = target.nodeId,
    } = locateError(graph, error, rendered, database.lastStatement);
    const place = path ? { path: [...path] } : {};
    return { ...nothing, problem: { code, severity: 'error', nodeId, message, ...place } };
  }
}

function sourcesOf(graph: CompiledGraph, scope: ReadonlySet<string>): PortRef[] {
  return graph.nodes
    .filter((node) => scope.has(node.nodeId) && node.files.length > 0 && inputsOf(node).length === 0)
    .flatMap((node) => Object.keys(node.ports).map((port) => ({ nodeId: node.nodeId, port })));
}

function cutTable(graph: CompiledGraph, source: PortRef, limit: number): string {
  return `(SELECT * FROM (\n${sourceSql(graph, source)}\n) LIMIT ${limit})`;
}

const sourceSql = (graph: CompiledGraph, { nodeId, port }: PortRef): string =>
  graph.byId.get(nodeId)?.sql[port] ?? '';

/**
 * Whether any source holds more rows than were read. The profile answers for free unless a scan stopped exactly at
 * the limit; only then the source is asked for one row more.
 */
async function wasCut(
  task: PreviewTask,
  graph: CompiledGraph,
  sources: readonly PortRef[],
  database: Database,
): Promise<boolean> {
  const limit = task.scanLimit;
  if (limit === undefined || sources.length === 0) return false;
  const { scans } = database.profile;
  for (const source of sources) {
    const files = graph.byId.get(source.nodeId)?.files ?? [];
    const read = scans.filter(({ file }) => files.includes(file)).map(({ rows }) => rows);
    if (read.some((rows) => rows > limit)) return true;
    if (read.length > 0 && read.every((rows) => rows < limit)) continue;
    const found = await database.count(
      `SELECT count(*) FROM (SELECT 1 FROM (\n${sourceSql(graph, source)}\n) LIMIT ${limit + 1})`,
    );
    if (found > limit) return true;
  }
  return false;
}

function statsOf(name: string, rows: readonly (readonly Cell[])[], at: number): ColumnStats {
  const seen = new Set<string>();
  let nulls = 0;
  for (const row of rows) {
    const value = row[at] ?? null;
    if (value === null) nulls += 1;
    else seen.add(JSON.stringify(value));
  }
  return { name, nulls, distinct: seen.size };
}
