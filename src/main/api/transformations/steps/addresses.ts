import { definitionOf } from '../../../../nodes/_kit/registry.ts';
import { SluiceError } from '../../../../shared/errors/sluice-error.ts';
import { freeNodeId } from '../../../../shared/kernel/ids.ts';
import {
  type PipelineDocument,
  type PipelineNode,
  parseEndpoint,
} from '../../../../shared/pipeline/document.ts';
import { GraphWriter } from '../graph-writer.ts';
import type { FindDataset } from '../operations/operation.ts';
import { defined } from '../operations/write.ts';
import { fileSource, formatOfName, writtenFormat } from './file-formats.ts';

/** What an address means as a node, without a place in a graph. */
export interface AddressNode {
  readonly kind: string;
  readonly config: Record<string, unknown>;
}

export interface SourceOptions {
  /** csv, json or parquet, where the ending does not tell. */
  readonly format?: 'csv' | 'json' | 'parquet' | undefined;
  readonly findDataset?: FindDataset | undefined;
}

export interface SinkOptions {
  readonly mode?: 'append' | 'replace' | undefined;
  readonly format?: 'csv' | 'json' | 'ndjson' | 'parquet' | undefined;
  /** Name of the table where an address names only the database. */
  readonly table?: string | undefined;
}

/** An address taken apart: `db://shop/public.orders` is ['db', 'shop', 'public.orders']. A plain path is a file. */
function parts(address: string): { scheme: string; first: string; rest: string | undefined } {
  const [, scheme, after = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(address) ?? [];
  if (scheme === undefined) return { scheme: 'path', first: address, rest: undefined };
  const slash = after.indexOf('/');
  const first = slash < 0 ? after : after.slice(0, slash);
  return {
    scheme: scheme.toLowerCase(),
    first: decoded(first),
    rest: slash < 0 ? undefined : decoded(after.slice(slash + 1)),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const forms = 'a path, file:///..., dataset://name, db://source/table, s3://bucket/key';

/** The node that reads what is at an address. Answers a sentence for one that means nothing here. */
export function sourceAt(address: string, { format, findDataset }: SourceOptions = {}): AddressNode | string {
  const { scheme, first, rest } = parts(address);
  switch (scheme) {
    case 'path':
      return fileSource(first, format) ?? unknownFile(first);
    case 'file': {
      const path = filePathOf(address);
      return path === undefined ? badFile(address) : (fileSource(path, format) ?? unknownFile(path));
    }
    case 'dataset':
      return datasetAt(first, rest, findDataset);
    case 'db':
      if (rest === undefined || rest === '')
        return `${address} names no table: write db://${first || 'source'}/table.`;
      return { kind: 'source-table', config: { source: first, table: rest } };
    case 's3':
      if (!rest) return `${address} names no object: write s3://bucket/key.`;
      return fileIn({ source: first, path: rest }, format, rest);
    case 'http':
    case 'https':
      return URL.canParse(address)
        ? fileIn({ source: address, path: '' }, format, new URL(address).pathname)
        : `${address} is no address of a file on the web.`;
    default:
      return `${address} is no address that can be read: write ${forms} or https://....`;
  }
}

/** The node that writes to an address. */
export function sinkAt(address: string, { mode, format, table }: SinkOptions = {}): AddressNode | string {
  const { scheme, first, rest } = parts(address);
  switch (scheme) {
    case 'path':
    case 'file': {
      const path = scheme === 'path' ? first : filePathOf(address);
      if (path === undefined || path === '') return badFile(address);
      if (mode === 'append')
        return `Rows cannot be added to the file ${path}: a file is replaced as a whole.`;
      const found = format ?? writtenFormat(path);
      return found ? { kind: 'write-file', config: { path, format: found } } : unknownFile(path);
    }
    case 'dataset': {
      const name = rest === undefined ? first : `${first}/${rest}`;
      if (name === '') return `${address} names no dataset: write dataset://name.`;
      return { kind: 'save-dataset', config: defined({ name, mode }) };
    }
    case 'db': {
      const named = rest || table;
      if (!first || !named) return `${address} names no table: write db://source/table.`;
      return { kind: 'write-table', config: defined({ source: first, table: named, mode }) };
    }
    case 's3': {
      if (!rest) return `${address} names no object: write s3://bucket/key.`;
      if (mode === 'append')
        return `Rows cannot be added to the object ${address}: an object is replaced as a whole.`;
      const found = format ?? writtenFormat(rest);
      if (!found) return unknownFile(rest);
      return {
        kind: 'write-source-file',
        config: { source: first, path: rest, format: found },
      };
    }
    default:
      return `${address} is no address that can be written: write ${forms}.`;
  }
}

function fileIn(
  place: Record<string, unknown>,
  format: SourceOptions['format'],
  name: string,
): AddressNode | string {
  const found = format ?? formatOfName(name);
  return found ? { kind: 'source-file', config: { ...place, format: found } } : unknownFile(name);
}

function datasetAt(
  first: string,
  rest: string | undefined,
  findDataset: FindDataset | undefined,
): AddressNode | string {
  const name = rest === undefined ? first : `${first}/${rest}`;
  if (name === '') return 'dataset:// names no dataset: write dataset://name.';
  const known = findDataset?.(name);
  if (!known) return { kind: 'dataset', config: { name } };
  return { kind: 'dataset', config: defined({ name: known.name, version_id: known.versionId }) };
}

/** The absolute path of a file address; a drive letter stands without a slash before it. */
function filePathOf(address: string): string | undefined {
  const path = decoded(address.replace(/^file:\/\//i, '')).replace(/^\/([a-z]:)/i, '$1');
  return /^(\/|[a-z]:)./i.test(path) ? path : undefined;
}

const badFile = (address: string): string => `${address} names no file: write file:///folder/name.csv.`;

const unknownFile = (path: string): string =>
  `What kind of file ${path} is cannot be told from its ending: use .csv, .json, .ndjson or .parquet, or add "format".`;

export interface AddressPlace extends SourceOptions {
  readonly id: string;
  readonly at?: readonly [number, number];
  readonly mode?: 'append' | 'replace';
  readonly table?: string;
  /** The port whose rows a sink takes. */
  readonly after?: string;
}

/**
 * The nodes of an address, and the wire to a sink.
 * @throws SluiceError invalid_input for an address that means nothing
 */
export function addressNodes(
  address: string,
  side: 'source' | 'sink',
  { id, at = [0, 0], after, format, mode, table, findDataset }: AddressPlace,
): { nodes: PipelineNode[]; edges: PipelineDocument['edges']; last: string } {
  const found =
    side === 'source' ? sourceAt(address, { format, findDataset }) : sinkAt(address, { mode, format, table });
  if (typeof found === 'string') throw new SluiceError('invalid_input', { reason: found });
  const graph = new GraphWriter(after, at);
  graph.add({ id, ...found });
  return { nodes: graph.nodes, edges: graph.edges, last: id };
}

/**
 * A document with its one source replaced by an address: the same id and place, so that what reads from it still does.
 * A document without a source gets one before its first node.
 * @throws SluiceError invalid_input where it has several sources, or the address means nothing
 */
export function withSource(
  document: PipelineDocument,
  address: string,
  options: SourceOptions = {},
): PipelineDocument {
  const found = sourceAt(address, options);
  if (typeof found === 'string') throw new SluiceError('invalid_input', { reason: found });
  const [start, another] = mainStarts(document);
  if (!start || another) throw new SluiceError('invalid_input', { reason: start ? severalSources : noStart });
  const takesRows = (definitionOf(start.kind)?.inputs.length ?? 0) > 0;
  const taken = new Set(document.nodes.map(({ id }) => id));
  const at: [number, number] = start.at ?? [0, 0];
  const graph = new GraphWriter(undefined, takesRows ? [at[0] - 288, at[1]] : at);
  graph.add({ id: takesRows ? freeNodeId('source', taken) : start.id, ...found });
  if (takesRows) {
    const input = definitionOf(start.kind)?.inputs[0]?.name ?? 'in';
    graph.wire(graph.last ?? '', `${start.id}.${input}`);
  }
  const others = takesRows ? document.nodes : document.nodes.filter(({ id }) => id !== start.id);
  return { ...document, nodes: [...graph.nodes, ...others], edges: [...graph.edges, ...document.edges] };
}

const severalSources = 'An input can only be given to a pipeline with one source; this one has several.';
const noStart = 'The pipeline has no step that could take an input.';

/** Where the rows of a document begin; what only the right side of joins reads is reference, not input. */
function mainStarts({ nodes, edges }: PipelineDocument): PipelineNode[] {
  const outward = new Map<string, { node: string; port: string | undefined }[]>();
  const fed = new Set<string>();
  for (const edge of edges) {
    const to = parseEndpoint(edge.to);
    const from = parseEndpoint(edge.from).node;
    fed.add(to.node);
    outward.set(from, [...(outward.get(from) ?? []), to]);
  }
  const isReference = (id: string, seen: ReadonlySet<string> = new Set()): boolean => {
    const next = outward.get(id) ?? [];
    if (next.length === 0 || seen.has(id)) return false;
    return next.every(({ node, port }) => port === 'right' || isReference(node, new Set([...seen, id])));
  };
  return nodes.filter(({ id }) => !fed.has(id) && !isReference(id));
}
