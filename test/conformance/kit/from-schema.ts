import fc from 'fast-check';
import type { JsonObject } from './openapi-documents.ts';

type Arbitrary = fc.Arbitrary<unknown>;
const deepest = 5;

/** Values that a JSON Schema of our documents allows; `components` resolve its references. */
export function valuesOf(schema: JsonObject, components: JsonObject, depth = 0): Arbitrary {
  const inner = (next: unknown): Arbitrary => valuesOf(next as JsonObject, components, depth + 1);
  const { $ref, anyOf, oneOf, allOf } = schema;
  if (typeof $ref === 'string') {
    if (depth > deepest) return fc.constant(null);
    return inner(components[$ref.replace('#/components/schemas/', '')] ?? {});
  }
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  const choices = anyOf ?? oneOf;
  if (Array.isArray(choices)) return fc.oneof(...choices.map(inner));
  if (Array.isArray(allOf)) {
    return fc
      .tuple(...allOf.map(inner))
      .map((parts) => Object.assign({}, ...parts.filter((part) => typeof part === 'object')));
  }
  const types = [schema.type ?? 'anything'].flat() as string[];
  return fc.oneof(...types.map((type) => ofType(type, schema, depth, inner)));
}

function ofType(
  type: string,
  schema: JsonObject,
  depth: number,
  inner: (next: unknown) => Arbitrary,
): Arbitrary {
  const { minimum, maximum } = schema as { minimum?: number; maximum?: number };
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer': {
      const least = Math.max(minimum ?? -1000, Number.MIN_SAFE_INTEGER);
      const most = Math.min(maximum ?? 1000, Number.MAX_SAFE_INTEGER);
      return fc.oneof(
        fc.integer({ min: Math.max(least, -(2 ** 31)), max: Math.min(most, 2 ** 31 - 1) }),
        fc.constantFrom(least, most),
      );
    }
    case 'number':
      return fc.double({ min: minimum ?? -1e6, max: maximum ?? 1e6, noNaN: true });
    case 'array':
      return depth > deepest
        ? fc.constant([])
        : fc.array(inner(schema.items ?? {}), {
            minLength: (schema.minItems as number | undefined) ?? 0,
            maxLength: Math.max((schema.minItems as number | undefined) ?? 0, 3),
          });
    case 'object':
      return objectsOf(schema, depth, inner);
    case 'string':
      return textsOf(schema);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function objectsOf(schema: JsonObject, depth: number, inner: (next: unknown) => Arbitrary): Arbitrary {
  const properties = (schema.properties ?? {}) as JsonObject;
  const required = (schema.required ?? []) as string[];
  const shown = Object.entries(properties).filter(([name]) => required.includes(name) || depth <= deepest);
  const known = fc.record(Object.fromEntries(shown.map(([name, next]) => [name, inner(next)])), {
    requiredKeys: required.filter((name) => name in properties),
  });
  const { additionalProperties: more } = schema;
  if (more === undefined || more === false || depth > deepest) return known;
  const others = fc.dictionary(names, more === true ? fc.jsonValue({ maxDepth: 1 }) : inner(more), {
    maxKeys: 3,
  });
  return fc.tuple(others, known).map(([extra, named]) => ({ ...extra, ...named }));
}

const names = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9_]{0,12}$/),
  fc.string({ maxLength: 8, unit: 'grapheme' }),
);

function textsOf({ format, minLength, maxLength, examples }: JsonObject): Arbitrary {
  if (format === 'uuid') return fc.uuid();
  if (format === 'date-time') {
    return fc
      .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
      .map((date) => date.toISOString());
  }
  const most = Math.min((maxLength as number | undefined) ?? 40, 200);
  const least = Math.min((minLength as number | undefined) ?? 0, most);
  const any = fc.string({ minLength: least, maxLength: most, unit: 'grapheme' });
  const shown = Array.isArray(examples) ? [fc.constantFrom(...examples)] : [];
  return fc.oneof(fc.stringMatching(/^[A-Za-z][A-Za-z0-9 _-]{0,20}$/), any, ...shown);
}
