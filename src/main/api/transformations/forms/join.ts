import { z } from 'zod';
import { datasetName, filePath } from '../../../../nodes/_kit/config.ts';
import { isPlainObject } from '../../../../shared/kernel/json.ts';
import { justOneOf } from './alternatives.ts';
import { fieldName, oneName } from './words.ts';

export const joinKinds = ['inner', 'left', 'right', 'full', 'semi', 'anti'] as const;
export const referenceForms = ['dataset_id', 'dataset', 'records', 'file'] as const;

// Checked by hand: schemas for objects drop a key named __proto__, and values here are data of any shape.
const record = z
  .unknown()
  .refine(isPlainObject, 'Each record is an object of field names and values.')
  .meta({ type: 'object', description: 'One record: field name to value.' });

const file = z.strictObject({
  path: filePath,
  format: z.enum(['csv', 'json', 'parquet']).optional(),
});

export const joinForm = z
  .strictObject({
    dataset_id: z.uuid('This is not the id of a dataset.').optional().meta({
      description: 'Id of a dataset (the version that is current when the job runs) or of one version.',
    }),
    dataset: datasetName.optional().meta({ description: 'Name of a dataset.' }),
    records: z.array(record).min(1, 'Give at least one record.').max(50_000).optional(),
    file: z
      .union([filePath, file])
      .optional()
      .meta({ description: 'A file below the files folder: csv, json, ndjson or parquet.' }),
    on: z
      .union([
        oneName,
        z.array(fieldName).min(1, 'Name at least one field.').max(100),
        z
          .record(fieldName, fieldName)
          .refine((keys) => Object.keys(keys).length > 0, 'Name at least one field.')
          .meta({ minProperties: 1 }),
      ])
      .meta({ description: 'Fields that must be equal: a list of names, or {"left name": "right name"}.' }),
    how: z.enum(joinKinds).optional().meta({ description: 'inner when left out.' }),
    fields: z
      .array(fieldName)
      .min(1, 'Name at least one field.')
      .max(1000)
      .optional()
      .meta({ description: 'Fields of the reference to take over; all when left out.' }),
    keep_order: z.boolean().optional().meta({
      description: 'false lets the records come in any order, which is faster for millions of them.',
    }),
    suffix: z
      .string()
      .max(100)
      .optional()
      .meta({ description: 'Added to a reference field whose name is taken; _right when left out.' }),
  })
  .check(({ value, issues }) => {
    const refuse = (path: string, message: string) =>
      issues.push({ code: 'custom', input: value, path: [path], message });
    const given = referenceForms.filter((name) => value[name] !== undefined);
    const [, second] = given;
    if (given.length === 0)
      refuse('dataset_id', 'What to join with is missing: give dataset_id, dataset, records or file.');
    if (second) refuse(second, `Give one of ${given.join(' and ')}, not both.`);
    if (value.fields && (value.how === 'semi' || value.how === 'anti'))
      refuse('fields', `With ${value.how} no fields are taken over.`);
  })
  .meta({
    ...justOneOf(referenceForms),
    anyOf: [
      { properties: { fields: false } },
      { properties: { how: { enum: joinKinds.filter((kind) => kind !== 'semi' && kind !== 'anti') } } },
    ],
  });
export type JoinForm = z.infer<typeof joinForm>;
