import { isPlainObject } from '../../../shared/kernel/json.ts';
import { nearest } from '../../../shared/kernel/nearest.ts';
import { patternFault } from '../pattern.ts';
import { formats } from './formats.ts';
import { isSchema, type JsonSchema, jsonTypes, resolveReference } from './json-schema.ts';

/** Something in a schema that cannot be honoured, at its place below the schema. */
export interface SchemaFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

const deepest = 24;
const mostParts = 2000;
const mostFaults = 20;

/**
 * Everything in a schema that is wrong, or that could not be checked. A keyword that is not honoured is refused by
 * name: a check that is left out without a word is worse than none.
 */
export function schemaFaults(root: unknown): SchemaFault[] {
  const faults: SchemaFault[] = [];
  let parts = 0;
  const visit = (
    schema: unknown,
    path: readonly (string | number)[],
    through: readonly string[],
  ): unknown => {
    parts += 1;
    if (faults.length >= mostFaults) return undefined;
    const report = (message: string, ...below: (string | number)[]): unknown =>
      faults.push({ path: [...path, ...below], message });
    if (parts > mostParts) return report('The schema is too large to be checked row by row. Split it.');
    if (path.length > deepest * 2) return report('The schema is nested too deep.');
    if (typeof schema === 'boolean') return undefined;
    if (!isPlainObject(schema)) return report('A schema is an object, or true or false.');
    for (const [keyword, value] of Object.entries(schema)) {
      const message = keywordFault(keyword, value, schema);
      if (message !== undefined) report(message, keyword);
      else
        for (const [inner, ...below] of innerSchemas(keyword, value))
          visit(inner, [...path, keyword, ...below], through);
    }
    return typeof schema.$ref === 'string' && followReference(schema.$ref, path, through, report);
  };
  const followReference = (
    reference: string,
    path: readonly (string | number)[],
    through: readonly string[],
    report: (message: string, ...below: string[]) => unknown,
  ): void => {
    const target = resolveReference(root, reference);
    if (target === undefined)
      report(
        `There is no "${reference}" in this schema. Only places inside it can be referred to, such as #/$defs/address.`,
        '$ref',
      );
    else if (through.includes(reference))
      report('$ref leads back to itself; a schema without end cannot be checked row by row.', '$ref');
    else visit(target, [...path, '$ref'], [...through, reference]);
  };
  visit(root, [], ['#']);
  return faults;
}

/** The schemas inside a keyword's value, with their places. */
function innerSchemas(keyword: string, value: unknown): (readonly [unknown, ...(string | number)[]])[] {
  if (singleSchemas.has(keyword)) {
    return Array.isArray(value) ? value.map((inner, at) => [inner, at] as const) : [[value]];
  }
  if (schemaLists.has(keyword) && Array.isArray(value)) return value.map((inner, at) => [inner, at] as const);
  if (schemaMaps.has(keyword) && isPlainObject(value)) {
    return Object.entries(value)
      .filter(([, inner]) => !Array.isArray(inner))
      .map(([name, inner]) => [inner, name] as const);
  }
  return [];
}

const singleSchemas = new Set(
  'items additionalItems contains additionalProperties propertyNames not if then else'.split(' '),
);
const schemaLists = new Set('allOf anyOf oneOf prefixItems'.split(' '));
const schemaMaps = new Set('properties patternProperties dependentSchemas dependencies'.split(' '));

/** Words that say nothing about whether a value is valid. */
const notes = new Set(
  '$schema $id $comment $defs definitions title description default examples deprecated readOnly writeOnly'.split(
    ' ',
  ),
);

type Check = (value: unknown, schema: JsonSchema) => string | undefined;

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const count: Check = (value) => (isCount(value) ? undefined : 'A whole number from 0 is needed here.');
const figure: Check = (value) =>
  typeof value === 'number' && Number.isFinite(value) ? undefined : 'A number is needed here.';
const oneSchema: Check = (value) =>
  isSchema(value) ? undefined : 'A schema is needed here: an object, or true or false.';
const schemas: Check = (value) =>
  Array.isArray(value) && value.length > 0 && value.every(isSchema)
    ? undefined
    : 'A list of schemas is needed here.';
const schemaMap: Check = (value) =>
  isPlainObject(value) && Object.values(value).every(isSchema)
    ? undefined
    : 'An object of names and schemas is needed here.';
const names: Check = (value) =>
  Array.isArray(value) && value.every((name) => typeof name === 'string')
    ? undefined
    : 'A list of names is needed here.';
const anything: Check = () => undefined;

const keywords: Readonly<Record<string, Check>> = {
  $ref: (value) => (typeof value === 'string' ? undefined : 'A text such as #/$defs/address is needed here.'),
  type: (value) => {
    const types = Array.isArray(value) ? value : [value];
    const wrong = types.find((type) => !jsonTypes.some((known) => known === type));
    return wrong === undefined && types.length > 0
      ? undefined
      : `Choose of ${jsonTypes.join(', ')}${hintFor(wrong, jsonTypes)}`;
  },
  enum: (value) =>
    Array.isArray(value) && value.length > 0 ? undefined : 'A list of values is needed here.',
  const: anything,
  minimum: figure,
  maximum: figure,
  exclusiveMinimum: figure,
  exclusiveMaximum: figure,
  multipleOf: (value) =>
    figure(value, {}) || Number(value) <= 0 ? 'A number above 0 is needed here.' : undefined,
  minLength: count,
  maxLength: count,
  pattern: (value) =>
    typeof value === 'string' ? patternFault(value) : 'A regular expression is needed here.',
  format: (value) =>
    formats.some((known) => known === value)
      ? undefined
      : `The format ${JSON.stringify(value)} cannot be checked. Possible are ${formats.join(', ')}${hintFor(value, formats)}`,
  items: (value) => (Array.isArray(value) ? schemas(value, {}) : oneSchema(value, {})),
  prefixItems: schemas,
  additionalItems: oneSchema,
  contains: oneSchema,
  minContains: count,
  maxContains: count,
  minItems: count,
  maxItems: count,
  uniqueItems: (value, schema) => {
    if (typeof value !== 'boolean') return 'true or false is needed here.';
    return value && !hasPlainItems(schema)
      ? 'uniqueItems is possible only for lists of plain values: add "items": {"type": "string"}, or another type but object and array.'
      : undefined;
  },
  properties: schemaMap,
  patternProperties: (value) => {
    const fault = schemaMap(value, {});
    if (fault || !isPlainObject(value)) return fault;
    return Object.keys(value)
      .map(patternFault)
      .find((found) => found !== undefined);
  },
  additionalProperties: oneSchema,
  propertyNames: oneSchema,
  required: names,
  minProperties: count,
  maxProperties: count,
  dependentRequired: (value) =>
    isPlainObject(value) && Object.values(value).every((list) => !names(list, {}))
      ? undefined
      : 'An object of names and lists of names is needed here.',
  dependentSchemas: schemaMap,
  dependencies: (value) =>
    isPlainObject(value) && Object.values(value).every((part) => isSchema(part) || !names(part, {}))
      ? undefined
      : 'An object of names, and lists of names or schemas, is needed here.',
  allOf: schemas,
  anyOf: schemas,
  oneOf: schemas,
  not: oneSchema,
  if: oneSchema,
  // biome-ignore lint/suspicious/noThenProperty: the keyword's own name; this record is never awaited.
  then: oneSchema,
  else: oneSchema,
};

function keywordFault(keyword: string, value: unknown, schema: JsonSchema): string | undefined {
  if (notes.has(keyword)) return undefined;
  if (Object.hasOwn(keywords, keyword)) return keywords[keyword]?.(value, schema);
  return `The keyword "${keyword}" cannot be checked${hintFor(keyword, Object.keys(keywords)) || '. Remove it.'}`;
}

function hintFor(wrong: unknown, known: readonly string[]): string {
  const [near] = typeof wrong === 'string' ? nearest(wrong, known) : [];
  return near === undefined ? '.' : `. Did you mean "${near}"?`;
}

/** Equality of objects and lists depends on the order of keys, which no value of the engine is free of. */
function hasPlainItems({ items }: JsonSchema): boolean {
  if (!isPlainObject(items)) return false;
  const types = [items.type ?? []].flat();
  if (types.length > 0) return types.every((type) => type !== 'object' && type !== 'array');
  const values = Array.isArray(items.enum) ? items.enum : 'const' in items ? [items.const] : [{}];
  return values.every((value) => typeof value !== 'object' || value === null);
}
