import { input } from '../../shared/plan/build.ts';
import type { PlanFunction } from '../_kit/define-node.ts';
import type definition from './definition.ts';

export const plan: PlanFunction<typeof definition> = ({ config }) => ({
  outputs: {},
  sink: { input: input(), action: { sink: 'save-dataset', name: config.name, mode: config.mode } },
});
