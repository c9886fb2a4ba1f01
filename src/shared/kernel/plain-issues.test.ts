import { expect, test } from 'vitest';
import { z } from 'zod';
import { documentSchema } from '../pipeline/document.ts';

const first = (schema: z.ZodType, value: unknown): string | undefined =>
  schema.safeParse(value).error?.issues[0]?.message;

test.each([
  [z.string(), 7, 'A text is needed here, not a number.'],
  [z.string(), true, 'A text is needed here, not true or false.'],
  [z.coerce.number(), 'x', 'A number is needed here.'],
  [z.coerce.number().int(), '1.5', 'A whole number is needed here, not 1.5.'],
  [z.string(), undefined, 'A text is missing.'],
  [z.array(z.string()), {}, 'A list is needed here, not an object.'],
  [z.int(), 1.5, 'A whole number is needed here, not 1.5.'],
  [z.string().max(2000), 'x'.repeat(2001), 'It may have at most 2,000 characters.'],
  [z.string().min(2), '', 'It must have at least 2 characters.'],
  [z.array(z.string()).min(1), [], 'It must have at least 1 entry.'],
  [z.array(z.string()).max(1), ['a', 'b'], 'It may have at most 1 entry.'],
  [z.string().min(1), '', 'A text is needed here.'],
  [z.int().min(1), 0, 'It must be at least 1.'],
  [z.enum(['true', 'false', '']), 'maybe', 'Choose one of: true, false.'],
  [z.literal(1), 2, 'Only 1 is possible here.'],
  [z.strictObject({}), { wehre: 1 }, '"wehre" is not known here. Check the spelling, or remove it.'],
  [z.uuid(), 'x', 'This is not an id.'],
  [z.union([z.string(), z.number()]), null, 'This value does not fit here.'],
  [z.union([z.string(), z.number()]), undefined, 'A value is missing.'],
])('%# speaks plainly', (schema, value, message) => {
  expect(first(schema, value)).toBe(message);
});

test("a schema's own message goes first", () => {
  expect(first(z.string().min(1, 'Name it.'), '')).toBe('Name it.');
});

test('every part of a document says what is wrong with it in plain words', () => {
  const { error } = documentSchema.safeParse({
    name: 'x',
    nodes: [{ id: 'a', kind: 'rows', colour: 'red' }],
    parameters: { 'two words': { type: 'text' } },
  });
  const messages = error?.issues.map(({ message }) => message).join(' ') ?? '';
  expect(messages).toContain('"colour" is not known here');
  expect(messages).not.toMatch(/Invalid|expected|Unrecognized/);
});
