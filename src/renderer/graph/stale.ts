import { canonicalJson } from '../../shared/kernel/json.ts';
import type { PipelineDocument, PipelineNode } from '../../shared/pipeline/document.ts';
import { downstreamOf, upstreamOf, wiresOf } from './ports.ts';

/** What of a node decides its rows: not its place, title or note. */
const meaning = ({ kind, v, config, disabled }: PipelineNode) => ({
  kind,
  v,
  config,
  disabled: disabled === true,
});

/** The part of a document that decides rows and columns: equal text, equal result. */
export function meaningKey(document: PipelineDocument): string {
  const nodes = document.nodes.map((node) => ({ id: node.id, ...meaning(node) }));
  return canonicalJson({ nodes, edges: document.edges, parameters: document.parameters });
}

/** Only what one node needs: itself and everything upstream. */
export function upstreamPart(document: PipelineDocument, nodeId: string): PipelineDocument {
  const needed = upstreamOf(document, [nodeId]);
  const indexes = new Set(
    wiresOf(document)
      .filter((wire) => needed.has(wire.to.node))
      .map((wire) => wire.index),
  );
  return {
    ...document,
    nodes: document.nodes.filter((node) => needed.has(node.id)),
    edges: document.edges.filter((_edge, index) => indexes.has(index)),
  };
}

/** Nodes whose rows of a run no longer tell what the document says now: changed ones, and all that follows them. */
export function staleNodes(ran: PipelineDocument, now: PipelineDocument): ReadonlySet<string> {
  if (ran === now) return new Set();
  const before = meaningsOf(ran);
  const changed = [...meaningsOf(now)].filter(([id, text]) => before.get(id) !== text).map(([id]) => id);
  return downstreamOf(now, changed);
}

function meaningsOf(document: PipelineDocument): Map<string, string> {
  const arriving = new Map<string, string[]>();
  for (const { from, to } of wiresOf(document)) {
    arriving.set(to.node, [...(arriving.get(to.node) ?? []), `${from.node}.${from.port}>${to.port}`]);
  }
  const { parameters } = document;
  return new Map(
    document.nodes.map((node) => [
      node.id,
      canonicalJson({
        ...meaning(node),
        wires: arriving.get(node.id) ?? [],
        parameters: used(node, parameters),
      }),
    ]),
  );
}

/** Declarations of the parameters whose `$name` occurs in the config. */
function used(node: PipelineNode, parameters: PipelineDocument['parameters']) {
  const text = JSON.stringify(node.config);
  return Object.entries(parameters).filter(([name]) => text.includes(`$${name}`));
}
