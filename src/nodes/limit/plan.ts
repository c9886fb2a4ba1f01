import { input, outputs } from '../../shared/plan/build.ts';
import type { PlanFunction } from '../_kit/define-node.ts';
import type definition from './definition.ts';

export const plan: PlanFunction<typeof definition> = ({ config }) => {
  const { mode, count, offset, percent, seed } = config;
  if (mode === 'first') return outputs({ rel: 'limit', input: input(), count, offset });
  const size = mode === 'sample' ? { rows: count } : { percent };
  return outputs({ rel: 'sample', input: input(), size, seed });
};
