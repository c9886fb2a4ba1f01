import { outputs } from '../../shared/plan/build.ts';
import type { PlanFunction } from '../_kit/define-node.ts';
import type definition from './definition.ts';

export const plan: PlanFunction<typeof definition> = ({ config }) =>
  outputs({
    rel: 'read-json',
    file: { path: config.path, configPath: ['path'] },
    options: {
      format: config.format,
      badRows: config.bad_rows,
      ...(config.records_at === '' ? {} : { recordsAt: config.records_at }),
      ...(Object.keys(config.types).length > 0 ? { types: config.types } : {}),
    },
  });
