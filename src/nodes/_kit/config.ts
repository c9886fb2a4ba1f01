import { z } from 'zod';
import '../../shared/kernel/plain-issues.ts';
import type { FieldHint } from './field.ts';

/** Parts that the configs of several kinds are made of. */

/** A file below the files folder, or an absolute path that was granted. */
export const filePath = z
  .string()
  .trim()
  .min(1, 'Choose a file.')
  .max(4096, 'The path is too long: at most 4,096 characters.')
  .refine((path) => !path.includes('\0'), 'A path cannot hold a NUL character.');

export const columnName = z.string().min(1, 'Choose a column.').max(1000);

/** The name of a column that a node makes. */
export const newColumnName = z
  .string()
  .min(1, 'Give the column a name.')
  .max(1000)
  .refine((name) => name.trim() !== '', 'Give the column a name.');

export const expressionText = z.string().trim().min(1, 'Write an expression.').max(65_536);

export const datasetName = z
  .string()
  .trim()
  .min(1, 'Name the dataset.')
  .max(200)
  .regex(/^[^\p{Cc}]*$/u, 'A dataset name cannot hold control characters.');

/** A source as a step calls it: name or id of a source, name of a bucket, or an address on the web. */
export const sourceName = z
  .string()
  .trim()
  .min(1, 'Choose a source.')
  .max(4096)
  .refine((text) => text.length <= 200 || /^https?:/i.test(text), 'A name has at most 200 characters.')
  .regex(/^[^\p{Cc}]*$/u, 'The name of a source cannot hold control characters.');

export const tableName = z
  .string()
  .trim()
  .max(500)
  .regex(/^[^\p{Cc}]*$/u, 'The name of a table cannot hold control characters.');

/** A file of a source; an empty one is the address itself. */
export const sourcePath = z
  .string()
  .trim()
  .max(1024, 'The path is too long: at most 1,024 characters.')
  .regex(/^[^\p{Cc}]*$/u, 'A path cannot hold control characters.');

export const sortKey = z.strictObject({
  column: columnName,
  descending: z.boolean().default(false),
  nulls: z.enum(['first', 'last']).default('last'),
});
export type SortKeyConfig = z.infer<typeof sortKey>;

export const badRows = z.enum(['fail', 'skip']).default('fail');
export const badRowsHint: FieldHint = {
  widget: 'choice',
  label: 'Rows that cannot be read',
  help: 'Fail stops the run at the first bad row and says where it is. Skip leaves bad rows out and counts them.',
  choices: [
    { value: 'fail', label: 'Fail the run' },
    { value: 'skip', label: 'Skip the row' },
  ],
  advanced: true,
};
