/** Parts of JSON Schemas for rules that a form checks by hand, so that API documents say them too. */

type JsonSchema = Readonly<Record<string, unknown>>;

/** An object with exactly these fields, of which some have a narrower schema here. */
export interface Alternative {
  readonly fields: readonly string[];
  readonly narrowed?: Readonly<Record<string, JsonSchema>>;
}

/**
 * The object has the fields of one alternative and no others, but for `beside` more that name what it is.
 * To be given as `meta` to the form.
 */
export const oneOfFields = (alternatives: readonly Alternative[], beside = 0) => ({
  anyOf: alternatives.map(({ fields, narrowed }) => ({
    required: fields,
    maxProperties: fields.length + beside,
    ...(narrowed && { properties: narrowed }),
  })),
});

/** At least one of the fields is there. */
export const someOf = (fields: readonly string[]) => ({
  anyOf: fields.map((name) => ({ required: [name] })),
});

/** One of the fields is there, and only one. */
export const justOneOf = (fields: readonly string[]) => ({
  oneOf: fields.map((name) => ({ required: [name] })),
});
