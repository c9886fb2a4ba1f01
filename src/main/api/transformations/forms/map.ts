import { z } from 'zod';
import { expressionText } from '../../../../nodes/_kit/config.ts';
import { castTypeOf, castTypePattern } from './cast-types.ts';
import { exactNumber, fieldName, newFieldName, plainValue } from './words.ts';

const castType = z
  .string()
  .max(100)
  .refine(
    (text) => castTypeOf(text) !== undefined,
    'Choose a type: text, integer, number, decimal(18,2), boolean, date, time, timestamp, timestamptz, json or uuid.',
  )
  .meta({
    description:
      'text, integer, number, decimal(p,s), boolean, date, time, timestamp, timestamptz, json or uuid.',
    examples: ['integer', 'decimal(18,2)'],
    pattern: castTypePattern,
  });

const constant = z
  .strictObject({
    value: plainValue,
    cast: castType.optional(),
  })
  .meta({ description: 'The same value in every record, as a type where one is given.' });

const conversion = z
  .strictObject({
    cast: castType,
    from: fieldName
      .optional()
      .meta({ description: 'The field that is converted; the one of this name when left out.' }),
    on_error: z
      .enum(['fail', 'null'])
      .optional()
      .meta({ description: 'What a value that does not fit becomes: the job fails (the default), or null.' }),
  })
  .meta({ description: 'A field converted to another type.' });

const fieldForm = z.union([expressionText, exactNumber, z.boolean(), z.null(), constant, conversion]);
export type FieldForm = z.infer<typeof fieldForm>;

export const mapForm = z
  .strictObject({
    fields: z.record(newFieldName, fieldForm).optional().meta({
      description:
        'Field to make or replace: an expression over the fields, a constant {"value": ...}, or a conversion {"cast": "integer"}. A later one may use those before it.',
    }),
    rename: z
      .record(fieldName, newFieldName)
      .optional()
      .meta({ description: 'Old name to new name. The field keeps its place.' }),
    drop: z.array(fieldName).max(5000).optional().meta({ description: 'Fields to leave out.' }),
  })
  .check(({ value, issues }) => {
    const { fields = {}, rename = {}, drop = [] } = value;
    const sizes = [Object.keys(fields).length, Object.keys(rename).length, drop.length];
    if (Math.max(...sizes) === 0) {
      issues.push({
        code: 'custom',
        input: value,
        path: ['fields'],
        message: 'There is nothing to do: give fields, rename or drop.',
      });
    }
    if (sizes.some((size) => size > 500)) {
      issues.push({
        code: 'custom',
        input: value,
        path: ['fields'],
        message: 'At most 500 fields can be changed at once.',
      });
    }
    for (const name of Object.keys(rename)) {
      if (!drop.includes(name)) continue;
      const message = 'This field is dropped as well. Remove it from one of the two.';
      issues.push({ code: 'custom', input: value, path: ['rename', name], message });
    }
  })
  .meta({
    anyOf: [
      { required: ['fields'], properties: { fields: { minProperties: 1 } } },
      { required: ['rename'], properties: { rename: { minProperties: 1 } } },
      { required: ['drop'], properties: { drop: { minItems: 1 } } },
    ],
  });
export type MapForm = z.infer<typeof mapForm>;
