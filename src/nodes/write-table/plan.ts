import { input } from '../../shared/plan/build.ts';
import type { PlanFunction } from '../_kit/define-node.ts';
import type definition from './definition.ts';

export const plan: PlanFunction<typeof definition> = ({ config: { source, table, mode } }) => ({
  outputs: {},
  sink: {
    input: input(),
    action: { sink: 'write-source', part: { source, table, mode }, configPath: ['table'] },
  },
});
