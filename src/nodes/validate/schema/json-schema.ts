import { isPlainObject } from '../../../shared/kernel/json.ts';

/** A JSON Schema as it is written; its keywords are looked at one by one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export const jsonTypes = ['string', 'number', 'integer', 'boolean', 'null', 'array', 'object'] as const;
export type JsonType = (typeof jsonTypes)[number];

export const isSchema = (value: unknown): value is JsonSchema | boolean =>
  typeof value === 'boolean' || isPlainObject(value);

/** What `#/$defs/address` refers to; undefined for what is not in the schema. */
export function resolveReference(root: unknown, reference: string): unknown {
  if (!reference.startsWith('#')) return undefined;
  const tokens = reference.slice(1).split('/');
  if (tokens.shift() !== '') return undefined;
  let found: unknown = root;
  for (const token of tokens) {
    const name = decodeToken(token);
    if (name === undefined || !(isPlainObject(found) || Array.isArray(found))) return undefined;
    if (!Object.hasOwn(found, name)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[name];
  }
  return isSchema(found) ? found : undefined;
}

function decodeToken(token: string): string | undefined {
  try {
    return decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return undefined;
  }
}
