import { input } from '../../shared/plan/build.ts';
import type { PlanFunction } from '../_kit/define-node.ts';
import type definition from './definition.ts';

export const plan: PlanFunction<typeof definition> = ({ config }) => {
  const { source, path, format, header } = config;
  const delimiter = config.delimiter.replace('\\t', '\t');
  const csv = format === 'csv' ? { csv: { delimiter, header, spreadsheetSafe: false } } : {};
  const part = { source, path, format };
  return {
    outputs: {},
    sink: { input: input(), action: { sink: 'write-source', part, configPath: ['path'], ...csv } },
  };
};
