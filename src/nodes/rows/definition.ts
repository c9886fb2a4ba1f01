import { z } from 'zod';
import { isPlainObject } from '../../shared/kernel/json.ts';
import { columnType } from '../_kit/column-type.ts';
import { newColumnName } from '../_kit/config.ts';
import { defineNode, noInputs, oneOutput } from '../_kit/define-node.ts';
import { field } from '../_kit/field.ts';
import { counted } from '../_kit/summary-text.ts';

/** More rows than a person types or pastes; beyond it a file is read faster than a document is parsed. */
export const mostRows = 50_000;
export const mostCells = 1_000_000;

const tooMany = `These are too many rows to keep inside a pipeline (at most ${mostRows.toLocaleString('en')}). Save them as a file and read that.`;

// Checked by hand: schemas for objects drop a key named __proto__, which is an ordinary column here.
const record = z
  .unknown()
  .refine(isPlainObject, 'Each row is an object of column names and values.')
  .meta({ type: 'object', description: 'One row: column name to value.' });

const typedRows = z.strictObject({
  columns: z.array(z.strictObject({ name: newColumnName, type: columnType })).max(1000),
  rows: z.array(z.array(z.unknown())).max(mostRows, tooMany),
});

/** Of the two forms, the one that was meant says what is wrong with it and where. */
function whatIsWrong({ input, errors }: { input?: unknown; errors?: unknown }): string {
  const branches = errors as readonly (readonly z.core.$ZodIssue[])[] | undefined;
  const [first] = branches?.[Array.isArray(input) ? 0 : 1] ?? [];
  if (!first || !(Array.isArray(input) || isPlainObject(input))) {
    return 'Give a list of records, or columns and rows.';
  }
  return first.path.length > 0 ? `${first.path.join('.')}: ${first.message}` : first.message;
}

export default defineNode({
  kind: 'rows',
  version: 1,
  title: 'Rows',
  group: 'sources',
  icon: 'table',
  description: 'Holds a small table typed or pasted into the pipeline.',
  keywords: ['table', 'paste', 'constant', 'inline', 'manual', 'values', 'records'],
  inputs: noInputs,
  outputs: oneOutput,
  config: z.strictObject({
    rows: field(z.union([z.array(record).max(mostRows, tooMany), typedRows], { error: whatIsWrong }), {
      widget: 'rows',
      label: 'Rows',
      help: 'A list of records whose types are found by looking at the values, or columns with types and a list of values for each row. Write whole numbers beyond 9007199254740991 as text, in a column of type BIGINT or HUGEINT.',
    }),
  }),
  defaults: {
    rows: {
      columns: [
        { name: 'name', type: 'VARCHAR' },
        { name: 'amount', type: 'DOUBLE' },
      ],
      rows: [],
    },
  },
  example: {
    rows: [
      { region: 'EU', target: 1200 },
      { region: 'US', target: 900 },
    ],
  },
  summary: ({ rows }) => {
    const list = Array.isArray(rows) ? rows : (rows?.rows ?? []);
    return counted(list.length, 'row');
  },
  keep: 'stream',
  vetted: true,
});
