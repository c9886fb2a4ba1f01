import { z } from 'zod';
import { documentSchema } from './document.ts';

/** What the schema needs to know of a kind. */
export interface SchemaKind {
  readonly kind: string;
  readonly title: string;
  readonly description: string;
  readonly config: z.ZodType;
}

type JsonSchema = Record<string, unknown>;

/**
 * The published JSON Schema (draft 2020-12) of the document as people write it: what has a default may be left out.
 * With kinds, each node's config is described by its kind; other kinds stay allowed, as placeholders are.
 */
export function documentJsonSchema(kinds: readonly SchemaKind[] = []): JsonSchema {
  const schema = z.toJSONSchema(documentSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const items = ((schema.properties as JsonSchema).nodes as { items: JsonSchema }).items;
  if (kinds.length > 0) items.allOf = kinds.map(kindRule);
  return { $id: 'sluice:pipeline/1', ...schema };
}

/** A kind's config as JSON Schema, for the catalogue and for forms made elsewhere. */
export function configJsonSchema(config: z.ZodType): JsonSchema {
  const { $schema: _outermostOnly, ...schema } = z.toJSONSchema(config, {
    io: 'input',
    unrepresentable: 'any',
  }) as JsonSchema;
  return schema;
}

/** "Where kind is this, config is that." The condition needs `required`: without it an absent kind would match. */
function kindRule({ kind, title, description, config }: SchemaKind): JsonSchema {
  return {
    if: { properties: { kind: { const: kind } }, required: ['kind'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema; nothing awaits it
    then: {
      properties: { config: { title, description, ...selfContained(configJsonSchema(config), kind) } },
    },
  };
}

/** References inside a config's schema are given a root of their own, so that they do not point into the document. */
function selfContained(schema: JsonSchema, kind: string): JsonSchema {
  return JSON.stringify(schema).includes('"$ref"') ? { $id: `sluice:config/${kind}`, ...schema } : schema;
}
