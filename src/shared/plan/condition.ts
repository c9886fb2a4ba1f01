import { z } from 'zod';
import type { ConfigPath, Scalar } from './relation.ts';

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

/** The scalar of a condition; a text is a user's expression, found at `path`. */
export function conditionScalar(condition: Condition, path: ConfigPath): Scalar {
  if (typeof condition === 'string') return { op: 'expression', text: condition, path };
  if ('all' in condition) return { op: 'all', of: condition.all.map((part) => conditionScalar(part, path)) };
  if ('any' in condition) return { op: 'any', of: condition.any.map((part) => conditionScalar(part, path)) };
  if ('not' in condition) return { op: 'not', of: conditionScalar(condition.not, path) };
  return comparisonScalar(condition);
}

const symbols = { eq: '=', ne: '<>', gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

function comparisonScalar({ field, operator, value }: Comparison): Scalar {
  const left: Scalar = { op: 'column', name: field };
  const literal = (part: unknown): Scalar => ({
    op: 'literal',
    value: part as string | number | boolean | null,
  });
  const list = Array.isArray(value) ? value : [value ?? null];
  switch (operator) {
    case 'is_null':
      return { op: 'is-null', of: left };
    case 'not_null':
      return { op: 'not', of: { op: 'is-null', of: left } };
    case 'in':
      return { op: 'in', value: left, options: list.map(literal) };
    case 'not_in':
      return { op: 'not', of: { op: 'in', value: left, options: list.map(literal) } };
    case 'contains':
      return textTest('contains', left, list[0]);
    case 'starts_with':
      return textTest('starts_with', left, list[0]);
    case 'ends_with':
      return textTest('ends_with', left, list[0]);
    case 'between':
      return {
        op: 'all',
        of: [
          { op: 'compare', operator: '>=', left, right: literal(list[0] ?? null) },
          { op: 'compare', operator: '<=', left, right: literal(list[1] ?? null) },
        ],
      };
    default:
      return { op: 'compare', operator: symbols[operator], left, right: literal(list[0] ?? null) };
  }
}

function textTest(name: string, column: Scalar, value: unknown): Scalar {
  const text: Scalar = { op: 'cast', of: column, type: 'VARCHAR' };
  return { op: 'call', name, args: [text, { op: 'literal', value: String(value ?? '') }] };
}

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
