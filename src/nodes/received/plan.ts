import { outputs } from '../../shared/plan/build.ts';
import type { PlanFunction } from '../_kit/define-node.ts';
import type definition from './definition.ts';

export const plan: PlanFunction<typeof definition> = ({ config }) =>
  outputs({ rel: 'read-received', source: config.source, batch: config.batch, configPath: ['source'] });
