import { type ZodType, z } from 'zod';
import { forDocuments } from '../../../shared/kernel/described-by.ts';

export type JsonObject = Record<string, unknown>;

/**
 * JSON Schemas of one document. Schemas with an id (`.meta({id})`) and those that contain themselves become components;
 * all others stay where they are used.
 */
export class SchemaShelf {
  readonly components: Record<string, JsonObject> = {};

  /** `hint` names what has to become a component and has no name of its own. */
  of(schema: ZodType, io: 'input' | 'output', hint: string): JsonObject {
    const made = z.toJSONSchema(schema, {
      io,
      unrepresentable: 'any',
      override: forDocuments,
    }) as JsonObject;
    const { $schema: _dialect, $defs = {}, id, ...root } = made;
    const definitions = $defs as Record<string, JsonObject>;
    const names = new Map<string, string>();
    for (const [name, definition] of Object.entries(definitions)) {
      names.set(
        name,
        this.#reserve(/^__schema/.test(name) ? `${hint}${name.slice(2)}` : name, definition, io),
      );
    }
    const rootName = typeof id === 'string' ? id : isRecursive(made) ? hint : undefined;
    if (rootName === undefined) {
      this.#fill(definitions, names, undefined);
      return rewrite(root, names, undefined) as JsonObject;
    }
    const own = this.#reserve(rootName, root, io);
    this.#fill(definitions, names, own);
    this.components[own] = rewrite(root, names, own) as JsonObject;
    return reference(own);
  }

  #fill(definitions: Record<string, JsonObject>, names: Map<string, string>, root: string | undefined): void {
    for (const [name, { id: _id, ...definition }] of Object.entries(definitions)) {
      this.components[names.get(name) ?? name] = rewrite(definition, names, root) as JsonObject;
    }
  }

  readonly #origins = new Map<string, string>();

  /** One name for one content: what is taken as a body and what is answered may differ. */
  #reserve(wish: string, definition: JsonObject, io: string): string {
    const content = JSON.stringify(definition);
    for (const name of [wish, `${wish}${io === 'input' ? 'Input' : 'Output'}`]) {
      const known = this.#origins.get(name);
      if (known !== undefined && known !== content) continue;
      this.#origins.set(name, content);
      return name;
    }
    throw new Error(`Two schemas of the API have the name ${wish}`);
  }
}

const reference = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });

function isRecursive(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isRecursive);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inner]) =>
    key === '$ref' ? inner === '#' : key !== 'examples' && isRecursive(inner),
  );
}

function rewrite(value: unknown, names: ReadonlyMap<string, string>, root: string | undefined): unknown {
  if (Array.isArray(value)) return value.map((inner) => rewrite(inner, names, root));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(namingRequired(value as JsonObject)).map(([key, inner]) => {
      if (key !== '$ref' || typeof inner !== 'string') return [key, rewrite(inner, names, root)];
      const name = inner === '#' ? root : names.get(inner.replace('#/$defs/', ''));
      return [key, name === undefined ? inner : `#/components/schemas/${name}`];
    }),
  );
}

/** Linters want a field that is required beside its schema, also where that stands further out. */
function namingRequired(schema: JsonObject): JsonObject {
  const { required } = schema;
  const properties = (schema.properties ?? {}) as JsonObject;
  if (!Array.isArray(required)) return schema;
  const missing = required.filter((name) => typeof name === 'string' && !Object.hasOwn(properties, name));
  if (missing.length === 0) return schema;
  return {
    ...schema,
    properties: { ...properties, ...Object.fromEntries(missing.map((name) => [name, {}])) },
  };
}
