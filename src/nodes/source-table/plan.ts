import { outputs } from '../../shared/plan/build.ts';
import { partKey } from '../../shared/sources/source-part.ts';
import type { PlanFunction } from '../_kit/define-node.ts';
import definition from './definition.ts';

export const plan: PlanFunction<typeof definition> = ({ config, problem }) => {
  const [part] = definition.reach?.(config).readsSources ?? [];
  if (!part) {
    const both = config.table !== '';
    problem({
      code: 'invalid_config',
      path: [both ? 'query' : 'table'],
      message: both ? 'Name a table or write a query, not both.' : 'Name a table, or write a query.',
    });
    return undefined;
  }
  // The rows are fetched before the run and lie in a file then, which is found by the key of the part.
  const configPath = [part.query === undefined ? 'table' : 'query'];
  return outputs({ rel: 'read-parquet', file: { path: partKey(part), configPath, source: config.source } });
};
