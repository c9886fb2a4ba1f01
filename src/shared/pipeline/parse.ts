import { isPlainObject } from '../kernel/json.ts';
import { documentSchema, documentVersion, type PipelineDocument, type PipelineNode } from './document.ts';
import type { Problem } from './problem.ts';

export type ParsedDocument =
  | { readonly document: PipelineDocument; readonly problems: readonly Problem[] }
  | { readonly document?: undefined; readonly problems: readonly Problem[] };

/** A value (of JSON or YAML) as a document; all that is wrong with it at once, each with its place. */
export function parseDocumentValue(value: unknown): ParsedDocument {
  const newer = newerDocument(value);
  if (newer) return { problems: [newer] };
  if (!isPlainObject(value)) return { problems: [noDocument] };
  const parsed = documentSchema.safeParse(value);
  if (parsed.success) return { document: parsed.data, problems: [] };
  return { problems: parsed.error.issues.map((issue) => shapeProblem(value, issue)) };
}

const noDocument: Problem = {
  code: 'invalid_document',
  severity: 'error',
  message: 'This is no pipeline: it must hold a name, and the lists nodes and edges.',
};

/** A document that a newer program wrote is refused by name, not by the first key that is not known. */
function newerDocument(value: unknown): Problem | undefined {
  const version = isPlainObject(value) ? value.schema : undefined;
  if (typeof version !== 'number' || version <= documentVersion) return undefined;
  const message = `This pipeline was written by a newer version of Sluice (document version ${version}; this one knows ${documentVersion}). Update Sluice to open it.`;
  return { code: 'newer_document', severity: 'error', message };
}

function shapeProblem(value: unknown, issue: { path: PropertyKey[]; message: string }): Problem {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  const place = spoken(path);
  const nodeId = nodeIdAt(value, path);
  return {
    code: 'invalid_document',
    severity: 'error',
    ...(nodeId === undefined ? {} : { nodeId }),
    path,
    message: place === '' ? issue.message : `${place}: ${issue.message}`,
  };
}

/** "nodes[3].config" */
function spoken(path: readonly (string | number)[]): string {
  return path
    .map((part, at) => (typeof part === 'number' ? `[${part}]` : at === 0 ? part : `.${part}`))
    .join('');
}

function nodeIdAt(value: unknown, [list, index]: readonly (string | number)[]): string | undefined {
  if (list !== 'nodes' || typeof index !== 'number' || !isPlainObject(value) || !Array.isArray(value.nodes))
    return undefined;
  const node: unknown = value.nodes[index];
  return isPlainObject(node) && typeof node.id === 'string' ? node.id : undefined;
}

const documentKeys = [
  'schema',
  'name',
  'description',
  'parameters',
  'nodes',
  'edges',
  'schedule',
  'retry',
  'timeout',
  'concurrency',
  'lateAfter',
] as const satisfies readonly (keyof PipelineDocument)[];
const nodeKeys = [
  'id',
  'kind',
  'v',
  'title',
  'note',
  'disabled',
  'config',
  'at',
  'retry',
  'timeout',
] as const satisfies readonly (keyof PipelineNode)[];

/** The same document with its keys in the order that exports and diffs show; undefined ones are left out. */
export function canonicalOrder(document: PipelineDocument): Record<string, unknown> {
  const ordered = pick(document, documentKeys);
  ordered.nodes = document.nodes.map((node) => pick(node, nodeKeys));
  ordered.edges = document.edges.map((edge) => pick(edge, ['from', 'to']));
  return ordered;
}

function pick(value: object, keys: readonly string[]): Record<string, unknown> {
  const source = value as Record<string, unknown>;
  return Object.fromEntries(keys.filter((key) => source[key] !== undefined).map((key) => [key, source[key]]));
}
