import { input, outputs } from '../../shared/plan/build.ts';
import type { Relation } from '../../shared/plan/relation.ts';
import type { PlanFunction } from '../_kit/define-node.ts';
import type definition from './definition.ts';

export const plan: PlanFunction<typeof definition> = ({ config, inputs }) => {
  const wires = inputs.in ?? [];
  const tables: Record<string, Relation> = {};
  if (wires.length === 1) tables.input = input();
  // A node that is itself called "input" wins over the short name.
  for (const [index, wire] of wires.entries()) tables[wire.nodeId] = input('in', index);
  return outputs({ rel: 'sql', text: config.sql, path: ['sql'], tables });
};
