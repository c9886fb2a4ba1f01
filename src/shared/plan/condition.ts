import { z } from 'zod';

/** Operators of a condition that was built by clicking, in the order menus show them. */
export const conditionOperators = [
  'eq',
  'ne',
  'gt',
  'gte',
  'lt',
  'lte',
  'in',
  'not_in',
  'contains',
  'starts_with',
  'ends_with',
  'between',
  'is_null',
  'not_null',
] as const;
export type ConditionOperator = (typeof conditionOperators)[number];

const plainValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const comparison = z.strictObject({
  field: z.string().min(1, 'Choose a column.'),
  operator: z.enum(conditionOperators),
  value: z.union([plainValue, z.array(plainValue).max(10_000)]).optional(),
});
export type Comparison = z.infer<typeof comparison>;

/** A condition as data: one comparison, or several under all / any / not. */
export type ConditionTree =
  | Comparison
  | { all: ConditionTree[] }
  | { any: ConditionTree[] }
  | { not: ConditionTree };

export const conditionTree: z.ZodType<ConditionTree> = z.lazy(() =>
  z.union([
    comparison,
    z.strictObject({ all: z.array(conditionTree).max(200) }),
    z.strictObject({ any: z.array(conditionTree).max(200) }),
    z.strictObject({ not: conditionTree }),
  ]),
);

/** A condition as a config holds it: an SQL expression, or a tree. */
export const conditionSchema = z.union([z.string().trim().min(1, 'Write a condition.'), conditionTree]);
export type Condition = z.infer<typeof conditionSchema>;

const spoken: Record<ConditionOperator, string> = {
  eq: '=',
  ne: '≠',
  gt: '>',
  gte: '≥',
  lt: '<',
  lte: '≤',
  in: 'in',
  not_in: 'not in',
  contains: 'contains',
  starts_with: 'starts with',
  ends_with: 'ends with',
  between: 'between',
  is_null: 'is empty',
  not_null: 'is not empty',
};

/** A condition in one line, for summaries and run pages. */
export function conditionText(condition: Condition | undefined): string {
  if (condition === undefined) return '';
  if (typeof condition === 'string') return condition;
  if ('all' in condition) return condition.all.map(conditionText).join(' and ');
  if ('any' in condition) return condition.any.map(conditionText).join(' or ');
  if ('not' in condition) return `not (${conditionText(condition.not)})`;
  const { field, operator, value } = condition;
  if (operator === 'is_null' || operator === 'not_null') return `${field} ${spoken[operator]}`;
  const shown = Array.isArray(value)
    ? value.join(operator === 'between' ? ' and ' : ', ')
    : String(value ?? '…');
  return `${field} ${spoken[operator]} ${shown}`;
}
