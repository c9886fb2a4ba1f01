import { z } from 'zod';
import { columnName, newColumnName } from '../../../../nodes/_kit/config.ts';

/** Parts that the forms of several transformations are made of. */

export const fieldName = columnName.meta({ description: 'Name of a field (a column).' });
export const newFieldName = newColumnName.meta({ description: 'Name of the field that is made.' });

/** A number that JSON has probably rounded: beyond 2^53 whole numbers are exact only as text. */
export const exactNumber = z
  .number()
  .refine(
    (value) => !Number.isInteger(value) || Number.isSafeInteger(value) || Math.abs(value) >= 1e21,
    'A whole number beyond 9007199254740991 is rounded on its way. Write it as text, in quotes.',
  );

/** One name may stand without its list. */
export const oneName = fieldName.transform((name) => [name]);

/** A value that stands for itself. It is data everywhere: no form reads it as an expression. */
export const plainValue = z
  .union([z.string().max(100_000), exactNumber, z.boolean(), z.null()], {
    error: (issue) => firstReason(issue.errors) ?? 'A text, a number, true, false or null is needed here.',
  })
  .meta({ description: 'A text, a number, true, false or null.' });
export type PlainValue = z.infer<typeof plainValue>;

/** A union hides why a branch of the right type refused; the refusal of a value beats that of a type. */
function firstReason(branches: unknown): string | undefined {
  const lists = (branches ?? []) as readonly (readonly z.core.$ZodIssue[])[];
  return lists.flat().find(({ code }) => code === 'custom')?.message;
}

export const sortField = z.union([
  fieldName,
  z.strictObject({
    field: fieldName,
    descending: z.boolean().optional(),
    nulls: z.enum(['first', 'last']).optional(),
  }),
]);
export type SortFieldForm = z.infer<typeof sortField>;
