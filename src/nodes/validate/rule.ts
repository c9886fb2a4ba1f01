import { z } from 'zod';
import { isPlainObject } from '../../shared/kernel/json.ts';
import { columnName, expressionText } from '../_kit/config.ts';
import { patternFault } from './pattern.ts';
import { schemaFaults } from './schema/check-schema.ts';
import { formats } from './schema/formats.ts';

export const ruleTypes = ['text', 'integer', 'number', 'boolean', 'date', 'timestamp'] as const;

const plain = z.union([z.string(), z.number(), z.boolean()]);
const values = z.array(plain).min(1, 'Name at least one value.').max(10_000);
const bound = z.union([z.number(), z.string().min(1)]);

/** What a rule may ask, besides the name of what it is about. */
export const ruleShape = {
  required: z.boolean().optional().meta({ description: 'An empty value is refused.' }),
  type: z.enum(ruleTypes).optional().meta({ description: 'Text that reads as the type passes too.' }),
  min: bound.optional().meta({ description: 'A number, or a date as text.' }),
  max: bound.optional().meta({ description: 'A number, or a date as text.' }),
  min_length: z.int().min(0).optional(),
  max_length: z.int().min(0).optional(),
  pattern: z
    .string()
    .max(2000)
    .optional()
    .meta({ description: 'A regular expression that must match somewhere in the text.' }),
  format: z.enum(formats).optional(),
  in: values.optional().meta({ description: 'The only values allowed.' }),
  not_in: values.optional().meta({ description: 'Values that are refused.' }),
  condition: expressionText
    .optional()
    .meta({ description: 'In place of all else: an expression over the row that must hold.' }),
  message: z.string().trim().min(1).max(500).optional().meta({ description: 'The reason, in own words.' }),
};

type RuleParts = { readonly [Name in keyof typeof ruleShape]?: z.infer<(typeof ruleShape)[Name]> };

/** What a rule's parts do not say by themselves: `[field, message]` of each fault. */
export function ruleFaults(name: string | undefined, rule: RuleParts, word: string): [string, string][] {
  const { condition, message: _own, pattern, ...checks } = rule;
  const given = [...Object.values(checks), pattern].some((check) => check !== undefined);
  const fault = pattern === undefined ? undefined : patternFault(pattern);
  if (fault) return [['pattern', fault]];
  if (condition !== undefined) {
    const alone = name === undefined && !given;
    return alone ? [] : [['condition', 'A condition stands alone: put it into a rule of its own.']];
  }
  if (name === undefined) return [[word, `Choose the ${word}, or write a condition.`]];
  return given ? [] : [['required', `Choose what the ${word} must be like: required, type, min ...`]];
}

/** What one column must be like, or a condition over the whole row. An empty value only breaks `required`. */
export const columnRule = z
  .strictObject({ column: columnName.optional(), ...ruleShape })
  .check(({ value, issues }) => {
    const { column, ...rule } = value;
    for (const [path, message] of ruleFaults(column, rule, 'column'))
      issues.push({ code: 'custom', input: value, path: [path], message });
  });
export type ColumnRule = z.infer<typeof columnRule>;

/** The JSON Schema of one row. Kept as it is: a schema for its objects would drop and default parts of it. */
export const rowSchema = z
  .unknown()
  .refine(isPlainObject, 'A JSON Schema is an object, such as {"required": ["id"]}.')
  .check(({ value, issues }) => {
    for (const { path, message } of schemaFaults(value))
      issues.push({ code: 'custom', input: value, path: [...path], message });
  })
  .meta({ type: 'object', description: 'JSON Schema of one row.' });
