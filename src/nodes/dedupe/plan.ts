import { col, input, outputs } from '../../shared/plan/build.ts';
import type { PlanFunction } from '../_kit/define-node.ts';
import { columnsAt, findColumns, sortKeys } from '../_kit/upstream.ts';
import type definition from './definition.ts';

export const plan: PlanFunction<typeof definition> = (context) => {
  const { config } = context;
  const columns = columnsAt(context);
  const chosen = findColumns(context, columns, config.keys, ['keys']);
  const order = sortKeys(context, columns, config.order, ['order']);
  if (!chosen || !order) return undefined;
  const keys = (chosen.length > 0 ? chosen : columns).map(({ name }) => col(name));
  return outputs({ rel: 'dedupe', input: input(), keys, order, keep: config.keep });
};
