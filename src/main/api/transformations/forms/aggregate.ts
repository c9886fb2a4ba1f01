import { z } from 'zod';
import { expressionText } from '../../../../nodes/_kit/config.ts';
import { fieldName, newFieldName, oneName } from './words.ts';

export const figureFunctions = [
  'count',
  'count_distinct',
  'sum',
  'avg',
  'min',
  'max',
  'median',
  'stddev',
  'percentile',
  'first',
  'last',
] as const;

const share = z.number().min(0).max(100);

const figure = z
  .strictObject({
    function: z.enum(figureFunctions),
    field: fieldName.optional().meta({ description: 'The field; count without one counts records.' }),
    expression: expressionText
      .optional()
      .meta({ description: 'Computed for each record, in place of a field.' }),
    as: newFieldName.optional().meta({ description: 'Name of the result; sum_amount when left out.' }),
    p: share.optional().meta({ description: 'For percentile: 0.9 (or 90) is the 90th. 0.5 when left out.' }),
    percentile: share.optional().meta({ description: 'Another word for p.' }),
    value: share.optional().meta({ description: 'Another word for p.' }),
    by: fieldName.optional().meta({
      description:
        'For first and last: the field that orders the records; their order of arrival when left out.',
    }),
  })
  .check(({ value, issues }) => {
    const refuse = (path: string, message: string) =>
      issues.push({ code: 'custom', input: value, path: [path], message });
    const { field, expression, function: name, by } = value;
    const [share, another] = (['p', 'percentile', 'value'] as const).filter(
      (key) => value[key] !== undefined,
    );
    if (field !== undefined && expression !== undefined)
      refuse('expression', 'Give a field or an expression, not both.');
    if (field === undefined && expression === undefined && name !== 'count')
      refuse('field', `${name} needs a field.`);
    if (share && name !== 'percentile') refuse(share, `Only percentile takes ${share}.`);
    if (another) refuse(another, `Give ${share} or ${another}, not both.`);
    if (by !== undefined && name !== 'first' && name !== 'last') refuse('by', 'Only first and last take by.');
  })
  .meta({ anyOf: figureAlternatives() });

/** Which parameters go with which functions. */
function figureAlternatives() {
  const none = (...names: string[]) => Object.fromEntries(names.map((name) => [name, false]));
  const shares = ['p', 'percentile', 'value'];
  const measured = {
    anyOf: [
      { required: ['field'], properties: none('expression') },
      { required: ['expression'], properties: none('field') },
    ],
  };
  const of = (functions: string[], refused: string[]) => ({
    properties: { function: { enum: functions }, ...none(...refused) },
  });
  const ordered = ['first', 'last'];
  const plain = figureFunctions.filter((name) => ![...ordered, 'count', 'percentile'].includes(name));
  return [
    { ...of(['count'], [...shares, 'by']), not: { required: ['field', 'expression'] } },
    { ...of(plain, [...shares, 'by']), ...measured },
    { ...of(ordered, shares), ...measured },
    ...shares.map((share) => ({
      ...of(['percentile'], ['by', ...shares.filter((other) => other !== share)]),
      ...measured,
    })),
  ];
}

export const aggregateForm = z
  .strictObject({
    group_by: z
      .union([oneName, z.array(fieldName).max(200)])
      .optional()
      .meta({
        description: 'One record for each combination of these fields; without any, one for everything.',
      }),
    aggregations: z.array(figure).max(500).optional(),
  })
  .check(({ value, issues }) => {
    if ((value.group_by?.length ?? 0) + (value.aggregations?.length ?? 0) > 0) return;
    const message = 'Give a field to group by, or a figure to compute.';
    issues.push({ code: 'custom', input: value, path: ['aggregations'], message });
  })
  .meta({
    anyOf: ['group_by', 'aggregations'].map((name) => ({
      required: [name],
      properties: { [name]: { minItems: 1 } },
    })),
  });
export type AggregateForm = z.infer<typeof aggregateForm>;
