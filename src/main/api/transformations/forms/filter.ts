import { z } from 'zod';
import { type ConditionTree, conditionOperators } from '../../../../shared/plan/condition.ts';
import { type Alternative, oneOfFields } from './alternatives.ts';
import { fieldName, plainValue } from './words.ts';

/** One comparison, or several under all, any or not; exactly one of the four. */
export interface ConditionForm {
  field?: string | undefined;
  operator?: (typeof conditionOperators)[number] | undefined;
  value?: z.infer<typeof operand> | undefined;
  all?: ConditionForm[] | undefined;
  any?: ConditionForm[] | undefined;
  not?: ConditionForm | undefined;
  condition?: undefined;
}

const operand = z
  .union([z.array(plainValue).max(10_000), plainValue])
  .meta({ description: 'What the field is compared with; a list for in, not_in and between.' });

const part: z.ZodType<ConditionForm> = z.lazy(() => conditionForm);
const parts = z.array(part).min(1, 'Write at least one condition.').max(200);

const conditionShape = {
  field: fieldName.optional(),
  operator: z.enum(conditionOperators).optional(),
  value: operand.optional(),
  all: parts.optional().meta({ description: 'Conditions that must all hold.' }),
  any: parts.optional().meta({ description: 'Conditions of which one must hold.' }),
  not: part.optional().meta({ description: 'A condition that must not hold.' }),
};

const operators = (...names: (typeof conditionOperators)[number][]) => ({ enum: names });
const noNull = { not: { type: 'null' } };
const compared = ['field', 'operator', 'value'];
const conditionAlternatives: readonly Alternative[] = [
  { fields: ['field', 'operator'], narrowed: { operator: operators('is_null', 'not_null') } },
  {
    fields: compared,
    narrowed: { operator: operators('in', 'not_in'), value: { type: 'array' } },
  },
  {
    fields: compared,
    narrowed: {
      operator: operators('between'),
      value: { type: 'array', minItems: 2, maxItems: 2, items: noNull },
    },
  },
  {
    fields: compared,
    narrowed: { operator: operators('contains', 'starts_with', 'ends_with'), value: { type: 'string' } },
  },
  {
    fields: compared,
    narrowed: {
      operator: operators('eq', 'ne', 'gt', 'gte', 'lt', 'lte'),
      value: { type: ['string', 'number', 'boolean'] },
    },
  },
  { fields: ['all'] },
  { fields: ['any'] },
  { fields: ['not'] },
];

/** A tree is clicked together in the window, an expression is written there: one step is either. */
const alone = z
  .never({
    error:
      'An expression cannot stand among comparisons. Write all of it as one condition, or all as comparisons.',
  })
  .optional();

export const conditionForm: z.ZodType<ConditionForm> = z
  .strictObject({ ...conditionShape, condition: alone })
  .check((context) => checkCondition(context))
  .meta({
    id: 'Condition',
    description: 'A comparison, or several under all, any or not.',
    ...oneOfFields(conditionAlternatives),
  });

const expression = z
  .string()
  .trim()
  .min(1, 'Write a condition.')
  .max(65_536)
  .meta({ description: 'An SQL expression over the fields, such as amount > 100.' });

export const filterForm = z
  .strictObject({ condition: expression.optional(), ...conditionShape })
  .check((context) => {
    const { condition, ...tree } = context.value;
    if (condition === undefined) checkCondition({ ...context, value: tree });
    else if (Object.values(tree).some((given) => given !== undefined)) {
      refuse(
        context,
        [],
        'Give a condition, or a field with an operator, or one of all, any, not: not several.',
      );
    }
  })
  .meta(oneOfFields([{ fields: ['condition'] }, ...conditionAlternatives], 1));
export type FilterForm = z.infer<typeof filterForm>;

type Context = Pick<z.core.ParsePayload<ConditionForm>, 'value' | 'issues'>;

function refuse(
  { value, issues }: Pick<z.core.ParsePayload, 'value' | 'issues'>,
  path: string[],
  message: string,
): void {
  issues.push({ code: 'custom', input: value, path, message });
}

function checkCondition(context: Context): void {
  const { field, operator, all, any, not } = context.value;
  const given = [field ?? operator, all, any, not].filter((one) => one !== undefined).length;
  if (given === 0)
    refuse(context, ['condition'], 'A condition is missing: write condition, or field and operator.');
  else if (given > 1) refuse(context, [], 'Give one comparison, or one of all, any, not: not several.');
  else if (field !== undefined || operator !== undefined) checkComparison(context);
}

function checkComparison(context: Context): void {
  const { field, operator, value } = context.value;
  if (field === undefined) refuse(context, ['field'], 'The field to compare is missing.');
  else if (operator === undefined) refuse(context, ['operator'], 'The operator is missing.');
  else {
    const reason = operandFault(operator, value);
    if (reason) refuse(context, ['value'], reason);
  }
}

/** What is wrong with the value of a comparison, if anything. */
function operandFault(operator: NonNullable<ConditionForm['operator']>, value: ConditionForm['value']) {
  switch (operator) {
    case 'is_null':
    case 'not_null':
      // Clients that send every part of the form send null or true here.
      return (value ?? true) === true ? undefined : `${operator} takes no value.`;
    case 'in':
    case 'not_in':
      return Array.isArray(value) ? undefined : `${operator} needs a list of values.`;
    case 'between':
      return Array.isArray(value) && value.length === 2 && !value.includes(null)
        ? undefined
        : 'between needs a list of two values: the least and the greatest.';
    case 'contains':
    case 'starts_with':
    case 'ends_with':
      return typeof value === 'string' ? undefined : `${operator} needs a text.`;
    default:
      if (value === undefined || Array.isArray(value)) return `${operator} needs one value.`;
      return value === null ? 'Nothing equals null. Use is_null or not_null.' : undefined;
  }
}

/** The same condition as the filter kind keeps it. */
export function conditionTreeOf({ field, operator, value, all, any, not }: ConditionForm): ConditionTree {
  if (all) return { all: all.map(conditionTreeOf) };
  if (any) return { any: any.map(conditionTreeOf) };
  if (not) return { not: conditionTreeOf(not) };
  const compared = value === undefined || operator === 'is_null' || operator === 'not_null' ? {} : { value };
  return { field: field ?? '', operator: operator ?? 'eq', ...compared };
}
