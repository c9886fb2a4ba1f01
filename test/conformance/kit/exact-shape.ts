/** What one documented value may be. A field that is not named must not be there; one that is named must. */
export type Shape =
  | 'string'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'anything'
  | 'iso-time'
  | { readonly words: readonly string[] }
  | { readonly list: Shape }
  | { readonly nullable: Shape }
  | { readonly fields: Readonly<Record<string, Shape>> };

export const words = (...allowed: readonly string[]): Shape => ({ words: allowed });
export const list = (of: Shape): Shape => ({ list: of });
export const nullable = (of: Shape): Shape => ({ nullable: of });
export const fields = (of: Readonly<Record<string, Shape>>): Shape => ({ fields: of });

/** Everything in which a value is not exactly of a shape, each with its place; empty where it is. */
export function differences(value: unknown, shape: Shape, at = '$'): string[] {
  if (typeof shape === 'string') return isA(value, shape) ? [] : [`${at}: ${told(value)} is no ${shape}`];
  if ('words' in shape) {
    return shape.words.includes(value as string)
      ? []
      : [`${at}: ${told(value)} is none of ${shape.words.join(', ')}`];
  }
  if ('nullable' in shape) return value === null ? [] : differences(value, shape.nullable, at);
  if ('list' in shape) {
    if (!Array.isArray(value)) return [`${at}: ${told(value)} is no list`];
    return value.flatMap((item, index) => differences(item, shape.list, `${at}[${index}]`));
  }
  return fieldDifferences(value, shape.fields, at);
}

function fieldDifferences(value: unknown, wanted: Readonly<Record<string, Shape>>, at: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [`${at}: ${told(value)} is no object`];
  const found = value as Record<string, unknown>;
  const missing = Object.keys(wanted).filter((name) => !Object.hasOwn(found, name));
  const extra = Object.keys(found).filter((name) => !Object.hasOwn(wanted, name));
  return [
    ...missing.map((name) => `${at}.${name}: is missing`),
    ...extra.map((name) => `${at}.${name}: is not documented`),
    ...Object.entries(wanted).flatMap(([name, shape]) =>
      Object.hasOwn(found, name) ? differences(found[name], shape, `${at}.${name}`) : [],
    ),
  ];
}

function isA(value: unknown, kind: Extract<Shape, string>): boolean {
  switch (kind) {
    case 'anything':
      return true;
    case 'integer':
      return Number.isSafeInteger(value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'iso-time':
      return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value);
    default:
      return typeof value === kind;
  }
}

const told = (value: unknown): string => JSON.stringify(value)?.slice(0, 80) ?? 'undefined';
