import { z } from 'zod';
import type { NodeDefinition } from '../../../../nodes/_kit/define-node.ts';
import { type FieldHint, fieldHints, type Widget } from '../../../../nodes/_kit/field.ts';
import type { Problem } from '../../../../shared/pipeline/problem.ts';

/** One control of the inspector: made from a field of the kind's config schema and its hint. */
export interface FormField {
  readonly key: string;
  readonly hint: FieldHint;
  /** Value shown while the config says nothing. */
  readonly fallback: unknown;
  /** May stay empty. */
  readonly optional: boolean;
  /** Values an enum allows; undefined for other types. */
  readonly choices: readonly { readonly value: string; readonly label: string }[] | undefined;
  readonly limits: { readonly min?: number; readonly max?: number; readonly integer: boolean };
  readonly schema: z.ZodType;
}

/** The controls for a kind's config, in the schema's order. */
export function formFields(definition: NodeDefinition): FormField[] {
  return Object.entries(definition.config.shape).flatMap(([key, schema]) => {
    const field = formField(key, schema as z.ZodType);
    return field ? [field] : [];
  });
}

function formField(key: string, schema: z.ZodType): FormField | undefined {
  const layers = unwrapAll(schema);
  const inner = layers.at(-1) ?? schema;
  const hint =
    layers.map((layer) => fieldHints.get(layer)).find((found) => found !== undefined) ?? guess(key, inner);
  if (!hint) return undefined;
  return {
    key,
    hint,
    schema: inner,
    fallback: schema.safeParse(undefined).data,
    optional: schema.safeParse(undefined).success,
    choices: hint.choices ?? enumChoices(inner),
    limits: limitsOf(inner),
  };
}

/** A schema and what it wraps: default, optional and the like, outermost first. */
export function unwrapAll(schema: z.ZodType): z.ZodType[] {
  const layers = [schema];
  for (let at: z.ZodType | undefined = schema; at; ) {
    at = inside(at);
    if (at) layers.push(at);
  }
  return layers;
}

function inside(schema: z.ZodType): z.ZodType | undefined {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodCatch ||
    schema instanceof z.ZodReadonly
  ) {
    return schema.unwrap() as z.ZodType;
  }
  return schema instanceof z.ZodPipe ? (schema.in as z.ZodType) : undefined;
}

function guess(key: string, schema: z.ZodType): FieldHint | undefined {
  const label = key.charAt(0).toUpperCase() + key.slice(1).replaceAll('_', ' ');
  const widget: Widget | undefined =
    schema instanceof z.ZodBoolean
      ? 'switch'
      : schema instanceof z.ZodNumber
        ? 'number'
        : schema instanceof z.ZodEnum
          ? 'choice'
          : schema instanceof z.ZodString
            ? 'text'
            : undefined;
  return widget && { widget, label };
}

function enumChoices(schema: z.ZodType): { value: string; label: string }[] | undefined {
  if (!(schema instanceof z.ZodEnum)) return undefined;
  return schema.options.map(String).map((value) => ({ value, label: spoken(value) }));
}

/** `count_distinct` as people read it. */
export function spoken(value: string): string {
  const text = value.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function limitsOf(schema: z.ZodType): FormField['limits'] {
  if (!(schema instanceof z.ZodNumber)) return { integer: false };
  const finite = (value: number | null) => (value !== null && Number.isFinite(value) ? value : undefined);
  return {
    min: finite(schema.minValue),
    max: finite(schema.maxValue),
    integer: schema.format === 'safeint' || schema.format === 'int32' || schema.format === 'uint32',
  };
}

/** Values of one field inside a list of objects: `function` of an aggregation. */
export function elementChoices(schema: z.ZodType, key: string): readonly { value: string; label: string }[] {
  const list = unwrapAll(schema).at(-1);
  const element = list instanceof z.ZodArray ? unwrapAll(list.element as z.ZodType).at(-1) : undefined;
  const field = element instanceof z.ZodObject ? (element.shape[key] as z.ZodType | undefined) : undefined;
  return (field && enumChoices(unwrapAll(field).at(-1) ?? field)) ?? [];
}

export function isShown(
  field: FormField,
  config: Readonly<Record<string, unknown>>,
  fields: readonly FormField[],
): boolean {
  const { when } = field.hint;
  if (!when) return true;
  const other = fields.find((candidate) => candidate.key === when.field);
  return when.is.includes(config[when.field] ?? other?.fallback);
}

/** An advanced field stays folded away until it was set to something else than its fallback. */
export function isFolded(field: FormField, config: Readonly<Record<string, unknown>>): boolean {
  if (!field.hint.advanced) return false;
  const value = config[field.key];
  return value === undefined || JSON.stringify(value) === JSON.stringify(field.fallback);
}

/** What is wrong with a field itself; what is wrong deeper inside is told by `problemAt`. */
export function problemsOf(problems: readonly Problem[], key: string): Problem[] {
  return problems.filter((problem) => problem.path?.[0] === key);
}

/** The first problem exactly at a path, or anywhere below it when `deep`. */
export function problemAt(
  problems: readonly Problem[],
  path: readonly (string | number)[],
  deep = true,
): string | undefined {
  return problems.find(
    (problem) =>
      problem.path !== undefined &&
      (deep ? problem.path.length >= path.length : problem.path.length === path.length) &&
      path.every((part, index) => problem.path?.[index] === part),
  )?.message;
}
