import type { Column } from '../../shared/kernel/columns.ts';
import { input, outputs } from '../../shared/plan/build.ts';
import { type ConditionTree, conditionScalar } from '../../shared/plan/condition.ts';
import type { ConfigPath } from '../../shared/plan/relation.ts';
import type { PlanContext, PlanFunction } from '../_kit/define-node.ts';
import { columnsAt, findColumn } from '../_kit/upstream.ts';
import type definition from './definition.ts';

export const plan: PlanFunction<typeof definition> = (context) => {
  const { where } = context.config;
  const path = ['where'];
  if (typeof where !== 'string' && !columnsKnown(context, columnsAt(context), where, path)) return undefined;
  return outputs({ rel: 'filter', input: input(), where: conditionScalar(where, path) });
};

/** Whether every column that a clicked condition names is there; each that is not is reported. */
function columnsKnown(
  context: Pick<PlanContext<unknown>, 'problem'>,
  columns: readonly Column[],
  tree: ConditionTree,
  path: ConfigPath,
): boolean {
  const check = (part: ConditionTree, ...steps: (string | number)[]) =>
    columnsKnown(context, columns, part, [...path, ...steps]);
  if ('all' in tree) return tree.all.map((part, at) => check(part, 'all', at)).every(Boolean);
  if ('any' in tree) return tree.any.map((part, at) => check(part, 'any', at)).every(Boolean);
  if ('not' in tree) return check(tree.not, 'not');
  return findColumn(context, columns, tree.field, [...path, 'field']) !== undefined;
}
