import { input, outputs } from '../../shared/plan/build.ts';
import type { PlanFunction } from '../_kit/define-node.ts';
import { columnsAt, sortKeys } from '../_kit/upstream.ts';
import type definition from './definition.ts';

export const plan: PlanFunction<typeof definition> = (context) => {
  const keys = sortKeys(context, columnsAt(context), context.config.by, ['by']);
  return keys && outputs({ rel: 'sort', input: input(), keys });
};
