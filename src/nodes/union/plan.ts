import { input, outputs } from '../../shared/plan/build.ts';
import type { PlanFunction } from '../_kit/define-node.ts';
import type definition from './definition.ts';

export const plan: PlanFunction<typeof definition> = ({ config, inputs }) => {
  const wires = inputs.in ?? [];
  if (wires.length === 0) return undefined;
  return outputs({
    rel: 'union',
    inputs: wires.map((_wire, index) => input('in', index)),
    distinct: config.distinct,
  });
};
