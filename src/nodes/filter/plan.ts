import { input, outputs } from '../../shared/plan/build.ts';
import { conditionScalar } from '../../shared/plan/condition.ts';
import type { PlanFunction } from '../_kit/define-node.ts';
import type definition from './definition.ts';

export const plan: PlanFunction<typeof definition> = ({ config }) =>
  outputs({ rel: 'filter', input: input(), where: conditionScalar(config.where, ['where']) });
