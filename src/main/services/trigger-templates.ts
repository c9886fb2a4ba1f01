import type { ParameterValues } from '../../shared/pipeline/document.ts';

type Value = string | number | boolean;

/** `{slot}`, `{slot.date}`, `{body.customer.id}`: a name, then fields. */
const place = /\{([a-z_]+(?:\.[A-Za-z0-9_$-]+)*)\}/g;

/**
 * The parameters of a run, with what stands in braces replaced by what the fire brought. A text that is nothing but one
 * place keeps the type of its value (a number stays one), and is left out where the fire brought none, so that the
 * parameter's default counts. A place inside a longer text becomes text, empty where there is nothing. Braces that name
 * no value of this kind of trigger stay as they are.
 */
export function renderParameters(
  parameters: ParameterValues,
  values: Readonly<Record<string, unknown>>,
): ParameterValues {
  const rendered: [string, Value][] = [];
  for (const [name, value] of Object.entries(parameters)) {
    const whole = typeof value === 'string' ? onlyPlace(value, values) : undefined;
    if (whole) {
      const found = asValue(lookUp(whole, values));
      if (found !== undefined) rendered.push([name, found]);
    } else rendered.push([name, typeof value === 'string' ? fill(value, values) : value]);
  }
  return Object.fromEntries(rendered);
}

/** The name of the place that a text consists of, if it is one of this fire's. */
function onlyPlace(text: string, values: Readonly<Record<string, unknown>>): string | undefined {
  const name = /^\{([^{}]+)\}$/.exec(text.trim())?.[1];
  return name !== undefined && isKnown(name, values) ? name : undefined;
}

function fill(text: string, values: Readonly<Record<string, unknown>>): string {
  return text.replace(place, (whole, name: string) =>
    isKnown(name, values) ? String(asValue(lookUp(name, values)) ?? '') : whole,
  );
}

function isKnown(name: string, values: Readonly<Record<string, unknown>>): boolean {
  return Object.hasOwn(values, name) || Object.hasOwn(values, name.split('.')[0] ?? '');
}

/** A dotted name is first a key of its own (`slot.date`), then a way into JSON (`body.customer.id`, `body.items.0`). */
function lookUp(name: string, values: Readonly<Record<string, unknown>>): unknown {
  if (Object.hasOwn(values, name)) return values[name];
  let at: unknown = values;
  for (const field of name.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, field)) return undefined;
    at = (at as Record<string, unknown>)[field];
  }
  return at;
}

/** Objects and lists go into a parameter as their JSON text. */
function asValue(found: unknown): Value | undefined {
  if (found === undefined || found === null) return undefined;
  if (typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean') return found;
  return JSON.stringify(found);
}
