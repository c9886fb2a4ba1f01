import type { z } from 'zod';
import type { NodeDefinition, PlanFunction } from './define-node.ts';

/** A kind as the registry holds it: what it is, and what it means as relations. */
export interface KindEntry {
  readonly definition: NodeDefinition;
  /** Call it only with a config that the definition's own schema has parsed. */
  readonly plan: PlanFunction<NodeDefinition>;
}

/**
 * Pairs a definition with its plan; a plan made for another definition does not compile.
 * The cast forgets the config's type, which is sound as long as configs are parsed before they are planned.
 */
export function kindEntry<Schema extends z.ZodObject>(
  definition: NodeDefinition<Schema>,
  plan: PlanFunction<NodeDefinition<Schema>>,
): KindEntry {
  return { definition: definition as unknown as NodeDefinition, plan: plan as unknown as KindEntry['plan'] };
}
