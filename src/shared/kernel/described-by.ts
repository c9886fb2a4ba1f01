import { z } from 'zod';

const marker = 'x-described';

/**
 * Takes whatever comes, as it comes, and is described as `schema`: for parts of a body that are checked further in, in
 * words of their own.
 */
export function describedBy(schema: z.ZodType): z.ZodType<unknown> {
  return z.union([z.unknown(), schema]).meta({ [marker]: true });
}

/** `override` of `z.toJSONSchema`: what documents say otherwise than the checks are written. */
export function forDocuments({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  keepDescription(jsonSchema);
  sayLongLists(jsonSchema);
}

function keepDescription(jsonSchema: z.core.JSONSchema.BaseSchema): void {
  if (!(marker in jsonSchema)) return;
  const [, described] = jsonSchema.anyOf ?? [];
  delete jsonSchema.anyOf;
  delete jsonSchema[marker];
  Object.assign(jsonSchema, { ...described, ...jsonSchema });
}

/** Entries that a body holds in any case. */
const longList = 500;

/** Beyond them the size of the body decides first: a client that fills a list to its end would only hear of that. */
function sayLongLists(jsonSchema: z.core.JSONSchema.BaseSchema): void {
  const { maxItems, description = '' } = jsonSchema;
  if (maxItems === undefined || maxItems <= longList) return;
  delete jsonSchema.maxItems;
  jsonSchema.description = `${description} At most ${maxItems.toLocaleString('en')}.`.trim();
}
