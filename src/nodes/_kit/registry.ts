import { z } from 'zod';
import { definitions, kindNames, type NodeKind, plans } from '../registry.gen.ts';
import {
  type NodeDefinition,
  type NodeGroup,
  nodeGroups,
  type PlanFunction,
  type Port,
} from './define-node.ts';
import { type FieldHint, fieldHints } from './field.ts';

/** Lookups by a kind's name as documents have it: any text, known or not. */

export function isNodeKind(kind: string): kind is NodeKind {
  return Object.hasOwn(definitions, kind);
}

export function definitionOf(kind: string): NodeDefinition | undefined {
  return isNodeKind(kind) ? definitions[kind] : undefined;
}

export function planOf(kind: string): PlanFunction<NodeDefinition> | undefined {
  return isNodeKind(kind) ? plans[kind] : undefined;
}

/** All definitions in the order of palettes and docs: by group, then by title. */
export function orderedDefinitions(): NodeDefinition[] {
  return kindNames
    .map((kind) => definitions[kind])
    .sort(
      (left, right) =>
        nodeGroups.indexOf(left.group) - nodeGroups.indexOf(right.group) ||
        left.title.localeCompare(right.title, 'en'),
    );
}

/** A fresh node's kind, config version and config; the caller gives it an id and a place. */
export function emptyNode(kind: NodeKind): { kind: NodeKind; v: number; config: Record<string, unknown> } {
  const { version, defaults } = definitions[kind];
  return { kind, v: version, config: JSON.parse(JSON.stringify(defaults)) as Record<string, unknown> };
}

/** One field of a kind's config, in the order forms show them. */
export interface ConfigField {
  readonly name: string;
  readonly hint: FieldHint;
  readonly required: boolean;
}

export function fieldsOf({ config }: Pick<NodeDefinition, 'config'>): ConfigField[] {
  return Object.entries(config.shape).flatMap(([name, schema]) => {
    const hint = fieldHints.get(schema as z.ZodType);
    return hint ? [{ name, hint, required: !(schema as z.ZodType).safeParse(undefined).success }] : [];
  });
}

/** The JSON Schema of a kind's config as one writes it: what has a default may be left out. */
export function configJsonSchema({ config }: Pick<NodeDefinition, 'config'>): Record<string, unknown> {
  return z.toJSONSchema(config, { io: 'input' });
}

/** A kind as an API answers it. */
export interface CatalogueEntry {
  readonly kind: string;
  readonly version: number;
  readonly title: string;
  readonly group: NodeGroup;
  readonly description: string;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly config: Record<string, unknown>;
}

export function catalogue(): CatalogueEntry[] {
  return orderedDefinitions().map((definition) => {
    const { kind, version, title, group, description, inputs, outputs } = definition;
    return {
      kind,
      version,
      title,
      group,
      description,
      inputs,
      outputs,
      config: configJsonSchema(definition),
    };
  });
}
