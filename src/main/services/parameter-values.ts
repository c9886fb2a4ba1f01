import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { ParameterType, ParameterValues, PipelineDocument } from '../../shared/pipeline/document.ts';

type Value = string | number | boolean;

/**
 * The values that a run is given, checked against what its document declares, defaults filled in.
 * A text is taken for any type that it spells exactly, since command lines and forms know only text.
 * Throws `invalid_parameters` that names every value that does not fit.
 */
export function resolveParameters(document: PipelineDocument, given: ParameterValues): ParameterValues {
  const reasons: string[] = [];
  const values: [string, Value][] = [];
  for (const [name, parameter] of Object.entries(document.parameters)) {
    const value = Object.hasOwn(given, name) ? given[name] : parameter.default;
    const fitting = value === undefined ? undefined : readers[parameter.type](value);
    if (fitting !== undefined) values.push([name, fitting]);
    else if (value === undefined)
      reasons.push(`"${name}" has no default and must be given (${parameter.type}).`);
    else
      reasons.push(`"${name}" must be ${wanted[parameter.type]}, not ${JSON.stringify(value).slice(0, 80)}.`);
  }
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(document.parameters, name)) reasons.push(`The pipeline has no parameter "${name}".`);
  }
  if (reasons.length > 0) throw new SluiceError('invalid_parameters', { reason: reasons.join(' ') });
  return Object.fromEntries(values);
}

const wanted: Record<ParameterType, string> = {
  text: 'a text',
  integer: 'a whole number of at most 64 bits',
  number: 'a number',
  boolean: 'true or false',
  date: 'a date such as 2026-01-31',
  timestamp: 'a time such as 2026-01-31T08:30:00Z',
};

const readers: Record<ParameterType, (value: Value) => Value | undefined> = {
  text: (value) => (typeof value === 'string' ? value : undefined),
  integer: (value) => (typeof value === 'number' ? wholeNumber(value) : wholeText(value)),
  number: (value) => finite(typeof value === 'string' && value.trim() !== '' ? Number(value) : value),
  boolean: (value) => (typeof value === 'boolean' ? value : truthOf(value)),
  date: (value) => (typeof value === 'string' && isDate(value) ? value : undefined),
  timestamp: (value) => (typeof value === 'string' && isTimestamp(value) ? value : undefined),
};

/** A number that JSON has rounded already is refused; as text it keeps all its digits. */
function wholeNumber(value: number): number | undefined {
  return Number.isSafeInteger(value) ? value : undefined;
}

function wholeText(value: Value): Value | undefined {
  if (typeof value !== 'string' || !/^[+-]?\d{1,19}$/.test(value)) return undefined;
  const whole = BigInt(value);
  if (BigInt.asIntN(64, whole) !== whole) return undefined;
  return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole.toString();
}

function finite(value: Value): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function truthOf(value: Value): boolean | undefined {
  return value === 'true' ? true : value === 'false' ? false : undefined;
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = new Date(`${text}T00:00:00Z`);
  // Date rolls 30 February over to March instead of refusing it.
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text);
}

function isTimestamp(text: string): boolean {
  const [, date, hours, zone] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?))?(Z|[+-]\d{2}:?\d{2})?$/.exec(text) ??
    [];
  if (!date || !isDate(date)) return false;
  if (hours === undefined) return zone === undefined;
  return !Number.isNaN(Date.parse(`${date}T${hours.slice(0, 8)}Z`));
}
