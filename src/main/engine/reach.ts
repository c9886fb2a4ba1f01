import type { NodeDefinition, Reach } from '../../nodes/_kit/define-node.ts';
import { reachOfNode } from '../../nodes/_kit/reach-of.ts';
import { definitions } from '../../nodes/registry.gen.ts';
import type { PipelineDocument, PipelineNode } from '../../shared/pipeline/document.ts';
import { upstreamOf } from '../../shared/pipeline/graph.ts';

export interface NodeReach extends Reach {
  readonly nodeId: string;
}

const known: Readonly<Record<string, NodeDefinition | undefined>> = definitions;

/**
 * Where the nodes of a document reach outside, in the document's order. A node that is disabled, unknown, or whose
 * config does not parse reaches nowhere: the compiler says what is wrong with it.
 */
export function reachOf(document: PipelineDocument): NodeReach[] {
  return document.nodes.flatMap((node) => {
    const reach = node.disabled ? undefined : nodeReach(node);
    return reach ? [{ nodeId: node.id, ...reach }] : [];
  });
}

/** The nodes that a run executes: all, or one and what it reads from. */
export function neededNodes(document: PipelineDocument, upTo: string | undefined): ReadonlySet<string> {
  if (upTo === undefined) return new Set(document.nodes.map(({ id }) => id));
  return upstreamOf(document, upTo).add(upTo);
}

function nodeReach(node: PipelineNode): Reach | undefined {
  const definition = Object.hasOwn(known, node.kind) ? known[node.kind] : undefined;
  return definition && reachOfNode(node, definition);
}
