import type { ErrorCode } from '../../shared/errors/catalog.ts';
import type { ConfigPath } from '../../shared/plan/relation.ts';
import type { CompiledGraph, CompiledNode } from './compiled-graph.ts';
import { type EngineError, explainError, readEngineError } from './engine-error.ts';
import { placeInPlan } from './locate-text.ts';
import type { RenderedQuery } from './render-query.ts';

export interface LocatedError {
  /** The catalogue's code for a run that fails so. */
  readonly errorCode: ErrorCode;
  /** The finer name, as problems have it. */
  readonly code: string;
  /** A sentence for a person. */
  readonly message: string;
  readonly nodeId?: string;
  readonly path?: ConfigPath;
}

/**
 * An error of a running statement as a person needs it: which step, which of its texts, what to do. `rendered` is the
 * query that ran and `executed` the whole statement around it (COPY, CREATE ...), which shifts its offsets.
 */
export function locateError(
  graph: CompiledGraph,
  error: unknown,
  rendered?: Pick<RenderedQuery, 'sql' | 'spans'>,
  executed?: string,
): LocatedError {
  const engine = readEngineError(error);
  const position = textPosition(engine, rendered, executed);
  const span = rendered?.spans.find(
    ({ start, end }) => position !== undefined && position >= start && position <= end,
  );
  const node =
    (span && graph.byId.get(span.nodeId)) ?? nodeOfFile(graph, engine) ?? onlyNode(graph, rendered);
  const { code, message } = explainError(engine, {
    columns: columnsOf(graph, node),
    files: fileNames(graph),
  });
  return {
    errorCode: errorCodes[code] ?? 'run_failed',
    code,
    message,
    nodeId: node?.nodeId,
    path:
      node?.plan &&
      placeOf(node, span && rendered?.sql.slice(span.start, span.end), span && position, span?.start),
  };
}

const errorCodes: Readonly<Record<string, ErrorCode>> = {
  cancelled: 'cancelled',
  out_of_memory: 'out_of_memory',
  disk_full: 'disk_full',
};

/** The error's place as a character offset in the rendered query. */
function textPosition(
  engine: EngineError,
  rendered?: { sql: string },
  executed?: string,
): number | undefined {
  if (engine.position === undefined || !rendered) return undefined;
  const whole = executed ?? rendered.sql;
  const shift = whole.indexOf(rendered.sql);
  const at = Buffer.from(whole).subarray(0, engine.position).toString().length;
  return shift < 0 ? undefined : at - shift;
}

function placeOf(node: CompiledNode, sql: string | undefined, position: number | undefined, start = 0) {
  if (!node.plan) return undefined;
  if (sql === undefined || position === undefined) return placeInPlan(node.plan, '', undefined);
  const bytes = Buffer.byteLength(sql.slice(0, position - start));
  return placeInPlan(node.plan, sql, bytes);
}

/** An error that names a file belongs to the node that reads it. */
function nodeOfFile(graph: CompiledGraph, engine: EngineError): CompiledNode | undefined {
  const readers = graph.nodes.filter((node) => node.files.some((path) => engine.message.includes(path)));
  return readers.length === 1 ? readers[0] : undefined;
}

function onlyNode(graph: CompiledGraph, rendered?: Pick<RenderedQuery, 'spans'>): CompiledNode | undefined {
  const ids = new Set(rendered?.spans.map(({ nodeId }) => nodeId));
  const [only] = ids;
  return ids.size === 1 && only !== undefined ? graph.byId.get(only) : undefined;
}

function columnsOf(graph: CompiledGraph, node: CompiledNode | undefined): string[] {
  const refs = Object.values(node?.inputs ?? {}).flat();
  return refs.flatMap(({ nodeId, port }) =>
    (graph.byId.get(nodeId)?.ports[port] ?? []).map(({ name }) => name),
  );
}

/** Absolute path -> the name that the document gives the file. */
function fileNames(graph: CompiledGraph): Record<string, string> {
  const names: Record<string, string> = {};
  for (const node of graph.nodes) {
    for (const path of node.files) names[path] = path.split(/[\\/]/).at(-1) ?? path;
  }
  return names;
}
