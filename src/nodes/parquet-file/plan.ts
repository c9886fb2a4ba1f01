import { outputs } from '../../shared/plan/build.ts';
import type { PlanFunction } from '../_kit/define-node.ts';
import type definition from './definition.ts';

export const plan: PlanFunction<typeof definition> = ({ config }) =>
  outputs({ rel: 'read-parquet', file: { path: config.path, configPath: ['path'] } });
