import type { PipelineNode } from '../../shared/pipeline/document.ts';
import { upgradeConfig } from '../../shared/pipeline/upgrade.ts';
import type { NodeDefinition, Reach } from './define-node.ts';

/** Where a node reaches outside; undefined where its config does not parse: the compiler says what is wrong with it. */
export function reachOfNode(node: PipelineNode, definition: NodeDefinition): Reach | undefined {
  if (!definition.reach) return undefined;
  const { config } = upgradeConfig(node, definition);
  const parsed = definition.config.safeParse(config ?? {});
  return parsed.success ? definition.reach(parsed.data) : undefined;
}
