import { z } from 'zod';
import { datasetName } from '../../../../nodes/_kit/config.ts';
import { rowSchema, ruleFaults, ruleShape } from '../../../../nodes/validate/rule.ts';
import { someOf } from './alternatives.ts';
import { fieldName } from './words.ts';

const ruleForm = z.strictObject({ field: fieldName.optional(), ...ruleShape }).check(({ value, issues }) => {
  const { field, ...rule } = value;
  for (const [path, message] of ruleFaults(field, rule, 'field'))
    issues.push({ code: 'custom', input: value, path: [path], message });
});

export const validateForm = z
  .strictObject({
    schema: rowSchema.optional().meta({ type: 'object', description: 'JSON Schema of one record.' }),
    rules: z.array(ruleForm).min(1, 'Write at least one rule.').max(1000).optional(),
    on_fail: z.enum(['reject', 'fail']).optional().meta({
      description: 'reject (the default) puts bad records into a dataset of their own; fail ends the job.',
    }),
    nulls: z.enum(['missing', 'null']).optional().meta({
      description: 'What an empty value is to the schema: a field that is missing, or the value null.',
    }),
    rejected: datasetName
      .optional()
      .meta({ description: 'Dataset of the rejected records; one named after the result when left out.' }),
  })
  .check(({ value, issues }) => {
    if (value.schema === undefined && value.rules === undefined)
      issues.push({ code: 'custom', input: value, path: ['schema'], message: 'Give a schema or rules.' });
    if (value.rejected !== undefined && value.on_fail === 'fail')
      issues.push({
        code: 'custom',
        input: value,
        path: ['rejected'],
        message: 'A job that fails keeps no rejected records.',
      });
  })
  .meta({
    ...someOf(['schema', 'rules']),
    not: { required: ['rejected', 'on_fail'], properties: { on_fail: { const: 'fail' } } },
  });
export type ValidateForm = z.infer<typeof validateForm>;
