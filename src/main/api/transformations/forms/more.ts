import { z } from 'zod';
import { justOneOf } from './alternatives.ts';
import { castTypeOf, castTypePattern } from './cast-types.ts';
import { fieldName, newFieldName, sortField } from './words.ts';

/** Forms of the steps that only pipelines of door 2 have. */

export const textForm = z.strictObject({
  columns: z
    .union([fieldName, z.array(fieldName).min(1, 'Name at least one column.').max(5000)])
    .optional()
    .meta({ description: 'Columns to change; every text column when left out.' }),
});
export type TextForm = z.infer<typeof textForm>;

const by = z.union([sortField, z.array(sortField).min(1, 'Name at least one field.').max(100)]);
const names = z.union([fieldName, z.array(fieldName).min(1, 'Name at least one field.').max(1000)]);

export const sortForm = z
  .strictObject({
    by: by.optional().meta({ description: 'Fields in order: a name, or {"field", "descending", "nulls"}.' }),
    columns: by.optional().meta({ description: 'Another word for by.' }),
    order: z.enum(['asc', 'desc', 'ascending', 'descending']).optional().meta({
      description: 'Of the fields that do not say it themselves.',
    }),
    descending: z.boolean().optional().meta({ description: 'true: order desc.' }),
  })
  .check(({ value, issues }) => {
    if ((value.by === undefined) !== (value.columns === undefined)) return;
    issues.push({ code: 'custom', input: value, path: ['by'], message: 'Name the fields to sort by, once.' });
  })
  .check(({ value, issues }) => {
    if (value.order === undefined || value.descending === undefined) return;
    const message = 'Say order or descending, not both.';
    issues.push({ code: 'custom', input: value, path: ['order'], message });
  })
  .meta({ ...justOneOf(['by', 'columns']), not: { required: ['order', 'descending'] } });
export type SortForm = z.infer<typeof sortForm>;

export const dedupeForm = z.strictObject({
  keys: names
    .optional()
    .meta({ description: 'Records with equal values here are duplicates; whole records when left out.' }),
  columns: names.optional().meta({ description: 'Another word for keys.' }),
  order: by.optional().meta({ description: 'Decides which of the duplicates is the first.' }),
  keep: z.enum(['first', 'last']).optional(),
});
export type DedupeForm = z.infer<typeof dedupeForm>;

const chosen = z.union([
  fieldName,
  z.strictObject({
    field: fieldName,
    as: newFieldName.optional(),
    cast: z
      .string()
      .refine((word) => castTypeOf(word) !== undefined, 'Choose a type such as text, integer or date.')
      .optional()
      .meta({ pattern: castTypePattern }),
  }),
]);

export const selectForm = z.strictObject({
  columns: z
    .array(chosen)
    .min(1, 'Name at least one column.')
    .max(5000)
    .meta({ description: 'Columns to keep, in order: a name, or {"field", "as", "cast"}.' }),
});
export type SelectForm = z.infer<typeof selectForm>;

const rowCount = z.int().min(0).max(1_000_000_000_000);
export const limitForm = z
  .strictObject({
    count: rowCount.optional().meta({ description: 'How many rows.' }),
    limit: rowCount.optional().meta({ description: 'Another word for count.' }),
    offset: rowCount.optional(),
  })
  .check(({ value, issues }) => {
    if ((value.count === undefined) !== (value.limit === undefined)) return;
    issues.push({ code: 'custom', input: value, path: ['count'], message: 'Say how many rows, once.' });
  })
  .meta(justOneOf(['count', 'limit']));
export type LimitForm = z.infer<typeof limitForm>;

export const sqlForm = z.strictObject({
  sql: z
    .string()
    .trim()
    .min(1, 'Write a SELECT statement.')
    .max(65_536)
    .meta({ description: 'One SELECT; the records that arrive are the table input.' }),
});
export type SqlForm = z.infer<typeof sqlForm>;
